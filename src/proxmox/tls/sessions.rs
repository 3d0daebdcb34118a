//! The memory of TLS sessions; it also tells that a handshake has begun.

use std::sync::Arc;

use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;

use super::Witness;

/// One server, a few connections: a ticket or two for each.
const TICKETS: usize = 16;

/// rustls's own memory of sessions, counting handshakes: rustls asks it for a ticket once per
/// handshake, when the TCP connection stands. That alone tells a server that hangs in TLS from a
/// host that does not answer at all.
#[derive(Debug)]
pub(super) struct Counted {
    memory: ClientSessionMemoryCache,
    witness: Arc<Witness>,
}

impl Counted {
    pub(super) fn new(witness: Arc<Witness>) -> Self {
        Self { memory: ClientSessionMemoryCache::new(TICKETS), witness }
    }
}

impl ClientSessionStore for Counted {
    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.memory.set_kx_hint(server, group);
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        self.memory.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.memory.set_tls12_session(server, value);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.memory.tls12_session(server)
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.memory.remove_tls12_session(server);
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.memory.insert_tls13_ticket(server, value);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.witness.begin();
        self.memory.take_tls13_ticket(server)
    }
}
