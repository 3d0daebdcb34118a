//! Each layer that works and warns, or is broken on this machine.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use vigie::simulate::Fault;

use super::{healthy, said};
use crate::bed::Bed;

/// Rewrites the configuration.
fn configure(bed: &Bed, change: impl FnOnce(String) -> String) {
    let config = std::fs::read_to_string(bed.config()).unwrap();
    std::fs::write(bed.config(), change(config)).unwrap();
}

/// Every pin of the configuration becomes what the servers show now.
fn pin_anew(bed: &Bed) {
    bed.federation.write_config(&bed.config()).unwrap();
}

#[test]
fn a_clock_that_is_off_is_a_warning() {
    let bed = healthy();
    bed.federation.source("pve").unwrap().edit(|cluster| cluster.skew = 600);
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("warning   clock") && text.contains(" ahead of here"), "{text}");
    assert!(text.contains("chronyc tracking"), "{text}");
    bed.federation.source("pve").unwrap().edit(|cluster| cluster.skew = -600);
    assert!(said(&bed, &["pve"]).1.contains(" behind here"));
    bed.federation.source("pve").unwrap().edit(|cluster| cluster.skew = 20);
    assert_eq!(said(&bed, &["pve"]).0, Some(0), "a few seconds are nothing");
}

#[test]
fn an_answer_that_takes_long_is_a_warning() {
    let bed = healthy();
    let pbs = bed.federation.source("pbs").unwrap();
    pbs.set_on("/version", &Fault::Delay(Duration::from_millis(2200)));
    let (code, text) = said(&bed, &["pbs"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("warning   time") && text.contains(" ms for one call"), "{text}");
}

#[test]
fn a_pinned_certificate_near_its_end_and_past_it_is_a_warning() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    for (days, told) in [(5, " days left"), (-3, ", expired")] {
        pve.change_certificate(days, true).unwrap();
        pin_anew(&bed);
        let (code, text) = said(&bed, &["pve"]);
        assert_eq!(code, Some(1), "{text}");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(told), "{words}");
        assert!(words.contains("→ renew the certificate on the server"), "{words}");
    }
    pve.change_certificate(365, true).unwrap();
    pin_anew(&bed);
    assert_eq!(said(&bed, &["pve"]).0, Some(0));
}

/// The configuration of the PVE source names this file instead of fingerprints.
fn trust_ca(bed: &Bed, file: &str) {
    pin_anew(bed);
    configure(bed, |config| {
        let (before, rest) = config.split_once("fingerprint = ").unwrap();
        let (_, after) = rest.split_once('\n').unwrap();
        format!("{before}ca-file = \"{file}\"\n{after}")
    });
}

#[test]
fn a_ca_is_trusted_and_what_it_did_not_sign_or_is_over_is_not() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    std::fs::write(bed.dir.path().join("ca.pem"), pve.authority_pem().unwrap()).unwrap();
    trust_ca(&bed, "ca.pem");
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(0), "{text}");
    for (days, foreign) in [(365, true), (-3, false)] {
        pve.change_certificate(days, foreign).unwrap();
        let (code, text) = said(&bed, &["pve"]);
        assert_eq!(code, Some(2), "{days} {foreign}: {text}");
        assert!(text.contains("BROKEN    trust"), "{days} {foreign}: {text}");
        assert!(!text.contains("rights"), "nothing is asked of a stranger: {text}");
    }
}

#[test]
fn a_ca_file_that_is_missing_or_none_is_a_fault_of_the_configuration() {
    let bed = healthy();
    trust_ca(&bed, "missing.pem");
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("BROKEN    config") && text.contains("missing.pem"), "{text}");
    std::fs::write(bed.dir.path().join("none.pem"), "hello").unwrap();
    trust_ca(&bed, "none.pem");
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("BROKEN    config"), "{text}");
}

#[test]
fn no_route_leads_there() {
    let bed = healthy();
    // A group's address: nothing connects to it, whatever the machine's routes are.
    configure(&bed, |config| config.replace("127.0.0.1", "224.0.0.1"));
    let (code, text) = said(&bed, &["pve"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("BROKEN    connection  no route to the host"), "{text}");
}

#[test]
fn one_endpoint_of_several_that_is_down_is_a_warning() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    for (node, address) in ["pve1", "pve2"].into_iter().zip(pve.addresses()) {
        pve.set_node(node, &Fault::Down);
        until_refused(address);
        let (code, text) = said(&bed, &["pve"]);
        assert_eq!(code, Some(1), "{node}: {text}");
        assert!(text.starts_with("pve warning\n"), "{text}");
        assert!(text.contains("BROKEN    connection  the connection is refused"), "{text}");
        assert!(text.contains("ok        rights"), "asked at the other: {text}");
        bed.mend();
    }
    pve.set(&Fault::Down);
    pve.addresses().into_iter().for_each(until_refused);
    assert_eq!(said(&bed, &["pve"]).0, Some(2), "no endpoint is left");
}

/// Waits for a listener to be closed.
fn until_refused(address: std::net::SocketAddr) {
    while std::net::TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

/// Whatever hangs where: sources side by side, and each a bounded number of calls.
#[test]
fn servers_that_hang_are_left_after_a_while() {
    let bed = healthy();
    bed.federation.source("pbs").unwrap().set(&Fault::Silent);
    let pve = bed.federation.source("pve").unwrap();
    pve.set_on("/access/permissions", &Fault::Silent);
    pve.set_on("/storage", &Fault::Silent);
    let began = Instant::now();
    let (code, text) = said(&bed, &[]);
    let took = began.elapsed();
    assert_eq!(code, Some(2), "{text}");
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert!(text.contains("BROKEN    HTTP") && text.contains("BROKEN    rights"), "{text}");
    assert!(text.contains("copies      unknown"), "{text}");
}

/// Each call may take almost as long as it may: the whole has an end of its own.
#[test]
fn many_slow_calls_are_not_waited_for_one_after_the_other() {
    let bed = healthy();
    let pve = bed.federation.source("pve").unwrap();
    pve.grant(
        pve.token(),
        vigie::simulate::Rights { pools: false, ..vigie::simulate::Rights::AUDITOR },
    );
    for path in ["/access/permissions", "/cluster/backup"] {
        pve.set_on(path, &Fault::Delay(Duration::from_secs(8)));
    }
    let began = Instant::now();
    let (code, text) = said(&bed, &["pve"]);
    let took = began.elapsed();
    assert_eq!(code, Some(1), "whether pools matter is not known: {text}");
    assert!(took < Duration::from_secs(13), "{took:?}");
}

#[test]
fn a_secret_that_is_missing_or_no_file_or_nobodys() {
    let bed = healthy();
    let secret = bed.dir.path().join("secret");
    std::fs::remove_file(&secret).unwrap();
    let broken = |told: &str| {
        let (code, text) = said(&bed, &["pbs"]);
        assert_eq!(code, Some(2), "{text}");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("BROKEN secret") && words.contains(told), "{words}");
        assert!(!text.contains("connection"), "nothing is asked without: {text}");
    };
    broken("No such file");
    std::fs::create_dir(&secret).unwrap();
    broken("is not a regular file");
    std::fs::remove_dir(&secret).unwrap();
    std::fs::write(&secret, "").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    broken("the secret is empty");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads it all the same, and finds it empty.
    let (code, text) = said(&bed, &["pbs"]);
    assert!(code == Some(2) && text.contains("BROKEN    secret"), "{text}");
}
