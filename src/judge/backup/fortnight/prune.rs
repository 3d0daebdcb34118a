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

/// What was decided of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Kept,
    Gone,
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
        // What was made after its last run pushed nothing out yet.
        let later = |ran: Epoch| copies.partition_point(|copy| *copy > ran);
        let copies = copies.get(rule.ran.map_or(0, later)..).unwrap_or_default();
        let keep = rule.keep;
        let last = usize::try_from(keep.last).unwrap_or(usize::MAX);
        let mut marks: Vec<Option<Mark>> =
            (0..copies.len()).map(|i| (i < last).then_some(Mark::Kept)).collect();
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
            let kept = spans.iter().zip(&marks).filter(|(_, mark)| **mark == Some(Mark::Kept));
            let covered: Vec<i32> = kept.filter_map(|(span, _)| *span).collect();
            let mut chosen: Vec<(Epoch, i32)> = Vec::new();
            for ((at, span), mark) in copies.iter().zip(spans).zip(&mut marks) {
                let is_free = |span: &i32| mark.is_none() && !covered.contains(span);
                let Some(span) = span.filter(is_free) else { continue };
                if chosen.last().is_some_and(|(_, last)| *last == span) {
                    // Coarser rules do not look at it again.
                    *mark = Some(Mark::Gone);
                    continue;
                }
                if chosen.len() >= count as usize {
                    break;
                }
                chosen.push((*at, span));
                *mark = Some(Mark::Kept);
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
        let mark = self.phases.iter().find_map(|phase| phase.mark(at, &self.zone));
        mark != Some(Mark::Kept)
    }
}

impl Phase {
    /// What it decides of a copy made then; none leaves it to coarser ones.
    fn mark(&self, at: Epoch, zone: &TimeZone) -> Option<Mark> {
        // A moment nobody can date is not said to be gone.
        let Some(span) = self.span.of(at, zone) else { return Some(Mark::Kept) };
        if self.covered.contains(&span) {
            return None;
        }
        let newer = self.chosen.partition_point(|(copy, _)| *copy > at);
        if self.chosen.iter().take(newer).any(|(_, chosen)| *chosen == span) {
            return Some(Mark::Gone);
        }
        (newer < self.keep as usize).then_some(Mark::Kept)
    }
}
