//! The words of `vigie trust`.

use super::super::When;
use super::super::trust::{By, Mark, Trusting, Trusts, Vouch, day};
use super::English;
use super::cut::several;
use crate::fleet::time::Epoch;

impl Trusts for English {
    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::At => "endpoint",
            Mark::Trusted => "trusted",
            Mark::Shown => "shown now",
            Mark::Subject => "subject",
            Mark::Issuer => "issuer",
            Mark::Names => "names",
            Mark::Valid => "valid",
            Mark::Vouched => "vouched",
        }
    }

    fn valid(&self, from: Option<Epoch>, to: Option<Epoch>, when: &When<'_>) -> String {
        let date = |at: Option<Epoch>| at.map_or("?".to_owned(), |at| day(at, when));
        let over = if to.is_some_and(|to| to < when.now) { ": it has ended" } else { "" };
        let ahead = if from.is_some_and(|from| from > when.now) { ": still to come" } else { "" };
        format!("{} to {}{over}{ahead}", date(from), date(to))
    }

    fn vouch(&self, vouch: Vouch<'_>) -> String {
        match vouch {
            Vouch::Yes(by, node) => {
                format!("yes: {by}, still trusted, lists it as the certificate of {node}")
            }
            Vouch::No(by) => format!("NO: {by}, still trusted, lists others, and not this one"),
            Vouch::Told(true) => "yes, by a peer that is still trusted".to_owned(),
            Vouch::Told(false) => "NO: a peer that is still trusted does not list it".to_owned(),
            Vouch::Pbs => "not known: a PBS has no peers that could be asked".to_owned(),
            Vouch::Alone => {
                "not known: no other endpoint of this source is trusted and answers".to_owned()
            }
            Vouch::NoSecret(why) => format!("not known, without a secret nobody is asked: {why}"),
            Vouch::Failed(by, why) => format!("not known: {by} was asked: {why}"),
            Vouch::NotAsked => "not known: no peer has said".to_owned(),
        }
    }

    fn trusting(&self, said: Trusting<'_>) -> String {
        match said {
            Trusting::Strangers(source, strangers, of) => {
                let verb = if strangers == 1 { "shows" } else { "show" };
                format!(
                    "{source}: {strangers} of {} {verb} a certificate that is not trusted. Nothing \
                     was sent there.",
                    several(of, "endpoint")
                )
            }
            Trusting::Fine(source, fine, of) if fine == of => {
                format!(
                    "{source}: every certificate shown is trusted, {}.",
                    several(of, "endpoint")
                )
            }
            Trusting::Fine(source, fine, of) => format!(
                "{source}: {fine} of {} answered, what was shown is trusted.",
                several(of, "endpoint")
            ),
            Trusting::Silent(source) => format!("{source}: no endpoint shows a certificate."),
            Trusting::By(By::Pins(pins)) => {
                format!("This source is trusted by {}.", several(pins, "pinned fingerprint"))
            }
            Trusting::By(By::System) => {
                "This source is trusted by the roots of the system; no fingerprint is pinned."
                    .to_owned()
            }
            Trusting::By(By::Ca(file)) => {
                format!("This source is trusted by the CA in {file}; no fingerprint is pinned.")
            }
            Trusting::By(By::Either(file, pins)) => format!(
                "This source is trusted by the CA in {file}, or by {}.",
                several(pins, "pinned fingerprint")
            ),
            Trusting::PinningSystem => {
                "With a fingerprint pinned the roots of the system count no more: nothing but the \
                 pinned certificates is trusted, and each renewal has to be confirmed here. The \
                 trusted certificates of the other endpoints are pinned along."
                    .to_owned()
            }
            Trusting::PinningCa => {
                "With a fingerprint pinned either suffices: the CA, or exactly that certificate, \
                 whatever its name and dates."
                    .to_owned()
            }
            Trusting::Unasked(address, why) => format!("{address} could not be asked: {why}"),
            Trusting::Beside => {
                "Which of the pinned fingerprints was this endpoint's is not known: the new one \
                 comes beside them. Take away by hand those that nobody shows any more."
                    .to_owned()
            }
            Trusting::Denied => {
                "The cluster does not know this certificate: somebody else may be answering. Do \
                 not trust it unless the server itself shows this very fingerprint."
                    .to_owned()
            }
            Trusting::Compare => {
                "Compare it with what the server itself says, as root on its console or over a \
                 connection you trust:"
                    .to_owned()
            }
            Trusting::OwnCertificate => {
                "(pveproxy-ssl.pem in its place, if the node was given a certificate of its own)"
                    .to_owned()
            }
            Trusting::WouldChange(file) => format!("{file} would change so:"),
            Trusting::Question => "Trust this certificate from now on? [y/N] ".to_owned(),
            Trusting::Written(file) => {
                format!("Written to {file}. A dashboard that is open reads it when started again.")
            }
            Trusting::Unwritten => "Nothing was written.".to_owned(),
            Trusting::Pinned(source) => format!("{source}: that fingerprint is pinned already."),
            Trusting::TrustedAlready(source) => {
                format!("{source}: that certificate is trusted already.")
            }
            Trusting::NotShown(source) => {
                format!("{source}: no endpoint shows the certificate that was given.")
            }
        }
    }

    fn is_yes(&self, answer: &str) -> bool {
        matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }
}
