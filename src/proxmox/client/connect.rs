//! How a connection comes about: name, TCP, TLS, each failing as a fault of its own.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

use super::kept::Kept;
use crate::fleet::id::Product;
use crate::fleet::text::cleaned;
use crate::proxmox::error::{Fault, Moment, Stage, of_error};
use crate::proxmox::tls::Witness;

/// A connection as the pool keeps it.
pub(super) type Line = TokioIo<Kept<TlsStream<TcpStream>>>;

type Pending<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Connects to one endpoint.
#[derive(Clone)]
pub(super) struct Connector {
    product: Product,
    tcp: HttpConnector<Resolver>,
    tls: TlsConnector,
    /// For name, TCP and TLS together.
    patience: Duration,
    witness: Arc<Witness>,
}

impl Connector {
    pub(super) fn new(
        product: Product,
        tls: rustls::ClientConfig,
        patience: Duration,
        witness: Arc<Witness>,
    ) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        // What goes over it is HTTP all the same, below TLS.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        Self { product, tcp, tls: TlsConnector::from(Arc::new(tls)), patience, witness }
    }

    async fn connect(mut self, to: Uri) -> Result<Line, Fault> {
        let name = to.host().unwrap_or_default().trim_matches(['[', ']']);
        let name = ServerName::try_from(name.to_owned())
            .map_err(|error| Fault::Name(cleaned(&error.to_string())))?;
        let deadline = Instant::now() + self.patience;
        let late = |what| move |_| Fault::Timeout { what };
        let fault = |error: &(dyn Error + 'static)| {
            let seen = self.witness.peer().map(|peer| peer.fingerprint);
            of_error(error, Moment::Connecting, seen)
        };
        let tcp = timeout_at(deadline, self.tcp.call(to)).await;
        let tcp = tcp.map_err(late(Stage::Connect))?.map_err(|error| fault(&error))?;
        let tls = timeout_at(deadline, self.tls.connect(name, tcp.into_inner())).await;
        let tls = tls.map_err(late(Stage::Tls))?.map_err(|error| fault(&error))?;
        Ok(TokioIo::new(Kept::new(tls, self.product)))
    }
}

impl Service<Uri> for Connector {
    type Response = Line;
    type Error = Fault;
    type Future = Pending<Line, Fault>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        Box::pin(self.clone().connect(to))
    }
}

/// The system's resolver, its failures told from those of TCP.
#[derive(Clone)]
struct Resolver(GaiResolver);

impl Service<Name> for Resolver {
    type Response = GaiAddrs;
    type Error = Fault;
    type Future = Pending<GaiAddrs, Fault>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.0.call(name);
        Box::pin(async { found.await.map_err(|error| Fault::Name(cleaned(&error.to_string()))) })
    }
}
