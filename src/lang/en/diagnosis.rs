//! Words of `vigie doctor`.

use std::fmt::Write as _;

use super::super::Measures;
use super::super::diagnosis::{
    Access, Diagnoses, Finding, Goes, Health, Lack, Leave, Shown, Stage,
};
use super::English;
use crate::fleet::id::Product;

impl Diagnoses for English {
    fn stage(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Config => "config",
            Stage::Secret => "secret",
            Stage::Name => "name",
            Stage::Connect => "connection",
            Stage::Tls => "TLS",
            Stage::Trust => "trust",
            Stage::Http => "HTTP",
            Stage::Token => "token",
            Stage::Version => "version",
            Stage::Clock => "clock",
            Stage::Pace => "time",
            Stage::Rights => "rights",
        }
    }

    fn health(&self, health: Health) -> &'static str {
        match health {
            Health::Ok => "ok",
            Health::Warning => "warning",
            Health::Broken => "BROKEN",
            Health::NotReached => "-",
        }
    }

    fn finding(&self, finding: &Finding) -> String {
        match finding {
            Finding::Fine => "as it should be".to_owned(),
            Finding::NotReached => "not reached".to_owned(),
            Finding::Config(why) | Finding::Secret(why) => why.clone(),
            Finding::NoName(why) => format!("the name cannot be looked up: {why}"),
            Finding::NoRoute => "no route to the host".to_owned(),
            Finding::Refused => "the connection is refused".to_owned(),
            Finding::Silent => "nothing comes back in time".to_owned(),
            Finding::NoTls(Some(why)) => format!("no TLS: {why}"),
            Finding::NoTls(None) => "the TLS handshake does not end in time".to_owned(),
            Finding::Untrusted { seen, expected, why } => {
                let mut text = format!("the certificate is not trusted: {why}");
                if let Some(seen) = seen {
                    let _ = write!(text, "; seen {}", shown(seen));
                }
                for pin in expected {
                    let _ = write!(text, "; expected {pin}");
                }
                text
            }
            Finding::Trusted(seen) => shown(seen),
            Finding::NoAnswer(why) => format!("no usable answer: {why}"),
            Finding::NotAccepted => "the token is not accepted".to_owned(),
            Finding::Version(product, text) => format!("{} {text}", name(*product)),
            Finding::Clock(None) => "the server told no time: not known".to_owned(),
            Finding::Clock(Some(0)) => "the same as here".to_owned(),
            Finding::Clock(Some(off)) => {
                let by = self.duration(off.unsigned_abs() as f64);
                if *off > 0 { format!("{by} ahead of here") } else { format!("{by} behind here") }
            }
            Finding::Took(ms) => format!("{ms} ms for one call"),
            Finding::Rights(access) => counted(access),
        }
    }

    fn cure(&self, stage: Stage, health: Health, finding: &Finding) -> Option<String> {
        if matches!(health, Health::Ok | Health::NotReached) {
            return None;
        }
        let cure = match finding {
            Finding::Config(_) => "correct it in the configuration; `vigie config` shows it",
            Finding::Secret(_) => "let the secret be in a file of yours with mode 600",
            Finding::NoName(_) => "correct the endpoint, or the resolver of this machine",
            Finding::NoRoute => "look at the network between here and there",
            Finding::Refused => {
                "is the port right? On the server: `systemctl status pveproxy` or \
                 `proxmox-backup-proxy`"
            }
            Finding::Silent if stage == Stage::Http => {
                "the server is too busy or hangs: look there"
            }
            Finding::Silent => "is the host on, and is a firewall between?",
            Finding::NoTls(_) => "is it the port of Proxmox, and of HTTPS?",
            Finding::Untrusted { .. } => {
                "compare on the server itself: `openssl x509 -noout -fingerprint -sha256 -in` its \
                 certificate (PVE), `proxmox-backup-manager cert info` (PBS); only if they agree, \
                 put it into the configuration"
            }
            Finding::Trusted(_) => "renew the certificate on the server",
            Finding::NoAnswer(_) => "is it Proxmox that answers at this address?",
            Finding::NotAccepted => {
                "wrong, expired, disabled or removed: compare id and secret, or make a new token"
            }
            Finding::Clock(_) => "set the clocks right: `chronyc tracking` on both",
            Finding::Took(_) => "look at the line and the load of the server",
            Finding::Rights(_) => "as root, on the server:",
            Finding::Fine | Finding::NotReached | Finding::Version(..) => return None,
        };
        Some(cure.to_owned())
    }

    fn lack(&self, lack: &Lack) -> String {
        let Lack { privilege, path, .. } = lack;
        let mut text = if lack.optional {
            format!("optional, and missing: {privilege} on {path}")
        } else {
            format!("missing: {privilege} on {path}")
        };
        for (what, calls) in [("denied", &lack.denied), ("blind", &lack.blind)] {
            if !calls.is_empty() {
                let _ = write!(text, "; {what}: {}", calls.join(", "));
            }
        }
        text
    }

    fn if_wanted(&self) -> &'static str {
        "if you want to see that: as root, on the server:"
    }

    fn lacks_more(&self, count: usize) -> String {
        format!("and {count} more, see `--format json`")
    }

    fn copies_head(&self) -> &'static str {
        "copies"
    }

    fn goes_to(&self, storage: &str, goes: &Goes) -> String {
        match goes {
            Goes::To(source) => format!("storage {storage} is at {source}"),
            Goes::Elsewhere(host) => {
                format!("storage {storage} is at {host}, which is not watched")
            }
            Goes::Untold(host, unseen) => format!(
                "storage {storage} is at {host}; unknown whether that is {}, whose certificate was \
                 never seen",
                unseen.join(" or ")
            ),
        }
    }

    fn goes_nowhere(&self) -> &'static str {
        "no storage leads to a PBS"
    }

    fn goes_unknown(&self) -> &'static str {
        "unknown: the storages were never read"
    }

    fn known_since(&self, age: Option<i64>) -> String {
        match age {
            None => "asked now".to_owned(),
            Some(age) => format!("from memory, {} old", self.age(age)),
        }
    }

    fn last_head(&self) -> &'static str {
        "last data"
    }

    fn last_data(&self, age: Option<i64>) -> String {
        match age {
            Some(age) => format!("{} old, from memory", self.age(age)),
            None => "unknown: memory holds nothing of it".to_owned(),
        }
    }

    fn bundle_about(&self) -> &'static str {
        "Support bundle of vigie. Every name, address, fingerprint and free text is replaced or \
         dropped; numbers, states and versions are as they were. Read it before you show it."
    }

    fn bundle_written(&self, path: &str) -> String {
        format!("the support bundle is in {path}: names are replaced; read it before you show it")
    }

    fn lacking(&self, sources: &str, is_asked: bool) -> String {
        if is_asked {
            return format!("nothing was ever heard of {sources}: missing here");
        }
        format!(
            "nothing was ever heard of {sources}: missing here; `vigie inventory --fresh` asks now"
        )
    }

    fn all_told(&self, sources: usize, warnings: usize, broken: usize) -> String {
        format!("Sources: {sources}; with warnings: {warnings}; broken: {broken}.")
    }
}

fn name(product: Product) -> &'static str {
    match product {
        Product::Pve => "Proxmox VE",
        Product::Pbs => "Proxmox Backup Server",
    }
}

fn counted(access: &Access) -> String {
    let [allowed, blind, denied] =
        [Leave::Allowed, Leave::Blind, Leave::Denied].map(|leave| access.count(leave));
    match (denied, blind) {
        (0, 0) => format!("all {allowed} kinds of calls are allowed, and see all"),
        _ => format!(
            "of {} kinds of calls {allowed} are allowed, {denied} denied, {blind} blind (answered \
             with less)",
            access.calls.len()
        ),
    }
}

fn shown(seen: &Shown) -> String {
    let days = match seen.days {
        Some(days) if days < 0 => ", expired".to_owned(),
        Some(days) => format!(", {days} days left"),
        None => ", end not known".to_owned(),
    };
    format!("{} by {}{days}", seen.fingerprint, seen.issuer)
}
