//! What to do where a source cannot be read, by what kept it from being read.

use crate::fleet::link::Layer;
use crate::fleet::part::CauseKind;
use crate::judge::problem::Facts;

/// Nobody is reached: by the layer on which that ends.
pub(super) fn unreachable(facts: &Facts) -> [&'static str; 2] {
    match facts.layer {
        Some(Layer::Name) => [
            "look the name up from here: getent hosts NAME; is it spelled right?",
            "mend the DNS, or write the address into endpoints",
        ],
        Some(Layer::Refused) => [
            "on the server: systemctl status pveproxy, or proxmox-backup-proxy",
            "and check the port in endpoints: 8006 for a PVE, 8007 for a PBS",
        ],
        Some(Layer::Tls) => [
            "from here: curl -vk https://ENDPOINT/ shows who answers there",
            "check the port in endpoints: 8006 for a PVE, 8007 for a PBS",
        ],
        Some(Layer::Reset) => [
            "on the server: systemctl status pveproxy, or proxmox-backup-proxy",
            "if it runs: look for a firewall or proxy that cuts connections",
        ],
        Some(Layer::Route | Layer::Timeout) | None => [
            "from here: ping, then curl -k https://ENDPOINT/ to see which layer fails",
            "ask the site's contact: power, line, firewall",
        ],
    }
}

/// It answers, and nothing can be read: by what the calls came to.
pub(super) fn error(facts: &Facts) -> [&'static str; 2] {
    match facts.cause {
        Some(CauseKind::Unauthorized) => {
            ["mend that where vigie runs (a secret file needs chmod 600), then press r", ""]
        }
        Some(CauseKind::Broken) => [
            "nothing on the server: it is a bug of vigie, which begins anew by itself",
            "report it with the log: ~/.local/state/vigie/vigie.*.log",
        ],
        Some(CauseKind::TooLarge) => [
            "from here: curl -sk https://ENDPOINT/ | wc -c; a proxy in its place?",
            "journalctl -u pvedaemon -u pveproxy on the node",
        ],
        Some(CauseKind::Cut) => [
            "look for a proxy or a bad line in between: curl -vk https://ENDPOINT/",
            "journalctl -u pvedaemon -u pveproxy on the node",
        ],
        _ => ["journalctl -u pvedaemon -u pveproxy on the node", ""],
    }
}
