//! The table of calls against what simulated servers of all ages are asked, and answer.

use std::collections::BTreeSet;
use std::time::Duration;

use vigie::fleet::id::{GuestKind, Product};
use vigie::fleet::look::{Ask, Frame, Look};
use vigie::lang::diagnosis::Leave;
use vigie::poll::call::Call;
use vigie::probe::compare;
use vigie::proxmox::client::{Client, ClientConfig};
use vigie::proxmox::error::Fault as Refusal;
use vigie::proxmox::needs::{all, row_of};
use vigie::proxmox::rights;
use vigie::proxmox::tls::Trust;
use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::simulate::{Fault, Handle, Rights};

use crate::bed::{Bed, SECRET};

fn product(handle: &Handle) -> Product {
    if handle.authority_pem().is_some() { Product::Pve } else { Product::Pbs }
}

/// Every path that the sources were asked for, without parameters and with, by product.
fn asked(bed: &Bed) -> BTreeSet<(Product, String, String)> {
    let of = |handle: &Handle| {
        let product = product(handle);
        let seen = handle.requests().into_iter();
        let paths = seen.map(move |seen| {
            let target = seen.target.strip_prefix("/api2/json").unwrap().to_owned();
            let path = target.split('?').next().unwrap().to_owned();
            (product, path, target)
        });
        paths.collect::<Vec<_>>()
    };
    bed.federation.sources().iter().flat_map(of).collect()
}

/// Looks at everything there is to look at: a log and a history of each kind.
fn look_at_all(bed: &Bed) {
    let pve = bed.survey("pve");
    let task = pve.pve().unwrap().tasks.known().unwrap().first().unwrap().clone();
    let (source, node) = ("pve", task.node.clone());
    let pbs = bed.survey("pbs");
    let done = pbs.pbs().unwrap().tasks.known().unwrap().first().unwrap().clone();
    let history = |kind, vmid| Look::GuestHistory {
        source: source.into(),
        node: "pve1".into(),
        kind,
        vmid,
        frame: Frame::Day,
    };
    let of_pve = [
        Look::TaskLog { source: source.into(), node, upid: task.upid },
        Look::ReplicationLog { source: source.into(), node: "pve1".into(), job: "100-0".into() },
        Look::NodeHistory { source: source.into(), node: "pve1".into(), frame: Frame::Day },
        history(GuestKind::Qemu, 100),
        history(GuestKind::Lxc, 101),
    ];
    let of_pbs = [
        Look::TaskLog { source: "pbs".into(), node: "localhost".into(), upid: done.upid },
        Look::NodeHistory { source: "pbs".into(), node: "localhost".into(), frame: Frame::Day },
        Look::StoreHistory { source: "pbs".into(), store: "main".into(), frame: Frame::Day },
    ];
    let call = |look| Call::Look(Ask { look, skip: 0 });
    bed.ask("pve", &of_pve.map(call));
    bed.ask("pbs", &of_pbs.map(call));
}

/// All that vigie asks of one pair of versions, with the calls of rarer cases.
fn a_whole_life(pve: SimVersion, pbs: SimVersion) -> Bed {
    let mut bed = Bed::new(SimFleet::healthy(pve, pbs));
    // A job into files, one that leaves all to vzdump.conf, and one that failed.
    bed.source("pve").edit(|cluster| {
        let mut local = cluster.backup_jobs.first().unwrap().clone();
        "to-files".clone_into(&mut local.id);
        "local".clone_into(&mut local.storage);
        let mut bare = local.clone();
        "bare".clone_into(&mut bare.id);
        bare.storage = String::new();
        cluster.backup_jobs.extend([local, bare]);
        let broken = (vigie::simulate::fleet::Window::since(-86_400), "no".to_owned());
        cluster.guests.first_mut().unwrap().backup_fails = Some(broken);
    });
    bed.look();
    // One broken store makes the call for all fail.
    bed.source("pbs").set_on("/status/datastore-usage", &Fault::Status(400, "broken".to_owned()));
    bed.look();
    bed.look();
    bed.source("pbs").clear();
    look_at_all(&bed);
    bed
}

#[test]
fn whatever_is_asked_is_in_the_table_and_the_table_holds_no_more() {
    let mut unused: BTreeSet<(Product, &str)> = [Product::Pve, Product::Pbs]
        .into_iter()
        .flat_map(|product| all(product).iter().map(move |row| (product, row.call)))
        .collect();
    for (pve, pbs) in
        [(SimVersion(7, 4, 17), SimVersion(2, 4, 7)), (SimVersion(9, 1, 7), SimVersion(4, 2, 3))]
    {
        let bed = a_whole_life(pve, pbs);
        for (product, path, _) in asked(&bed) {
            let row = row_of(product, &path);
            let row = row.unwrap_or_else(|| panic!("{product:?} {path} is not in the table"));
            unused.remove(&(product, row.call));
        }
    }
    assert_eq!(unused, BTreeSet::new(), "nobody asks for these");
}

/// A client with a token of its own, that has these rights.
fn client(handle: &Handle, rights: Rights) -> Client {
    let product = product(handle);
    let token = handle.token().replace("vigie@", "somebody@");
    handle.grant(&token, rights);
    let told = handle.fingerprints().remove(0);
    let pin = told.split(':').map(|hex| u8::from_str_radix(hex, 16).unwrap());
    let pin: Vec<u8> = pin.collect();
    Client::new(ClientConfig {
        product,
        base: handle.endpoints()[0].clone(),
        token,
        secret: SECRET.into(),
        trust: Trust::Fingerprints(vec![pin.try_into().unwrap()]),
        connect_timeout: Duration::from_secs(6),
    })
    .unwrap()
}

const PATIENCE: Duration = Duration::from_secs(10);

async fn get(client: &Client, target: &str) -> Result<String, Refusal> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = client.get(path, &query, PATIENCE, 1 << 24).await?;
    Ok(String::from_utf8(answer.bytes.to_vec()).unwrap())
}

/// What the table makes of the rights that a server tells is what the server then does.
#[test]
fn the_table_tells_beforehand_what_servers_answer() {
    let one = |system, guests, storages, pools| Rights {
        system,
        guests,
        storages,
        pools,
        ..Rights::NOTHING
    };
    for (pve, pbs) in
        [(SimVersion(7, 4, 17), SimVersion(2, 4, 7)), (SimVersion(9, 1, 7), SimVersion(4, 2, 3))]
    {
        let bed = a_whole_life(pve, pbs);
        let asked = asked(&bed);
        for handle in bed.federation.sources() {
            let of = product(handle);
            let major = if of == Product::Pve { pve.0 } else { pbs.0 };
            for held in [
                Rights::NOTHING,
                one(true, false, false, false),
                one(false, true, false, false),
                one(false, false, true, false),
                one(true, true, true, false),
                Rights::WITH_REMOTES,
            ] {
                bed.wait(async {
                    let whole = client(handle, Rights::WITH_REMOTES);
                    let mut full = Vec::new();
                    for (_, path, target) in asked.iter().filter(|(product, ..)| *product == of) {
                        full.push((path, target, get(&whole, target).await));
                    }
                    let some = client(handle, held);
                    let told = get(&some, rights::PATH).await.unwrap();
                    let access = compare(of, Some(major), &rights::read(told.as_bytes()).unwrap());
                    for (path, target, full) in full {
                        let call = row_of(of, path).unwrap().call;
                        let leave = access.calls.iter().find(|(of, _)| *of == call).unwrap().1;
                        let answer = get(&some, target).await;
                        let refused = matches!(answer, Err(Refusal::Forbidden { .. }));
                        let what = format!("{of:?} {major}, {held:?}: {target}: {answer:?}");
                        // Datastore.Audit does there, too: who has that alone is told of a right
                        // too many.
                        if major == 7 && call.starts_with("/nodes/*/disks/") {
                            continue;
                        }
                        match leave {
                            Leave::Denied => assert!(refused, "{what}"),
                            Leave::Blind => assert!(!refused, "{what}"),
                            Leave::Allowed if call == rights::PATH || call == "/nodes" => {}
                            Leave::Allowed => assert_eq!(answer, full, "{what}"),
                        }
                    }
                });
            }
        }
    }
}
