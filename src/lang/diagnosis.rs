//! Words of `vigie doctor`: what each layer between vigie and a source was found to be.

use std::sync::Arc;

use crate::fleet::id::Product;

/// A layer, in the order in which they are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What is configured can be used: the CA's file, the token's spelling.
    Config,
    /// The token's secret can be read, and by its owner alone.
    Secret,
    /// The host's name is known.
    Name,
    /// A TCP connection comes about.
    Connect,
    /// TLS is spoken.
    Tls,
    /// The certificate is trusted.
    Trust,
    /// The call is answered over HTTP.
    Http,
    /// The token is accepted.
    Token,
    /// The product and its version.
    Version,
    /// The server's clock.
    Clock,
    /// How long a call takes.
    Pace,
    /// What the token may read.
    Rights,
}

impl Stage {
    /// Its name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Secret => "secret",
            Self::Name => "name",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Trust => "trust",
            Self::Http => "http",
            Self::Token => "token",
            Self::Version => "version",
            Self::Clock => "clock",
            Self::Pace => "pace",
            Self::Rights => "rights",
        }
    }
}

/// How a layer stands, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, and something is to be done or not known.
    Warning,
    /// It does not work.
    Broken,
    /// A layer before it is broken: nothing is known of this one.
    NotReached,
}

impl Health {
    /// Its name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
            Self::NotReached => "not-reached",
        }
    }
}

/// What was found at a layer. Texts are cleaned and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing to add: it works.
    Fine,
    /// It was not looked at.
    NotReached,
    /// Why what is configured cannot be used, in the words of its error.
    Config(String),
    /// Why there is no secret, in the words of its error.
    Secret(String),
    /// The resolver's words.
    NoName(Arc<str>),
    /// No way to the host.
    NoRoute,
    /// Nothing listens there.
    Refused,
    /// Nothing came back in time.
    Silent,
    /// What was said instead of TLS, or nothing in time.
    NoTls(Option<Arc<str>>),
    /// A certificate that is not trusted.
    Untrusted {
        /// What was shown, where anything was seen.
        seen: Option<Shown>,
        /// The pinned fingerprints, `AB:CD:…`.
        expected: Vec<String>,
        /// Why, in the words of the TLS library.
        why: Arc<str>,
    },
    /// A certificate that is trusted.
    Trusted(Shown),
    /// An answer that is of no use, or none.
    NoAnswer(Arc<str>),
    /// The token is not accepted.
    NotAccepted,
    /// The version of the product.
    Version(Product, Arc<str>),
    /// Server clock minus ours, seconds; none where the server told no time.
    Clock(Option<i64>),
    /// How long one call took, milliseconds.
    Took(u64),
    /// What the token may ask.
    Rights(Access),
}

/// A certificate as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// SHA-256, `AB:CD:…`.
    pub fingerprint: String,
    /// Who vouches for it.
    pub issuer: Arc<str>,
    /// Days until its end, negative after it; none where it does not tell.
    pub days: Option<i64>,
}

/// What becomes of a call with the token that is configured, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leave {
    /// It answers, and with all there is.
    Allowed,
    /// It answers, with less than there is.
    Blind,
    /// It is refused, for all it is asked about or for some of it.
    Denied,
}

impl Leave {
    /// Its name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Blind => "blind",
            Self::Denied => "denied",
        }
    }
}

/// What a token may ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Every call that vigie makes, and what becomes of it.
    pub calls: Vec<(&'static str, Leave)>,
    /// The rights that are missing, those that are needed first.
    pub lacks: Vec<Lack>,
}

impl Access {
    /// How many calls it becomes of.
    pub fn count(&self, leave: Leave) -> usize {
        self.calls.iter().filter(|(_, of)| *of == leave).count()
    }
}

/// A right that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// Where: `/vms`.
    pub path: String,
    /// What: `VM.Audit`.
    pub privilege: &'static str,
    /// The calls that are refused without it.
    pub denied: Vec<&'static str>,
    /// The calls that answer without it, with less.
    pub blind: Vec<&'static str>,
    /// Whether vigie judges well enough without it: what it shows is only not seen.
    pub optional: bool,
    /// The commands that grant it, for the user and for the token.
    pub grant: Vec<String>,
}

/// Where the copies of a storage go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goes {
    /// To a watched PBS, by its source.
    To(String),
    /// To a host that nobody watches.
    Elsewhere(String),
    /// To a host that may be one of these sources: no certificate of theirs was ever seen.
    Untold(String, Vec<String>),
}

/// Sentences of a diagnosis.
pub trait Diagnoses {
    /// The name of a layer, in at most twelve characters.
    fn stage(&self, stage: Stage) -> &'static str;
    /// How it stands, in at most nine characters.
    fn health(&self, health: Health) -> &'static str;
    /// What was found.
    fn finding(&self, finding: &Finding) -> String;
    /// What to do about it; none where nothing is to be done. `source` is its name.
    fn cure(&self, stage: Stage, health: Health, finding: &Finding) -> Option<String>;
    /// A right that is missing, and what that means.
    fn lack(&self, lack: &Lack) -> String;
    /// What stands before the commands that grant rights which one can do without.
    fn if_wanted(&self) -> &'static str;
    /// So many missing rights more, which are not told.
    fn lacks_more(&self, count: usize) -> String;
    /// What stands before where copies go, in at most twelve characters.
    fn copies_head(&self) -> &'static str;
    /// Where copies of a storage go.
    fn goes_to(&self, storage: &str, goes: &Goes) -> String;
    /// That no storage leads to a PBS.
    fn goes_nowhere(&self) -> &'static str;
    /// That it is not known where copies go.
    fn goes_unknown(&self) -> &'static str;
    /// How old that is, seconds; none where it was asked now.
    fn known_since(&self, age: Option<i64>) -> String;
    /// What stands before the age of the last data, in at most twelve characters.
    fn last_head(&self) -> &'static str;
    /// The age of the last data that memory holds, seconds; none where it holds nothing.
    fn last_data(&self, age: Option<i64>) -> String;
    /// What a support bundle is, for whoever opens one.
    fn bundle_about(&self) -> &'static str;
    /// That a support bundle was written to a file.
    fn bundle_written(&self, path: &str) -> String;
    /// An inventory lacks these clusters, for nothing was ever heard of them; whether they were asked.
    fn lacking(&self, sources: &str, is_asked: bool) -> String;
    /// How many sources there are, and of these with warnings and broken.
    fn all_told(&self, sources: usize, warnings: usize, broken: usize) -> String;
}
