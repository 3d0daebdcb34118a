//! `vigie trust` in a real terminal and on pipes, over servers whose certificates change.

use std::process::Output;

use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::{Bed, SECRET, in_terminal};
use crate::pty::Pty;

fn bed() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

fn text(bed: &Bed) -> String {
    std::fs::read_to_string(bed.config()).unwrap()
}

/// The second node of the cluster, or the PBS: its fingerprint now.
fn print_of(bed: &Bed, source: &str) -> String {
    bed.federation.source(source).unwrap().fingerprints().last().unwrap().clone()
}

/// Its two halves, as they stand among the facts.
fn halves(print: &str) -> [&str; 2] {
    let (first, second) = print.split_at(47);
    [first, second.trim_start_matches(':')]
}

/// Opens the command in a terminal and waits for its question.
fn asked(bed: &Bed, arguments: &[&str], question: &str) -> Pty {
    let mut command = in_terminal(bed.dir.path());
    command.arg("--config");
    command.arg(bed.config());
    command.args(arguments);
    let pty = Pty::spawn(command, 120, 60);
    pty.wait_text(question);
    pty
}

fn shown(pty: &Pty) -> String {
    String::from_utf8(pty.bytes()).unwrap().replace("\r\n", "\n")
}

/// Without the breaks of its lines.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn out(output: &Output) -> String {
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    let long = |line: &&str| {
        line.chars().count() > 80
            && !line.contains("fingerprint = ")
            && !line.contains("config.toml")
    };
    assert_eq!(out.lines().find(long), None, "too wide");
    assert!(!out.contains(SECRET));
    out
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn report(bed: &Bed) -> serde_json::Value {
    let output = bed.run(&["report", "--format", "json"]);
    assert!(output.status.success(), "{}", err(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn codes(bed: &Bed) -> Vec<String> {
    let report = report(bed);
    let problems = report["problems"].as_array().unwrap().iter();
    problems.map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
}

/// The requests that reached the node with the new certificate, and those of its peer.
fn requests(bed: &Bed) -> (usize, Vec<String>) {
    let seen = bed.federation.source("pve").unwrap().requests();
    let (there, peer): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| seen.node == "pve2");
    (there.len(), peer.into_iter().map(|seen| seen.target).collect())
}

#[test]
fn yes_pins_what_the_peer_vouches_for_and_all_is_well_again() {
    let bed = bed();
    let before = format!("# mine, not vigie's\n{}\n# the end\n", text(&bed));
    std::fs::write(bed.config(), &before).unwrap();
    assert!(codes(&bed).is_empty(), "and what is trusted is remembered");
    let old = print_of(&bed, "pve");
    bed.federation.source("pve").unwrap().change_node_certificate("pve2", 500).unwrap();
    let new = print_of(&bed, "pve");
    assert_eq!(codes(&bed), ["source.endpoint-down"]);
    bed.federation.forget_requests();
    let mut pty = asked(&bed, &["trust", "pve"], "[y/N]");
    let page = shown(&pty);
    for part in halves(&old).into_iter().chain(halves(&new)) {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let flat = flat(&page);
    for part in [
        "pve: 1 of 2 endpoints shows a certificate that is not trusted. Nothing was sent there.",
        "still trusted, lists it as the certificate of pve2",
        "CN=pve2",
        "localhost, pve2, 127.0.0.1",
        "openssl x509 -in /etc/pve/local/pve-ssl.pem -noout -fingerprint -sha256",
    ] {
        assert!(flat.contains(part), "{part}\n{page}");
    }
    assert!(page.matches("  issuer").count() == 2, "of the old one, too\n{page}");
    let marked = |sign| page.lines().filter(|line| line.starts_with(sign)).count();
    assert_eq!((marked('+'), marked('-')), (1, 1), "the change is shown\n{page}");
    assert_eq!(requests(&bed), (0, vec!["/api2/json/nodes".to_owned()]));
    assert_eq!(text(&bed), before, "nothing is written before the answer");
    pty.keys("y\r");
    assert_eq!(pty.ended().0, 0);
    assert_eq!(text(&bed), before.replace(&old, &new), "and nothing else is touched");
    assert!(codes(&bed).is_empty());
    let again = bed.run(&["trust", "pve"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(out(&again).starts_with("pve: every certificate shown is trusted"), "{}", out(&again));
}

#[test]
fn whatever_is_no_yes_writes_nothing() {
    let bed = bed();
    bed.federation.source("pve").unwrap().impersonate("pve2").unwrap();
    let before = text(&bed);
    for answer in ["n\r", "\r", "yy\r", "\u{4}"] {
        bed.federation.forget_requests();
        let mut pty = asked(&bed, &["trust", "pve"], "[y/N]");
        let page = shown(&pty);
        assert!(page.contains("  NO: 127.0.0.1:"), "{page}");
        assert!(page.contains("The cluster does not know this certificate"), "{page}");
        pty.keys(answer);
        assert_eq!(pty.ended().0, 1, "{answer:?}");
        pty.wait_text("Nothing was written.");
        assert_eq!(text(&bed), before);
        assert_eq!(requests(&bed), (0, vec!["/api2/json/nodes".to_owned()]));
    }
    // Ended before the answer.
    let mut pty = asked(&bed, &["trust", "pve"], "[y/N]");
    pty.keys("\u{3}");
    assert_ne!(pty.ended().0, 0);
    assert_eq!(text(&bed), before);
}

#[test]
fn each_certificate_has_its_question() {
    let bed = bed();
    let first = || bed.federation.source("pve").unwrap().fingerprints()[0].clone();
    assert!(codes(&bed).is_empty());
    let before = text(&bed);
    let old = (first(), print_of(&bed, "pve"));
    bed.federation.source("pve").unwrap().change_certificate(300, true).unwrap();
    let new = (first(), print_of(&bed, "pve"));
    bed.federation.forget_requests();
    let mut pty = asked(&bed, &["trust", "pve"], "[y/N]");
    let page = shown(&pty);
    assert!(page.contains("no other endpoint of this source is trusted"), "{page}");
    pty.keys("n\r");
    pty.wait_text("Nothing was written.");
    pty.wait("a second question", |s| s.contents().matches("[y/N]").count() == 2);
    pty.keys("yes\r");
    assert_eq!(pty.ended().0, 1, "one of them was refused");
    assert_eq!(text(&bed), before.replace(&old.1, &new.1));
    assert!(bed.federation.source("pve").unwrap().requests().is_empty());
    let mut pty = asked(&bed, &["trust", "pve"], "[y/N]");
    assert!(flat(&shown(&pty)).contains("lists it as the certificate of pve1"), "{}", shown(&pty));
    pty.keys("y\r");
    assert_eq!(pty.ended().0, 0);
    assert_eq!(text(&bed), before.replace(&old.0, &new.0).replace(&old.1, &new.1));
}

#[test]
fn a_given_fingerprint_is_accepted_without_a_question_and_no_other() {
    let bed = bed();
    let before = text(&bed);
    let old = print_of(&bed, "pbs");
    bed.federation.source("pbs").unwrap().change_certificate(365, true).unwrap();
    let new = print_of(&bed, "pbs");
    // Nobody to ask: it says what to do instead.
    let output = bed.run(&["trust", "pbs"]);
    assert_eq!(output.status.code(), Some(2));
    let page = out(&output);
    for part in [
        "not known: a PBS has no peers that could be asked",
        "proxmox-backup-manager cert info | grep Fingerprint",
        halves(&old)[0],
        halves(&new)[1],
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let command =
        format!("vigie --config {} trust pbs --fingerprint {new}\n", bed.config().display());
    assert!(err(&output).ends_with(&command), "{}", err(&output));
    // Another one.
    let spoilt = |print: &str| {
        let (first, rest) = print.split_at(2);
        format!("{}{rest}", if first == "00" { "11" } else { "00" })
    };
    for given in [&spoilt(&new), &spoilt(&old)] {
        let output = bed.run(&["trust", "pbs", "--fingerprint", given]);
        assert_eq!(output.status.code(), Some(1), "{}", err(&output));
        let said = out(&output);
        assert!(said.contains("no endpoint shows the certificate that was given"), "{said}");
        assert!(said.contains(halves(&new)[0]), "it says what is shown\n{said}");
    }
    assert_eq!(text(&bed), before);
    let output = bed.run(&["trust", "pbs", "--fingerprint", "AB:CD"]);
    assert_eq!(output.status.code(), Some(2));
    // The right one, as openssl prints it.
    let given = format!("sha256 Fingerprint={}", new.to_lowercase());
    let output = bed.run(&["trust", "pbs", "--fingerprint", &given]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains(&format!("-  fingerprint = [\"{old}\"]")), "{}", out(&output));
    assert_eq!(text(&bed), before.replace(&old, &new));
    assert!(bed.federation.source("pbs").unwrap().requests().is_empty(), "nothing was sent");
    // And once more: nothing to do, whether the server answers or not.
    bed.pull_the_plug();
    let output = bed.run(&["trust", "pbs", "--fingerprint", &new]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(out(&output), "pbs: that fingerprint is pinned already.\n");
    assert_eq!(text(&bed), before.replace(&old, &new));
    bed.mend();
    assert!(codes(&bed).is_empty());
}

#[test]
fn what_is_trusted_by_a_ca_says_so_and_a_pin_comes_beside_it() {
    let bed = bed();
    let pve = bed.federation.source("pve").unwrap();
    let pem = pve.authority_pem().unwrap();
    std::fs::write(bed.dir.path().join("ca.pem"), pem).unwrap();
    let pins = pve.fingerprints().iter().map(|p| format!("\"{p}\"")).collect::<Vec<_>>().join(", ");
    let own = format!("fingerprint = [{pins}]");
    assert!(text(&bed).contains(&own));
    let before = text(&bed).replace(&own, "ca-file = \"ca.pem\"");
    std::fs::write(bed.config(), &before).unwrap();
    let output = bed.run(&["trust", "pve"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let said = flat(&out(&output));
    assert!(
        said.contains("is trusted by the CA in ") && said.contains("either suffices"),
        "{said}"
    );
    let trusted = pve.fingerprints()[0].clone();
    let output = bed.run(&["trust", "pve", "--fingerprint", &trusted]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("is trusted already"), "{}", out(&output));
    assert_eq!(text(&bed), before);
    pve.change_node_certificate("pve2", 500).unwrap();
    let new = print_of(&bed, "pve");
    let output = bed.run(&["trust", "pve", "--fingerprint", &new]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(text(&bed).contains(&format!("fingerprint = [\"{new}\"]")), "{}", text(&bed));
    assert!(codes(&bed).is_empty());
}

#[test]
fn where_the_roots_of_the_system_decided_the_others_are_pinned_along() {
    let bed = bed();
    let own = "fingerprint = [";
    // No root vouches for any of them: both are strangers, and the first pin must not lock out
    // what is asked about next.
    let (head, rest) =
        text(&bed).split_once(own).map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let rest = rest.split_once('\n').unwrap().1.to_owned();
    std::fs::write(bed.config(), format!("{head}\n{rest}")).unwrap();
    let output = bed.run(&["trust", "pve"]);
    if err(&output).contains("what is trusted is not known") {
        // A machine without any roots.
        return;
    }
    let said = flat(&out(&output));
    assert!(said.contains("trusted by the roots of the system"), "{said}");
    assert!(said.contains("the roots of the system count no more"), "{said}");
    let prints = bed.federation.source("pve").unwrap().fingerprints();
    for print in &prints {
        let output = bed.run(&["trust", "pve", "--fingerprint", print]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }
    assert!(prints.iter().all(|print| text(&bed).contains(print)), "{}", text(&bed));
    assert!(codes(&bed).is_empty());
}

#[test]
fn what_cannot_be_asked_is_told() {
    let bed = bed();
    let before = text(&bed);
    let pve = bed.federation.source("pve").unwrap();
    // One of two: what is seen is trusted, and the other is named.
    pve.set_node("pve2", &Fault::Down);
    let address = pve.addresses()[1];
    while std::net::TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    let output = bed.run(&["trust", "pve"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let said = out(&output);
    assert!(said.starts_with("pve: 1 of 2 endpoints answered"), "{said}");
    assert!(said.contains(&format!("{address} could not be asked: ")), "{said}");
    let given = "AB:".repeat(31) + "AB";
    let output = bed.run(&["trust", "pve", "--fingerprint", &given]);
    assert_eq!(output.status.code(), Some(2), "the silent one may have it");
    bed.pull_the_plug();
    let output = bed.run(&["trust", "pve"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        out(&output).starts_with("pve: no endpoint shows a certificate.\n"),
        "{}",
        out(&output)
    );
    let output = bed.run(&["trust", "fi"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(err(&output), "vigie: there is no source \"fi\"; there are: pve, pbs\n");
    assert_eq!(text(&bed), before);
}

#[test]
fn without_a_secret_nobody_is_asked_and_the_rest_is_told() {
    let bed = bed();
    std::fs::remove_file(bed.dir.path().join("secret")).unwrap();
    bed.federation.source("pve").unwrap().change_node_certificate("pve2", 500).unwrap();
    let output = bed.run(&["trust", "pve"]);
    assert_eq!(output.status.code(), Some(2));
    let said = flat(&out(&output));
    assert!(said.contains("not known, without a secret nobody is asked"), "{said}");
    assert_eq!(requests(&bed), (0, Vec::new()));
}

#[test]
fn a_file_that_changed_while_it_asked_is_left_alone() {
    let bed = bed();
    bed.federation.source("pve").unwrap().change_node_certificate("pve2", 500).unwrap();
    let mut pty = asked(&bed, &["trust", "pve", "--lang", "fr"], "[o/N]");
    let meanwhile = format!("{}# meanwhile\n", text(&bed));
    std::fs::write(bed.config(), &meanwhile).unwrap();
    pty.keys("oui\r");
    assert_eq!(pty.ended().0, 2);
    pty.wait_text("a été changé entre-temps");
    assert_eq!(text(&bed), meanwhile);
    let page = shown(&pty).replace('\u{a0}', " ");
    assert!(page.contains("oui : 127.0.0.1:") && page.contains("changerait ainsi :"), "{page}");
}

#[test]
fn the_report_says_what_is_shown_and_how_to_trust_it() {
    let bed = bed();
    assert!(codes(&bed).is_empty());
    let old = print_of(&bed, "pbs");
    bed.federation.source("pbs").unwrap().change_certificate(365, true).unwrap();
    let new = print_of(&bed, "pbs");
    let said = String::from_utf8(bed.run(&["report"]).stdout).unwrap();
    let parts = halves(&old).into_iter().chain(halves(&new));
    for part in parts.chain(["vigie trust pbs", "issuer: ", "valid: ", "vouched: not known"]) {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let french = String::from_utf8(bed.run(&["report", "--lang", "fr"]).stdout).unwrap();
    assert!(french.contains("vigie trust pbs"), "{french}");
}
