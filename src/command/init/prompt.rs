//! Asks on the terminal. At any question Esc goes one step back, and Ctrl-C leaves.

mod line;
mod typed;

use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::time::Duration;

use crossterm::event;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use inquire::ui::{RenderConfig, Styled};
use inquire::{Confirm, InquireError, Select};
use secrecy::zeroize::Zeroizing;
use tokio::signal::unix::{SignalKind, signal};

use self::line::{Answer, Line};
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
            InquireError::OperationCanceled => Self::Back,
            InquireError::OperationInterrupted => Self::Left,
            InquireError::IO(error) => Self::Terminal(error),
            other => Self::Terminal(io::Error::other(other.to_string())),
        }
    }
}

/// Asks in a language.
pub(super) struct Prompt<'a> {
    lang: &'a dyn Lang,
    answered: Cell<usize>,
}

impl<'a> Prompt<'a> {
    pub(super) fn new(lang: &'a dyn Lang) -> Self {
        Self { lang, answered: Cell::new(0) }
    }

    /// How many questions were answered so far.
    pub(super) fn answered(&self) -> usize {
        self.answered.get()
    }

    fn count<T>(&self, answer: T) -> T {
        self.answered.set(self.answered.get().saturating_add(1));
        answer
    }

    /// A hint, and the ways that lead out of every question.
    fn hints(&self, hint: Option<Hint>, has_proposal: bool) -> String {
        let edit = has_proposal.then_some(Hint::Edit);
        let hints = [hint, edit, Some(Hint::Ways)].into_iter().flatten();
        hints.map(|hint| self.lang.beside(hint)).collect::<Vec<_>>().join(" · ")
    }

    /// One of several; the first is proposed.
    pub(super) fn choose<T: Copy>(
        &self,
        ask: Ask<'_>,
        choices: &[(T, String)],
    ) -> Result<T, InitError> {
        let (question, hint) = (self.lang.ask(ask), self.hints(Some(Hint::Choose), false));
        let back = self.lang.beside(Hint::Back);
        let texts: Vec<&str> = choices.iter().map(|(_, text)| text.as_str()).collect();
        let chosen = Select::new(&question, texts)
            .with_help_message(&hint)
            .with_page_size(12)
            .without_filtering()
            .with_render_config(look(&back))
            .raw_prompt()?;
        choices.get(chosen.index).map(|(what, _)| self.count(*what)).ok_or(InitError::Left)
    }

    /// The choices, with their words.
    pub(super) fn words<'c>(&self, choices: &[Choice<'c>]) -> Vec<(Choice<'c>, String)> {
        choices.iter().map(|choice| (*choice, self.lang.choice(*choice))).collect()
    }

    /// A line; what is proposed where nothing is typed.
    pub(super) fn line(
        &self,
        ask: Ask<'_>,
        proposed: Option<&str>,
        hint: Option<Hint>,
    ) -> Result<String, InitError> {
        let proposed = proposed.unwrap_or_default();
        let hint = self.hints(hint, !proposed.is_empty());
        Ok(self.read(ask, proposed, &hint, true)?.to_string())
    }

    /// A secret; nothing of it is shown.
    pub(super) fn secret(&self) -> Result<Zeroizing<String>, InitError> {
        let secret = self.read(Ask::Secret, "", &self.hints(Some(Hint::Unseen), false), false)?;
        // Whatever was pasted behind it answers no question.
        forget_typed();
        Ok(secret)
    }

    fn read(
        &self,
        ask: Ask<'_>,
        proposed: &str,
        hint: &str,
        is_shown: bool,
    ) -> Result<Zeroizing<String>, InitError> {
        let question = self.lang.ask(ask);
        let (back, left) = (self.lang.beside(Hint::Back), self.lang.beside(Hint::Left));
        let (question, back, left) = (&*question, &*back, &*left);
        match (Line { question, proposed, hint, back, left, is_shown }).read()? {
            Answer::Said(text) => Ok(self.count(text)),
            Answer::Back => Err(InitError::Back),
            Answer::Left => Err(InitError::Left),
        }
    }

    /// Yes or no. What was typed before the question is no answer to it.
    pub(super) fn confirm(&self, ask: Ask<'_>, proposed: bool) -> Result<bool, InitError> {
        let question = self.lang.ask(ask);
        let hint = |hint| self.lang.beside(hint);
        let (wrong, back, ways) = (hint(Hint::YesOrNo), hint(Hint::Back), hint(Hint::Ways));
        forget_typed();
        let is_no = |answer: &str| matches!(answer, "n" | "no" | "non");
        let parser = |answer: &str| match answer.trim().to_lowercase().as_str() {
            answer if self.lang.is_yes(answer) => Ok(true),
            answer if is_no(answer) => Ok(false),
            _ => Err(()),
        };
        let told = |is_yes: bool| hint(if is_yes { Hint::Yes } else { Hint::No });
        let first = |is_yes: bool| hint(if is_yes { Hint::YesFirst } else { Hint::NoFirst });
        let answer = Confirm::new(&question)
            .with_default(proposed)
            .with_parser(&parser)
            .with_formatter(&told)
            .with_default_value_formatter(&first)
            .with_error_message(&wrong)
            .with_help_message(&ways)
            .with_render_config(look(&back))
            .prompt()?;
        Ok(self.count(answer))
    }
}

/// The look of all questions: the colours of the crate, none where `NO_COLOR` asks for none.
fn look(back: &str) -> RenderConfig<'_> {
    RenderConfig::default().with_canceled_prompt_indicator(Styled::new(back))
}

/// Throws away what was typed ahead. Where that cannot be done, nothing is lost.
fn forget_typed() {
    if enable_raw_mode().is_err() {
        return;
    }
    while event::poll(Duration::ZERO).unwrap_or(false) && event::read().is_ok() {}
    let _ = disable_raw_mode();
}

#[cfg(test)]
mod tests {
    use super::{Hint, Prompt};
    use crate::command::report::plain::columns;
    use crate::lang::{Tongue, of};

    #[test]
    fn what_stands_below_a_question_fits_into_eighty_columns() {
        for tongue in [Tongue::English, Tongue::French] {
            let prompt = Prompt::new(of(tongue));
            for (hint, has_proposal) in [
                (Hint::Choose, false),
                (Hint::Address(8006), true),
                (Hint::Name, true),
                (Hint::Token, true),
                (Hint::Unseen, false),
                (Hint::Command, false),
                (Hint::LeaveOut, false),
            ] {
                let hints = prompt.hints(Some(hint), has_proposal);
                assert!(columns(&hints) <= 77, "{hints}");
            }
        }
    }
}
