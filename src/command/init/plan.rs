//! What is asked next of a source, by what is known so far. It asks nobody itself.

use super::look::Token;
use super::wish::Wish;
use crate::config::Endpoint;
use crate::fleet::id::Product;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Product,
    Address,
    /// Look at the certificate.
    Look,
    /// Nobody vouches for it: ask.
    Trust,
    Site,
    Name,
    Token,
    Secret,
    /// Try the token.
    Try,
    /// It does not work: ask what to do.
    Mend,
    /// Offer the other nodes.
    Peers,
    /// Show the change, ask, write.
    Write,
    Done,
}

/// What a look at the certificates came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// No endpoint shows any.
    Silent,
    /// Something is shown that nobody vouches for.
    Stranger,
    /// All that is shown is trusted, or was accepted.
    Trusted,
}

/// How far a source is.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub wish: Wish,
    /// Whether the configuration has it already.
    pub is_known: bool,
    pub sight: Option<Sight>,
    /// What was accepted on the way.
    pub pins: Vec<[u8; 32]>,
    pub tried: Option<Token>,
    /// The endpoint that accepted the token.
    pub works: Option<Endpoint>,
    /// Whether it is to be written though the token does not work.
    pub goes_on: bool,
    pub had_peers: bool,
    pub is_written: bool,
}

impl Progress {
    /// The next step. What was given is not asked for.
    pub(super) fn next(&self) -> Step {
        let wish = &self.wish;
        if self.is_written {
            return Step::Done;
        }
        if wish.product.is_none() {
            return Step::Product;
        }
        if wish.endpoints.is_empty() && !self.is_known {
            return Step::Address;
        }
        match self.sight {
            None => return Step::Look,
            Some(Sight::Silent) if !self.is_known => return Step::Address,
            Some(Sight::Stranger) => return Step::Trust,
            Some(Sight::Silent | Sight::Trusted) => {}
        }
        if !self.is_known {
            if wish.site.is_none() {
                return Step::Site;
            }
            if wish.name.is_none() {
                return Step::Name;
            }
            if wish.token.is_none() {
                return Step::Token;
            }
            if wish.secret.is_none() {
                return Step::Secret;
            }
        }
        match self.tried {
            None => Step::Try,
            Some(Token::Good) => self.after(true),
            Some(token) if self.goes_on => self.after(token == Token::Lacking),
            Some(_) => Step::Mend,
        }
    }

    /// What comes once the token is done with; whether servers answer to it.
    fn after(&self, answers: bool) -> Step {
        if answers && !self.had_peers && self.wish.product == Some(Product::Pve) {
            return Step::Peers;
        }
        Step::Write
    }

    /// Another address: what was seen and accepted at the one before counts no more.
    pub(super) fn forget_address(&mut self) {
        self.wish.endpoints.clear();
        self.sight = None;
        self.pins.clear();
        self.tried = None;
    }

    /// Another token or secret.
    pub(super) fn forget_try(&mut self) {
        self.tried = None;
        self.goes_on = false;
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{Progress, Sight, Step, Token};
    use crate::command::init::wish::{Secret, endpoint};
    use crate::config::TokenId;
    use crate::fleet::id::Product;

    /// Answers a step, as somebody with an easy case would.
    fn answer(progress: &mut Progress, product: Product, step: Step) {
        let wish = &mut progress.wish;
        match step {
            Step::Product => wish.product = Some(product),
            Step::Address => {
                wish.endpoints = vec![endpoint("a", product).unwrap()];
                progress.sight = None;
            }
            Step::Look => progress.sight = Some(Sight::Stranger),
            Step::Trust => progress.sight = Some(Sight::Trusted),
            Step::Site => wish.site = Some("s".into()),
            Step::Name => wish.name = Some("n".into()),
            Step::Token => wish.token = Some(TokenId::parse("v@pve!x").unwrap()),
            Step::Secret => wish.secret = Some(Secret::Told(SecretString::from("x"), None)),
            Step::Try => progress.tried = Some(Token::Good),
            Step::Mend => progress.goes_on = true,
            Step::Peers => progress.had_peers = true,
            Step::Write => progress.is_written = true,
            Step::Done => {}
        }
    }

    fn all(mut progress: Progress, product: Product) -> Vec<Step> {
        let mut steps = Vec::new();
        loop {
            let step = progress.next();
            if step == Step::Done {
                return steps;
            }
            steps.push(step);
            assert!(steps.len() < 20, "it goes round: {steps:?}");
            answer(&mut progress, product, step);
        }
    }

    #[test]
    fn from_nothing_to_the_end() {
        use Step::{Address, Look, Name, Peers, Product, Secret, Site, Token, Trust, Try, Write};
        let steps = all(Progress::default(), crate::fleet::id::Product::Pve);
        let first = [Product, Address, Look, Trust, Site, Name, Token, Secret, Try];
        assert_eq!(steps, [&first[..], &[Peers, Write]].concat());
        let steps = all(Progress::default(), crate::fleet::id::Product::Pbs);
        assert_eq!(steps, [&first[..], &[Write]].concat(), "a PBS has no peers");
    }

    #[test]
    fn what_is_given_or_known_is_not_asked() {
        let mut progress = Progress { is_known: true, ..Progress::default() };
        progress.wish.product = Some(Product::Pve);
        let steps = all(progress.clone(), Product::Pve);
        assert_eq!(steps, [Step::Look, Step::Trust, Step::Try, Step::Peers, Step::Write]);
        progress.is_known = false;
        progress.wish.site = Some("s".into());
        progress.wish.secret = Some(Secret::Told(SecretString::from("x"), None));
        let steps = all(progress, Product::Pve);
        for step in [Step::Product, Step::Site, Step::Secret] {
            assert!(!steps.contains(&step), "{steps:?}");
        }
    }

    #[test]
    fn what_does_not_work_is_asked_about_until_it_does_or_is_let_be() {
        let mut progress = Progress::default();
        for step in [
            Step::Product,
            Step::Address,
            Step::Look,
            Step::Trust,
            Step::Site,
            Step::Name,
            Step::Token,
            Step::Secret,
        ] {
            assert_eq!(progress.next(), step);
            answer(&mut progress, Product::Pve, step);
        }
        for (tried, then) in [
            (Token::Refused, Step::Write),
            (Token::Unknown, Step::Write),
            (Token::Lacking, Step::Peers),
        ] {
            let mut progress = Progress { tried: Some(tried), ..progress.clone() };
            assert_eq!(progress.next(), Step::Mend);
            progress.goes_on = true;
            assert_eq!(progress.next(), then, "{tried:?}");
            progress.forget_try();
            assert_eq!(progress.next(), Step::Try, "and a new one is tried");
        }
        progress.sight = Some(Sight::Silent);
        assert_eq!(progress.next(), Step::Address);
        progress.pins.push([1; 32]);
        progress.forget_address();
        assert!(progress.pins.is_empty(), "what another showed is not trusted");
        assert_eq!(progress.next(), Step::Address);
    }
}
