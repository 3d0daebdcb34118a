//! Exceptions: problems accepted as they are, with a reason.

use std::sync::Arc;

use crate::fleet::code::Code;
use crate::fleet::policy::Except;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;

/// The exceptions that hold now, per site.
#[derive(Debug)]
pub struct Exceptions<'a> {
    /// One list per site, in the order of the file; the last one is the viewer's.
    by_site: Vec<Vec<&'a Except>>,
}

impl<'a> Exceptions<'a> {
    /// Keeps what holds at `now` in each site's time zone (the viewer's: the first site's).
    pub fn new(fleet: &'a Fleet, now: Epoch) -> Self {
        let viewer = fleet.sites.first().map(|s| &s.facts.timezone);
        let zones = fleet.sites.iter().map(|s| &s.facts.timezone).chain(viewer);
        let by_site = zones
            .map(|zone| {
                let today = now.timestamp().map(|at| zone.to_datetime(at).date());
                fleet.excepts.iter().filter(|e| holds(e, today)).collect()
            })
            .collect();
        Self { by_site }
    }

    /// The reason why such a problem is accepted; `site` is an index, none for the viewer.
    pub fn accepts(&self, site: Option<usize>, subject: &Subject, code: Code) -> Option<Arc<str>> {
        let at = site.or_else(|| self.by_site.len().checked_sub(1))?;
        let mut spelled = None;
        self.by_site
            .get(at)?
            .iter()
            .filter(|e| e.codes.iter().any(|c| names_code(c, code)))
            .find(|e| {
                let text: &String = spelled.get_or_insert_with(|| subject.to_string());
                matches(&e.subject, text)
            })
            .map(|e| Arc::clone(&e.reason))
    }
}

/// Whether the last day, inclusive, is not over. A clock that cannot be a date accepts nothing
/// that ends.
fn holds(except: &Except, today: Option<jiff::civil::Date>) -> bool {
    match (except.until, today) {
        (None, _) => true,
        (Some(until), Some(today)) => today <= until,
        (Some(_), None) => false,
    }
}

/// Whether a code as written (`backup.late`, `backup.*`) names this one.
fn names_code(written: &str, code: Code) -> bool {
    match written.strip_suffix(".*") {
        Some(family) => family == code.family(),
        None => written == code.as_str(),
    }
}

/// Whether a pattern matches a text: `*` stands for any characters but `/`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut tail) = text.strip_prefix(head) else { return false };
    loop {
        if matches(rest, tail) {
            return true;
        }
        let mut chars = tail.chars();
        match chars.next() {
            None | Some('/') => return false,
            Some(_) => tail = chars.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{matches, names_code};
    use crate::fleet::code::Code;

    #[test]
    fn a_star_stays_within_one_name() {
        for (pattern, text, expected) in [
            ("guest/fi/105", "guest/fi/105", true),
            ("guest/fi/105", "guest/fi/1050", false),
            ("guest/fi/*", "guest/fi/105", true),
            ("guest/*/105", "guest/fi/105", true),
            ("guest/*", "guest/fi/105", false),
            ("node/fi/fi*", "node/fi/fi1", true),
            ("node/fi/*1", "node/fi/fi1", true),
            ("node/fi/*2", "node/fi/fi1", false),
            ("storage/fi/*", "storage/fi/n1/local", false),
            ("storage/fi/*/local", "storage/fi/n1/local", true),
            ("*/fi", "source/fi", true),
            ("*", "viewer", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} ~ {text}");
        }
    }

    #[test]
    fn a_family_names_its_codes_only() {
        assert!(names_code("backup.*", Code::BackupLate));
        assert!(names_code("backup.late", Code::BackupLate));
        assert!(!names_code("backup.*", Code::SourceStale));
        assert!(!names_code("backup.lat", Code::BackupLate));
    }
}
