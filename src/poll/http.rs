//! The real source: one client per endpoint, asked over HTTPS.

mod look;
pub(crate) mod open;
mod pbs;
mod pve;
mod refusal;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::de::IgnoredAny;

use super::assemble::{Answered, Attempt};
use super::call::{Call, Reading};
use super::poller::Clock;
use super::source::{Fetched, Hints, Source, Took};
use crate::fleet::id::{NodeName, Product};
use crate::fleet::link::Contact;
use crate::fleet::time::Epoch;
use crate::proxmox::Malformed;
use crate::proxmox::client::{Answer, Client};
use crate::proxmox::error::Fault;

pub use open::{OpenError, open, trust};

/// The most an ordinary call may take.
const FAST: Duration = Duration::from_secs(10);

/// The most a call may take that scans disks, forks or waits for a lock. pveproxy gives such
/// calls 30 s before it says 596.
const SLOW: Duration = Duration::from_secs(35);

/// The most a whole listing of snapshots may take, over a home line.
const LISTING: Duration = Duration::from_secs(180);

/// Largest body of an ordinary answer, bytes.
const SMALL: usize = 16 << 20;

/// Largest body of a whole listing of snapshots, bytes: 300,000 of them at half a KiB each.
const LARGE: usize = 256 << 20;

/// One GET, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    /// Below `/api2/json`, its segments percent-encoded.
    path: String,
    /// Parameters, not encoded.
    query: Vec<(&'static str, String)>,
    deadline: Duration,
    max_body: usize,
}

impl Request {
    fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), query: Vec::new(), deadline: FAST, max_body: SMALL }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    fn of(call: &Call, hints: &Hints, product: Product, now: Epoch) -> Self {
        let mut request = match call {
            Call::Look(ask) => look::request(ask, product),
            Call::Pve(call) => pve::request(call, now.plus(hints.clock_offset)),
            Call::Pbs(call) => pbs::request(call, hints.version.as_ref()),
        };
        if call.is_dear() {
            request.deadline = request.deadline.max(SLOW);
        }
        if let Some(patience) = hints.patience {
            request.deadline = request.deadline.min(patience);
        }
        request
    }
}

/// Makes an answer into fleet types. What cannot be read is told apart: an answer that just ends
/// was cut, anything else is malformed.
pub(crate) fn read(call: &Call, bytes: &[u8]) -> Result<Reading, Fault> {
    let reading = match call {
        Call::Look(ask) => look::read(ask, bytes),
        Call::Pve(call) => pve::read(call, bytes),
        Call::Pbs(call) => pbs::read(call, bytes),
    };
    reading.map_err(|error: Malformed| {
        let whole = serde_json::from_slice::<IgnoredAny>(bytes);
        let cut = whole.is_err_and(|e| e.is_eof());
        if cut { Fault::Cut } else { Fault::Malformed(error.to_string().into()) }
    })
}

/// What was asked, and what came back before it was read.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// What was asked, by meaning.
    pub call: &'a Call,
    /// Below `/api2/json`, its segments percent-encoded.
    pub path: &'a str,
    /// Parameters, not encoded.
    pub query: &'a [(&'a str, &'a str)],
    /// The body, or why there is none.
    pub answer: Result<&'a [u8], &'a Fault>,
    /// How long the answer took, milliseconds; none where there was none.
    pub millis: Option<u32>,
}

/// Somebody who listens to every answer.
pub type Listener = Box<dyn Fn(Heard<'_>)>;

/// A source behind HTTPS.
pub struct Http {
    product: Product,
    /// One per endpoint, in their order.
    clients: Vec<Client>,
    clock: Clock,
    listener: Option<Listener>,
}

impl Http {
    /// The same with somebody who listens.
    #[must_use]
    pub fn heard_by(self, listener: Listener) -> Self {
        Self { listener: Some(listener), ..self }
    }

    fn tell(&self, heard: Heard<'_>) {
        if let Some(listener) = &self.listener {
            listener(heard);
        }
    }

    async fn exchange(
        &self,
        client: &Client,
        call: &Call,
        hints: &Hints,
    ) -> (Result<Reading, Fault>, Option<i64>, Option<Took>) {
        let request = Request::of(call, hints, self.product, (self.clock)());
        let Request { path, query, deadline, max_body } = request;
        let query: Vec<(&str, &str)> = query.iter().map(|(n, v)| (*n, v.as_str())).collect();
        match client.get(&path, &query, deadline, max_body).await {
            Ok(answer) => {
                let offset = clock_offset(&answer, (self.clock)());
                let millis = u32::try_from(answer.elapsed.as_millis()).unwrap_or(u32::MAX);
                let heard = Ok(&*answer.bytes);
                let took = Some(millis);
                self.tell(Heard { call, path: &path, query: &query, answer: heard, millis: took });
                let took = Took { path: path.into(), millis };
                let read = read(call, &answer.bytes).map_err(|fault| client.hushed(fault));
                (read, offset, Some(took))
            }
            Err(fault) => {
                self.tell(Heard {
                    call,
                    path: &path,
                    query: &query,
                    answer: Err(&fault),
                    millis: None,
                });
                (Err(fault), None, None)
            }
        }
    }
}

impl Source for Http {
    async fn fetch(&self, endpoint: usize, call: &Call, hints: &Hints) -> Fetched {
        let Some(client) = self.clients.get(endpoint) else {
            // The poller counts its endpoints by the same list.
            return Fetched { answered: Err(refusal::nobody()), attempt: None, took: None };
        };
        let (read, clock_offset, took) = self.exchange(client, call, hints).await;
        let contact = match &read {
            Ok(_) => Some(Contact::Fine),
            Err(fault) => refusal::contact(call, fault, self.product),
        };
        let attempt = contact.map(|contact| Attempt {
            endpoint,
            contact,
            certificate: client.peer(),
            clock_offset,
            member: read.as_ref().ok().and_then(member),
        });
        let answered: Answered = match read {
            Ok(reading) => Ok(reading),
            Err(fault) => {
                tracing::debug!(?call, endpoint, %fault, "a call failed");
                refusal::answered(call, &fault, self.product)
            }
        };
        Fetched { answered, attempt, took }
    }

    async fn probe(&self, endpoint: usize) -> Attempt {
        let call = match self.product {
            Product::Pve => Call::Pve(super::call::PveCall::Status),
            // Not the ping: it asks for no token, and would call a rejected one fine.
            Product::Pbs => Call::Pbs(super::call::PbsCall::Version),
        };
        let fetched = self.fetch(endpoint, &call, &Hints::default()).await;
        // Failed in a way that says nothing of the endpoint: then somebody is there.
        fetched.attempt.unwrap_or(Attempt {
            endpoint,
            contact: Contact::Fine,
            certificate: self.clients.get(endpoint).and_then(Client::peer),
            clock_offset: None,
            member: None,
        })
    }
}

/// The node that answered, and what it says of quorum.
fn member(reading: &Reading) -> Option<(NodeName, Option<bool>)> {
    let Reading::ClusterStatus(status) = reading else { return None };
    status.answering().map(|member| (member.node.clone(), status.quorate))
}

/// Server clock minus ours, seconds; none where the answer took so long that it says little.
fn clock_offset(answer: &Answer, now: Epoch) -> Option<i64> {
    if answer.waited > FAST {
        return None;
    }
    // `Date` was written about half-way between asking and the answer's head.
    let since = answer.elapsed.saturating_sub(answer.waited / 2);
    let written = now.minus(i64::try_from(since.as_secs()).ok()?);
    answer.date.map(|date| date.since(written))
}
