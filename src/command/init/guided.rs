//! Set-up step by step on a terminal.

mod after;
mod secret;
mod source;
mod trust;

use futures_util::future::join_all;

use super::plan::Progress;
use super::prompt::{Prompt, give_back_on_signals};
use super::wish::Wish;
use super::{Ending, Init, InitError, look};
use crate::cli::Global;
use crate::command::page::Page;
use crate::lang::diagnosis::{Finding, Health};
use crate::lang::init::{Ask, Choice, SetUp};
use crate::probe::{Probe, Step};

/// Who guides.
struct Guide<'a> {
    init: Init<'a>,
    global: &'a Global,
    prompt: Prompt<'a>,
    has_written: bool,
    ending: Ending,
    /// The sources that do not work, as far as that was looked at.
    unfinished: Vec<String>,
    /// How the token of the source before is called: the next one's is mostly called the same.
    token_name: Option<String>,
    before: Before,
}

/// What was answered about the source before somebody went back: it is proposed again. None where
/// it was what is proposed anyway.
#[derive(Default)]
struct Before {
    address: Option<String>,
    site: Option<String>,
    name: Option<String>,
    token: Option<String>,
}

/// Guides through the set-up of sources, until somebody leaves.
pub(super) fn run(init: Init<'_>, global: &Global, wish: Wish) -> Result<Ending, InitError> {
    let prompt = Prompt::new(init.lang);
    let mut guide = Guide {
        init,
        global,
        prompt,
        has_written: false,
        ending: Ending::Done,
        unfinished: Vec::new(),
        token_name: None,
        before: Before::default(),
    };
    give_back_on_signals();
    match guide.all(wish) {
        Ok(()) => Ok(guide.ending),
        Err(InitError::Left | InitError::Back) => {
            guide.say(SetUp::Left(guide.has_written))?;
            Ok(if guide.has_written { guide.ending } else { Ending::Refused })
        }
        Err(error) => Err(error),
    }
}

impl Guide<'_> {
    fn all(&mut self, wish: Wish) -> Result<(), InitError> {
        self.say(SetUp::Welcome)?;
        let is_named = wish.product.is_some() || wish.name.is_some();
        if is_named || self.init.place.config.is_none() {
            self.source(Progress { wish, ..Progress::default() }, None)?;
            if is_named {
                return self.end();
            }
        } else {
            self.survey()?;
        }
        self.menu()
    }

    /// What now, until that is enough.
    fn menu(&mut self) -> Result<(), InitError> {
        loop {
            let names: Vec<String> = self.names();
            let is_open = |name: &&String| self.unfinished.contains(name);
            let mut choices: Vec<Choice<'_>> = names
                .iter()
                .filter(is_open)
                .map(|name| Choice::Finish(name))
                .chain([Choice::Add])
                .collect();
            let rest = names.iter().filter(|name| !is_open(name));
            choices.extend(rest.map(|name| Choice::Change(name)));
            // Who has just set something up is mostly done.
            let place = if self.has_written { 0 } else { choices.len() };
            choices.insert(place.min(choices.len()), Choice::Leave);
            let done = match self.prompt.choose(Ask::Menu, &self.prompt.words(&choices))? {
                Choice::Add => self.source(Progress::default(), None),
                Choice::Finish(name) => self.finish(name),
                Choice::Change(name) => self.change(name),
                _ => return self.end(),
            };
            match done {
                // Here again.
                Ok(()) | Err(InitError::Back) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn end(&self) -> Result<(), InitError> {
        if self.init.place.config.is_some() {
            self.say(SetUp::Next)?;
        }
        Ok(())
    }

    /// Goes on with a source that is there.
    fn finish(&mut self, name: &str) -> Result<(), InitError> {
        let wish = Wish { name: Some(name.to_owned()), ..Wish::default() };
        self.source(Progress { wish, ..Progress::default() }, None)
    }

    fn change(&mut self, name: &str) -> Result<(), InitError> {
        let choices = [Choice::NewSecret, Choice::NewToken, Choice::MoreNodes, Choice::Certificate];
        loop {
            let chosen = self.prompt.choose(Ask::Change(name), &self.prompt.words(&choices))?;
            match self.changed(name, chosen) {
                Err(InitError::Back) => {}
                done => return done,
            }
        }
    }

    fn changed(&mut self, name: &str, chosen: Choice<'_>) -> Result<(), InitError> {
        if chosen == Choice::Certificate {
            return self.certificate(name).map(drop);
        }
        let wish = Wish { name: Some(name.to_owned()), ..Wish::default() };
        let mut progress = Progress { wish, ..Progress::default() };
        self.take_known(&mut progress);
        if chosen == Choice::NewToken {
            self.token(&mut progress)?;
        }
        if matches!(chosen, Choice::NewToken | Choice::NewSecret) {
            self.secret(&mut progress)?;
        }
        self.source(progress, None)
    }

    /// Looks how each source stands.
    fn survey(&mut self) -> Result<(), InitError> {
        self.say(SetUp::Asking)?;
        let sites = self.init.place.config.iter().flat_map(|config| &config.sites);
        let sources: Vec<_> = sites.flat_map(|site| &site.sources).collect();
        let asked = sources.iter().map(|source| look::try_out(source, None, self.init.env));
        let probes = self.init.block(join_all(asked));
        let mut page = Page::default();
        let mut unfinished = Vec::new();
        for (source, probe) in sources.iter().zip(&probes) {
            let wrong = self.wrong(probe);
            page.sentence(
                &self.init.lang.set_up(SetUp::Stands(source.name.as_str(), wrong.as_deref())),
            );
            if wrong.is_some() {
                unfinished.push(source.name.to_string());
            }
        }
        page.print()?;
        self.unfinished = unfinished;
        Ok(())
    }

    /// The first thing that is broken of a source that does not work.
    fn wrong(&self, probe: &Probe) -> Option<String> {
        if probe.health() != Health::Broken {
            return None;
        }
        let ends = probe.endpoints.iter().flat_map(|end| &end.steps);
        let mut all = probe.before.iter().chain(ends).chain([&probe.rights]);
        let broken = |step: &&Step| step.health == Health::Broken;
        let step = all.find(broken)?;
        Some(match &step.finding {
            Finding::Untrusted { .. } => self.init.lang.set_up(SetUp::Distrusted),
            other => self.init.lang.finding(other),
        })
    }

    fn names(&self) -> Vec<String> {
        let sites = self.init.place.config.iter().flat_map(|config| &config.sites);
        sites.flat_map(|site| &site.sources).map(|source| source.name.to_string()).collect()
    }

    fn say(&self, said: SetUp<'_>) -> Result<(), InitError> {
        Ok(Page::default().sentence(&self.init.lang.set_up(said)).print()?)
    }

    /// It is asked again because of this.
    fn wrong_input(&self, error: &(dyn std::error::Error + 'static)) -> Result<(), InitError> {
        let why = crate::told::told(error, self.init.lang.tongue());
        self.say(SetUp::Wrong(&why))
    }
}
