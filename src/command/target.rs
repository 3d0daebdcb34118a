//! What a command is asked about: a guest, a node, a source, a site, or all; found by its name.

use crate::fleet::id::{GuestKey, NodeName, Product, SiteName, SourceName};
use crate::judge::Judged;
use crate::judge::rows::SourceRow;

/// What a command is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One guest.
    Guest(GuestKey),
    /// One node.
    Node(SourceName, NodeName),
    /// One source: a PVE with all its nodes, or a PBS.
    Source(SourceName, Product),
    /// One site.
    Site(SiteName),
    /// Everything.
    All,
}

/// What a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// What there is a runbook for: guests, nodes, sites, all.
    Runbooks,
    /// What can be lost: nodes, sources, sites.
    Losses,
    /// Where guests run: nodes; PVE sources and sites for all their nodes.
    Hosts,
}

impl Takes {
    fn takes(self, target: &Target) -> bool {
        match target {
            Target::Guest(_) | Target::All => self == Self::Runbooks,
            Target::Node(..) | Target::Site(_) => true,
            Target::Source(_, product) => {
                self == Self::Losses || self == Self::Hosts && *product == Product::Pve
            }
        }
    }

    /// What it takes, and how that is written.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Runbooks => (
                "guest, node or site",
                "a guest is SOURCE/VMID, a node SOURCE/NODE; also a site's name, or all",
            ),
            Self::Losses => (
                "node, source or site",
                "a node is SOURCE/NODE; also the name of a source or a site",
            ),
            Self::Hosts => (
                "host",
                "a host is SOURCE/NODE; also the name of a cluster or a site, for all its hosts",
            ),
        }
    }
}

/// Why nothing is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// Nothing has that name.
    #[error("there is no {} {asked:?}: {}", .takes.words().0, .takes.words().1)]
    Unknown {
        /// What was asked for.
        asked: String,
        /// What was wanted.
        takes: Takes,
    },
    /// Several have it.
    #[error("{asked:?} may mean {all}: write one of these")]
    Several {
        /// What was asked for.
        asked: String,
        /// How each can be named.
        all: String,
    },
}

impl Target {
    /// How it is named.
    pub fn name(&self) -> String {
        match self {
            Self::Guest(key) => format!("{}/{}", key.source, key.vmid),
            Self::Node(source, node) => format!("{source}/{node}"),
            Self::Source(source, _) => source.to_string(),
            Self::Site(site) => site.to_string(),
            Self::All => "all".to_owned(),
        }
    }

    /// The same with its kind, as reports write it: `node/fi/fi1`.
    pub fn spelled(&self) -> String {
        let kind = match self {
            Self::Guest(_) => "guest",
            Self::Node(..) => "node",
            Self::Source(..) => "source",
            Self::Site(_) => "site",
            Self::All => return self.name(),
        };
        format!("{kind}/{}", self.name())
    }

    /// Finds what is meant: `all`, `SOURCE/VMID`, `SOURCE/NODE`, the name of a source or a site,
    /// each with its kind before it or without; a node's or a guest's name or a guest's number,
    /// where only one has it.
    ///
    /// # Errors
    /// Where nothing that the command takes, or more than one thing, is called so.
    pub fn find(asked: &str, judged: &Judged, takes: Takes) -> Result<Self, NoTarget> {
        if asked == "all" && takes.takes(&Self::All) {
            return Ok(Self::All);
        }
        let all = everything(judged, takes);
        let of = |is_meant: &dyn Fn(&Self, &[String]) -> bool| -> Vec<&Self> {
            let meant = all.iter().filter(|(target, names)| is_meant(target, names));
            meant.map(|(target, _)| target).collect()
        };
        let mut meant = of(&|target, _| target.name() == asked);
        if let [site @ Self::Site(_), Self::Source(source, _)] = meant.as_slice()
            && is_whole(judged, site, source)
        {
            meant.truncate(1);
        }
        if meant.is_empty() {
            meant = of(&|target, _| target.spelled() == asked);
        }
        if meant.is_empty() {
            meant = of(&|_, names| names.iter().any(|name| name == asked));
        }
        match meant.as_slice() {
            [] => Err(NoTarget::Unknown { asked: asked.to_owned(), takes }),
            [one] => Ok((*one).clone()),
            several => {
                let names = several.iter().map(|target| match target {
                    Self::Site(_) | Self::Source(..) => target.spelled(),
                    _ => target.name(),
                });
                let all = names.collect::<Vec<_>>().join(", ");
                Err(NoTarget::Several { asked: asked.to_owned(), all })
            }
        }
    }
}

/// Whether a source is all there is at a site.
fn is_whole(judged: &Judged, site: &Target, source: &SourceName) -> bool {
    let mut sites = judged.sites.iter().filter(|row| Target::Site(row.name.clone()) == *site);
    sites.any(|row| matches!(row.sources.as_slice(), [one] if one.name == *source))
}

/// Everything that a command takes, with the short names it goes by: a site, its sources, their
/// nodes and guests.
pub(super) fn everything(judged: &Judged, takes: Takes) -> Vec<(Target, Vec<String>)> {
    let mut all = Vec::new();
    for site in &judged.sites {
        all.push((Target::Site(site.name.clone()), Vec::new()));
        let source = |row: &SourceRow| Target::Source(row.name.clone(), row.product);
        all.extend(site.sources.iter().map(|row| (source(row), Vec::new())));
        // A PBS's host has no guests to bring back.
        for node in site.nodes.iter().filter(|node| node.guests.is_some()) {
            let target = Target::Node(node.source.clone(), node.name.clone());
            all.push((target, vec![node.name.to_string()]));
        }
        for guest in &site.guests {
            let key = GuestKey { source: guest.source.clone(), vmid: guest.vmid };
            let names = guest.name.iter().map(ToString::to_string);
            let names = names.chain([guest.vmid.to_string()]).collect();
            all.push((Target::Guest(key), names));
        }
    }
    all.retain(|(target, _)| takes.takes(target));
    all
}

#[cfg(test)]
mod tests {
    use super::{NoTarget, Takes, Target};
    use crate::fleet::id::{GuestKey, Product};
    use crate::judge::Judged;
    use crate::judge::sample::{healthy, judged};

    fn unknown(asked: &str, takes: Takes) -> Result<Target, NoTarget> {
        Err(NoTarget::Unknown { asked: asked.into(), takes })
    }

    #[test]
    fn what_is_meant_is_found_or_said_to_be_unclear() {
        let judged = judged(&healthy());
        let find = |asked: &str| Target::find(asked, &judged, Takes::Runbooks);
        let guest = || Target::Guest(GuestKey { source: "fi".into(), vmid: 100 });
        assert_eq!(find("all"), Ok(Target::All));
        for asked in ["fi/100", "100", "web", "guest/fi/100"] {
            assert_eq!(find(asked), Ok(guest()), "{asked}");
        }
        for asked in ["fi/fi1", "fi1", "node/fi/fi1"] {
            assert_eq!(find(asked), Ok(Target::Node("fi".into(), "fi1".into())), "{asked}");
        }
        for asked in ["helsinki", "site/helsinki"] {
            assert_eq!(find(asked), Ok(Target::Site("helsinki".into())));
        }
        // There are no runbooks of sources.
        for asked in ["", "fi", "fi/999", "localhost", "pbs/localhost", "source/fi"] {
            assert_eq!(find(asked), unknown(asked, Takes::Runbooks), "{asked}");
        }
    }

    #[test]
    fn a_command_finds_only_what_it_takes() {
        let judged = judged(&healthy());
        let fi = || Ok(Target::Source("fi".into(), Product::Pve));
        for takes in [Takes::Losses, Takes::Hosts] {
            let find = |asked: &str| Target::find(asked, &judged, takes);
            assert_eq!(find("fi"), fi());
            assert_eq!(find("source/fi"), fi());
            assert_eq!(find("fi1"), Ok(Target::Node("fi".into(), "fi1".into())));
            assert_eq!(find("home"), Ok(Target::Site("home".into())));
            for asked in ["all", "web", "100", "fi/100", "guest/fi/100", "pbs/localhost"] {
                assert_eq!(find(asked), unknown(asked, takes), "{asked}");
            }
        }
        let pbs = Target::Source("pbs".into(), Product::Pbs);
        assert_eq!(Target::find("pbs", &judged, Takes::Losses), Ok(pbs));
        assert_eq!(Target::find("pbs", &judged, Takes::Hosts), unknown("pbs", Takes::Hosts));
        let said = unknown("x", Takes::Hosts).unwrap_err().to_string();
        assert!(said.starts_with("there is no host \"x\": a host is SOURCE/NODE;"), "{said}");
    }

    #[test]
    fn a_name_of_several_is_not_guessed() {
        let all_of = |judged: &Judged, asked: &str, takes| match Target::find(asked, judged, takes)
        {
            Err(NoTarget::Several { all, .. }) => all,
            other => panic!("guessed {other:?}"),
        };
        let mut judged = judged(&healthy());
        for guest in &mut judged.sites[0].guests {
            guest.name = Some("web".into());
        }
        assert_eq!(all_of(&judged, "web", Takes::Runbooks), "fi/100, fi/101, fi/200");
        // A source that is all of its site is that site; else it says which it is.
        judged.sites[0].name = "fi".into();
        let found = Target::find("fi", &judged, Takes::Losses);
        assert_eq!(found, Ok(Target::Site("fi".into())));
        let other = judged.sites[1].sources[0].clone();
        judged.sites[0].sources.push(other);
        assert_eq!(all_of(&judged, "fi", Takes::Losses), "site/fi, source/fi");
        let source = Target::Source("fi".into(), Product::Pve);
        assert_eq!(Target::find("source/fi", &judged, Takes::Losses), Ok(source));
        assert_eq!(Target::find("fi", &judged, Takes::Runbooks), Ok(Target::Site("fi".into())));
    }
}
