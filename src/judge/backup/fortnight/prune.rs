//! Would a copy made then still be there? The rule of both products: the newest copies are kept,
//! then the newest one of each hour, day, week, month and year, so many of each, and a span that
//! is kept by a finer rule does not count again. What was made later decides alone, so that a
//! copy nobody ever saw can be asked for.

use jiff::tz::TimeZone;

use crate::fleet::retention::Keep;
use crate::fleet::time::Epoch;

/// A rule that prunes at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    /// What it keeps.
    pub keep: Keep,
    /// The zone of its days: that of whoever prunes.
    pub zone: TimeZone,
    /// When it last ran, as far as is known: nothing younger was pruned. None: after every backup.
    pub ran: Option<Epoch>,
}

/// The spans a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Span {
    /// The span a moment is in: the greater, the later.
    fn of(self, at: Epoch, zone: &TimeZone) -> Option<i32> {
        let local = zone.to_datetime(at.timestamp()?);
        let (year, month) = (i32::from(local.year()), i32::from(local.month()));
        let day = (year * 12 + month) * 31 + i32::from(local.day());
        Some(match self {
            Self::Hour => day * 24 + i32::from(local.hour()),
            Self::Day => day,
            Self::Week => {
                let week = local.date().iso_week_date();
                i32::from(week.year()) * 54 + i32::from(week.week())
            }
            Self::Month => year * 12 + month,
            Self::Year => year,
        })
    }
}

/// What one rule makes of the copies that are there.
#[derive(Clone, Debug)]
pub(super) struct Pruning {
    last: u32,
    /// The copies, newest first.
    newest: Vec<Epoch>,
    phases: Vec<Phase>,
    zone: TimeZone,
    ran: Option<Epoch>,
}

#[derive(Clone, Debug)]
struct Phase {
    span: Span,
    keep: u32,
    /// Spans that finer rules keep a copy of.
    covered: Vec<i32>,
    /// What this one keeps, newest first.
    chosen: Vec<(Epoch, i32)>,
}

impl Pruning {
    /// `copies`: all that the rule may take, newest first.
    pub(super) fn new(rule: &Rule, copies: &[Epoch]) -> Self {
        let keep = rule.keep;
        let last = usize::try_from(keep.last).unwrap_or(usize::MAX);
        let mut kept: Vec<bool> = (0..copies.len()).map(|i| i < last).collect();
        let mut phases = Vec::new();
        for (span, count) in [
            (Span::Hour, keep.hourly),
            (Span::Day, keep.daily),
            (Span::Week, keep.weekly),
            (Span::Month, keep.monthly),
            (Span::Year, keep.yearly),
        ] {
            if count == 0 {
                continue;
            }
            let spans: Vec<_> = copies.iter().map(|at| span.of(*at, &rule.zone)).collect();
            let covered: Vec<i32> =
                spans.iter().zip(&kept).filter_map(|(s, kept)| (*s).filter(|_| *kept)).collect();
            let mut chosen: Vec<(Epoch, i32)> = Vec::new();
            for ((at, span), kept) in copies.iter().zip(spans).zip(&mut kept) {
                let Some(span) = span.filter(|s| !*kept && !covered.contains(s)) else { continue };
                if chosen.iter().any(|(_, taken)| *taken == span) {
                    continue;
                }
                if chosen.len() >= count as usize {
                    break;
                }
                chosen.push((*at, span));
                *kept = true;
            }
            phases.push(Phase { span, keep: count, covered, chosen });
        }
        let (zone, ran) = (rule.zone.clone(), rule.ran);
        Self { last: keep.last, newest: copies.to_vec(), phases, zone, ran }
    }

    /// Whether a copy made at `at`, had there been one, would be gone by now.
    pub(super) fn takes(&self, at: Epoch) -> bool {
        let rules = self.last > 0 || !self.phases.is_empty();
        if !rules || self.ran.is_some_and(|ran| ran < at) {
            return false;
        }
        let newer = self.newest.partition_point(|copy| *copy > at);
        // Nothing ever takes the newest one.
        if newer == 0 || newer < self.last as usize {
            return false;
        }
        !self.phases.iter().any(|phase| phase.keeps(at, &self.zone))
    }
}

impl Phase {
    fn keeps(&self, at: Epoch, zone: &TimeZone) -> bool {
        let Some(span) = self.span.of(at, zone) else { return true };
        if self.covered.contains(&span) {
            return false;
        }
        let newer = self.chosen.partition_point(|(copy, _)| *copy > at);
        let taken = self.chosen.iter().take(newer).any(|(_, chosen)| *chosen == span);
        !taken && newer < self.keep as usize
    }
}
