//! What the operators want to be able to bring back, how fast and how young: their objectives.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{SourceName, Vmid};
use super::pve::cluster::Guest;

/// What is wanted of a guest's recovery. Durations in seconds; none: nobody said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// `recovery-point`: the most that may be lost.
    pub point: Option<i64>,
    /// `recovery-time`: the longest it may be away.
    pub time: Option<i64>,
    /// `rehearse-every`: the longest without a rehearsal of its restore.
    pub rehearse: Option<i64>,
}

impl Objective {
    /// Whether nothing is wanted.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// This, with what `other` says in place of it.
    #[must_use]
    fn overlaid(self, other: Self) -> Self {
        Self {
            point: other.point.or(self.point),
            time: other.time.or(self.time),
            rehearse: other.rehearse.or(self.rehearse),
        }
    }
}

/// Which guests a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// `tag:prod`
    Tag(Arc<str>),
    /// `pool:web`
    Pool(Arc<str>),
    /// `fi/*`
    Source(SourceName),
    /// `fi/101`
    Guest(SourceName, Vmid),
}

impl Which {
    /// `tag:NAME`, `pool:NAME`, `SOURCE/*` or `SOURCE/VMID`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((kind, name)) = text.split_once(':') {
            return match (kind, name) {
                (_, "") => None,
                ("tag", name) => Some(Self::Tag(name.into())),
                ("pool", name) => Some(Self::Pool(name.into())),
                _ => None,
            };
        }
        let (source, guest) = text.split_once('/').filter(|(source, _)| !source.is_empty())?;
        match guest {
            "*" => Some(Self::Source(source.into())),
            vmid => Some(Self::Guest(source.into(), vmid.parse().ok()?)),
        }
    }

    /// The source it names; none where it is not about one.
    pub fn source(&self) -> Option<&SourceName> {
        match self {
            Self::Source(source) | Self::Guest(source, _) => Some(source),
            Self::Tag(_) | Self::Pool(_) => None,
        }
    }

    fn is(&self, source: &SourceName, guest: &Guest) -> bool {
        match self {
            Self::Tag(tag) => guest.tags.contains(tag),
            Self::Pool(pool) => guest.pool.as_ref() == Some(pool),
            Self::Source(of) => of == source,
            Self::Guest(of, vmid) => of == source && *vmid == guest.vmid,
        }
    }
}

/// As [`Which::parse`] reads it.
impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => write!(f, "tag:{tag}"),
            Self::Pool(pool) => write!(f, "pool:{pool}"),
            Self::Source(source) => write!(f, "{source}/*"),
            Self::Guest(source, vmid) => write!(f, "{source}/{vmid}"),
        }
    }
}

/// One `[[objective]]`: what is wanted of some guests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectiveRule {
    /// The guests, any of these.
    pub guests: Vec<Which>,
    /// What is wanted; what is not said stays as it was.
    pub objective: Objective,
}

/// What is wanted of a guest: that of its site, overlaid with every rule that names it, in order.
pub fn objective(
    of_site: Objective,
    rules: &[ObjectiveRule],
    source: &SourceName,
    guest: &Guest,
) -> Objective {
    let named = rules.iter().filter(|rule| rule.guests.iter().any(|w| w.is(source, guest)));
    named.fold(of_site, |wanted, rule| wanted.overlaid(rule.objective))
}

#[cfg(test)]
mod tests {
    use super::{Objective, ObjectiveRule, Which, objective};
    use crate::judge::sample::guest;

    #[test]
    fn guests_are_named_by_tag_pool_source_and_number() {
        assert_eq!(Which::parse("tag:prod"), Some(Which::Tag("prod".into())));
        assert_eq!(Which::parse("pool:web"), Some(Which::Pool("web".into())));
        assert_eq!(Which::parse("fi/*"), Some(Which::Source("fi".into())));
        assert_eq!(Which::parse("fi/101"), Some(Which::Guest("fi".into(), 101)));
        for text in ["tag:prod", "pool:web", "fi/*", "fi/101"] {
            assert_eq!(Which::parse(text).unwrap().to_string(), text);
        }
        for wrong in ["", "prod", "tag:", "name:x", "/101", "fi/", "fi/web", "fi/-1"] {
            assert_eq!(Which::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_rule_that_says_something_holds() {
        let mut web = guest(100, crate::fleet::id::GuestKind::Qemu, "fi1", "web");
        web.tags = vec!["prod".into()];
        let rule = |which: &str, point, time| ObjectiveRule {
            guests: vec![Which::parse(which).unwrap()],
            objective: Objective { point, time, rehearse: None },
        };
        let site = Objective { point: Some(90_000), time: None, rehearse: Some(7) };
        let rules = [
            rule("tag:prod", Some(3600), Some(600)),
            rule("tag:other", Some(1), Some(1)),
            rule("fi/100", None, Some(60)),
        ];
        let wanted = objective(site, &rules, &"fi".into(), &web);
        assert_eq!(wanted, Objective { point: Some(3600), time: Some(60), rehearse: Some(7) });
        assert_eq!(objective(site, &rules, &"cafe".into(), &web).time, Some(600));
        web.tags.clear();
        assert_eq!(objective(site, &rules, &"cafe".into(), &web), site);
    }
}
