//! The pseudonyms: one per name, in the order in which they were met.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::{HashMap, HashMapExt as _};

/// What stands for what.
#[derive(Debug)]
pub(super) struct Names {
    known: HashMap<String, String>,
    counts: HashMap<&'static str, u32>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { known: HashMap::new(), counts: HashMap::new() }
    }

    /// The pseudonym of a name that was met before. Hosts are the same in any case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.known.get(name).or_else(|| self.known.get(&name.to_lowercase())).map(String::as_str)
    }

    /// The pseudonym of a name; a new one is of this kind: `guest-3`.
    pub(super) fn of(&mut self, kind: &'static str, name: &str) -> String {
        if let Some(known) = self.get(name) {
            return known.to_owned();
        }
        let number = self.next(kind);
        self.keep(name, format!("{kind}-{number}"))
    }

    /// An address of those that are kept for documents.
    pub(super) fn address(&mut self, ip: IpAddr) -> String {
        if let Some(known) = self.get(&ip.to_string()) {
            return known.to_owned();
        }
        let number = self.next("ip");
        let [_, _, high, low] = number.to_be_bytes();
        let other: IpAddr = match ip {
            // 198.18.0.0/15, RFC 2544; documents have no larger one.
            IpAddr::V4(_) => Ipv4Addr::new(198, 18, high, low).into(),
            IpAddr::V6(_) => {
                Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::from_be_bytes([high, low])).into()
            }
        };
        self.keep(&ip.to_string(), other.to_string())
    }

    /// So many bytes in hexadecimal with colons: a MAC, a fingerprint.
    pub(super) fn bytes(&mut self, text: &str) -> String {
        let name = text.to_uppercase();
        if let Some(known) = self.get(&name) {
            return known.to_owned();
        }
        let number = self.next("bytes").to_be_bytes();
        let length = text.split(':').count();
        let byte = |at: usize| {
            let from_end = length.saturating_sub(at);
            // A local address, for nobody's card.
            let first = if at == 0 { 2 } else { 0 };
            4_usize.checked_sub(from_end).and_then(|at| number.get(at)).copied().unwrap_or(first)
        };
        let bytes: Vec<String> = (0..length).map(|at| format!("{:02X}", byte(at))).collect();
        self.keep(&name, bytes.join(":"))
    }

    fn next(&mut self, kind: &'static str) -> u32 {
        let count = self.counts.entry(kind).or_default();
        *count = count.saturating_add(1);
        *count
    }

    fn keep(&mut self, name: &str, pseudonym: String) -> String {
        self.known.insert(name.to_owned(), pseudonym.clone());
        pseudonym
    }
}
