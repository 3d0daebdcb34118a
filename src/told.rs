//! What went wrong, in the user's language: the sentences of errors that end a command. Those of
//! English are the errors' own; another language has one for each of them, and one that is missing
//! does not compile.
//!
//! What the operating system and libraries say stays as they say it.

mod fr;

use std::error::Error;

use crate::config::What;
use crate::lang::Tongue;

/// What is wrong with a value that somebody typed.
pub fn mistake(what: &What, tongue: Tongue) -> String {
    match tongue {
        Tongue::English => what.to_string(),
        Tongue::French => fr::mistake(what),
    }
}

/// An error and its causes in one line: `vigie: the servers cannot be asked: too many open files`.
pub fn told(error: &(dyn Error + 'static), tongue: Tongue) -> String {
    let sentence = |error: &(dyn Error + 'static)| match tongue {
        Tongue::English => error.to_string(),
        Tongue::French => fr::sentence(error).unwrap_or_else(|| error.to_string()),
    };
    let colon = match tongue {
        Tongue::English => ": ",
        Tongue::French => "\u{a0}: ",
    };
    let chain = std::iter::successors(Some(error), |error| (*error).source());
    chain.map(sentence).collect::<Vec<_>>().join(colon)
}
