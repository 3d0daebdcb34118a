//! One source, from its address to the file.

use super::super::cluster::Backup;
use super::super::plan::{Progress, Step};
use super::super::way::{Known, Way};
use super::super::wish::{self, free_name};
use super::super::{InitError, account_lines, look};
use super::{Before, Guide};
use crate::command::init::look::Token;
use crate::command::trust::look::Seen;
use crate::config::{TokenId, What, default_port};
use crate::fleet::id::Product;
use crate::lang::init::{Ask, Choice, Hint, SetUp};
use crate::proxmox::account;

impl Guide<'_> {
    /// Asks for what is not known of a source yet, step by step. `backup`: what a cluster says of it.
    ///
    /// # Errors
    /// [`InitError::Back`] where somebody goes back from the first question.
    pub(super) fn source(
        &mut self,
        mut progress: Progress,
        backup: Option<&Backup>,
    ) -> Result<(), InitError> {
        self.take_known(&mut progress);
        self.before = Before::default();
        let mut known = Known { progress, seen: Vec::new() };
        let mut way = Way::default();
        loop {
            let step = known.progress.next();
            if step == Step::Done {
                return self.backups(&known.progress);
            }
            way.arrive(step);
            let (before, answered) = (known.clone(), self.prompt.answered());
            let done = self.step(step, &mut known, backup);
            let is_answered = self.prompt.answered() > answered;
            match done {
                Ok(true) if is_answered => way.answered(step, before),
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // A step of several questions begins anew.
                Err(InitError::Back) if is_answered => known = before,
                Err(InitError::Back) => known = way.back().ok_or(InitError::Back)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// Goes one step; whether there is anything to go on with.
    fn step(
        &mut self,
        step: Step,
        known: &mut Known,
        backup: Option<&Backup>,
    ) -> Result<bool, InitError> {
        let Known { progress, seen } = known;
        match step {
            Step::Product => self.product(progress)?,
            Step::Address => self.address(progress)?,
            Step::Look => match self.look(progress)? {
                Some(shown) => *seen = shown,
                None => return Ok(false),
            },
            Step::Trust => self.trust(progress, seen, backup)?,
            Step::Site => self.site(progress)?,
            Step::Name => self.name(progress)?,
            Step::Token => self.token(progress)?,
            Step::Secret => self.secret(progress)?,
            Step::Try => self.try_out(progress, seen)?,
            Step::Mend => self.mend(progress)?,
            Step::Peers => self.peers(progress, seen)?,
            Step::Write => self.write(progress, seen)?,
            Step::Done => {}
        }
        Ok(true)
    }

    /// Whether the source is in the configuration already: then only what is new is asked.
    pub(super) fn take_known(&self, progress: &mut Progress) {
        let Some((site, source)) = progress.wish.known(self.init.place.config.as_ref()) else {
            return;
        };
        progress.is_known = true;
        progress.wish.site = Some(site.to_owned());
        progress.wish.name = Some(source.name.to_string());
        progress.wish.product = Some(source.product);
    }

    fn product(&self, progress: &mut Progress) -> Result<(), InitError> {
        let choices = self.prompt.words(&[Choice::Pve, Choice::Pbs]);
        let chosen = self.prompt.choose(Ask::Product, &choices)?;
        let is_pbs = chosen == Choice::Pbs;
        progress.wish.product = Some(if is_pbs { Product::Pbs } else { Product::Pve });
        Ok(())
    }

    fn address(&mut self, progress: &mut Progress) -> Result<(), InitError> {
        let product = progress.wish.product.unwrap_or(Product::Pve);
        let before = progress.wish.endpoints.first().map(ToString::to_string);
        let before = before.or_else(|| self.before.address.clone());
        let hint = Hint::Address(default_port(product));
        let endpoint = loop {
            let text = self.prompt.line(Ask::Address, before.as_deref(), Some(hint))?;
            match wish::endpoint(&text, product) {
                Ok(endpoint) => break endpoint,
                Err(what) => self.wrong_value(&what)?,
            }
        };
        progress.forget_address();
        self.before.address = Some(endpoint.to_string());
        progress.wish.endpoints.push(endpoint);
        self.take_known(progress);
        if let (true, Some(name)) = (progress.is_known, &progress.wish.name) {
            self.say(SetUp::Known(name))?;
        }
        Ok(())
    }

    fn site(&mut self, progress: &mut Progress) -> Result<(), InitError> {
        let sites = self.init.place.config.iter().flat_map(|config| &config.sites);
        let known: Vec<String> = sites.map(|site| site.facts.name.to_string()).collect();
        if !known.is_empty() {
            let mut choices: Vec<(Option<usize>, String)> =
                known.iter().enumerate().map(|(at, name)| (Some(at), name.clone())).collect();
            choices.push((None, self.init.lang.choice(Choice::NewSite)));
            if let Some(at) = self.prompt.choose(Ask::Site, &choices)? {
                progress.wish.site = known.get(at).cloned();
                return Ok(());
            }
        }
        let usual = wish::site_name(&progress.wish.endpoints, &known);
        let proposed = self.before.site.as_ref().unwrap_or(&usual);
        let site = self.named(Ask::SiteName, proposed, &[])?;
        self.before.site = Some(site.clone()).filter(|site| *site != usual);
        progress.wish.site = Some(site);
        Ok(())
    }

    fn name(&mut self, progress: &mut Progress) -> Result<(), InitError> {
        let config = self.init.place.config.as_ref();
        let site = progress.wish.site.clone().unwrap_or_default();
        let product = progress.wish.product.unwrap_or(Product::Pve);
        let usual = free_name(config, &site, product);
        let proposed = self.before.name.as_ref().unwrap_or(&usual);
        let name = self.named(Ask::Name, proposed, &self.names())?;
        self.before.name = Some(name.clone()).filter(|name| *name != usual);
        progress.wish.name = Some(name);
        Ok(())
    }

    /// A name that is none of these.
    fn named(&self, ask: Ask<'_>, proposed: &str, taken: &[String]) -> Result<String, InitError> {
        loop {
            let text = self.prompt.line(ask, Some(proposed), Some(Hint::Name))?;
            match wish::name(&text) {
                Ok(name) if taken.contains(&name) => self.say(SetUp::Taken(&name))?,
                Ok(name) => return Ok(name),
                Err(what) => self.wrong_value(&what)?,
            }
        }
    }

    /// The token's id, and the commands that make it.
    pub(super) fn token(&mut self, progress: &mut Progress) -> Result<(), InitError> {
        let product = progress.wish.product.unwrap_or(Product::Pve);
        let usual = match (&progress.wish.token, &self.token_name) {
            (None, Some(name)) => {
                let usual = account::usual(product);
                format!("{}!{name}", usual.split('!').next().unwrap_or(usual))
            }
            _ => progress.wish.token(product),
        };
        let proposed = self.before.token.as_ref().unwrap_or(&usual);
        let token = loop {
            let text = self.prompt.line(Ask::Token, Some(proposed), Some(Hint::Token))?;
            match TokenId::parse(&text) {
                Ok(token) => break token,
                Err(what) => self.wrong_value(&what)?,
            }
        };
        account_lines(self.init.lang, product, token.as_str()).print()?;
        self.before.token = Some(token.to_string()).filter(|token| *token != usual);
        self.token_name = token.as_str().split('!').nth(1).map(str::to_owned);
        progress.wish.token = Some(token);
        progress.forget_try();
        Ok(())
    }

    fn try_out(&mut self, progress: &mut Progress, seen: &[Seen]) -> Result<(), InitError> {
        self.say(SetUp::Asking)?;
        let (_, source) = self.draft(progress, seen)?;
        let secret = progress.wish.secret.as_ref();
        let probe = self.init.block(look::try_out(&source, secret, self.init.env));
        self.init.tried(&source, &probe).print()?;
        progress.tried = Some(look::token(&probe));
        progress.works = look::working(&source, &probe).cloned();
        Ok(())
    }

    fn mend(&mut self, progress: &mut Progress) -> Result<(), InitError> {
        let choices: &[Choice<'_>] = match progress.tried {
            Some(Token::Lacking) => &[Choice::Again, Choice::NewToken, Choice::GoOn],
            Some(Token::Unknown) if progress.is_known => {
                &[Choice::Again, Choice::NewSecret, Choice::GoOn]
            }
            Some(Token::Unknown) => {
                &[Choice::Again, Choice::NewSecret, Choice::NewAddress, Choice::GoOn]
            }
            _ => &[Choice::NewSecret, Choice::NewToken, Choice::Again, Choice::GoOn],
        };
        match self.prompt.choose(Ask::Mend, &self.prompt.words(choices))? {
            Choice::NewSecret => self.secret(progress)?,
            Choice::NewToken => {
                self.token(progress)?;
                self.secret(progress)?;
            }
            Choice::NewAddress => progress.forget_address(),
            Choice::GoOn => progress.goes_on = true,
            _ => progress.forget_try(),
        }
        Ok(())
    }

    pub(super) fn wrong_value(&self, what: &What) -> Result<(), InitError> {
        let why = crate::told::mistake(what, self.init.lang.tongue());
        self.say(SetUp::Wrong(&why))
    }
}
