//! What the doctor found, without a name.

use serde_json::{Value, json};

use super::super::Diagnosed;
use crate::bundle::Mask;
use crate::lang::diagnosis::{Finding, Goes};
use crate::probe::Step;

pub(super) fn of(one: &Diagnosed, mask: &mut Mask) -> Value {
    let mut layers =
        |steps: &[Step]| steps.iter().map(|step| layer(step, mask)).collect::<Vec<_>>();
    let before = layers(&one.probe.before);
    let rights = layers(std::slice::from_ref(&one.probe.rights));
    let endpoints: Vec<Vec<Value>> =
        one.probe.endpoints.iter().map(|end| layers(&end.steps)).collect();
    let copies = one.copies.as_ref().map(|known| {
        let to = known.to.iter().map(|to| {
            let storage = mask.compound(&to.storage, false);
            let (source, host) = match &to.goes {
                Goes::To(source) => (Some(mask.compound(source, false)), None),
                Goes::Elsewhere(host) | Goes::Untold(host, _) => {
                    (None, Some(mask.compound(host, false)))
                }
            };
            json!({ "storage": storage, "source": source, "host": host })
        });
        json!({ "age": known.age, "to": to.collect::<Vec<_>>() })
    });
    json!({
        "health": one.probe.health().key(),
        "layers": before,
        "endpoints": endpoints,
        "rights": rights,
        "copies": copies,
        "last_data_age": one.last,
    })
}

fn layer(step: &Step, mask: &mut Mask) -> Value {
    let found = match &step.finding {
        Finding::Fine | Finding::NotReached => Value::Null,
        Finding::NoRoute => json!("no-route"),
        Finding::Refused => json!("refused"),
        Finding::Silent | Finding::NoTls(None) => json!("silent"),
        Finding::NotAccepted => json!("not-accepted"),
        Finding::Config(why) | Finding::Secret(why) => json!({ "error": mask.prose(why) }),
        Finding::NoName(why) | Finding::NoTls(Some(why)) | Finding::NoAnswer(why) => {
            json!({ "error": mask.prose(why) })
        }
        Finding::Untrusted { seen, expected, why } => json!({
            "untrusted": mask.prose(why),
            "days": seen.as_ref().and_then(|seen| seen.days),
            "seen": seen.as_ref().map(|seen| mask.compound(&seen.fingerprint, false)),
            "pins": expected.iter().map(|pin| mask.compound(pin, false)).collect::<Vec<_>>(),
        }),
        Finding::Trusted(shown) => json!({
            "days": shown.days,
            "seen": mask.compound(&shown.fingerprint, false),
        }),
        Finding::Version(_, text) => json!(mask.compound(text, true)),
        Finding::Clock(off) => json!({ "off": off }),
        Finding::Took(ms) => json!({ "ms": ms }),
        Finding::Rights(access) => {
            let calls = access.calls.iter().map(|(call, leave)| json!([call, leave.key()]));
            let missing = access.lacks.iter().map(|lack| {
                json!({
                    "path": mask.compound(&lack.path, false),
                    "privilege": lack.privilege,
                    "optional": lack.optional,
                })
            });
            let missing: Vec<Value> = missing.collect();
            json!({ "calls": calls.collect::<Vec<_>>(), "missing": missing })
        }
    };
    json!({ "layer": step.stage.key(), "health": step.health.key(), "found": found })
}
