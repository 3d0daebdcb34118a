use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use super::{Memory, MemoryError};
use crate::fleet::id::Product;
use crate::fleet::link::{Contact, PeerCertificate};
use crate::fleet::policy::SourceFacts;
use crate::fleet::pve::NodeParts;
use crate::fleet::survey::{Body, Survey};
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;
use crate::state::Stood;

fn facts(product: Product, endpoints: &[&str]) -> SourceFacts {
    SourceFacts {
        name: "fi".into(),
        product,
        endpoints: endpoints.iter().map(|e| Arc::from(*e)).collect(),
        fingerprints: Vec::new(),
        planned_off: Vec::new(),
    }
}

fn survey() -> Survey {
    let mut survey =
        Survey::new("fi".into(), Product::Pve, &["fi1:8006".into(), "fi2:8006".into()]);
    survey.link.contact = Contact::Fine;
    survey.link.current = Some(1);
    survey.link.round = Some(Epoch(100));
    let Body::Pve(pve) = &mut survey.body else { unreachable!() };
    let mut node = NodeParts::new(&"fi1".into());
    node.timezone = node.timezone.answered("Europe/Helsinki".into(), Epoch(100));
    pve.nodes.insert("fi1".into(), node);
    survey
}

#[test]
fn what_the_zones_mean_is_looked_up_anew() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    memory.save(&survey(), Epoch(101)).unwrap();
    let survey = memory.load(&facts(Product::Pve, &["fi1:8006"])).unwrap().unwrap();
    let node = survey.pve().unwrap().nodes.values().next().unwrap();
    let zone = node.timezone.known().and_then(Zone::rules).unwrap();
    assert_eq!(zone.iana_name(), Some("Europe/Helsinki"));

    let mut pbs = Survey::new("fi".into(), Product::Pbs, &["pbs:8007".into()]);
    pbs.link.contact = Contact::Fine;
    let Body::Pbs(body) = &mut pbs.body else { unreachable!() };
    body.timezone = body.timezone.answered("Nowhere/At_all".into(), Epoch(100));
    memory.save(&pbs, Epoch(102)).unwrap();
    let pbs = memory.load(&facts(Product::Pbs, &["pbs:8007"])).unwrap().unwrap();
    let zone = pbs.pbs().unwrap().timezone.known().unwrap();
    assert_eq!((zone.name(), zone.rules()), ("Nowhere/At_all", None));
}

#[test]
fn what_was_kept_comes_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    let facts = facts(Product::Pve, &["fi1:8006", "fi2:8006"]);
    assert!(memory.load(&facts).unwrap().is_none(), "no memory is no error");
    memory.save(&survey(), Epoch(101)).unwrap();
    assert_eq!(memory.load(&facts).unwrap(), Some(survey()));
    let file = dir.path().join("memory/fi.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let folder = dir.path().join("memory");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_memory_from_before_records_were_kept_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    let facts = facts(Product::Pve, &["fi1:8006", "fi2:8006"]);
    memory.save(&survey(), Epoch(101)).unwrap();
    let file = dir.path().join("memory/fi.json");
    let mut stored: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let body = stored.pointer_mut("/survey/body/pve/sightings").unwrap();
    let sightings = body.as_object_mut().unwrap();
    assert!(sightings.remove("replicas").is_some() && sightings.remove("backups").is_some());
    fs::write(&file, stored.to_string()).unwrap();
    assert_eq!(memory.load(&facts).unwrap(), Some(survey()));
}

#[test]
fn it_is_fitted_to_the_configuration_of_today() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    memory.save(&survey(), Epoch(101)).unwrap();
    let moved = facts(Product::Pve, &["fi2:8006", "fi3:8006"]);
    let loaded = memory.load(&moved).unwrap().unwrap();
    let addresses: Vec<_> = loaded.link.endpoints.iter().map(|e| &*e.address).collect();
    assert_eq!(addresses, ["fi2:8006", "fi3:8006"]);
    assert_eq!(loaded.link.current, Some(0), "fi2 answered last, wherever it stands now");
    assert!(memory.load(&facts(Product::Pbs, &["fi1:8006"])).unwrap().is_none());
}

#[test]
fn of_servers_that_only_had_its_name_nothing_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    let (ours, other) = ([1; 32], [2; 32]);
    let mut known = survey();
    known.link.endpoints[0].trusted = Some(PeerCertificate {
        fingerprint: ours,
        not_before: None,
        not_after: None,
        subject: "CN=fi1".into(),
        issuer: "CN=PVE".into(),
        names: vec!["fi1".into(), "192.0.2.7".into()],
    });
    memory.save(&known, Epoch(101)).unwrap();
    let is_known = |endpoint: &str, pins: &[[u8; 32]]| {
        let facts = SourceFacts { fingerprints: pins.to_vec(), ..facts(Product::Pve, &[endpoint]) };
        memory.load(&facts).unwrap().is_some()
    };
    // Whatever it shows now: a certificate is renewed, and what was known of the server holds.
    assert!(is_known("fi1:8006", &[other]));
    // Reached by another address.
    assert!(is_known("192.0.2.8:8006", &[other, ours]));
    assert!(is_known("192.0.2.7:8006", &[]));
    // Another server.
    assert!(!is_known("192.0.2.7:8006", &[other]));
    assert!(!is_known("192.0.2.8:8006", &[]));
}

#[test]
fn what_is_cut_foreign_or_of_another_format_is_refused_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    let facts = facts(Product::Pve, &["fi1:8006"]);
    memory.save(&survey(), Epoch(101)).unwrap();
    let file = dir.path().join("memory/fi.json");
    let whole = fs::read(&file).unwrap();
    for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).unwrap();
        assert!(matches!(memory.load(&facts), Err(MemoryError::Damaged { .. })), "cut at {cut}");
    }
    fs::write(&file, b"{\"hello\": 1}").unwrap();
    assert!(matches!(memory.load(&facts), Err(MemoryError::Damaged { .. })));
    fs::write(&file, b"{\"vigie_memory\": 9}").unwrap();
    assert!(matches!(memory.load(&facts), Err(MemoryError::Format { found: 9, .. })));
}

#[test]
fn a_failed_write_leaves_the_old_memory_whole() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("memory"), b"a file where the folder should be").unwrap();
    let memory = Memory::new(dir.path());
    assert!(matches!(memory.save(&survey(), Epoch(1)), Err(MemoryError::Unwritable { .. })));
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    let file = dir.path().join("memory/fi.json");
    fs::create_dir_all(&file).unwrap();
    let facts = facts(Product::Pve, &["fi1:8006"]);
    assert!(matches!(memory.load(&facts), Err(MemoryError::NoFile { .. })));
    assert!(matches!(memory.save(&survey(), Epoch(1)), Err(MemoryError::Unwritable { .. })));
    fs::remove_dir(&file).unwrap();
    // A pipe that nobody writes to: reading it would wait for ever.
    let made = std::process::Command::new("mkfifo").arg(&file).status().unwrap();
    assert!(made.success());
    assert!(matches!(memory.load(&facts), Err(MemoryError::NoFile { .. })));
    memory.save(&survey(), Epoch(1)).unwrap();
    assert!(memory.load(&facts).unwrap().is_some(), "it was replaced");
}

fn stood(detail: Option<&str>, before: Option<Epoch>) -> Stood {
    let (first, seen) = (Epoch(50), Epoch(90));
    let detail = detail.map(Into::into);
    Stood { code: "guest.down".into(), subject: "guest/fi/105".into(), detail, first, before, seen }
}

#[test]
fn when_problems_were_first_seen_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let memory = Memory::new(dir.path());
    assert_eq!(memory.standing().unwrap(), [], "no memory is no error");
    let all = [stood(None, None), stood(Some("\u{1b}[2J \"é"), Some(Epoch(-3)))];
    memory.save_standing(&all, Epoch(101)).unwrap();
    assert_eq!(memory.standing().unwrap(), all);
    // A source may be called whatever it likes.
    memory.save(&Survey { source: "problems".into(), ..survey() }, Epoch(101)).unwrap();
    assert_eq!(memory.standing().unwrap(), all);
    let file = dir.path().join("memory/_problems.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let whole = fs::read(&file).unwrap();
    for cut in [0, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).unwrap();
        assert!(matches!(memory.standing(), Err(MemoryError::Damaged { .. })), "cut at {cut}");
    }
    fs::write(&file, b"{\"vigie_memory\": 9}").unwrap();
    assert!(matches!(memory.standing(), Err(MemoryError::Format { found: 9, .. })));
}
