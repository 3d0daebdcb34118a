//! What one poll of a cluster's resources costs this program, beside a bare GET and typed parse of
//! the same body in the same run: CPU time of the thread that asks, system time included. It has
//! to stay below one and a half times as much. Plain output; Linux only.

#![allow(clippy::print_stdout, reason = "a bench says what it found")]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use rustls::pki_types::PrivateKeyDer;
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use vigie::fleet::id::Product;
use vigie::proxmox::client::{Client, ClientConfig};
use vigie::proxmox::pve::resources;
use vigie::proxmox::tls::{Trust, fingerprint};

type Error = Box<dyn std::error::Error>;

const ROUNDS: usize = 41;
const PATH: &str = "/cluster/resources";
const TOKEN: &str = "vigie@pve!bench";
const SECRET: &str = "00000000-0000-0000-0000-000000000000";

/// `/cluster/resources` of six nodes and so many guests, as PVE 9 spells it.
fn body(guests: u32) -> String {
    let mut text = String::from(r#"{"data":["#);
    for node in 0..6 {
        let _ = write!(
            text,
            r#"{{"cgroup-mode":2,"cpu":0.0312,"disk":9000000000,"id":"node/pve{node}","level":"","maxcpu":16,"maxdisk":94000000000,"maxmem":68719476736,"mem":34359738368,"node":"pve{node}","status":"online","type":"node","uptime":864000}},"#
        );
    }
    for vmid in 100..100 + guests {
        let (kind, node) = (if vmid % 3 == 0 { "lxc" } else { "qemu" }, vmid % 6);
        let _ = write!(
            text,
            r#"{{"cpu":0.01{vmid},"disk":0,"diskread":123456789,"diskwrite":987654321,"id":"{kind}/{vmid}","maxcpu":4,"maxdisk":34359738368,"maxmem":8589934592,"mem":4294967{vmid},"memhost":4398046511,"name":"guest-{vmid}","netin":1234567890,"netout":9876543210,"node":"pve{node}","pool":"prod","status":"running","tags":"prod;web","template":0,"type":"{kind}","uptime":123{vmid},"vmid":{vmid}}},"#
        );
    }
    text.pop();
    text.push_str("]}");
    text
}

/// What a program that keeps all of it in a typed struct would read.
#[derive(Deserialize)]
struct Bare {
    data: Vec<BareRow>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct BareRow {
    id: String,
    r#type: String,
    node: String,
    status: Option<String>,
    name: Option<String>,
    vmid: Option<u32>,
    cpu: Option<f64>,
    maxcpu: Option<f64>,
    mem: Option<u64>,
    maxmem: Option<u64>,
    disk: Option<u64>,
    maxdisk: Option<u64>,
    diskread: Option<u64>,
    diskwrite: Option<u64>,
    netin: Option<u64>,
    netout: Option<u64>,
    uptime: Option<u64>,
    template: Option<u8>,
    pool: Option<String>,
    tags: Option<String>,
}

/// Answers every request with `body`, in a thread of its own; its address and fingerprint.
fn serve(body: &str) -> Result<(SocketAddr, [u8; 32]), Error> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
    let pin = fingerprint(made.cert.der());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\n";
    let answer: Arc<str> = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await?;
                    let mut request = [0; 4096];
                    // One read is one request: they are short, and one comes after the other.
                    while stream.read(&mut request).await? > 0 {
                        stream.write_all(answer.as_bytes()).await?;
                        stream.flush().await?;
                    }
                    Ok::<(), std::io::Error>(())
                });
            }
        })
    });
    Ok((address, pin))
}

/// CPU time of this thread.
fn cpu() -> Result<Duration, Error> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let spent = text.split(' ').next().ok_or("no time in schedstat")?;
    Ok(Duration::from_nanos(spent.parse()?))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn compare(guests: u32) -> Result<(), Error> {
    let body = body(guests);
    let (address, pin) = serve(&body)?;
    let base = format!("https://{address}");
    let client = Client::new(ClientConfig {
        product: Product::Pve,
        base: base.clone(),
        token: TOKEN.to_owned(),
        secret: SECRET.to_owned().into(),
        trust: Trust::Fingerprints(vec![pin]),
        connect_timeout: Duration::from_secs(5),
    })?;
    let bare = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build()?;
    let url = format!("{base}/api2/json{PATH}");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = cpu()?;
        let answer = client
            .get(PATH, &[], Duration::from_secs(30), 64 << 20)
            .await
            .map_err(|fault| format!("{fault:?}"))?;
        let read = resources::read(&answer.bytes).map_err(|why| format!("{why:?}"))?;
        assert_eq!(read.guests.len(), guests as usize);
        drop((answer, read));
        ours.push(cpu()?.saturating_sub(start));

        let start = cpu()?;
        let header = format!("PVEAPIToken={TOKEN}={SECRET}");
        let answer = bare.get(&url).header(AUTHORIZATION, header).send().await?.bytes().await?;
        let read: Bare = serde_json::from_slice(&answer)?;
        assert_eq!(read.data.len(), guests as usize + 6);
        drop((answer, read));
        theirs.push(cpu()?.saturating_sub(start));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "{guests} guests, {} kB: ours {ours:.2?}, bare {theirs:.2?}, ratio {ratio:.2}",
        body.len() / 1000
    );
    Ok(())
}

fn main() -> Result<(), Error> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "there is a provider already")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for guests in [100, 1000, 10_000] {
        runtime.block_on(compare(guests))?;
    }
    Ok(())
}
