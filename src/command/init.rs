//! `vigie init`: sets sources up, step by step on a terminal, or by flags alone.
//!
//! Only GETs are sent, and nothing at all to a server whose certificate was not accepted. What is
//! written is shown before, and written whole or not at all.

mod change;
mod cluster;
mod flags;
mod guided;
mod look;
mod pins;
mod place;
mod plan;
mod prompt;
mod said;
mod way;
mod wish;

use std::future::Future;
use std::io;
use std::path::PathBuf;

use tokio::runtime::Runtime;

use self::change::Target;
use self::place::Place;
use self::wish::Wish;
use super::page::Page;
use super::trust::TrustError;
use crate::cli::{Global, Init as Arguments};
use crate::clock::{self, zone};
use crate::config::edit::EditError;
use crate::config::{ConfigErrors, SecretError, Source, What};
use crate::fleet::id::Product;
use crate::lang::init::SetUp;
use crate::lang::{Lang, When};
use crate::poll::fleet::SharedEnv;
use crate::poll::http::OpenError;
use crate::proxmox::account;
use crate::proxmox::client::ClientError;

/// Why nothing can be set up.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The configuration that is there is wrong, or would be.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The demo has no file.
    #[error("the configuration of the demo is no file: nothing can be written to it")]
    NoFile,
    /// A flag holds what it cannot hold.
    #[error("{0}: {1}")]
    Value(&'static str, What),
    /// Several sites.
    #[error("--site is given more than once: a source is at one site")]
    OneSite,
    /// Nobody is there to be asked for what was not given.
    #[error("nobody is asked here, and this is missing: {0}")]
    Missing(String),
    /// The source is at another site.
    #[error("source {name} is at site {site}, not at {asked}")]
    OtherSite {
        /// The source.
        name: String,
        /// Where it is.
        site: String,
        /// Where it was said to be.
        asked: String,
    },
    /// There is no secret.
    #[error("there is no secret")]
    Secret(#[source] SecretError),
    /// The secret would be shown while it is typed.
    #[error("--secret-stdin reads no terminal: leave it out and the secret is asked for unseen")]
    SecretTyped,
    /// A file or folder cannot be made.
    #[error("{0}: {1}")]
    Folder(PathBuf, io::Error),
    /// The configuration cannot be changed.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The CA's file cannot be read.
    #[error("what is trusted is not known")]
    Trust(#[source] OpenError),
    /// The roots or the CA are of no use, or token and secret cannot be sent.
    #[error("the server cannot be asked")]
    Client(#[from] ClientError),
    /// Nothing can be decided about a certificate.
    #[error(transparent)]
    Certificate(Box<TrustError>),
    /// Somebody went one step back, and there is none.
    #[error("back")]
    Back,
    /// Somebody left.
    #[error("left")]
    Left,
    /// The system refuses what asking needs.
    #[error("the servers cannot be asked")]
    System(#[source] io::Error),
    /// The terminal, or what reads the output, is gone.
    #[error("the terminal cannot be used")]
    Terminal(#[from] io::Error),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is set up, now or already.
    Done,
    /// Something was not accepted, or somebody left; nothing was written.
    Refused,
    /// No endpoint could be asked; nothing was written.
    Unasked,
    /// It was written, and the token may not read what it must.
    Lacking,
}

impl Ending {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Unasked => 2,
            Self::Lacking => 3,
        }
    }
}

/// Sets up.
///
/// # Errors
/// When something is missing or wrong. Nothing was written then.
pub fn run(
    arguments: &Arguments,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<Ending, InitError> {
    let mut wish = Wish::given(arguments, &global.sites)?;
    let place = Place::open(global, env)?;
    if arguments.secret_stdin {
        let file = arguments.secret_file.as_ref().and_then(|path| std::path::absolute(path).ok());
        flags::told(&mut wish, file)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(InitError::System)?;
    let zone = zone::system();
    let when = When { now: clock::now(), zone: &zone };
    let init = Init { place, env, lang, when, runtime };
    if arguments.yes || arguments.secret_stdin || !prompt::has_terminal() {
        return init.by_flags(&wish);
    }
    guided::run(init, global, wish)
}

/// The commands that make user and token, ready to be pasted.
fn account_lines(lang: &dyn Lang, product: Product, token: &str) -> Page {
    let mut page = Page::default();
    let oldest = account::oldest(product);
    page.sentence(&lang.set_up(SetUp::Make(product, oldest))).blank();
    for command in account::make(product, token) {
        page.line(&command);
    }
    page.blank();
    if product == Product::Pbs {
        page.sentence(&lang.set_up(SetUp::MakeRemotes)).blank();
        for command in account::remotes(token) {
            page.line(&command);
        }
        page.blank();
    }
    page.sentence(&lang.set_up(SetUp::Once));
    page
}

/// What all steps share.
struct Init<'a> {
    place: Place,
    env: &'a SharedEnv,
    lang: &'a dyn Lang,
    when: When<'a>,
    runtime: Runtime,
}

impl Init<'_> {
    fn block<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    fn target(&self, wish: &Wish, known: Option<(&str, &Source)>) -> Result<Target, InitError> {
        change::target(wish, self.place.config.as_ref(), known)
    }
}
