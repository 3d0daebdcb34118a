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
        let tcp = tcp(Resolver(GaiResolver::new()), patience);
        Self { product, tcp, tls: TlsConnector::from(Arc::new(tls)), patience, witness }
    }

    /// One connection.
    pub(super) async fn connect(mut self, to: Uri) -> Result<Line, Fault> {
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

/// Connects to the addresses of a name one after another, within half of `patience`, which they
/// share evenly: one that is silent leaves time for the next, and for TLS.
fn tcp<R>(resolver: R, patience: Duration) -> HttpConnector<R> {
    let mut tcp = HttpConnector::new_with_resolver(resolver);
    // What goes over it is HTTP all the same, below TLS.
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(patience / 2));
    tcp
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

// Only Linux answers at all of 127/8 without being told to.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};
    use std::task::{Context, Poll};
    use std::time::Duration;

    use hyper_util::client::legacy::connect::dns::Name;
    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use tokio::time::timeout;
    use tower_service::Service;

    use super::tcp;

    const SILENT: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    const ALIVE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// Finds two addresses for every name.
    #[derive(Clone)]
    struct Two;

    impl Service<Name> for Two {
        type Response = std::array::IntoIter<SocketAddr, 2>;
        type Error = Infallible;
        type Future = Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Name) -> Self::Future {
            ready(Ok([SILENT, ALIVE].map(|ip| SocketAddr::new(ip, 0)).into_iter()))
        }
    }

    /// A port at an address where nobody takes a connection or refuses one, as behind a firewall
    /// that drops: its queue is full.
    async fn silent(port: u16) -> (TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(SILENT, port)).unwrap();
        let listener = socket.listen(1).unwrap();
        let mut waiting = Vec::new();
        let moment = Duration::from_millis(50);
        while let Ok(stream) =
            timeout(moment, TcpStream::connect(SocketAddr::new(SILENT, port))).await
        {
            waiting.push(stream.unwrap());
        }
        (listener, waiting)
    }

    #[tokio::test]
    async fn an_address_that_is_silent_leaves_time_for_the_next() {
        let listener = TcpListener::bind(SocketAddr::new(ALIVE, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let _full = silent(port).await;
        let patience = Duration::from_secs(2);
        let uri = format!("https://two.example:{port}/").parse().unwrap();
        let connected = timeout(patience, tcp(Two, patience).call(uri)).await;
        let stream = connected.expect("in time").unwrap().into_inner();
        assert_eq!(stream.peer_addr().unwrap().ip(), ALIVE);
    }
}
