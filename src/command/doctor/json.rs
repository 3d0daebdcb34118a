//! A diagnosis for programs: keys do not change, sentences are in the language asked for.

use serde_json::{Value, json};

use super::Diagnosed;
use crate::lang::Lang;
use crate::lang::diagnosis::{Finding, Health};
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
    let copies: Vec<Value> = one
        .copies
        .iter()
        .map(|to| json!({ "storage": to.storage, "source": to.watched, "host": to.host }))
        .collect();
    json!({
        "name": one.name,
        "health": one.probe.health().key(),
        "layers": steps(&one.probe.before),
        "endpoints": endpoints,
        "rights": step(&one.probe.rights, lang),
        "copies": copies,
        "last_data_age": one.last,
    })
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
