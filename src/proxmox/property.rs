//! Property strings: `local-zfs:vm-1-disk-0,size=32G,backup=0`, sometimes given as an object.

use crate::proxmox::scalar::truth;

/// A parsed property string: the value that stands without a key, and the keyed ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Property {
    /// The part without a key (`file` of disks), usually the first.
    pub main: Option<String>,
    /// Keys and values, in order.
    pub pairs: Vec<(String, String)>,
}

impl Property {
    /// Reads one. Values in double quotes may hold commas, with `\"` and `\\` inside.
    pub fn parse(text: &str) -> Self {
        let mut property = Self::default();
        for piece in pieces(text) {
            match piece.split_once('=') {
                Some((key, value)) if is_key(key) => {
                    property.pairs.push((key.to_owned(), unquoted(value)));
                }
                _ if property.main.is_none() => property.main = Some(unquoted(&piece)),
                _ => {}
            }
        }
        property
    }

    /// A value by key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// A yes or no by key.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(truth)
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Splits at commas that stand outside of quotes.
fn pieces(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut piece = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                piece.push(c);
            }
            '\\' if quoted => {
                escaped = true;
                piece.push(c);
            }
            '"' => {
                quoted = !quoted;
                piece.push(c);
            }
            ',' if !quoted => out.push(std::mem::take(&mut piece)),
            c => piece.push(c),
        }
    }
    out.push(piece);
    out.retain(|piece| !piece.trim().is_empty());
    out
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

/// A size as Proxmox writes it: `32G`, `4M`, `512K`, `1.5T`, bytes without a letter.
pub fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text.get(digits.len()..)? {
        "" => 0,
        "K" | "k" => 10,
        "M" | "m" => 20,
        "G" | "g" => 30,
        "T" | "t" => 40,
        "P" | "p" => 50,
        _ => return None,
    };
    let number: f64 = digits.parse().ok()?;
    let bytes = number * f64::from(shift).exp2();
    (bytes.is_finite() && (0.0..9e18).contains(&bytes)).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::{Property, size};

    #[test]
    fn disks_as_recorded() {
        let p = Property::parse("local-zfs:vm-101-disk-1,backup=0,replicate=0,size=500G");
        assert_eq!(p.main.as_deref(), Some("local-zfs:vm-101-disk-1"));
        assert_eq!((p.flag("backup"), p.flag("replicate")), (Some(false), Some(false)));
        assert_eq!(p.get("size").and_then(size), Some(500 << 30));
        let cd = Property::parse("none,media=cdrom");
        assert_eq!((cd.main.as_deref(), cd.get("media")), (Some("none"), Some("cdrom")));
        let bind = Property::parse("/srv/host,mp=/srv");
        assert_eq!((bind.main.as_deref(), bind.get("mp")), (Some("/srv/host"), Some("/srv")));
    }

    #[test]
    fn quotes_may_hold_commas() {
        let p = Property::parse(r#"offline,message="disk \"A\", swapped",x=1"#);
        assert_eq!(p.main.as_deref(), Some("offline"));
        assert_eq!(p.get("message"), Some(r#"disk "A", swapped"#));
        assert_eq!(p.get("x"), Some("1"));
        assert_eq!(Property::parse(""), Property::default());
        assert_eq!(Property::parse(",,").main, None);
    }

    #[test]
    fn sizes() {
        let table = [("32G", 32 << 30), ("4M", 4 << 20), ("1.5K", 1536), ("7", 7)];
        for (text, bytes) in table {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for bad in ["", "G", "-1G", "1X", "1e400", "NaN"] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }
}
