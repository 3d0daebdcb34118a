//! What is asked because somebody looks: through the same limits, fail-over and trust as all
//! else, and nothing of it goes into the survey.

use tokio::sync::mpsc;

use super::{Fetched, Poller};
use crate::fleet::link::Contact;
use crate::fleet::look::{Ask, Looked};
use crate::fleet::part::{Cause, CauseKind, Outcome};
use crate::fleet::time::Epoch;
use crate::poll::call::{Call, Reading};
use crate::poll::source::Source;

/// The most looks that wait at one source: nobody looks at more at once.
const MOST: usize = 8;

impl<S: Source + 'static> Poller<S> {
    /// Somebody looks. What waits already, or flies, is not asked twice.
    pub(super) fn look(&mut self, ask: Ask) {
        let flies =
            self.flying.iter().any(|call| matches!(call, Call::Look(a) if a.look == ask.look));
        if flies {
            return;
        }
        self.looks.retain(|waiting| waiting.look != ask.look);
        self.looks.push_back(ask);
        if self.looks.len() > MOST {
            self.looks.pop_front();
        }
    }

    /// Sends off what is looked at, before all else that waits: a person does.
    pub(super) fn launch_looks(&mut self, endpoint: usize) {
        while self.limits.allow_look(&self.flying) {
            let Some(ask) = self.looks.pop_front() else { return };
            self.send_off(endpoint, Call::Look(ask));
        }
    }

    /// Nothing can be asked now: says so to whoever looks.
    pub(super) fn look_away(&mut self) {
        let now = self.now();
        let why = self.why_not();
        for ask in std::mem::take(&mut self.looks) {
            self.seen.push(Looked { ask, at: now, answer: Err(why.clone()) });
        }
    }

    /// Why nothing is asked, in the words of the last contact.
    fn why_not(&self) -> Outcome {
        let (kind, text) = match &self.survey.link.contact {
            _ if self.stopped => (CauseKind::Unauthorized, "token not accepted".into()),
            Contact::Unreachable(_, text) => (CauseKind::Unreachable, text.clone()),
            Contact::Untrusted => (CauseKind::Untrusted, "certificate not trusted".into()),
            Contact::Malformed(text) => (CauseKind::Malformed, text.clone()),
            Contact::Error(cause) => (cause.kind, cause.text.clone()),
            Contact::Unauthorized | Contact::Untried | Contact::Fine => {
                (CauseKind::Unreachable, "no endpoint answers".into())
            }
        };
        Outcome::Failed(Cause { kind, text })
    }

    /// Takes in what a look brought.
    pub(super) fn land_look(&mut self, ask: Ask, fetched: Fetched, now: Epoch) {
        let call = Call::Look(ask.clone());
        self.flying.remove(&call);
        let Fetched { answered, attempt, .. } = fetched;
        self.learn(&call, attempt.as_ref(), now);
        // A survey is sent when the contact changed, not for every line of a log.
        let is_news = attempt
            .as_ref()
            .is_some_and(|a| a.contact != Contact::Fine || a.contact != self.survey.link.contact);
        if is_news {
            self.changed = true;
            self.attempted(attempt, now);
        }
        let answer = match answered {
            Ok(Reading::Seen(seen)) => Ok(seen),
            Ok(Reading::Absent) => Err(Outcome::Absent),
            Ok(_) => Err(Outcome::Failed(Cause {
                kind: CauseKind::Malformed,
                text: "not what was asked for".into(),
            })),
            Err(outcome) => Err(outcome),
        };
        self.seen.push(Looked { ask, at: now, answer });
    }

    /// Hands answers over. When nobody takes them they are dropped, and asked for again.
    pub(super) fn hand_over(&mut self, looked: &mpsc::Sender<Looked>) {
        for seen in self.seen.drain(..) {
            let _ = looked.try_send(seen);
        }
    }
}
