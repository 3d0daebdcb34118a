//! Endpoints: `https://host[:port]`, nothing more.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use super::mistake::{Meant, Quoted, What, looks_secret};
use crate::fleet::id::Product;

/// Where a source answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// A name or an address, in lower case; IPv6 without brackets.
    pub host: String,
    /// The port; 8006 for PVE and 8007 for PBS where none was written.
    pub port: u16,
    /// `https://host:port`, with brackets where IPv6 needs them, without a slash at the end.
    pub url: String,
}

/// `host:port`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.url.strip_prefix(SCHEME).unwrap_or(&self.url))
    }
}

const SCHEME: &str = "https://";

/// The port of a product, where none is written.
pub fn default_port(product: Product) -> u16 {
    match product {
        Product::Pve => 8006,
        Product::Pbs => 8007,
    }
}

impl Endpoint {
    /// Reads an endpoint of a source of this product.
    pub fn parse(text: &str, product: Product) -> Result<Self, What> {
        let text = text.trim();
        // Before anything else: what stands before an `@` may be a password, and is not repeated.
        if text.contains('@') {
            return Err(What::UserInEndpoint);
        }
        let quoted = || Quoted::new(text);
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_lowercase(), rest),
            None => (String::new(), text),
        };
        let cut = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        let bare = Self::authority(authority, product);
        let meant = || match &bare {
            // What is not repeated is not suggested either.
            Ok(endpoint) if !looks_secret(text) => Meant::Word(endpoint.url.clone()),
            _ => Meant::Nothing,
        };
        match scheme.as_str() {
            "https" => {}
            "http" => return Err(What::PlainHttp(quoted())),
            _ => return Err(What::EndpointScheme { endpoint: quoted(), meant: meant() }),
        }
        if !matches!(tail, "" | "/") {
            return Err(What::EndpointPath { endpoint: quoted(), meant: meant() });
        }
        bare.map_err(|part| match part {
            Part::Host => What::EndpointHost(quoted()),
            Part::Port => What::EndpointPort(quoted()),
        })
    }

    fn authority(text: &str, product: Product) -> Result<Self, Part> {
        let (host, port) = match text.strip_prefix('[') {
            Some(inner) => {
                let (address, after) = inner.split_once(']').ok_or(Part::Host)?;
                address.parse::<Ipv6Addr>().map_err(|_| Part::Host)?;
                let port = match after.strip_prefix(':') {
                    Some(port) => Some(port),
                    None if after.is_empty() => None,
                    None => return Err(Part::Host),
                };
                (address, port)
            }
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        let host = host.to_lowercase();
        let address = host.parse::<IpAddr>().ok();
        if address.is_none() && !is_host_name(&host) {
            return Err(Part::Host);
        }
        let port = match port {
            None => default_port(product),
            // An address of IPv6 without brackets: what looks like a port is its tail.
            Some(port) if port.contains(':') => return Err(Part::Host),
            Some(port) => port
                .parse()
                .ok()
                .filter(|&n| n > 0 && port.chars().all(|c| c.is_ascii_digit()))
                .ok_or(Part::Port)?,
        };
        let url = match address {
            Some(IpAddr::V6(v6)) => format!("{SCHEME}[{v6}]:{port}"),
            _ => format!("{SCHEME}{host}:{port}"),
        };
        let host = address.map_or(host, |address| address.to_string());
        Ok(Self { host, port, url })
    }
}

/// Which part of host and port is wrong.
enum Part {
    Host,
    Port,
}

/// Whether a text may be a host's name: labels of letters, digits, hyphens and underscores,
/// not all digits (that would be a mistyped address).
fn is_host_name(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253
        && text.split('.').all(label)
        && !text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Endpoint;
    use crate::fleet::id::Product;

    #[test]
    fn endpoints_judged_by_hand() {
        let good = [
            ("https://fi1.example.org:8006", "fi1.example.org", "https://fi1.example.org:8006"),
            ("https://fi1/", "fi1", "https://fi1:8006"),
            ("HTTPS://FI1.Example.org:443", "fi1.example.org", "https://fi1.example.org:443"),
            ("https://192.0.2.7", "192.0.2.7", "https://192.0.2.7:8006"),
            ("https://[2001:DB8::7]", "2001:db8::7", "https://[2001:db8::7]:8006"),
            ("https://[::1]:1/", "::1", "https://[::1]:1"),
        ];
        for (text, host, url) in good {
            let endpoint = Endpoint::parse(text, Product::Pve).unwrap();
            assert_eq!((endpoint.host.as_str(), endpoint.url.as_str()), (host, url));
        }
        let pbs = Endpoint::parse("https://pbs", Product::Pbs).unwrap();
        assert_eq!((pbs.port, pbs.to_string().as_str()), (8007, "pbs:8007"));
    }

    #[test]
    fn wrong_endpoints_say_what_was_meant() {
        let table = [
            (
                "http://fi1:8006",
                "\"http://fi1:8006\" would send the token unencrypted: only https:// is spoken",
            ),
            (
                "fi1.example.org",
                "\"fi1.example.org\" must begin with https://; did you mean `https://fi1.example.org:8006`?",
            ),
            (
                "ftp://fi1",
                "\"ftp://fi1\" must begin with https://; did you mean `https://fi1:8006`?",
            ),
            (
                "https://fi1:8006/api2/json",
                "\"https://fi1:8006/api2/json\" has more than host and port; did you mean `https://fi1:8006`?",
            ),
            (
                "https://fi1?x",
                "\"https://fi1?x\" has more than host and port; did you mean `https://fi1:8006`?",
            ),
            ("https://fi1:", "\"https://fi1:\" has no valid port (1 to 65535)"),
            ("https://fi1:0", "\"https://fi1:0\" has no valid port (1 to 65535)"),
            ("https://fi1:+80", "\"https://fi1:+80\" has no valid port (1 to 65535)"),
            ("https://fi1:65536", "\"https://fi1:65536\" has no valid port (1 to 65535)"),
        ];
        for (text, sentence) in table {
            let what = Endpoint::parse(text, Product::Pve).unwrap_err();
            assert_eq!(what.to_string(), sentence);
        }
        for text in [
            "https://",
            "https://fe80::1:8006",
            "https://[fe80::1",
            "https://[fe80::1%eth0]",
            "https://[::1]8006",
            "https://a b",
            "https://300.1.1.1",
            "https://bücher.example",
            "https://-a",
            "https://a..b",
        ] {
            let what = Endpoint::parse(text, Product::Pve).unwrap_err();
            assert!(what.to_string().contains("no valid host"), "{text}: {what}");
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        for text in ["https://root:hunter2@fi1:8006", "root:hunter2@fi1", "http://hunter2@x/y"] {
            let what = Endpoint::parse(text, Product::Pve).unwrap_err();
            assert!(!format!("{what} {what:?}").contains("hunter2"));
        }
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back(text in "(https://)?[a-z0-9.:\\[\\]/é-]{0,30}") {
            if let Ok(endpoint) = Endpoint::parse(&text, Product::Pbs) {
                prop_assert_eq!(Endpoint::parse(&endpoint.url, Product::Pve), Ok(endpoint));
            }
        }
    }
}
