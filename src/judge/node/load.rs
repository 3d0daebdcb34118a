//! Load over ten minutes: CPU, memory, swap, I/O wait.

use super::live;
use crate::fleet::code::Code;
use crate::fleet::host::{LoadHistory, LoadPoint};
use crate::fleet::part::Part;
use crate::fleet::subject::Subject;
use crate::judge::context::SourceContext;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;
use crate::judge::verdict::Consequence;

/// Length of the average, seconds.
const WINDOW: i64 = 600;
/// Fewer points make no average: never judge from one sample.
const POINTS: usize = 3;

/// What a point says of one kind of load.
type Field = fn(&LoadPoint) -> Option<f64>;

/// What the host said last, fractions 0..=1: it acquits a host without a history, and never
/// condemns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    pub(super) cpu: Option<f64>,
    pub(super) iowait: Option<f64>,
    pub(super) memory: Option<f64>,
    pub(super) swap: Option<f64>,
}

/// Raises `node.cpu`, `.memory`, `.swap`, `.iowait`: facts `value` (average), `limit`, `count`
/// (points).
pub(super) fn judge(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<LoadHistory>,
    sample: Sample,
    findings: &mut Findings<'_>,
) -> Consequence {
    let history = match live(source, part) {
        Ok(Some(history)) => history,
        Ok(None) => return source.unknown(),
        Err(consequence) => return consequence,
    };
    let end = part.seen.unwrap_or(source.now);
    let recent: Vec<&LoadPoint> = history
        .points
        .iter()
        .filter(|p| {
            let age = end.since(source.ours(p.time));
            (-WINDOW..=WINDOW).contains(&age)
        })
        .collect();
    let policy = source.policy();
    let kinds: [(Code, Field, f64, Option<f64>); 4] = [
        (Code::NodeCpu, |p| p.cpu, policy.cpu, sample.cpu),
        (Code::NodeMemory, |p| p.memory, policy.memory, sample.memory),
        (Code::NodeSwap, |p| p.swap, policy.swap, sample.swap),
        (Code::NodeIowait, |p| p.iowait, policy.iowait, sample.iowait),
    ];
    let mut consequence = Consequence::NONE;
    for (code, value_of, limit, now) in kinds {
        let values: Vec<f64> =
            recent.iter().filter_map(|p| value_of(p)).filter(|v| v.is_finite()).collect();
        if values.len() < POINTS {
            // A host just started, or one that does not measure this (no swap).
            if now.is_some_and(|v| v > limit) {
                consequence = consequence.or_worse(source.unknown());
            }
            continue;
        }
        let average = values.iter().sum::<f64>() / values.len() as f64;
        if average > limit {
            findings
                .raise(source, code, Severity::Warning, subject.clone())
                .facts(|f| {
                    f.value = Some(average);
                    f.limit = Some(limit);
                    f.count = u32::try_from(values.len()).ok();
                })
                .evidence(part);
        }
    }
    consequence
}
