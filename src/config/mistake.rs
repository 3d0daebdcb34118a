//! What can be wrong with a configuration, where it stands, and the sentence that says so.
//!
//! No sentence carries a line of the file: a line may hold a secret that somebody pasted.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::secret::SecretError;
use crate::fleet::text;
pub use crate::mistake::{Meant, Position, Quoted};
pub(super) use crate::mistake::{looks_secret, nearest};
use crate::theme;

/// One mistake and its place; none where it concerns the file as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// Where.
    pub at: Option<Position>,
    /// What.
    pub what: What,
}

/// Every mistake of one configuration, in the order of the file. Displays as one line each,
/// `FILE:LINE:COLUMN: sentence`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigErrors {
    /// The file.
    pub path: PathBuf,
    /// The mistakes; at least one.
    pub mistakes: Vec<Mistake>,
}

impl ConfigErrors {
    /// A single mistake about the file as a whole.
    pub fn whole(path: impl Into<PathBuf>, what: What) -> Self {
        Self { path: path.into(), mistakes: vec![Mistake { at: None, what }] }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display().to_string();
        let path = text::clean(&path);
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if !path.is_empty() {
                write!(f, "{path}:")?;
                if let Some(Position { line, column }) = mistake.at {
                    write!(f, "{line}:{column}:")?;
                }
                write!(f, " ")?;
            }
            write!(f, "{}", mistake.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

fn or_list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" and ")
}

/// One kind of mistake, with what its sentence needs. The sentences stand here and nowhere else.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum What {
    // The file.
    /// No configuration at the usual places.
    #[error(
        "no configuration found; looked for {}. Write one, or name it with --config FILE or VIGIE_CONFIG",
        .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ")
    )]
    NotFound(Vec<PathBuf>),
    /// The file cannot be read; the operating system's words.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is larger than a configuration can be.
    #[error("is larger than {0} KiB: that is no configuration of vigie")]
    TooLarge(u64),
    /// The file holds bytes that are no UTF-8.
    #[error("the file is not UTF-8 from here on")]
    NotUtf8,
    /// Not TOML; the parser's words, without the line.
    #[error("not valid TOML: {0}")]
    Syntax(String),

    // Keys.
    /// A key that the section does not know.
    #[error("unknown key {key} in {section}{meant}")]
    UnknownKey {
        /// The section's header.
        section: &'static str,
        /// The key.
        key: Quoted,
        /// The nearest known key.
        meant: Meant,
    },
    /// A secret stands in the file, or would.
    #[error(
        "{0}: a secret cannot stand in the configuration; name where it is with `secret-file`, `secret-env` or `secret-command`"
    )]
    SecretInFile(Quoted),
    /// A key that must be there is not.
    #[error("{section} lacks `{key}`: {meaning}")]
    MissingKey {
        /// The section's header.
        section: &'static str,
        /// The key.
        key: &'static str,
        /// What it says.
        meaning: &'static str,
    },
    /// A value of the wrong type.
    #[error("`{key}` must be {wanted}, this is {found}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A section with the wrong number of brackets.
    #[error("write this section as {0}")]
    Header(&'static str),
    /// An empty text or list.
    #[error("`{0}` is empty")]
    Empty(&'static str),

    /// Not the name of a theme.
    #[error(
        "`theme` is the name of a theme, such as \"light\": see `vigie theme list`. Your own stand beside this file, as themes/NAME.toml"
    )]
    ThemeName,
    /// There is no such theme.
    #[error(transparent)]
    NoTheme(theme::What),

    /// Not a language.
    #[error("{0} is no language of vigie: there are \"en\" and \"fr\"")]
    Lang(Quoted),
    // Keys.
    /// Not the name of an action.
    #[error("unknown action {name} in [keys]{meant}")]
    UnknownAction {
        /// The name.
        name: Quoted,
        /// The nearest.
        meant: Meant,
    },
    /// Not the name of a key.
    #[error(
        "{text} is no key: write \"x\", \"Ctrl-x\", \"Alt-x\", \"F2\", \"Space\", \"PgDn\", \"Shift-Tab\"{meant}"
    )]
    NoKey {
        /// The text.
        text: Quoted,
        /// What was probably meant.
        meant: Meant,
    },
    /// A key that terminals do not tell from another.
    #[error("terminals send the same for {key} as for `{same}`: take another one")]
    KeyTwin {
        /// The key.
        key: Quoted,
        /// The other.
        same: String,
    },
    /// The key that always ends the program.
    #[error("`Ctrl-c` always ends vigie: take another key")]
    KeyFixed,
    /// An action without which there is no way out.
    #[error("`{0}` needs a key: there would be no way out")]
    KeyNeeded(&'static str),
    /// A key that would mean two things in one place.
    #[error("{key} would mean `{action}` and `{other}` {place}: give one of them another key")]
    KeyClash {
        /// The key.
        key: Quoted,
        /// What it was wanted for.
        action: &'static str,
        /// What it means already.
        other: &'static str,
        /// Where.
        place: &'static str,
    },

    // Sites and sources.
    /// There is no site.
    #[error("no [[site]] in it: there is nothing to watch")]
    NoSite,
    /// A site without a source.
    #[error("{} has nothing to watch: give it a [[site.pve]] or a [[site.pbs]]", .0.as_ref().map_or_else(|| "this site".to_owned(), |name| format!("site {name}")))]
    NoSource(Option<Quoted>),
    /// A name that a subject could not carry.
    #[error(
        "{0} cannot be a name: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit"
    )]
    BadName(Quoted),
    /// Two sites of one name.
    #[error("site {name} stands on line {line} already")]
    SiteTwice {
        /// The name.
        name: Quoted,
        /// Line of the first.
        line: usize,
    },
    /// Two sources of one name.
    #[error(
        "source {name} stands on line {line} already; names of sources are unique in the whole fleet"
    )]
    SourceTwice {
        /// The name.
        name: Quoted,
        /// Line of the first.
        line: usize,
    },
    /// Two sources of one name, where at least the second took its site's.
    #[error(
        "a source without `name` takes its site's, but source {name} stands on line {line} already; give this one a `name`"
    )]
    DefaultNameTwice {
        /// The name.
        name: Quoted,
        /// Line of the first.
        line: usize,
    },
    /// A time zone that is not known.
    #[error("time zone {zone} is not known{meant}")]
    TimeZone {
        /// The text.
        zone: Quoted,
        /// The nearest.
        meant: Meant,
    },
    /// A window of expected silence that cannot be read.
    #[error("{0} is no window: write \"HH:MM..HH:MM\", such as \"22:00..06:00\"")]
    Window(Quoted),
    /// A window without any length.
    #[error("the window {0} begins where it ends; a whole day is \"00:00..24:00\"")]
    WindowEmpty(Quoted),

    // Endpoints.
    /// Plain HTTP.
    #[error("{0} would send the token unencrypted: only https:// is spoken")]
    PlainHttp(Quoted),
    /// User or password in a URL; nothing of it is repeated.
    #[error(
        "an endpoint carries no user or password (the part before `@`); the token stands in `token`"
    )]
    UserInEndpoint,
    /// A path, query or fragment.
    #[error("{endpoint} has more than host and port{meant}")]
    EndpointPath {
        /// The text.
        endpoint: Quoted,
        /// Without it.
        meant: Meant,
    },
    /// No scheme.
    #[error("{endpoint} must begin with https://{meant}")]
    EndpointScheme {
        /// The text.
        endpoint: Quoted,
        /// With it.
        meant: Meant,
    },
    /// A port that is none.
    #[error("{0} has no valid port (1 to 65535)")]
    EndpointPort(Quoted),
    /// A host that is none.
    #[error("{0} has no valid host (a name, an IPv4 address, or an IPv6 address in brackets)")]
    EndpointHost(Quoted),
    /// An endpoint twice in one source.
    #[error("endpoint {0} stands in this list already")]
    EndpointTwice(Quoted),

    // Tokens, secrets, trust.
    /// The secret was pasted behind the token's name; nothing of it is repeated.
    #[error(
        "`token` holds a secret too; it takes the part user@realm!name only. Name where the secret is with `secret-file`, `secret-env` or `secret-command`"
    )]
    SecretInToken,
    /// A user instead of a token.
    #[error("`token` names a user; an API token is user@realm!name")]
    TokenUser,
    /// Not a token's id; it is not repeated.
    #[error("`token` is not of the form user@realm!name")]
    Token,
    /// No origin of a secret.
    #[error(
        "{0} does not say where its secret is: `secret-file`, `secret-env` or `secret-command`"
    )]
    SecretNowhere(&'static str),
    /// Several origins of a secret.
    #[error("{} stand together; one says where the secret is", or_list(.0))]
    SecretTwice(Vec<&'static str>),
    /// The secret itself where its origin belongs; not repeated.
    #[error("`{0}` seems to hold the secret itself; it says where the secret is")]
    SecretAsOrigin(&'static str),
    /// The secret cannot be had; said only where secrets are looked at.
    #[error("secret of {of}: {why}")]
    NoSecret {
        /// The source.
        of: String,
        /// Why, without anything of the secret.
        why: Refused,
    },
    /// Not the name of an environment variable; not repeated.
    #[error("`secret-env` is not the name of an environment variable (letters, digits and `_`)")]
    EnvName,
    /// A command as one text.
    #[error(
        "`secret-command` must be a list, program first, such as [\"pass\", \"show\", \"vigie\"]: no shell takes it apart"
    )]
    CommandText,
    /// A command whose quotes do not match, or that ends with a backslash.
    #[error("a quote is never closed, or a backslash stands at the end")]
    Quotes,
    /// A path with `~` that cannot be expanded.
    #[error("{0}: `~` stands for $HOME alone, as `~/…`, and HOME must be set")]
    Home(Quoted),
    /// Not a SHA-256 fingerprint.
    #[error("this fingerprint has {0}; a SHA-256 fingerprint is 32 pairs of hexadecimal digits")]
    Fingerprint(String),

    // Values of the policy.
    /// Not a duration.
    #[error("{0} is no duration: write \"90s\", \"15m\", \"26h\", \"10d\", \"1w\" or \"1h30m\"")]
    Duration(Quoted),
    /// A number where a duration or a rate belongs.
    #[error("`{key}` needs a unit{meant}")]
    Unit {
        /// The key.
        key: &'static str,
        /// With the likeliest one.
        meant: Meant,
    },
    /// More than a hundred years.
    #[error("{0} is longer than a hundred years")]
    DurationLong(Quoted),
    /// Not a rate.
    #[error(
        "{rate} is no rate: write \"100MB/s\", \"95.5MiB/s\", \"1GB/s\" or \"800Mbit/s\"{meant}"
    )]
    Rate {
        /// The text.
        rate: Quoted,
        /// The same in a form that is one.
        meant: Meant,
    },
    /// A rate at which nothing ends.
    #[error("at {0} no restore would ever end")]
    RateNone(Quoted),
    /// Not a share.
    #[error("{0} is no share: write \"85%\", from 0% to 100%")]
    Share(Quoted),
    /// A whole number, which could mean a percentage or a fraction.
    #[error("`{key}` needs a percent sign{meant}")]
    ShareUnit {
        /// The key.
        key: &'static str,
        /// As percentage.
        meant: Meant,
    },
    /// A fraction outside 0..=1.
    #[error("`{0}` as a number is a fraction from 0.0 to 1.0")]
    ShareRange(&'static str),
    /// Not two levels.
    #[error("`{key}` takes two levels, warning first: {key} = {example}")]
    Levels {
        /// The key.
        key: &'static str,
        /// The defaults as TOML.
        example: String,
    },
    /// Levels in the wrong order.
    #[error(
        "`{key}`: critical ({critical}) would come before warning ({warning}); the warning stands first"
    )]
    LevelsOrder {
        /// The key.
        key: &'static str,
        /// The first.
        warning: String,
        /// The second.
        critical: String,
    },

    // Objectives.
    /// Not a choice of guests.
    #[error(
        "{which} names no guests: write \"tag:NAME\", \"pool:NAME\", \"SOURCE/VMID\" or \"SOURCE/*\"{meant}"
    )]
    Which {
        /// The text.
        which: Quoted,
        /// What it probably means.
        meant: Meant,
    },
    /// An objective without any.
    #[error(
        "this [[objective]] wants nothing: give it `recovery-point`, `recovery-time` or `rehearse-every`"
    )]
    NothingWanted,

    // Exceptions.
    /// Not a subject.
    #[error("{subject} is no subject: {form}")]
    Subject {
        /// The text.
        subject: Quoted,
        /// The form it should have, or the nearest kind.
        form: Form,
    },
    /// A source that is not configured.
    #[error("no source {name}{meant}")]
    UnknownSource {
        /// The name or pattern.
        name: Quoted,
        /// The nearest.
        meant: Meant,
    },
    /// A subject of one product at a source of the other.
    #[error("{subject}: source {name} is a {is}, it has no such subject")]
    WrongProduct {
        /// The text.
        subject: Quoted,
        /// The source.
        name: Quoted,
        /// What it is.
        is: &'static str,
    },
    /// A code that does not exist.
    #[error("unknown code {code}{meant}")]
    UnknownCode {
        /// The code or pattern.
        code: Quoted,
        /// The nearest.
        meant: Meant,
    },
    /// A date in quotes, or with a time.
    #[error("`until` is a date without quotes and without a time: until = 2027-01-31")]
    Until,
}

/// What a subject should look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// It begins with one of these words.
    BeginsWith(Vec<&'static str>),
    /// Probably this was meant.
    Near(&'static str),
    /// This.
    Is(&'static str),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeginsWith(words) => write!(f, "it begins with one of {}", words.join(", ")),
            Self::Near(form) => write!(f, "did you mean {form}?"),
            Self::Is(form) => write!(f, "the form is {form}"),
        }
    }
}

/// Why a secret cannot be had; two that say the same are the same.
#[derive(Clone, Debug)]
pub struct Refused(Arc<SecretError>);

impl Refused {
    /// The reason itself.
    pub fn error(&self) -> &SecretError {
        &self.0
    }
}

impl From<SecretError> for Refused {
    fn from(error: SecretError) -> Self {
        Self(Arc::new(error))
    }
}

impl PartialEq for Refused {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::clean(&self.0.to_string()))
    }
}

impl What {
    /// Whether it may only follow from a part of the file that could not be parsed.
    pub(super) fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::MissingKey { .. }
                | Self::NoSite
                | Self::NoSource(_)
                | Self::SecretNowhere(_)
                | Self::UnknownSource { .. }
        )
    }
}
