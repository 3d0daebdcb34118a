//! Where the secret of a token lives.

use super::super::InitError;
use super::super::plan::Progress;
use super::super::wish::{self, Secret};
use super::Guide;
use crate::command::trust::shown;
use crate::config::{SecretOrigin, accept_secret};
use crate::lang::init::{Ask, Choice, Hint};

impl Guide<'_> {
    /// Asks where it lives, and for the secret itself where vigie is to keep it.
    pub(super) fn secret(&self, progress: &mut Progress) -> Result<(), InitError> {
        let name = progress.wish.name.clone().unwrap_or_default();
        let path = self.init.place.secret_file(&name);
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let file = file.unwrap_or_default();
        let mut choices = vec![Choice::Paste(&file)];
        if path.exists() && !progress.is_known {
            choices.insert(0, Choice::InFile(&file));
        }
        choices.extend([Choice::Variable, Choice::Command, Choice::OtherFile]);
        let chosen = self.prompt.choose(Ask::SecretHow, &self.prompt.words(&choices))?;
        progress.wish.secret = Some(match chosen {
            Choice::InFile(_) => Secret::At(SecretOrigin::File(path)),
            Choice::Variable => self.variable()?,
            Choice::Command => self.command()?,
            Choice::OtherFile => self.other_file()?,
            _ => self.told()?,
        });
        progress.forget_try();
        Ok(())
    }

    fn told(&self) -> Result<Secret, InitError> {
        loop {
            match accept_secret(self.prompt.secret()?.as_bytes()) {
                Ok(secret) => return Ok(Secret::Told(secret, None)),
                Err(error) => self.wrong_input(&error)?,
            }
        }
    }

    fn variable(&self) -> Result<Secret, InitError> {
        loop {
            let text = self.prompt.line(Ask::SecretVariable, None, None)?;
            // What looks like the secret itself is not said back.
            match wish::variable(text.trim()) {
                Ok(name) if !name.is_empty() => return Ok(Secret::At(SecretOrigin::Env(name))),
                Ok(_) => {}
                Err(what) => self.wrong_value(&what)?,
            }
        }
    }

    fn command(&self) -> Result<Secret, InitError> {
        loop {
            let text = self.prompt.line(Ask::SecretCommand, None, Some(Hint::Command))?;
            match wish::command(&text) {
                Ok(argv) => return Ok(Secret::At(SecretOrigin::Command(argv.into()))),
                Err(what) => self.wrong_value(&what)?,
            }
        }
    }

    fn other_file(&self) -> Result<Secret, InitError> {
        let proposed = shown(&self.init.place.secret_file("vigie"));
        let text = loop {
            let text = self.prompt.line(Ask::SecretFile, Some(&proposed), None)?;
            if !text.trim().is_empty() {
                break text;
            }
        };
        let home = (self.init.env)("HOME").unwrap_or_default();
        let text = match text.trim().strip_prefix("~/") {
            Some(rest) if !home.is_empty() => format!("{home}/{rest}"),
            _ => text.trim().to_owned(),
        };
        Ok(Secret::At(SecretOrigin::File(std::path::absolute(text)?)))
    }
}
