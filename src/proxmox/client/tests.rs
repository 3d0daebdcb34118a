//! The client against a scripted server.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use secrecy::SecretString;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use self::server::{
    Identity, Server, Step, answer, expired, impostor, ok, packed, self_signed, serve, signed_by_ca,
};
use super::{Answer, Client, ClientConfig, ClientError, shown};
use crate::fleet::id::Product;
use crate::fleet::time::Epoch;
use crate::proxmox::error::{Fault, Stage};
use crate::proxmox::tls::{Trust, TrustError, fingerprint};

mod server;

const SECRET: &str = "0f6ab4c8-1111-2222-3333-444455556666";
const PATIENT: Duration = Duration::from_secs(30);
const LIMIT: usize = 100_000;

fn config(product: Product, base: String, trust: Trust) -> ClientConfig {
    ClientConfig {
        product,
        base,
        token: "vigie@pve!bastion".to_owned(),
        secret: SecretString::from(SECRET),
        trust,
        connect_timeout: Duration::from_secs(20),
    }
}

fn pin(identity: &Identity) -> Trust {
    Trust::Fingerprints(vec![[7; 32], fingerprint(&identity.der)])
}

async fn pinned(product: Product, scripts: Vec<Vec<Step>>) -> (Server, Client) {
    let identity = self_signed();
    let server = serve(&identity, scripts).await;
    let client = Client::new(config(product, server.base(), pin(&identity))).unwrap();
    (server, client)
}

async fn get(client: &Client) -> Result<Answer, Fault> {
    client.get("/version", &[], PATIENT, LIMIT).await
}

/// The fault of a PVE's first answer.
async fn fault_of(steps: Vec<Step>) -> Fault {
    let (_server, client) = pinned(Product::Pve, vec![steps]).await;
    get(&client).await.unwrap_err()
}

#[tokio::test]
async fn a_pinned_leaf_is_believed_and_described() {
    let (_server, client) = pinned(Product::Pbs, vec![vec![ok(r#"{"data":{"pong":true}}"#)]]).await;
    assert_eq!(client.peer(), None);
    let answer = get(&client).await.unwrap();
    assert_eq!((answer.status, &*answer.bytes), (200, &br#"{"data":{"pong":true}}"#[..]));
    let peer = client.peer().unwrap();
    assert_eq!(peer.not_after, Some(Epoch(33_331_305_600)), "25 March 3026");
    assert!(peer.subject.contains("pbs") && !peer.subject.contains('\u{1b}'), "{}", peer.subject);
}

#[tokio::test]
async fn another_leaf_is_refused_shown_and_told_nothing() {
    let identity = self_signed();
    let server = serve(&identity, vec![vec![ok("{}")]]).await;
    let trust = Trust::Fingerprints(vec![[7; 32]]);
    let client = Client::new(config(Product::Pve, server.base(), trust)).unwrap();
    let seen = fingerprint(&identity.der);
    match get(&client).await.unwrap_err() {
        Fault::Untrusted { seen: Some(shown), why } => {
            assert_eq!(shown, seen);
            assert_eq!(&*why, "it is not the pinned one");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(client.peer().unwrap().fingerprint, seen);
    assert!(server.requests().is_empty(), "the token went nowhere");
}

#[tokio::test]
async fn a_look_shows_the_leaf_and_is_no_conversation() {
    for is_trusted in [true, false] {
        let identity = self_signed();
        let server = serve(&identity, vec![vec![ok("{}")]]).await;
        let trust = if is_trusted { pin(&identity) } else { Trust::Fingerprints(vec![[7; 32]]) };
        let seen = shown(Product::Pve, &server.base(), &trust, PATIENT).await.unwrap().unwrap();
        assert_eq!(seen.is_trusted, is_trusted);
        assert_eq!(seen.certificate.fingerprint, fingerprint(&identity.der));
        assert!(seen.certificate.not_before < seen.certificate.not_after);
        let names = seen.certificate.names.iter();
        assert!(names.clone().count() > 0 && names.clone().all(|name| !name.contains('\u{1b}')));
        assert!(server.requests().is_empty());
        assert!(server.seen.lock().unwrap().resumed.is_empty(), "no handshake was finished");
    }
}

#[tokio::test]
async fn a_pinned_leaf_shown_without_its_key_is_refused() {
    let identity = self_signed();
    let server = serve(&impostor(&identity), vec![vec![ok("{}")]]).await;
    let client = Client::new(config(Product::Pve, server.base(), pin(&identity))).unwrap();
    assert!(matches!(get(&client).await, Err(Fault::Untrusted { .. })));
    assert!(server.requests().is_empty(), "the token went nowhere");
}

#[tokio::test]
async fn an_expired_leaf_is_believed_if_pinned() {
    let identity = expired();
    let server = serve(&identity, vec![vec![ok("{}")]]).await;
    let client = Client::new(config(Product::Pve, server.base(), pin(&identity))).unwrap();
    assert!(get(&client).await.is_ok());
    assert_eq!(client.peer().unwrap().not_after, Some(Epoch(1_009_843_200)));
}

#[tokio::test]
async fn a_cluster_ca_vouches_for_its_leaves_by_name() {
    let (ca, leaf) = signed_by_ca(&["127.0.0.1", "localhost"]);
    let server = serve(&leaf, vec![vec![ok("{}")]]).await;
    let trust = Trust::CaPem(ca.clone().into_bytes());
    let client = Client::new(config(Product::Pve, server.base(), trust.clone())).unwrap();
    assert!(get(&client).await.is_ok());

    let (ca, leaf) = signed_by_ca(&["another-host"]);
    let server = serve(&leaf, vec![vec![ok("{}")]]).await;
    let other = Trust::CaPem(ca.into_bytes());
    let client = Client::new(config(Product::Pve, server.base(), other)).unwrap();
    assert!(matches!(get(&client).await, Err(Fault::Untrusted { seen: Some(_), .. })));
    let client = Client::new(config(Product::Pve, server.base(), trust)).unwrap();
    assert!(matches!(get(&client).await, Err(Fault::Untrusted { seen: Some(_), .. })));
}

#[tokio::test]
async fn the_system_believes_no_self_signed_leaf() {
    let server = serve(&self_signed(), vec![vec![ok("{}")]]).await;
    let client = match Client::new(config(Product::Pve, server.base(), Trust::System)) {
        Ok(client) => client,
        // A bare machine has no roots at all; then no client is right too.
        Err(ClientError::Trust(TrustError::System(_))) => return,
        Err(other) => panic!("{other:?}"),
    };
    assert!(matches!(get(&client).await, Err(Fault::Untrusted { seen: Some(_), .. })));
}

#[test]
fn what_cannot_work_is_said_before_anything_is_sent() {
    let https = || "https://127.0.0.1:1".to_owned();
    let pins = || Trust::Fingerprints(vec![[1; 32]]);
    let error = |c: ClientConfig| Client::new(c).unwrap_err();
    let http = config(Product::Pve, "http://127.0.0.1:1".to_owned(), pins());
    assert!(matches!(error(http), ClientError::Url(_)));
    let none = config(Product::Pve, https(), Trust::Fingerprints(vec![]));
    assert_eq!(error(none), ClientError::Trust(TrustError::NoFingerprint));
    for pem in ["", "no pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let ca = config(Product::Pve, https(), Trust::CaPem(pem.into()));
        assert!(matches!(error(ca), ClientError::Trust(TrustError::Ca(_))), "{pem}");
    }
    let mut odd = config(Product::Pve, https(), pins());
    odd.secret = SecretString::from("two\nlines");
    assert_eq!(error(odd), ClientError::Credential);
}

#[tokio::test]
async fn the_token_is_sent_as_each_product_wants_it_and_nowhere_else() {
    for (product, credential, encoding) in [
        (Product::Pve, format!("PVEAPIToken=vigie@pve!bastion={SECRET}"), "gzip"),
        (Product::Pbs, format!("PBSAPIToken=vigie@pve!bastion:{SECRET}"), "deflate"),
    ] {
        let (server, client) = pinned(product, vec![vec![ok("{}")]]).await;
        let query = [("prune-backups", "keep-all=1"), ("ns", "a/b")];
        let path = format!("/nodes/{}/x", crate::proxmox::encoded("a b/..é"));
        client.get(&path, &query, PATIENT, LIMIT).await.unwrap();
        let request = server.requests().remove(0);
        let mut lines = request.lines();
        let expected =
            "GET /api2/json/nodes/a%20b%2F..%C3%A9/x?prune-backups=keep-all%3D1&ns=a%2Fb HTTP/1.1";
        assert_eq!(lines.next(), Some(expected));
        let mut lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        lines.sort_unstable();
        let host = format!("host: {}", server.address);
        let authorization = format!("authorization: {credential}");
        let expected = [
            &format!("accept-encoding: {encoding}"),
            "accept: */*",
            &authorization,
            &host,
            concat!("user-agent: vigie/", env!("CARGO_PKG_VERSION")),
        ];
        assert_eq!(lines, expected);
        let shown =
            format!("{client:?} {:?} {:?} {:?}", client.http, client.headers, client.secret);
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

#[tokio::test]
async fn one_kept_connection_serves_many_calls() {
    let (server, client) = pinned(Product::Pve, vec![vec![ok("{}"); 5]]).await;
    for _ in 0..5 {
        get(&client).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

/// As pveproxy answers where it asked pvedaemon.
const BOTH: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nConnection: Keep-Alive\r\n\
                    Content-Length: 2\r\n\r\n{}";

#[tokio::test]
async fn a_connection_that_pve_keeps_is_kept_whatever_pvedaemon_said() {
    let (server, client) = pinned(Product::Pve, vec![vec![answer(BOTH); 5]]).await;
    for _ in 0..5 {
        get(&client).await.unwrap();
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 5));
}

#[tokio::test]
async fn a_server_that_says_it_keeps_and_closes_costs_a_connection_and_no_error() {
    for end in [vec![], vec![Step::ReadAndClose], vec![Step::ReadAndReset]] {
        let script = [vec![answer(BOTH)], end].concat();
        let (server, client) = pinned(Product::Pve, vec![script; 4]).await;
        for _ in 0..4 {
            get(&client).await.unwrap();
        }
        assert_eq!(server.connections(), 4);
    }
}

#[tokio::test]
async fn a_connection_that_is_closed_costs_a_resumed_handshake_only() {
    let close = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    let (server, client) = pinned(Product::Pve, vec![vec![answer(close)]; 3]).await;
    for _ in 0..3 {
        get(&client).await.unwrap();
    }
    assert_eq!(server.seen.lock().unwrap().resumed, [false, true, true]);
    assert!(client.peer().is_some());
}

#[tokio::test]
async fn a_kept_connection_found_closed_is_tried_again_once() {
    for end in [Step::ReadAndClose, Step::ReadAndReset] {
        let scripts = vec![vec![ok("{}"), end.clone()], vec![ok(r#"{"data":2}"#)]];
        let (server, client) = pinned(Product::Pve, scripts).await;
        get(&client).await.unwrap();
        assert_eq!(&*get(&client).await.unwrap().bytes, br#"{"data":2}"#);
        assert_eq!((server.connections(), server.requests().len()), (2, 3));

        let scripts = vec![vec![ok("{}"), end.clone()], vec![end], vec![ok("{}")]];
        let (server, client) = pinned(Product::Pve, scripts).await;
        get(&client).await.unwrap();
        assert_eq!(get(&client).await.unwrap_err(), Fault::Reset);
        assert_eq!(server.connections(), 2, "once, not twice");
    }
}

#[tokio::test]
async fn a_new_connection_that_is_closed_is_not_tried_again() {
    for end in [Step::ReadAndClose, Step::ReadAndReset] {
        let (server, client) = pinned(Product::Pve, vec![vec![end], vec![ok("{}")]]).await;
        let fault = get(&client).await.unwrap_err();
        assert_eq!(fault, Fault::Reset);
        assert!(fault.is_connect());
        assert_eq!(server.connections(), 1);
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(body).unwrap();
    out.finish().unwrap()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    out.write_all(body).unwrap();
    out.finish().unwrap()
}

#[tokio::test]
async fn packed_bodies_are_unpacked_and_bombs_are_not() {
    let text = br#"{"data":[1,2,3]}"#;
    let bomb = vec![b' '; LIMIT * 50];
    for (name, packer) in [("gzip", gzip as fn(&[u8]) -> Vec<u8>), ("deflate", zlib)] {
        let small = packer(&bomb);
        assert!(small.len() < LIMIT);
        let whole = packer(&vec![b'x'; LIMIT]);
        let cut = packer(text);
        let scripts = vec![
            vec![packed(name, &packer(text))],
            vec![packed(name, &small)],
            vec![packed(name, &whole)],
            vec![packed(name, &cut[..cut.len() - 6])],
            vec![packed(name, b"this is not packed")],
        ];
        let (_server, client) = pinned(Product::Pve, scripts).await;
        assert_eq!(&*get(&client).await.unwrap().bytes, text);
        assert_eq!(get(&client).await.unwrap_err(), Fault::TooLarge { limit: LIMIT });
        assert_eq!(get(&client).await.unwrap().bytes.len(), LIMIT, "the limit itself is allowed");
        assert_eq!(get(&client).await.unwrap_err(), Fault::Cut, "{name}");
        assert!(matches!(get(&client).await.unwrap_err(), Fault::Malformed(_)));
    }
    assert!(matches!(fault_of(vec![packed("br", b"x")]).await, Fault::Malformed(_)));
}

#[tokio::test]
async fn large_bodies_are_refused_announced_or_not() {
    let announced = answer("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n{");
    assert_eq!(fault_of(vec![announced]).await, Fault::TooLarge { limit: LIMIT });
    let chunk = "x".repeat(LIMIT / 2);
    let mut text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    for _ in 0..3 {
        text = format!("{text}{:x}\r\n{chunk}\r\n", chunk.len());
    }
    assert_eq!(fault_of(vec![answer(&text)]).await, Fault::TooLarge { limit: LIMIT });
}

#[tokio::test]
async fn a_cut_body_is_cut_whoever_announced_it() {
    let length = answer("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"data\":[");
    assert_eq!(fault_of(vec![length]).await, Fault::Cut);
    let chunked =
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"data\":[\r\n");
    assert_eq!(fault_of(vec![chunked]).await, Fault::Cut);

    // A stream that fails on the server ends well as far as HTTP can tell.
    let (_server, client) = pinned(Product::Pbs, vec![vec![ok(r#"{"data":[1,"#)]]).await;
    let said = client.get_json::<Vec<u8>>("/x", &[], PATIENT, LIMIT).await;
    assert_eq!(said.unwrap_err(), Fault::Cut);
}

#[tokio::test]
async fn the_envelope_is_opened_and_the_clock_read() {
    let body = r#"{"total":7,"data":[1,2],"digest":"x"}"#;
    let head = "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 13:04:01 GMT\r\n";
    let text = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let scripts = vec![vec![answer(&text), ok("{}"), ok("<html>"), ok(r#"{"data":"x"}"#)]];
    let (_server, client) = pinned(Product::Pbs, scripts).await;
    let said = client.get_json::<Vec<u8>>("/x", &[], PATIENT, LIMIT).await.unwrap();
    assert_eq!((said.data, said.total), (vec![1, 2], Some(7)));
    assert_eq!(said.date, Some(Epoch(1_795_352_641)));
    assert!(said.waited <= said.elapsed);
    for _ in 0..3 {
        let said = client.get_json::<Vec<u8>>("/x", &[], PATIENT, LIMIT).await;
        assert!(matches!(said, Err(Fault::Malformed(_))), "{said:?}");
    }
}

#[tokio::test]
async fn the_reason_phrase_is_the_message_of_old_servers() {
    let old = "HTTP/1.1 500 zfsutils-linux not installed\r\nContent-Length: 13\r\n\r\n\
               {\"data\":null}";
    let fault = fault_of(vec![answer(old)]).await;
    let text: Arc<str> = "zfsutils-linux not installed".into();
    assert_eq!(fault, Fault::Status { code: 500, text });

    // httparse gives no reason phrase that is not ASCII: the code's own words have to do.
    let accents = "HTTP/1.1 500 d\u{e9}faut\r\nContent-Length: 13\r\n\r\n{\"data\":null}";
    let text: Arc<str> = "Internal Server Error".into();
    assert_eq!(fault_of(vec![answer(accents)]).await, Fault::Status { code: 500, text });

    let bare = "HTTP/1.1 595 Connection refused\r\nContent-Length: 0\r\n\r\n";
    let text: Arc<str> = "Connection refused".into();
    assert_eq!(fault_of(vec![answer(bare)]).await, Fault::Status { code: 595, text });
}

#[tokio::test]
async fn an_empty_401_without_length_is_understood() {
    let text = "HTTP/1.1 401 Authentication failed!\r\nConnection: close\r\n\r\n";
    assert_eq!(fault_of(vec![answer(text)]).await, Fault::Unauthorized);
}

#[tokio::test]
async fn an_error_is_told_even_if_its_body_is_cut() {
    let text = "HTTP/1.1 403 Permission check failed (/, Sys.Audit)\r\nContent-Length: 99\r\n\r\n{";
    let text_of = Fault::Forbidden { text: "Permission check failed (/, Sys.Audit)".into() };
    assert_eq!(fault_of(vec![answer(text)]).await, text_of);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let there = serve(&self_signed(), vec![vec![ok("{}")]]).await;
    let text =
        format!("HTTP/1.1 301 Moved\r\nLocation: {}/x\r\nContent-Length: 0\r\n\r\n", there.base());
    let to = Some(format!("{}/x", there.base()).into());
    assert_eq!(fault_of(vec![answer(&text)]).await, Fault::Redirect { to });
    assert_eq!(there.connections(), 0);
}

#[tokio::test]
async fn a_server_that_echoes_the_secret_does_not_get_it_shown() {
    let text = format!("HTTP/1.1 500 bad token {SECRET}\r\nContent-Length: 0\r\n\r\n");
    let fault = fault_of(vec![answer(&text)]).await;
    assert_eq!(fault, Fault::Status { code: 500, text: "bad token …".into() });
}

#[tokio::test]
async fn a_slow_body_ends_at_the_deadline() {
    let begun = answer("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{");
    for steps in [vec![Step::Hang], vec![begun, Step::Hang]] {
        let (_server, client) = pinned(Product::Pve, vec![steps]).await;
        let answer = client.get("/x", &[], Duration::from_millis(200), LIMIT).await;
        let fault = answer.unwrap_err();
        assert_eq!(fault, Fault::Timeout { what: Stage::Answer });
        assert!(!fault.is_connect());
    }
}

#[tokio::test]
async fn a_port_that_never_speaks_tls_times_out_as_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    let mut config = config(Product::Pve, base, Trust::Fingerprints(vec![[1; 32]]));
    config.connect_timeout = Duration::from_millis(200);
    let fault = get(&Client::new(config).unwrap()).await.unwrap_err();
    assert_eq!(fault, Fault::Timeout { what: Stage::Tls });
}

#[tokio::test]
async fn a_plain_http_server_is_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        tcp.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        std::future::pending::<()>().await;
    });
    let trust = Trust::Fingerprints(vec![[1; 32]]);
    let client = Client::new(config(Product::Pve, base, trust)).unwrap();
    let fault = get(&client).await.unwrap_err();
    assert_eq!(fault, Fault::Tls("what answers there is not TLS".into()));
}

#[tokio::test]
async fn what_is_no_http_is_malformed() {
    let fault = fault_of(vec![answer("SSH-2.0-OpenSSH_9.2\r\n\r\n")]).await;
    assert!(matches!(fault, Fault::Malformed(_)), "{fault:?}");
}

#[tokio::test]
async fn a_closed_port_refuses_and_a_closed_door_resets() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    let trust = Trust::Fingerprints(vec![[1; 32]]);
    let client = Client::new(config(Product::Pve, base, trust)).unwrap();
    let door = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        tcp.set_zero_linger().unwrap();
    });
    assert_eq!(get(&client).await.unwrap_err(), Fault::Reset, "as pveproxy's DENY_FROM does");
    door.await.unwrap();
    assert_eq!(get(&client).await.unwrap_err(), Fault::Refused);
}

#[tokio::test]
async fn an_unknown_name_is_a_matter_of_names() {
    let base = "https://no-such-host.invalid:8006".to_owned();
    let client = Client::new(config(Product::Pve, base, Trust::Fingerprints(vec![[1; 32]])));
    let fault = get(&client.unwrap()).await.unwrap_err();
    assert!(matches!(fault, Fault::Name(_)), "{fault:?}");
}
