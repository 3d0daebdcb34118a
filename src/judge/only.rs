//! A part of what was judged: the sites somebody asked for.

use super::problem::Problem;
use super::rows::Judged;
use super::verdict::Verdict;
use crate::fleet::id::SiteName;

impl Judged {
    /// What concerns these sites, and the viewer; everything when none is named. Judged it was
    /// as a whole: what one site knows of another's guests stays known.
    #[must_use]
    pub fn only(mut self, sites: &[SiteName]) -> Self {
        if sites.is_empty() {
            return self;
        }
        let concerns = |p: &Problem| p.site.as_ref().is_none_or(|site| sites.contains(site));
        self.timeline = std::sync::OnceLock::new();
        self.sites.retain(|site| sites.contains(&site.name));
        self.problems.retain(concerns);
        self.notices.retain(concerns);
        let rows = self.sites.iter().map(|site| site.verdict);
        self.verdict =
            Verdict::worst(rows.chain(self.problems.iter().map(|p| p.severity.verdict())));
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::fleet::policy::SiteFacts;
    use crate::fleet::site::Fleet;
    use crate::fleet::time::Epoch;
    use crate::judge::{Verdict, judge};

    #[test]
    fn other_sites_are_left_out_and_do_not_count() {
        let site = |name: &str| SiteFacts {
            name: name.into(),
            place: None,
            contact: None,
            keys: None,
            timezone: jiff::tz::TimeZone::UTC,
            policy: crate::fleet::policy::Policy::default(),
            sources: vec![crate::fleet::policy::SourceFacts {
                name: name.into(),
                product: crate::fleet::id::Product::Pve,
                endpoints: vec!["a:8006".into()],
                fingerprints: Vec::new(),
                planned_off: Vec::new(),
            }],
        };
        let fleet = Fleet::new([site("a"), site("b")], Vec::new());
        let all = judge(&fleet, Epoch(1_000_000));
        assert_eq!(all.clone().only(&[]), all);
        let one = all.clone().only(&["a".into()]);
        assert_eq!(one.sites, all.sites[..1]);
        assert_ne!(one.verdict, Verdict::Ok, "nothing is known of it");
        assert!(one.problems.iter().all(|p| p.site.as_ref().is_none_or(|s| s.as_str() == "a")));
        assert!(one.problems.len() < all.problems.len());
    }
}
