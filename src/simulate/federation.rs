//! Starting a federation, and the handles tests change it with.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::clock::SimClock;
use super::fault::{Fault, Rule};
use super::fleet::{SimCluster, SimFleet, SimNode, SimPbs};
use super::noise::hash;
use super::rights::Rights;
use super::script;
use super::server::{Product, Seen, Server};
use super::tls::{
    Authority, CertificateFacts, Current, Leaf, acceptor, leaf, leaf_of_another, leaf_spoilt,
};
use super::world::{Place, World};

/// Settings of a federation.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on.
    pub bind: IpAddr,
    /// First of a row of ports; `None` lets the system choose each.
    pub first_port: Option<u16>,
    /// Whether each node of a cluster has an address of its own, 127.0.0.1 and on, all at one port,
    /// as real ones have, and its cluster tells these. Where the system has no such addresses (most
    /// but Linux) they share one.
    pub apart: bool,
    /// What the deliberate delays of the real servers (3 s before a 401, 10 s without quorum,
    /// 3 s to a host that is off) are multiplied with: 1 as they are, 0 for fast tests.
    pub delays: f64,
    /// How much later every answer comes, as over a long line.
    pub line: Duration,
    /// Whether things happen over time: the events of the demo.
    pub script: bool,
    /// The secret of all tokens; `None` makes one.
    pub secret: Option<String>,
    /// Where the written configuration says the secret is; `None`: in `VIGIE_SIM_SECRET`.
    pub secret_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            first_port: None,
            apart: false,
            delays: 1.0,
            line: Duration::ZERO,
            script: false,
            secret: None,
            secret_file: None,
        }
    }
}

/// The token every simulated PVE knows, with PVEAuditor on `/`.
pub const PVE_TOKEN: &str = "vigie@pve!demo";
/// The token every simulated PBS knows, with Audit on `/`.
pub const PBS_TOKEN: &str = "vigie@pbs!demo";

/// Running servers; they end when this is dropped.
pub struct Federation {
    pub(super) world: Arc<World>,
    pub(super) handles: Vec<Handle>,
    pub(super) stop: CancellationToken,
}

impl Drop for Federation {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// One source: the servers of a cluster, or a backup server.
#[derive(Clone)]
pub struct Handle {
    pub(super) source: String,
    pub(super) world: Arc<World>,
    pub(super) servers: Vec<Arc<Server>>,
    authority: Option<Arc<Authority>>,
}

/// Starts all servers of a fleet on the current tokio runtime.
///
/// # Errors
/// When a port cannot be bound or a certificate cannot be made.
pub async fn start(fleet: SimFleet, clock: SimClock, options: Options) -> io::Result<Federation> {
    let begin = clock.now();
    let secret = options.secret.clone().unwrap_or_else(random_secret);
    let stop = CancellationToken::new();
    let world = Arc::new(World {
        fleet: RwLock::new(fleet.clone()),
        clock,
        start: begin,
        options,
        secret,
        tokens: RwLock::new(HashMap::new()),
        places: RwLock::new(HashMap::new()),
        generation: AtomicU64::new(0),
    });
    let mut port = world.options.first_port;
    let mut handles = Vec::new();
    for (_, cluster) in fleet.clusters() {
        let authority = Arc::new(Authority::new(&cluster.source, begin)?);
        let mut servers = Vec::new();
        for (at, node) in cluster.nodes.iter().enumerate() {
            let first = servers.first().map(|server: &Arc<Server>| server.address.port());
            let address = match own_address(&world.options, at).await {
                Some(own) => SocketAddr::new(own, first.unwrap_or(0)),
                None => next(&world.options, &mut port),
            };
            let signer = (!node.custom_certificate).then_some(&*authority);
            let from = begin - 86_400;
            let to = begin + node.certificate_days * 86_400;
            let leaf = leaf(&node.name, address.ip(), signer, from, to)?;
            let what = (Product::Pve, cluster.source.as_str(), node.name.as_str());
            let open = Opening { leaf: &leaf, authority: Some(&authority.facts), stop: &stop };
            servers.push(open_server(&world, what, address, open).await?);
        }
        if world.options.apart {
            let told = servers.iter().map(|server| server.address.ip().to_string());
            world.edit(|fleet| {
                let cluster = fleet.cluster_mut(&cluster.source);
                let nodes = cluster.into_iter().flat_map(|cluster| &mut cluster.nodes);
                nodes.zip(told).for_each(|(node, address)| node.ip = address);
            });
        }
        grant(&world, &cluster.source, PVE_TOKEN, Rights::AUDITOR);
        handles.push(Handle {
            source: cluster.source.clone(),
            world: Arc::clone(&world),
            servers,
            authority: Some(authority),
        });
    }
    for (_, pbs) in fleet.backup_servers() {
        let leaf = leaf(&pbs.node, world.options.bind, None, begin - 86_400, 33_331_352_172)?;
        let what = (Product::Pbs, pbs.source.as_str(), "");
        let open = Opening { leaf: &leaf, authority: None, stop: &stop };
        let address = next(&world.options, &mut port);
        let server = open_server(&world, what, address, open).await?;
        grant(&world, &pbs.source, PBS_TOKEN, Rights::AUDITOR);
        handles.push(Handle {
            source: pbs.source.clone(),
            world: Arc::clone(&world),
            servers: vec![server],
            authority: None,
        });
    }
    let federation = Federation { world, handles, stop };
    if federation.world.options.script {
        script::play(&federation);
    }
    Ok(federation)
}

struct Opening<'a> {
    leaf: &'a Leaf,
    authority: Option<&'a CertificateFacts>,
    stop: &'a CancellationToken,
}

/// The address that all share, at the next port.
fn next(options: &Options, port: &mut Option<u16>) -> SocketAddr {
    let address = SocketAddr::new(options.bind, port.unwrap_or(0));
    *port = port.map(|port| port.saturating_add(1));
    address
}

/// The address of a node of its own, where it is to have one and the system does.
async fn own_address(options: &Options, node: usize) -> Option<IpAddr> {
    let last = u8::try_from(node).ok()?.checked_add(1).filter(|last| *last < 255)?;
    let own = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
    let is_there = options.apart && TcpListener::bind((own, 0)).await.is_ok();
    is_there.then_some(own)
}

async fn open_server(
    world: &Arc<World>,
    (product, source, node): (Product, &str, &str),
    wanted: SocketAddr,
    opening: Opening<'_>,
) -> io::Result<Arc<Server>> {
    let listener = TcpListener::bind(wanted).await?;
    let address = listener.local_addr()?;
    let certificate = Current::new(opening.leaf);
    let acceptor = acceptor(Arc::clone(&certificate))?;
    let place = Place {
        port: address.port(),
        leaf: opening.leaf.facts.clone(),
        authority: opening.authority.cloned(),
    };
    world
        .places
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert((source.to_owned(), node.to_owned()), place);
    let server = Arc::new(Server {
        world: Arc::clone(world),
        source: source.to_owned(),
        node: node.to_owned(),
        product,
        address,
        certificate,
        rules: RwLock::new(Vec::new()),
        changed: Mutex::new(CancellationToken::new()),
        stop: opening.stop.clone(),
        seen: Mutex::new(Vec::new()),
        connections: AtomicUsize::new(0),
        kept: Mutex::default(),
    });
    tokio::spawn(Arc::clone(&server).serve(listener, acceptor));
    Ok(server)
}

fn grant(world: &World, source: &str, token: &str, rights: Rights) {
    world
        .tokens
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert((source.to_owned(), token.to_owned()), rights);
    world.touch();
}

/// A secret in the shape of a UUID. The hasher's keys come from the system's random numbers.
fn random_secret() -> String {
    use std::hash::{BuildHasher, RandomState};
    let (a, b) = (RandomState::new().hash_one(1_u8), RandomState::new().hash_one(2_u8));
    let hex = format!("{:016x}{:016x}", hash(a, b), hash(b, a ^ 0xA5A5));
    let mut text = String::new();
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

impl Federation {
    /// The source of this name.
    pub fn source(&self, name: &str) -> Option<&Handle> {
        self.handles.iter().find(|handle| handle.source == name)
    }

    /// All sources.
    pub fn sources(&self) -> &[Handle] {
        &self.handles
    }

    /// The secret of all tokens.
    pub fn secret(&self) -> &str {
        &self.world.secret
    }

    /// The clock of the federation.
    pub fn clock(&self) -> &SimClock {
        &self.world.clock
    }

    /// Every request of every source so far.
    pub fn requests(&self) -> Vec<Seen> {
        self.handles.iter().flat_map(Handle::requests).collect()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        for server in self.handles.iter().flat_map(|handle| &handle.servers) {
            server.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// Changes the description of the fleet.
    pub fn edit<T>(&self, change: impl FnOnce(&mut SimFleet) -> T) -> T {
        self.world.edit(change)
    }
}

impl Handle {
    /// Name of the source.
    pub fn name(&self) -> &str {
        &self.source
    }

    /// Base URLs, one per node, in the order of the description.
    pub fn endpoints(&self) -> Vec<String> {
        self.servers.iter().map(|server| format!("https://{}", server.address)).collect()
    }

    /// Socket addresses, one per node.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(|server| server.address).collect()
    }

    /// The token id a client is to use.
    pub fn token(&self) -> &'static str {
        match self.servers.first().map(|server| server.product) {
            Some(Product::Pbs) => PBS_TOKEN,
            _ => PVE_TOKEN,
        }
    }

    /// The complete `Authorization` header of [`token`](Self::token).
    pub fn authorization(&self) -> String {
        let secret = &self.world.secret;
        match self.servers.first().map(|server| server.product) {
            Some(Product::Pbs) => format!("PBSAPIToken={PBS_TOKEN}:{secret}"),
            _ => format!("PVEAPIToken={PVE_TOKEN}={secret}"),
        }
    }

    /// Adds a fault to the whole source.
    pub fn set(&self, fault: &Fault) {
        self.each(None, |rules| rules.push(Rule { path: None, fault: fault.clone() }));
    }

    /// Adds a fault to the paths (with query) that contain `path`.
    pub fn set_on(&self, path: &str, fault: &Fault) {
        self.each(None, |rules| {
            rules.push(Rule { path: Some(path.to_owned()), fault: fault.clone() });
        });
    }

    /// Adds a fault to the server of one node of a cluster.
    pub fn set_node(&self, node: &str, fault: &Fault) {
        self.each(Some(node), |rules| rules.push(Rule { path: None, fault: fault.clone() }));
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.each(None, Vec::clear);
    }

    /// Takes all faults of one node's server away.
    pub fn clear_node(&self, node: &str) {
        self.each(Some(node), Vec::clear);
    }

    fn each(&self, node: Option<&str>, change: impl Fn(&mut Vec<Rule>)) {
        for server in &self.servers {
            if node.is_none_or(|node| node == server.node) {
                server.change(&change);
            }
        }
    }

    /// Gives a token these rights; makes it when it does not exist.
    pub fn grant(&self, token: &str, rights: Rights) {
        grant(&self.world, &self.source, token, rights);
    }

    /// Takes a token away.
    pub fn revoke(&self, token: &str) {
        let key = (self.source.clone(), token.to_owned());
        self.world.tokens.write().unwrap_or_else(PoisonError::into_inner).remove(&key);
        self.world.touch();
    }

    /// SHA-256 fingerprints of the leaves, one per node, `AB:CD:…`.
    pub fn fingerprints(&self) -> Vec<String> {
        self.servers
            .iter()
            .map(|server| self.world.place(&self.source, &server.node).leaf.upper())
            .collect()
    }

    /// The certificate of the cluster's authority, PEM; `None` for a PBS.
    pub fn authority_pem(&self) -> Option<String> {
        self.authority.as_ref().map(|authority| authority.facts.pem.clone())
    }

    /// New certificates from now on, ending after so many days (negative: expired). Signed by
    /// the cluster's authority unless `foreign`.
    ///
    /// # Errors
    /// When a certificate cannot be made.
    pub fn change_certificate(&self, days: i64, foreign: bool) -> io::Result<()> {
        let now = self.world.clock.now();
        for server in &self.servers {
            let host = if server.node.is_empty() { "pbs" } else { server.node.as_str() };
            let signer = self.authority.as_deref().filter(|_| !foreign);
            let (from, to) = (now - 3_650 * 86_400, now + days * 86_400);
            let fresh = leaf(host, server.address.ip(), signer, from, to)?;
            self.register(&server.node, &fresh);
            server.certificate.change(&fresh);
        }
        self.world.touch();
        Ok(())
    }

    /// New certificates, by nobody their clients know, whose subject, issuer and names hold this
    /// text behind what they say.
    ///
    /// # Errors
    /// When a certificate cannot be made.
    pub fn spoil_certificate(&self, text: &str) -> io::Result<()> {
        let now = self.world.clock.now();
        for server in &self.servers {
            let host = if server.node.is_empty() { "pbs" } else { server.node.as_str() };
            let span = (now - 86_400, now + 365 * 86_400);
            let fresh = leaf_spoilt(host, server.address.ip(), text, span)?;
            self.register(&server.node, &fresh);
            server.certificate.change(&fresh);
        }
        self.world.touch();
        Ok(())
    }

    /// A certificate of the cluster's authority, but for another host than the ones that show it.
    ///
    /// # Errors
    /// When a certificate cannot be made.
    pub fn misname(&self, host: &str) -> io::Result<()> {
        let now = self.world.clock.now();
        for server in &self.servers {
            let signer = self.authority.as_deref();
            let fresh = leaf_of_another(host, signer, now - 86_400, now + 365 * 86_400)?;
            self.register(&server.node, &fresh);
            server.certificate.change(&fresh);
        }
        self.world.touch();
        Ok(())
    }

    /// A new certificate, by nobody its clients know, at one node, and its cluster knows it: the
    /// node was installed anew.
    ///
    /// # Errors
    /// When a certificate cannot be made.
    pub fn change_node_certificate(&self, node: &str, days: i64) -> io::Result<()> {
        self.show(node, days, true)
    }

    /// A certificate at one node that its cluster does not know: somebody else answers there.
    ///
    /// # Errors
    /// When a certificate cannot be made.
    pub fn impersonate(&self, node: &str) -> io::Result<()> {
        self.show(node, 365, false)
    }

    fn show(&self, node: &str, days: i64, is_known: bool) -> io::Result<()> {
        let now = self.world.clock.now();
        for server in self.servers.iter().filter(|server| server.node == node) {
            let fresh = leaf(node, server.address.ip(), None, now - 86_400, now + days * 86_400)?;
            if is_known {
                self.register(node, &fresh);
            }
            server.certificate.change(&fresh);
        }
        self.world.touch();
        Ok(())
    }

    fn register(&self, node: &str, leaf: &Leaf) {
        let key = (self.source.clone(), node.to_owned());
        let mut places = self.world.places.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get_mut(&key) {
            place.leaf = leaf.facts.clone();
        }
    }

    /// Every request so far, in the order they came, node by node.
    pub fn requests(&self) -> Vec<Seen> {
        self.servers
            .iter()
            .flat_map(|server| server.seen.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .collect()
    }

    /// TCP connections accepted so far.
    pub fn connections(&self) -> usize {
        self.servers.iter().map(|server| server.connections.load(Ordering::Relaxed)).sum()
    }

    /// Changes the description of this cluster; `None` when it is a PBS.
    pub fn edit<T>(&self, change: impl FnOnce(&mut SimCluster) -> T) -> Option<T> {
        self.world.edit(|fleet| fleet.cluster_mut(&self.source).map(change))
    }

    /// Changes the description of this PBS; `None` when it is a cluster.
    pub fn edit_pbs<T>(&self, change: impl FnOnce(&mut SimPbs) -> T) -> Option<T> {
        self.world.edit(|fleet| fleet.pbs_mut(&self.source).map(change))
    }

    /// Changes the description of one node.
    pub fn edit_node<T>(&self, node: &str, change: impl FnOnce(&mut SimNode) -> T) -> Option<T> {
        self.edit(|cluster| cluster.node_mut(node).map(change)).flatten()
    }

    /// Switches a node off: its server does not answer, the others see it offline. The one server
    /// of a PBS has no name.
    pub fn power_off(&self, node: &str) {
        let since = self.since_start();
        self.edit_node(node, |node| node.offline_since = Some(since));
        self.edit_pbs(|pbs| pbs.offline_since = Some(since));
        self.set_node(node, &Fault::Silent);
    }

    /// Switches it on again.
    pub fn power_on(&self, node: &str) {
        let since = self.since_start();
        self.edit_node(node, |node| {
            node.offline_since = None;
            node.fenced_since = None;
            node.booted = -since;
        });
        self.edit_pbs(|pbs| {
            pbs.offline_since = None;
            pbs.booted = -since;
        });
        self.clear_node(node);
    }

    /// Starts a guest on another node from what is there of it.
    pub fn move_guest(&self, vmid: u32, to: &str) {
        let since = self.since_start();
        self.edit(|cluster| cluster.move_guest(vmid, to, since));
    }

    fn since_start(&self) -> i64 {
        self.world.clock.now() - self.world.start
    }
}
