//! A client that is not ours reads the simulated servers: what they answer is not only what our
//! own client expects.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const SCRIPT: &str = r#"
import os, sys, tomllib, warnings
warnings.filterwarnings("ignore")
from proxmoxer import ProxmoxAPI
config = tomllib.loads(sys.stdin.read())
secret = os.environ["VIGIE_SIM_SECRET"]

def api(source, service):
    host, port = source["endpoints"][0].removeprefix("https://").rsplit(":", 1)
    user, name = source["token"].split("!")
    return ProxmoxAPI(host, port=int(port), user=user, token_name=name, token_value=secret,
                      verify_ssl=False, service=service)

pve = next(p for s in config["site"] for p in s.get("pve", []) if p["name"] == "fi")
pbs = next(p for s in config["site"] for p in s.get("pbs", []) if p["name"] == "pbs")
fi = api(pve, "pve")
nodes = sorted(n["node"] for n in fi.nodes.get())
guests = fi.cluster.resources.get(type="vm")
jobs = fi.cluster.replication.get()
store = api(pbs, "pbs").admin.datastore("main")
snapshots = store.snapshots.get(ns="helsinki")
print(",".join(nodes), len(guests), len(jobs), len(snapshots) > 0)
"#;

#[test]
fn proxmoxer_reads_nodes_guests_replication_and_snapshots() {
    let python = std::env::var("VIGIE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = |module: &str| {
        let import = format!("import tomllib, {module}");
        let run = Command::new(&python).args(["-c", &import]).output();
        run.is_ok_and(|output| output.status.success())
    };
    if !has("proxmoxer, requests") {
        eprintln!("skipped: {python} with proxmoxer and requests is not here");
        return;
    }
    let mut serving = Killed(
        Command::new(env!("CARGO_BIN_EXE_vigie"))
            .arg("simulate")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut out = BufReader::new(serving.0.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    let secret = first.trim().rsplit_once('=').unwrap().1.to_owned();
    // The configuration ends with the last source; the server goes on, so there is no end of file.
    let mut config = String::new();
    while config.matches("fingerprint").count() < 9 {
        out.read_line(&mut config).unwrap();
    }
    let mut client = Command::new(&python)
        .args(["-c", SCRIPT])
        .env("VIGIE_SIM_SECRET", secret)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut client.stdin.take().unwrap(), config.as_bytes()).unwrap();
    let output = client.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.trim(), "fi1,fi2 20 18 True");
}
