//! Looking for something in a log: words that were typed, else what complains.

use std::sync::{Arc, Weak};

use crate::fleet::look::{Log, Seen};

/// What is looked for in the log of a page, and where it was found.
#[derive(Clone, Debug, Default)]
pub struct Seek {
    text: String,
    /// Lower case, without blanks at its ends.
    wanted: String,
    /// Lines of the log that hold it, counted from its first here.
    hits: Vec<u32>,
    /// Which of them one stands at.
    at: Option<usize>,
    /// Where that was looked for.
    of: Weak<Seen>,
    stale: bool,
}

impl Seek {
    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether anything was typed. Else what complains is found.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Lines that hold it.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Which one of them one stands at, counted from 0.
    pub fn at(&self) -> Option<usize> {
        self.at
    }

    /// The line one stands at, counted from the first line of the log here.
    pub fn line(&self) -> Option<usize> {
        self.hits.get(self.at?).map(|line| *line as usize)
    }

    /// Whether a line holds it.
    pub fn is_hit(&self, line: usize) -> bool {
        u32::try_from(line).is_ok_and(|line| self.hits.binary_search(&line).is_ok())
    }

    /// Where in a text it stands: its first place, in bytes; none where nothing was typed.
    pub fn place(&self, text: &str) -> Option<(usize, usize)> {
        if self.wanted.is_empty() {
            return None;
        }
        let at = find(text, &self.wanted)?;
        Some((at, at + self.wanted.len()))
    }

    /// Something else is looked for.
    pub(crate) fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        let wanted = text.trim().to_lowercase();
        if wanted != self.wanted {
            self.wanted = wanted;
            self.at = None;
            self.stale = true;
        }
    }

    /// Looks through a log, unless that is done. What one stood at stays, as far as it is there.
    pub(crate) fn search(&mut self, seen: Option<&Arc<Seen>>) {
        let Some(seen) = seen else { return };
        let Seen::Log(log) = &**seen else { return };
        if !self.stale && std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(seen)) {
            return;
        }
        let before = self.line();
        self.hits = self.hits_in(log);
        self.of = Arc::downgrade(seen);
        self.stale = false;
        self.at = before.and_then(|line| {
            let line = u32::try_from(line).ok()?;
            self.hits.binary_search(&line).ok()
        });
    }

    fn hits_in(&self, log: &Log) -> Vec<u32> {
        let is_hit = |line: &str| {
            if self.wanted.is_empty() {
                complains(line)
            } else {
                find(line, &self.wanted).is_some()
            }
        };
        (0..).zip(&log.lines).filter(|(_, line)| is_hit(line)).map(|(at, _)| at).collect()
    }

    /// To the next place or the one before, round and round; whether there is one.
    pub(crate) fn step(&mut self, forwards: bool) -> bool {
        let Some(last) = self.hits.len().checked_sub(1) else { return false };
        self.at = Some(match (self.at, forwards) {
            (Some(at), true) if at < last => at + 1,
            (Some(at), false) if at > 0 => at - 1,
            (_, true) => 0,
            (_, false) => last,
        });
        true
    }
}

/// Where a lower-case word stands in a text, whatever the case of that; in bytes of the text.
/// Only what is lower-cased to as many bytes is found, so that places stay places.
fn find(text: &str, wanted: &str) -> Option<usize> {
    let (hay, needle) = (text.as_bytes(), wanted.as_bytes());
    let first = *needle.first()?;
    let ends = hay.len().checked_sub(needle.len())?;
    (0..=ends).filter(|at| text.is_char_boundary(*at)).find(|at| {
        let here = hay.get(*at..*at + needle.len()).unwrap_or_default();
        here.first().is_some_and(|b| b.eq_ignore_ascii_case(&first) || !b.is_ascii())
            && (here.eq_ignore_ascii_case(needle)
                || text.get(*at..*at + needle.len()).is_some_and(|t| t.to_lowercase() == wanted))
    })
}

/// Whether a line of a log complains, as the logs of both products do.
pub fn complains(line: &str) -> bool {
    let holds = |word: &str| find(line, word).is_some();
    holds("error:")
        || holds("warn:")
        || holds("warning:")
        || holds(" failed")
        || {
            let start =
                |word: &str| line.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
            start("error") || start("warn") || start("task warnings")
        }
        || holds("task warnings:")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::{Seek, complains, find};
    use crate::fleet::look::{Log, Seen};

    fn log(lines: &[&str]) -> Arc<Seen> {
        let lines: Vec<Arc<str>> = lines.iter().map(|l| (*l).into()).collect();
        Arc::new(Seen::Log(Log { skipped: 0, total: lines.len() as u64, lines }))
    }

    #[test]
    fn words_are_found_whatever_their_case_and_one_goes_round() {
        let seen = log(&["INFO: Starting", "nothing", "info: end", "Ünder"]);
        let mut seek = Seek::default();
        seek.set(" info ");
        seek.search(Some(&seen));
        assert_eq!((seek.len(), seek.at()), (2, None));
        let lines: Vec<_> = (0..3).map(|_| seek.step(true).then(|| seek.line())).collect();
        assert_eq!(lines, [Some(Some(0)), Some(Some(2)), Some(Some(0))]);
        assert!(seek.step(false));
        assert_eq!(seek.line(), Some(2));
        assert!(seek.is_hit(0) && !seek.is_hit(1) && seek.is_hit(2));
        assert_eq!(seek.place("INFO: x"), Some((0, 4)));
        seek.set("üNDER");
        seek.search(Some(&seen));
        assert_eq!((seek.len(), seek.at()), (1, None));
        assert_eq!(seek.place("an ünder"), Some((3, 9)));
        seek.set("no such thing");
        seek.search(Some(&seen));
        assert!(!seek.step(true));
    }

    #[test]
    fn where_nothing_was_typed_what_complains_is_found() {
        let seen =
            log(&["INFO: fine", "ERROR: Backup of VM 1 failed - x", "TASK ERROR: job errors"]);
        let mut seek = Seek::default();
        seek.search(Some(&seen));
        assert_eq!(seek.len(), 2);
        assert_eq!(seek.place("ERROR: x"), None, "nothing to be lit");
        for line in [
            "WARN: old",
            "TASK WARNINGS: 2",
            "2026-11-22T13:01:19+00:00: TASK ERROR: x",
            "2026-11-22 13:01 103-0: end replication job with error: no space",
            "verify group main:vm/1 failed",
        ] {
            assert!(complains(line), "{line}");
        }
        for line in ["INFO: 0 errors", "TASK OK", "percentage done: 4%", ""] {
            assert!(!complains(line), "{line}");
        }
    }

    #[test]
    fn a_log_that_grows_keeps_the_place() {
        let mut seek = Seek::default();
        seek.set("a");
        seek.search(Some(&log(&["a", "b", "a"])));
        seek.step(true);
        seek.step(true);
        seek.search(Some(&log(&["a", "b", "a", "a"])));
        assert_eq!((seek.len(), seek.line()), (3, Some(2)));
    }

    proptest! {
        #[test]
        fn what_is_found_is_there(text in ".{0,40}", from in 0_usize..40, len in 0_usize..6) {
            let wanted: String = text.chars().skip(from).take(len).collect();
            let wanted = wanted.to_lowercase();
            if let Some(at) = find(&text, &wanted) {
                let found = text.get(at..at + wanted.len()).map(str::to_lowercase);
                prop_assert_eq!(found, Some(wanted));
            }
        }
    }
}
