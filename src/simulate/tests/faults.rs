//! Wire behaviour and fault switches.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::super::fleet::SimVersion;
use super::super::{Fault, Federation, Options, SimClock, SimFleet, start};
use super::client::{connect, exchange, get, get_at};
use super::fleet::{NOW, fast, run};

const SHORT: Duration = Duration::from_millis(200);

async fn healthy() -> Federation {
    run(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3))).await
}

#[tokio::test]
async fn tokens_are_needed_and_late_when_wrong() {
    let options = Options { delays: 0.1, ..fast() };
    let fleet = SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3));
    let fleet = start(fleet, SimClock::fixed(NOW), options).await.expect("servers");
    let pve = fleet.source("pve").expect("pve");
    let began = Instant::now();
    let reply = get_at(pve, 0, "/version", "PVEAPIToken=vigie@pve!demo=wrong").await.expect("401");
    assert!(began.elapsed() >= Duration::from_millis(300), "a tenth of three seconds");
    assert_eq!((reply.status, reply.reason.as_str()), (401, "Authentication failed!"));
    assert!(reply.body.is_empty() && !reply.headers.contains_key("content-type"));
    let mut stream = connect(pve.addresses()[0]).await.expect("a connection");
    let reply = exchange(&mut stream, "GET", "/api2/json/version", "").await.expect("401");
    assert_eq!(reply.reason, "No ticket");
    let pbs = fleet.source("pbs").expect("pbs");
    let secret = fleet.secret();
    let wrong = format!("PBSAPIToken=vigie@pbs!demo={secret}");
    let reply = get_at(pbs, 0, "/version", &wrong).await.expect("401");
    assert_eq!((reply.status, reply.text().as_str()), (401, "authentication failed"));
    assert!(!reply.headers.contains_key("content-type"));
    assert_eq!(get_at(pbs, 0, "/ping", "nonsense").await.expect("pong").status, 200);
}

#[tokio::test]
async fn writes_are_refused_and_recorded() {
    let fleet = healthy().await;
    for (source, status, text) in [
        ("pve", 501, "Method 'POST /version' not implemented"),
        ("pbs", 404, "Path '/api2/json/version' not found."),
    ] {
        let handle = fleet.source(source).expect("a source");
        let head = format!("Authorization: {}\r\n", handle.authorization());
        let mut stream = connect(handle.addresses()[0]).await.expect("a connection");
        let target = "/api2/json/version";
        let reply = exchange(&mut stream, "POST", target, &head).await.expect("an answer");
        assert_eq!(reply.status, status);
        assert!(reply.text().contains(text), "{}", reply.text());
        let seen = handle.requests();
        assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("POST", target));
        assert_eq!(seen[0].token.as_deref(), Some(handle.token()));
    }
}

#[tokio::test]
async fn compression_connections_and_dates() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    let head =
        format!("Authorization: {}\r\nAccept-Encoding: gzip, deflate\r\n", pve.authorization());
    let mut stream = connect(pve.addresses()[0]).await.expect("a connection");
    let big = "/api2/json/cluster/resources";
    let reply = exchange(&mut stream, "GET", big, &head).await.expect("an answer");
    assert_eq!(reply.header("content-encoding"), "gzip");
    assert_eq!(reply.header("date"), "Wed, 25 Nov 2026 11:07:30 GMT");
    assert_eq!(reply.header("connection"), "Keep-Alive");
    let small = exchange(&mut stream, "GET", "/api2/json/version", &head).await.expect("the same");
    assert_eq!(small.header("content-encoding"), "");
    let protected = "/api2/json/cluster/status";
    let reply = exchange(&mut stream, "GET", protected, &head).await.expect("the same");
    assert_eq!(reply.headers["connection"], ["close", "Keep-Alive"], "pvedaemon's, pveproxy's");
    let small = exchange(&mut stream, "GET", "/api2/json/version", &head).await.expect("the same");
    assert_eq!(small.headers["connection"], ["Keep-Alive"]);
    assert_eq!(pve.connections(), 1, "it was kept");
    let denied = exchange(&mut stream, "GET", "/api2/json/nodes/none/status", &head).await;
    assert_eq!(denied.expect("an answer").headers["connection"], ["close"]);
    assert!(exchange(&mut stream, "GET", protected, &head).await.is_err(), "closed");
    let pbs = fleet.source("pbs").expect("pbs");
    let head = format!("Authorization: {}\r\nAccept-Encoding: gzip\r\n", pbs.authorization());
    let mut stream = connect(pbs.addresses()[0]).await.expect("a connection");
    let usage = "/api2/json/status/datastore-usage";
    let reply = exchange(&mut stream, "GET", usage, &head).await.expect("an answer");
    assert_eq!(reply.header("content-encoding"), "", "gzip is ignored");
    let head = head.replace("gzip", "deflate;q=0");
    let reply = exchange(&mut stream, "GET", usage, &head).await.expect("an answer");
    assert_eq!(reply.header("content-encoding"), "deflate");
    assert_eq!(reply.data()[0]["store"], "main");
    let tasks = "/api2/json/nodes/localhost/tasks";
    let head = head.replace("deflate;q=0", "identity");
    let reply = exchange(&mut stream, "GET", tasks, &head).await.expect("an answer");
    assert_eq!(reply.header("transfer-encoding"), "chunked");
    assert!(reply.text().starts_with("{\"data\"") || reply.text().starts_with("{\"total\""));
}

#[tokio::test]
async fn the_listener_goes_and_comes_back() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    let address = pve.addresses()[0];
    pve.set(&Fault::Down);
    timeout(Duration::from_secs(5), async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("refused in the end");
    pve.clear();
    timeout(Duration::from_secs(5), async {
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("accepted in the end");
    assert_eq!(get(pve, "/version").await.status, 200);
}

#[tokio::test]
async fn silence_ends_when_it_is_cleared() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    pve.set_on("/cluster/tasks", &Fault::Silent);
    assert_eq!(get(pve, "/version").await.status, 200);
    let mut asked = Box::pin(get(pve, "/cluster/tasks"));
    assert!(timeout(SHORT, &mut asked).await.is_err(), "no answer yet");
    pve.clear();
    assert_eq!(timeout(Duration::from_secs(5), asked).await.expect("an answer").status, 200);
    pve.set(&Fault::TlsSilent);
    assert!(timeout(SHORT, connect(pve.addresses()[0])).await.is_err(), "no handshake");
    pve.clear();
    pve.set(&Fault::Reset);
    assert!(connect(pve.addresses()[0]).await.is_err());
}

#[tokio::test]
async fn faults_of_answers() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    let pbs = fleet.source("pbs").expect("pbs");
    let path = "/cluster/resources";
    for (fault, status, reason) in [
        (Fault::Unauthorized, 401, "Authentication failed!"),
        (Fault::Forbidden("/, Sys.Audit".into()), 403, "Permission check failed (/, Sys.Audit)"),
        (Fault::Status(500, "got timeout".into()), 500, "got timeout"),
        (Fault::Bare(595, "Connection refused".into()), 595, "Connection refused"),
        (Fault::Bare(596, "Connection timed out".into()), 596, "Connection timed out"),
    ] {
        pve.clear();
        pve.set_on(path, &fault);
        let reply = get(pve, path).await;
        assert_eq!((reply.status, reply.reason.as_str()), (status, reason), "{fault:?}");
        assert_eq!(reply.header("connection"), "close", "{fault:?}");
    }
    pve.clear();
    pve.set(&Fault::Cut(40));
    let reply = get(pve, path).await;
    assert!(!reply.whole);
    assert_eq!(reply.body.len(), 40);
    pve.clear();
    pve.set(&Fault::Malformed);
    let reply = get(pve, path).await;
    assert!(reply.whole && serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
    pve.clear();
    pve.set(&Fault::Huge(3_000_000));
    assert!(get(pve, path).await.body.len() > 3_000_000);
    pve.clear();
    pve.set(&Fault::Html);
    assert_eq!(get(pve, path).await.header("content-type"), "text/html");
    pve.clear();
    pve.set(&Fault::Empty);
    assert_eq!(get(pve, path).await.text(), "{\"data\":[]}");
    pbs.set(&Fault::Status(400, "ENOENT: No such file or directory".into()));
    let reply = get(pbs, "/admin/datastore").await;
    assert_eq!((reply.status, reply.text().as_str()), (400, "ENOENT: No such file or directory"));
    pbs.clear();
    pbs.set(&Fault::Cut(20));
    assert!(!get(pbs, "/nodes/localhost/tasks").await.whole);
}

#[tokio::test]
async fn certificates_change_while_it_runs() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    let before = get(pve, "/version").await.certificate;
    let print = pve.fingerprints();
    pve.change_certificate(-1, false).expect("a certificate");
    let after = get(pve, "/version").await.certificate;
    assert_ne!(before, after);
    assert_ne!(print, pve.fingerprints());
    let (_, leaf) = x509_parser::parse_x509_certificate(&after).expect("X.509");
    assert_eq!(leaf.validity().not_after.timestamp(), NOW - 86_400);
    let nodes = get(pve, "/nodes").await.data();
    assert_eq!(
        nodes[0]["ssl_fingerprint"].as_str(),
        pve.fingerprints().first().map(String::as_str)
    );
}

#[tokio::test]
async fn plain_http() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    let ask = async || {
        let mut stream = TcpStream::connect(pve.addresses()[0]).await.expect("a connection");
        let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.expect("sent");
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text).await;
        text
    };
    assert!(ask().await.starts_with("HTTP/1.1 301 "));
    let mut open = connect(pve.addresses()[0]).await.expect("TLS");
    pve.set(&Fault::PlainHttp);
    let mut rest = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(2), open.read_to_end(&mut rest)).await;
    assert!(end.is_ok() && rest.is_empty(), "what was open goes as well: {end:?}");
    assert!(ask().await.starts_with("HTTP/1.1 401 No ticket"));
    assert!(connect(pve.addresses()[0]).await.is_err());
}

#[tokio::test]
async fn no_quorum_and_skew() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    pve.edit(|cluster| cluster.quorate = false);
    let reply = get(pve, "/nodes/pve1/replication").await;
    let text = "cfs-lock 'file-replication_cfg' error: no quorum!";
    assert_eq!((reply.status, reply.reason.as_str()), (500, text));
    assert_eq!(reply.json()["message"], format!("{text}\n"));
    assert_eq!(get(pve, "/cluster/status").await.data()[0]["quorate"], 0);
    assert_eq!(get(pve, "/cluster/replication").await.status, 200);
    pve.edit(|cluster| cluster.skew = 3_600);
    let reply = get(pve, "/nodes/pve1/time").await;
    assert_eq!(reply.header("date"), "Wed, 25 Nov 2026 12:07:30 GMT");
    assert_eq!(reply.data()["time"], NOW + 3_600);
}

#[tokio::test]
async fn datastores_in_trouble() {
    let fleet = healthy().await;
    let pbs = fleet.source("pbs").expect("pbs");
    let status = async |text: &str| {
        let reply = get(pbs, "/admin/datastore/main/snapshots").await;
        assert_eq!((reply.status, reply.text().as_str()), (400, text));
    };
    pbs.edit_pbs(|it| it.datastores[0].maintenance = Some("offline,message=disk swap".into()));
    status("datastore 'main' is unavailable: offline maintenance mode: disk swap").await;
    let stores = get(pbs, "/admin/datastore").await.data();
    assert_eq!(stores[0]["maintenance"], "offline,message=disk swap");
    pbs.edit_pbs(|it| {
        it.datastores[0].maintenance = None;
        it.datastores[0].mount = "notmounted".into();
    });
    status("datastore 'main' is not mounted").await;
    let usage = get(pbs, "/status/datastore-usage").await.data();
    assert!(usage[0].get("total").is_none() && usage[0].get("error").is_none());
    pbs.edit_pbs(|it| {
        it.datastores[0].mount = "nonremovable".into();
        it.datastores[0].vanished = true;
    });
    let reply = get(pbs, "/status/datastore-usage").await;
    assert_eq!((reply.status, reply.text().as_str()), (400, "ENOENT: No such file or directory"));
    let reply = get(pbs, "/admin/datastore/nope/status").await;
    assert_eq!((reply.status, reply.text().as_str()), (400, "no such datastore 'nope'"));
}

#[tokio::test]
async fn the_errors_recorded_from_a_real_pve() {
    let fleet = healthy().await;
    let pve = fleet.source("pve").expect("pve");
    for (path, status, reason) in [
        ("/nosuch", 501, "Method 'GET /nosuch' not implemented"),
        (
            "/nodes/pve1/qemu/999/config",
            500,
            "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
        ),
        (
            "/nodes/pve1/qemu/200/config",
            500,
            "Configuration file 'nodes/pve1/qemu-server/200.conf' does not exist",
        ),
        ("/nodes/pve1/replication/999-0/status", 500, "no such replication job '999-0'"),
        (
            "/nodes/x/status",
            500,
            "hostname lookup 'x' failed - failed to get address info for: x: Name or service not known",
        ),
        ("/cluster/backup/nosuch", 400, "Parameter verification failed."),
        ("/nodes/pve1/tasks?limit=abc", 400, "Parameter verification failed."),
        ("/nodes/pve1/tasks/notaupid/status", 400, "Parameter verification failed."),
        ("/nodes/pve1/apt/update", 403, "Permission check failed (/nodes/pve1, Sys.Modify)"),
        ("/nodes/pve1/storage/nosuch/status", 400, "Parameter verification failed."),
        ("/nodes/pve1/rrddata", 400, "Parameter verification failed."),
    ] {
        let reply = get(pve, path).await;
        assert_eq!((reply.status, reply.reason.as_str()), (status, reason), "{path}");
    }
}
