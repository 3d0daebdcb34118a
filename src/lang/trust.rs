//! What is said of certificates that are not trusted: by `vigie trust`, and beside a problem.

use super::{Lang, When};
use crate::fleet::link::PeerCertificate;
use crate::fleet::text::clean;
use crate::fleet::time::Epoch;
use crate::judge::problem::Stranger;

/// What stands before a fact of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Where it is shown.
    At,
    /// What was trusted there until now.
    Trusted,
    /// What is shown there now.
    Shown,
    /// Whom it is about.
    Subject,
    /// Who signed it.
    Issuer,
    /// Names and addresses it is for.
    Names,
    /// From when to when it is valid.
    Valid,
    /// Whether the cluster knows it.
    Vouched,
}

/// Whether a trusted peer vouches for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouch<'a> {
    /// It does: the endpoint that was asked, and the node whose certificate it is.
    Yes(&'a str, &'a str),
    /// It lists others, and not this one.
    No(&'a str),
    /// Some peer said yes or no, a while ago.
    Told(bool),
    /// A PBS has no peers.
    Pbs,
    /// No other endpoint of the source is trusted and answers.
    Alone,
    /// There is no secret to ask with; why.
    NoSecret(&'a str),
    /// It was asked, and gave no list; why.
    Failed(&'a str, &'a str),
    /// Nobody was asked yet.
    NotAsked,
}

/// By what a source is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By<'a> {
    /// So many fingerprints.
    Pins(usize),
    /// The roots of the system.
    System,
    /// The CA of this file.
    Ca(&'a str),
    /// The CA of this file, or so many fingerprints.
    Either(&'a str, usize),
}

/// A sentence of `vigie trust`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trusting<'a> {
    /// So many of all endpoints of the source show what is not trusted.
    Strangers(&'a str, usize, usize),
    /// All that answer are trusted; so many of all.
    Fine(&'a str, usize, usize),
    /// None answers.
    Silent(&'a str),
    /// By what it is trusted.
    By(By<'a>),
    /// What it would mean to pin: beside roots of the system nothing else counts any more.
    PinningSystem,
    /// What it would mean to pin beside a CA.
    PinningCa,
    /// An endpoint could not be asked; why.
    Unasked(&'a str, &'a str),
    /// Which of the pins was that of this endpoint is not known: none is taken away.
    Beside,
    /// The peer denies it.
    Denied,
    /// Stands before the command.
    Compare,
    /// The other file it may be in.
    OwnCertificate,
    /// The file would change so.
    WouldChange(&'a str),
    /// Is it to be trusted?
    Question,
    /// The file was written.
    Written(&'a str),
    /// It was not.
    Unwritten,
    /// The given fingerprint is pinned already.
    Pinned(&'a str),
    /// A certificate with the given fingerprint is trusted already.
    TrustedAlready(&'a str),
    /// No endpoint that answers shows the given one.
    NotShown(&'a str),
}

/// The words of `vigie trust`.
pub trait Trusts {
    /// What stands before a fact.
    fn mark(&self, mark: Mark) -> &'static str;
    /// From when to when something is valid.
    fn valid(&self, from: Option<Epoch>, to: Option<Epoch>, when: &When<'_>) -> String;
    /// Whether a trusted peer vouches for it.
    fn vouch(&self, vouch: Vouch<'_>) -> String;
    /// A sentence.
    fn trusting(&self, said: Trusting<'_>) -> String;
    /// Whether this is a yes to a question.
    fn is_yes(&self, answer: &str) -> bool;
}

/// A fingerprint as both products show it, in two lines of 47 columns.
pub fn halves(fingerprint: &[u8; 32]) -> [String; 2] {
    let spelled =
        |half: &[u8]| half.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    let (first, second) = fingerprint.split_at(16);
    [spelled(first), spelled(second)]
}

/// A day with its year, for certificates are compared with what openssl says of them:
/// `2026-11-22`.
pub(super) fn day(at: Epoch, when: &When<'_>) -> String {
    // No calendar of ours goes beyond.
    at.timestamp()
        .map_or("9999-12-31 +".to_owned(), |at| when.zone.to_datetime(at).date().to_string())
}

/// What a certificate says of itself: names of facts and their values, what is not known left out.
/// The fingerprint stands first, behind `mark`.
pub fn told(
    lang: &dyn Lang,
    mark: Mark,
    certificate: &PeerCertificate,
    when: &When<'_>,
) -> Vec<(&'static str, String)> {
    let mut facts = print(lang, mark, &certificate.fingerprint);
    let mut fact = |mark, value: String| {
        if !value.is_empty() {
            facts.push((lang.mark(mark), value));
        }
    };
    fact(Mark::Subject, certificate.subject.to_string());
    fact(Mark::Issuer, certificate.issuer.to_string());
    // Each is cut; all of them together would still push the question out of sight.
    fact(Mark::Names, clean(&certificate.names.join(", ")).into_owned());
    if certificate.not_before.is_some() || certificate.not_after.is_some() {
        fact(Mark::Valid, lang.valid(certificate.not_before, certificate.not_after, when));
    }
    facts
}

/// A fingerprint alone.
pub fn print(lang: &dyn Lang, mark: Mark, fingerprint: &[u8; 32]) -> Vec<(&'static str, String)> {
    let [first, second] = halves(fingerprint);
    vec![(lang.mark(mark), first), ("", second)]
}

/// All that is known of a certificate that is not trusted.
pub fn stranger(
    lang: &dyn Lang,
    stranger: &Stranger,
    when: &When<'_>,
) -> Vec<(&'static str, String)> {
    let mut facts = vec![(lang.mark(Mark::At), stranger.address.to_string())];
    for pin in &stranger.expected {
        facts.extend(print(lang, Mark::Trusted, pin));
    }
    facts.extend(told(lang, Mark::Shown, &stranger.shown, when));
    let vouch = stranger.vouched.map_or(Vouch::NotAsked, Vouch::Told);
    facts.push((lang.mark(Mark::Vouched), lang.vouch(vouch)));
    facts
}
