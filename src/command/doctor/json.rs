//! A diagnosis for programs: keys do not change, sentences are in the language asked for.

use serde_json::{Value, json};

use super::Diagnosed;
use super::copies::To;
use crate::lang::Lang;
use crate::lang::diagnosis::{Finding, Goes, Health};
use crate::probe::Step;

pub(super) fn render(
    all: &[Diagnosed],
    worst: Health,
    lang: &dyn Lang,
) -> Result<String, serde_json::Error> {
    let sources: Vec<Value> = all.iter().map(|one| source(one, lang)).collect();
    let whole = json!({ "health": worst.key(), "sources": sources });
    Ok(format!("{}\n", serde_json::to_string_pretty(&whole)?))
}

fn source(one: &Diagnosed, lang: &dyn Lang) -> Value {
    let steps = |steps: &[Step]| steps.iter().map(|one| step(one, lang)).collect::<Vec<_>>();
    let endpoints: Vec<Value> = one
        .probe
        .endpoints
        .iter()
        .map(|end| json!({ "address": end.address, "layers": steps(&end.steps) }))
        .collect();
    // Not known is null, as it is of a PBS.
    let known = one.copies.as_ref();
    let copies = known.map(|known| known.to.iter().map(goes).collect::<Vec<_>>());
    let age = known.map(|known| known.age.unwrap_or(0));
    json!({
        "name": one.name,
        "health": one.probe.health().key(),
        "layers": steps(&one.probe.before),
        "endpoints": endpoints,
        "rights": step(&one.probe.rights, lang),
        "copies": copies,
        "copies_age": age,
        "last_data_age": one.last,
    })
}

fn goes(to: &To) -> Value {
    let none: &[String] = &[];
    let (source, host, unseen) = match &to.goes {
        Goes::To(source) => (Some(source), None, none),
        Goes::Elsewhere(host) => (None, Some(host), none),
        Goes::Untold(host, unseen) => (None, Some(host), unseen.as_slice()),
    };
    json!({ "storage": to.storage, "source": source, "host": host, "perhaps": unseen })
}

fn step(step: &Step, lang: &dyn Lang) -> Value {
    let mut value = json!({
        "layer": step.stage.key(),
        "health": step.health.key(),
        "finding": lang.finding(&step.finding),
        "cure": lang.cure(step.stage, step.health, &step.finding),
    });
    if let (Finding::Rights(access), Some(map)) = (&step.finding, value.as_object_mut()) {
        let calls = access.calls.iter();
        let calls = calls.map(|(call, leave)| json!({ "call": call, "state": leave.key() }));
        map.insert("calls".to_owned(), calls.collect());
        let lacks = access.lacks.iter().map(|lack| {
            json!({
                "path": lack.path,
                "privilege": lack.privilege,
                "optional": lack.optional,
                "denied": lack.denied,
                "blind": lack.blind,
                "grant": lack.grant,
            })
        });
        map.insert("missing".to_owned(), lacks.collect());
    }
    value
}
