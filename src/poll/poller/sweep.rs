//! One sweep: everything is asked once, cheapest first, until all is tried or the time is over.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, sleep_until};

use super::{Poller, out_of_time};
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::poll::assemble;
use crate::poll::call::Call;
use crate::poll::plan::{Pace, plan};
use crate::poll::reach::Pick;
use crate::poll::source::Source;

impl<S: Source + 'static> Poller<S> {
    /// Asks everything once and gives back what was seen. What `patience` does not reach is a
    /// failed part; a source that nobody answers for ends the sweep at once.
    pub async fn sweep(mut self, patience: Duration) -> Survey {
        let deadline = Instant::now() + patience;
        self.deadline = Some(deadline);
        let began = self.now();
        let pace = Pace::Sweep { began };
        // What memory knows is asked anew, whenever it was tried: in this very second, or in a
        // future that the clock was set back from.
        self.enqueue(Pace::Sweep { began: Epoch(i64::MAX) });
        loop {
            self.probe_when_due();
            self.enqueue(pace);
            self.launch();
            if self.flights.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                Some(landing) = self.flights.next() => self.land(landing),
                () = sleep_until(deadline) => break,
            }
        }
        self.give_up(pace, began);
        self.survey
    }

    /// Marks what was not tried, unless nobody was there to try: then the link tells. Where nothing
    /// at all was read the link tells too, whatever was well before.
    fn give_up(&mut self, pace: Pace, began: Epoch) {
        let now = self.now();
        let reachable = !self.stopped && matches!(self.reach.pick(now), Pick::Ask(_));
        let answered = self.survey.link.answered.is_some();
        if !reachable || !answered {
            return;
        }
        let mut marked = std::collections::BTreeSet::new();
        loop {
            let left: Vec<Call> = plan(&self.survey, pace, now)
                .into_iter()
                .filter(|call| marked.insert(call.clone()))
                .collect();
            if left.is_empty() {
                break;
            }
            for call in left.iter().filter(|call| !is_smart(call)) {
                assemble::apply(&mut self.survey, call, Err(out_of_time()), now);
            }
        }
        let was = (self.survey.link.contact.clone(), self.survey.link.since);
        assemble::overrule(&mut self.survey, &was, Some(began), now);
    }
}

/// SMART is asked last and missed by nobody.
fn is_smart(call: &Call) -> bool {
    use crate::poll::call::{PbsCall, PveCall};
    matches!(call, Call::Pve(PveCall::NodeDisks(_)) | Call::Pbs(PbsCall::Disks))
}
