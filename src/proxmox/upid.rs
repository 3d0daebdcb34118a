//! Task ids. PVE: `UPID:node:pid:pstart:starttime:type:id:user:`, PBS has a task id before the
//! start, and escapes what the id may not hold (`\x3a`).

use crate::fleet::time::Epoch;

/// What a UPID tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The node.
    pub node: String,
    /// Start of the task.
    pub start: Epoch,
    /// Its type.
    pub kind: String,
    /// What it works on, unescaped; empty where there is nothing.
    pub id: String,
    /// Who started it.
    pub user: String,
}

/// Reads a UPID of either product.
pub fn parse(text: &str) -> Option<Parsed> {
    let fields: Vec<&str> = text.split(':').collect();
    let (["UPID", _, _, _, start, kind, id, user, ""]
    | ["UPID", _, _, _, _, start, kind, id, user, ""]) = *fields.as_slice()
    else {
        return None;
    };
    let seconds = i64::from_str_radix(start, 16).ok().filter(|s| *s >= 0)?;
    Some(Parsed {
        node: (*fields.get(1)?).to_owned(),
        start: Epoch(seconds),
        kind: kind.to_owned(),
        id: unescaped(id),
        user: user.to_owned(),
    })
}

/// Undoes systemd's escaping: `\x2d` is `-`; a plain `-` stays (it stands for `/`, or for itself
/// in ids of PVE, which are not escaped).
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.get(2..4).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(code) if code.is_ascii() => {
                out.push(char::from(code));
                rest = from.get(4..).unwrap_or("");
            }
            _ => {
                out.push_str("\\x");
                rest = from.get(2..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::fleet::time::Epoch;

    #[test]
    fn both_products_as_recorded() {
        let pve = parse("UPID:hetzner-fi1:00000443:0004697C:6B02E6C6:vzdump::root@pam:").unwrap();
        assert_eq!(
            (pve.node.as_str(), pve.kind.as_str(), pve.id.as_str()),
            ("hetzner-fi1", "vzdump", "")
        );
        assert_eq!(pve.start, Epoch(0x6B02_E6C6));
        let pbs = parse("UPID:vm:00001DBE:0004470B:00000013:6B02E79F:verify_group:store1\\x3a-vm-100:root@pam!admin:")
            .unwrap();
        assert_eq!((pbs.kind.as_str(), pbs.id.as_str()), ("verify_group", "store1:-vm-100"));
        assert_eq!((pbs.start, pbs.user.as_str()), (Epoch(0x6B02_E79F), "root@pam!admin"));
        for bad in ["", "UPID", "UPID:a:b:c:d:e:f:g", "UPID:a:b:c:zz:e:f:g:"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(UPID:)?[a-zé:\\\\x0-9]{0,60}") {
            parse(&text);
        }
    }
}
