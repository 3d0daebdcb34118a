//! The way through the questions about a source, so that it can be gone back step by step.

use super::plan::{Progress, Step};
use crate::command::trust::look::Seen;

/// What was known before a step.
#[derive(Clone)]
pub(super) struct Known {
    pub progress: Progress,
    /// What the endpoints showed.
    pub seen: Vec<Seen>,
}

/// The steps at which somebody answered, with what was known before each.
#[derive(Default)]
pub(super) struct Way(Vec<(Step, Known)>);

impl Way {
    /// A step begins. Where it was gone through before, it is taken up anew: what was answered from
    /// there on is undone already.
    pub(super) fn arrive(&mut self, at: Step) {
        if let Some(before) = self.0.iter().position(|(step, _)| *step == at) {
            self.0.truncate(before);
        }
    }

    /// A step was answered.
    pub(super) fn answered(&mut self, step: Step, before: Known) {
        self.0.push((step, before));
    }

    /// What was known before the last answer; nothing where nothing was answered.
    pub(super) fn back(&mut self) -> Option<Known> {
        self.0.pop().map(|(_, known)| known)
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Way};
    use crate::command::init::plan::{Progress, Step};

    fn known(name: &str) -> Known {
        let mut progress = Progress::default();
        progress.wish.name = Some(name.to_owned());
        Known { progress, seen: Vec::new() }
    }

    fn back(way: &mut Way) -> Option<String> {
        way.back().and_then(|known| known.progress.wish.name)
    }

    #[test]
    fn it_goes_back_answer_by_answer_and_never_round() {
        let mut way = Way::default();
        assert_eq!(back(&mut way), None);
        for (step, name) in [(Step::Product, "p"), (Step::Address, "a"), (Step::Trust, "t")] {
            way.arrive(step);
            way.answered(step, known(name));
        }
        // Not trusted: another address, and one that is silent.
        for name in ["b", "c"] {
            way.arrive(Step::Address);
            way.answered(Step::Address, known(name));
        }
        way.arrive(Step::Trust);
        assert_eq!(back(&mut way).as_deref(), Some("c"));
        way.arrive(Step::Address);
        assert_eq!(back(&mut way).as_deref(), Some("p"));
        assert_eq!(back(&mut way), None);
    }
}
