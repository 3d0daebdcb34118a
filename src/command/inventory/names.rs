//! Names that Ansible takes: of groups (what Python takes as a name) and of hosts. Two things
//! never share one, however alike they are called.

use std::collections::{BTreeMap, BTreeSet};

/// What something is called, before Ansible's rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Raw {
    /// The kind of a group; empty for a host.
    prefix: &'static str,
    name: String,
    /// What tells it from others of this name.
    key: String,
}

impl Raw {
    pub(super) fn new(prefix: &'static str, name: &str, key: &str) -> Self {
        Self { prefix, name: name.to_owned(), key: key.to_owned() }
    }

    fn plain(&self) -> String {
        if self.prefix.is_empty() { word(&self.name) } else { self.group(&self.name) }
    }

    fn group(&self, name: &str) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        format!("{}_{}", self.prefix, name.chars().take(LONGEST).map(safe).collect::<String>())
    }

    /// Whether nothing had to be changed.
    fn is_exact(&self) -> bool {
        self.plain() == format!("{}_{}", self.prefix, self.name)
    }
}

/// More of a name is of no use to anybody.
const LONGEST: usize = 100;

/// A name for each. One that nobody shares stays as it is; of several alike, hosts are told apart by
/// their source and number, groups by a mark of their full name: it does not depend on their order.
pub(super) fn distinct(all: impl Iterator<Item = Raw>) -> BTreeMap<Raw, String> {
    let all: BTreeSet<Raw> = all.collect();
    let mut alike: BTreeMap<String, Vec<Raw>> = BTreeMap::new();
    for raw in all {
        alike.entry(raw.plain()).or_default().push(raw);
    }
    // A name that is somebody's own is nobody else's way out.
    let mut taken: BTreeSet<String> = alike.keys().cloned().collect();
    let mut names = BTreeMap::new();
    for (plain, several) in alike {
        let one = several.len() == 1;
        for raw in several {
            let keeps = one || !raw.prefix.is_empty() && raw.is_exact();
            let name = if keeps { plain.clone() } else { free(&raw, &plain, &mut taken) };
            names.insert(raw, name);
        }
    }
    names
}

fn free(raw: &Raw, plain: &str, taken: &mut BTreeSet<String>) -> String {
    let base = if raw.prefix.is_empty() {
        word(&format!("{}.{}", raw.name, raw.key))
    } else {
        format!("{plain}_{:08x}", mark(&raw.name))
    };
    let mut name = base.clone();
    let mut next = 2_u32;
    while !taken.insert(name.clone()) {
        name = format!("{base}_{next}");
        next = next.saturating_add(1);
    }
    name
}

/// FNV-1a of 32 bits: the same on every machine and in every version.
fn mark(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// What may stand for a host in an inventory, a pattern and on a command line: no option, no
/// range, no pattern, no port.
pub(super) fn word(text: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':') { c } else { '_' }
    };
    // A colon is only left in an address.
    let address = text.parse::<std::net::IpAddr>().is_ok();
    let safe = |c: char| if c == ':' && !address { '_' } else { safe(c) };
    let name: String = text.chars().take(LONGEST).map(safe).collect();
    let begins = |c: char| c.is_ascii_alphanumeric() || address;
    if name.starts_with(begins) { name } else { format!("h{name}") }
}

/// Ansible would run a template that stands in a variable, and who may name a guest must not run
/// anything on the bastion: braces become round.
pub(super) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '{' => '(',
            '}' => ')',
            other => other,
        })
        .collect()
}

/// The host in `https://host:port` or `host:port`, without the brackets of an address.
pub(super) fn host_of(endpoint: &str) -> Option<&str> {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let rest = rest.split('/').next()?;
    match rest.strip_prefix('[') {
        Some(inner) => inner.split(']').next(),
        None => rest.split(':').next(),
    }
    .filter(|host| !host.is_empty())
}
