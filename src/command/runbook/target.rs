//! Which runbook is asked for: a guest, a node, a site, or all.

use crate::fleet::id::{GuestKey, NodeName, SiteName, SourceName};
use crate::judge::Judged;

/// What a runbook is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One guest.
    Guest(GuestKey),
    /// One node.
    Node(SourceName, NodeName),
    /// One site.
    Site(SiteName),
    /// The whole set.
    All,
}

/// Why no runbook is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// Nothing has that name.
    #[error(
        "there is no guest, node or site {0:?}: a guest is SOURCE/VMID, a node SOURCE/NODE; \
         also a site's name, or all"
    )]
    Unknown(String),
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
    /// How it is named without doubt.
    pub fn name(&self) -> String {
        match self {
            Self::Guest(key) => format!("{}/{}", key.source, key.vmid),
            Self::Node(source, node) => format!("{source}/{node}"),
            Self::Site(site) => site.to_string(),
            Self::All => "all".to_owned(),
        }
    }

    /// Finds what is meant: `all`, `SOURCE/VMID`, `SOURCE/NODE`; a site's, a node's or a guest's
    /// name or a guest's number, where only one has it.
    ///
    /// # Errors
    /// Where nothing, or more than one thing, is called so.
    pub fn find(asked: &str, judged: &Judged) -> Result<Self, NoTarget> {
        if asked == "all" {
            return Ok(Self::All);
        }
        let all = everything(judged);
        if let Some(exact) = all.iter().find(|(target, _)| target.name() == asked) {
            return Ok(exact.0.clone());
        }
        let named: Vec<&Self> = all
            .iter()
            .filter(|(_, names)| names.iter().any(|n| n == asked))
            .map(|(t, _)| t)
            .collect();
        match named.as_slice() {
            [] => Err(NoTarget::Unknown(asked.to_owned())),
            [one] => Ok((*one).clone()),
            several => {
                let names: Vec<String> = several.iter().map(|target| target.name()).collect();
                let asked = asked.to_owned();
                Err(NoTarget::Several { asked, all: names.join(", ") })
            }
        }
    }
}

/// Everything there is a runbook for, with the short names it goes by.
pub(super) fn everything(judged: &Judged) -> Vec<(Target, Vec<String>)> {
    let mut all = Vec::new();
    for site in &judged.sites {
        all.push((Target::Site(site.name.clone()), Vec::new()));
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
    all
}

#[cfg(test)]
mod tests {
    use super::{NoTarget, Target};
    use crate::fleet::id::GuestKey;
    use crate::judge::sample::{healthy, judged};

    #[test]
    fn what_is_meant_is_found_or_said_to_be_unclear() {
        let judged = judged(&healthy());
        let find = |asked: &str| Target::find(asked, &judged);
        let guest = || Target::Guest(GuestKey { source: "fi".into(), vmid: 100 });
        assert_eq!(find("all"), Ok(Target::All));
        for asked in ["fi/100", "100", "web"] {
            assert_eq!(find(asked), Ok(guest()), "{asked}");
        }
        for asked in ["fi/fi1", "fi1"] {
            assert_eq!(find(asked), Ok(Target::Node("fi".into(), "fi1".into())), "{asked}");
        }
        assert_eq!(find("helsinki"), Ok(Target::Site("helsinki".into())));
        for asked in ["", "fi/999", "localhost", "pbs/localhost"] {
            assert_eq!(find(asked), Err(NoTarget::Unknown(asked.into())), "{asked}");
        }
    }

    #[test]
    fn a_name_of_several_is_not_guessed() {
        let mut judged = judged(&healthy());
        for guest in &mut judged.sites[0].guests {
            guest.name = Some("web".into());
        }
        let Err(NoTarget::Several { all, .. }) = Target::find("web", &judged) else {
            panic!("guessed")
        };
        assert_eq!(all, "fi/100, fi/101, fi/200");
    }
}
