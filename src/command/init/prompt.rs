//! Asks on the terminal. Whoever presses Esc or Ctrl-C leaves, at any question.

mod unseen;

use std::io::{self, IsTerminal};
use std::time::Duration;

use crossterm::event;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use inquire::ui::{RenderConfig, Styled};
use inquire::{Confirm, InquireError, Select, Text};
use secrecy::zeroize::Zeroizing;
use tokio::signal::unix::{SignalKind, signal};

use super::InitError;
use crate::lang::Lang;
use crate::lang::init::{Ask, Choice, Hint};

/// Whether there is somebody to ask: questions go to standard error.
pub(super) fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A question leaves the line of the terminal raw: a signal that ends the program gives it back
/// first.
pub(super) fn give_back_on_signals() {
    let wait = async {
        let (Ok(mut term), Ok(mut hup)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return;
        };
        // As shells count: 128 and the signal.
        let code = tokio::select! {
            _ = term.recv() => 143,
            _ = hup.recv() => 129,
        };
        let _ = disable_raw_mode();
        // The cursor is shown again; whoever asks may hold the lock of standard error.
        let _ = rustix::io::write(rustix::stdio::stderr(), b"\x1b[?25h");
        std::process::exit(code);
    };
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map(|runtime| runtime.block_on(wait))
    });
}

impl From<InquireError> for InitError {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::OperationCanceled | InquireError::OperationInterrupted => Self::Left,
            InquireError::IO(error) => Self::Terminal(error),
            other => Self::Terminal(io::Error::other(other.to_string())),
        }
    }
}

/// Asks in a language.
#[derive(Clone, Copy)]
pub(super) struct Prompt<'a> {
    pub lang: &'a dyn Lang,
}

impl Prompt<'_> {
    /// One of several; the first is proposed.
    pub(super) fn choose<T: Copy>(
        self,
        ask: Ask<'_>,
        choices: &[(T, String)],
    ) -> Result<T, InitError> {
        let (question, hint) = (self.lang.ask(ask), self.lang.beside(Hint::Choose));
        let left = self.lang.beside(Hint::Left);
        let texts: Vec<&str> = choices.iter().map(|(_, text)| text.as_str()).collect();
        let chosen = Select::new(&question, texts)
            .with_help_message(&hint)
            .with_page_size(12)
            .without_filtering()
            .with_render_config(look(&left))
            .raw_prompt()?;
        choices.get(chosen.index).map(|(what, _)| *what).ok_or(InitError::Left)
    }

    /// The choices, with their words.
    pub(super) fn words<'c>(self, choices: &[Choice<'c>]) -> Vec<(Choice<'c>, String)> {
        choices.iter().map(|choice| (*choice, self.lang.choice(*choice))).collect()
    }

    /// A line; what is proposed where nothing is typed.
    pub(super) fn line(
        self,
        ask: Ask<'_>,
        proposed: Option<&str>,
        hint: Option<Hint>,
    ) -> Result<String, InitError> {
        let question = self.lang.ask(ask);
        let (hint, left) = (hint.map(|hint| self.lang.beside(hint)), self.lang.beside(Hint::Left));
        let mut text = Text::new(&question).with_render_config(look(&left));
        if let Some(proposed) = proposed.filter(|proposed| !proposed.is_empty()) {
            text = text.with_default(proposed);
        }
        if let Some(hint) = &hint {
            text = text.with_help_message(hint);
        }
        Ok(text.prompt()?)
    }

    /// A secret; nothing of it is shown.
    pub(super) fn secret(self) -> Result<Zeroizing<String>, InitError> {
        let (question, hint) = (self.lang.ask(Ask::Secret), self.lang.beside(Hint::Unseen));
        let secret = unseen::read(&format!("{question} ({hint})"))?.ok_or(InitError::Left)?;
        // Whatever was pasted behind it answers no question.
        forget_typed();
        Ok(secret)
    }

    /// Yes or no. What was typed before the question is no answer to it.
    pub(super) fn confirm(self, ask: Ask<'_>, proposed: bool) -> Result<bool, InitError> {
        let question = self.lang.ask(ask);
        let hint = |hint| self.lang.beside(hint);
        let (wrong, left) = (hint(Hint::YesOrNo), hint(Hint::Left));
        forget_typed();
        let is_no = |answer: &str| matches!(answer, "n" | "no" | "non");
        let parser = |answer: &str| match answer.trim().to_lowercase().as_str() {
            answer if self.lang.is_yes(answer) => Ok(true),
            answer if is_no(answer) => Ok(false),
            _ => Err(()),
        };
        let told = |is_yes: bool| hint(if is_yes { Hint::Yes } else { Hint::No });
        let first = |is_yes: bool| hint(if is_yes { Hint::YesFirst } else { Hint::NoFirst });
        Ok(Confirm::new(&question)
            .with_default(proposed)
            .with_parser(&parser)
            .with_formatter(&told)
            .with_default_value_formatter(&first)
            .with_error_message(&wrong)
            .with_render_config(look(&left))
            .prompt()?)
    }
}

/// The look of all questions: the colours of the crate, none where `NO_COLOR` asks for none.
fn look(left: &str) -> RenderConfig<'_> {
    RenderConfig::default().with_canceled_prompt_indicator(Styled::new(left))
}

/// Throws away what was typed ahead. Where that cannot be done, nothing is lost.
fn forget_typed() {
    if enable_raw_mode().is_err() {
        return;
    }
    while event::poll(Duration::ZERO).unwrap_or(false) && event::read().is_ok() {}
    let _ = disable_raw_mode();
}
