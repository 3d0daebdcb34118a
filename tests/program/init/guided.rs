//! `vigie init` in a real terminal, step by step.

use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;
use vigie::simulate::Rights;

use super::{bed, files, first, own, text, works};
use crate::bed::{Bed, SECRET, in_terminal};
use crate::pty::Pty;

/// Opens it in a terminal.
fn guided(bed: &Bed, words: &[&str]) -> Pty {
    let mut command = in_terminal(bed.dir.path());
    command.arg("--config");
    command.arg(own(bed));
    command.arg("init");
    command.args(words);
    Pty::spawn(command, 80, 100)
}

/// Waits for a question and answers it.
fn answer(pty: &mut Pty, question: &str, keys: &str) {
    // The last line that is no hint is the one that is asked.
    pty.wait(question, |screen| {
        let all = screen.contents();
        let asked = all.lines().rev().find(|line| line.starts_with("? "));
        asked.is_some_and(|line| line.contains(question))
    });
    pty.keys(keys);
}

fn shown(pty: &Pty) -> String {
    String::from_utf8(pty.bytes()).unwrap()
}

const DOWN: &str = "\u{1b}[B";

/// From nothing to the secret of the first source.
fn to_the_secret(pty: &mut Pty, bed: &Bed) {
    answer(pty, "What is to be watched?", "\r");
    let url = first(bed, "pve");
    answer(pty, "Where does it answer?", &format!("{}\r", url.trim_start_matches("https://")));
    answer(pty, "Trust this certificate?", "y\r");
    answer(pty, "Name of the site:", "here\r");
    answer(pty, "Name of the source:", "\r");
    answer(pty, "Id of the token:", "vigie@pve!demo\r");
    answer(pty, "Where does its secret live?", "\r");
}

#[test]
fn guided_from_nothing_to_a_cluster_with_its_peer_and_its_pbs() {
    let bed = bed();
    let mut pty = guided(&bed, &[]);
    to_the_secret(&mut pty, &bed);
    assert!(shown(&pty).contains("pveum user token add vigie@pve demo --privsep 1"));
    assert!(bed.federation.requests().is_empty(), "nothing is sent before there is a token");
    answer(&mut pty, "Secret:", &format!("{SECRET}\r"));
    answer(&mut pty, "Add this node as an endpoint?", "\r");
    assert!(files(&bed).is_empty(), "nothing is written before it was shown");
    answer(&mut pty, "Write it?", "\r");
    answer(&mut pty, "next?", "\r");
    assert_eq!(files(&bed), ["config.toml", "here.secret"]);
    answer(&mut pty, "Trust this certificate?", "y\r");
    assert!(shown(&pty).contains("The cluster has pinned this very certificate for it."));
    answer(&mut pty, "At which site is it?", "\r");
    answer(&mut pty, "Name of the source: (here-pbs)", "\r");
    answer(&mut pty, "Id of the token: (vigie@pbs!demo)", "\r");
    answer(&mut pty, "Where does its secret live?", "\r");
    answer(&mut pty, "Secret:", &format!("{SECRET}\r"));
    answer(&mut pty, "Write it?", "\r");
    answer(&mut pty, "What now?", "\r");
    assert_eq!(pty.ended().0, 0);
    assert!(pty.line_is_as_before());
    let all = shown(&pty);
    assert!(!all.contains(SECRET), "the secret is shown");
    assert!(all.contains("it is Proxmox VE 9.1.7") && all.contains("Server 4.2.3"), "{all}");
    assert!(bed.federation.requests().iter().all(|seen| seen.method == "GET"));
    let written = text(&bed);
    for source in ["pve", "pbs"] {
        let handle = bed.federation.source(source).unwrap();
        for part in handle.endpoints().iter().chain(&handle.fingerprints()) {
            assert!(written.contains(part), "{part}\n{written}");
        }
    }
    assert_eq!(files(&bed), ["config.toml", "here-pbs.secret", "here.secret"]);
    for name in files(&bed) {
        let path = own(&bed).with_file_name(name);
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    works(&bed);
    // Taken up again: all of it works, and there is nothing to finish.
    let mut pty = guided(&bed, &[]);
    answer(&mut pty, "What now?", "\r");
    let all = shown(&pty);
    assert!(all.contains("here: works") && all.contains("here-pbs: works"), "{all}");
    assert!(!all.contains("finish"), "{all}");
    pty.wait_text("What is to be watched?");
}

#[test]
fn left_in_the_middle_nothing_is_half_written() {
    let bed = bed();
    for (step, key) in
        [(0, "\u{1b}"), (1, "\u{3}"), (2, "\u{3}"), (3, "\u{3}"), (4, "\u{3}"), (5, "\u{3}")]
    {
        let mut pty = guided(&bed, &[]);
        if step == 0 {
            answer(&mut pty, "What is to be watched?", key);
        } else if step == 1 {
            answer(&mut pty, "What is to be watched?", "\r");
            answer(&mut pty, "Where does it answer?", key);
        } else {
            to_the_secret(&mut pty, &bed);
            if step == 2 {
                answer(&mut pty, "Secret:", key);
            } else {
                answer(&mut pty, "Secret:", &format!("{SECRET}\r"));
                if step > 3 {
                    answer(&mut pty, "Add this node as an endpoint?", "n\r");
                }
                let question = if step == 3 { "Add this node" } else { "Write it?" };
                answer(&mut pty, question, key);
            }
        }
        assert_eq!(pty.ended().0, 1, "{step}");
        pty.wait_text("Left. Nothing was written.");
        assert!(pty.line_is_as_before(), "{step}");
        assert!(files(&bed).is_empty(), "{step}: {:?}", files(&bed));
    }
    // A signal, and a line that drops.
    let mut pty = guided(&bed, &[]);
    to_the_secret(&mut pty, &bed);
    answer(&mut pty, "Secret:", SECRET);
    pty.signal(Signal::TERM);
    assert_eq!(pty.ended().0, 143);
    assert!(pty.line_is_as_before());
    assert!(!shown(&pty).contains(SECRET));
    let mut pty = guided(&bed, &[]);
    to_the_secret(&mut pty, &bed);
    answer(&mut pty, "Secret:", "");
    assert_ne!(pty.hang_up().ended().0, 0);
    assert!(files(&bed).is_empty());
    // What was written before stays.
    let mut pty = guided(&bed, &[]);
    to_the_secret(&mut pty, &bed);
    answer(&mut pty, "Secret:", &format!("{SECRET}\r"));
    answer(&mut pty, "Add this node as an endpoint?", "n\r");
    answer(&mut pty, "Write it?", "\r");
    answer(&mut pty, "next?", "\r");
    answer(&mut pty, "Trust this certificate?", "\u{3}");
    assert_eq!(pty.ended().0, 0);
    pty.wait_text("What was written before stays.");
    assert_eq!(files(&bed), ["config.toml", "here.secret"]);
    works(&bed);
}

#[test]
fn a_wrong_token_a_missing_role_and_a_changed_certificate_on_the_way() {
    let bed = bed();
    let pve = bed.federation.source("pve").unwrap();
    pve.grant(pve.token(), Rights::NOTHING);
    let mut pty = guided(&bed, &["--site", "here", "--lang", "en"]);
    answer(&mut pty, "What is to be watched?", "\r");
    // Nobody there, then somebody whose certificate is not accepted.
    answer(&mut pty, "Where does it answer?", "localhost:1\r");
    pty.wait_text("No endpoint shows a certificate.");
    let url = first(&bed, "pve");
    let address = url.trim_start_matches("https://");
    answer(&mut pty, "Where does it answer? (localhost:1)", &format!("{address}\r"));
    answer(&mut pty, "Trust this certificate?", "\r");
    pty.wait_text("Not trusted: nothing was sent there.");
    answer(&mut pty, "Where does it answer?", &format!("http://{address}\r"));
    pty.wait_text("would send the token unencrypted");
    answer(&mut pty, "Where does it answer?", &format!("{address}\r"));
    answer(&mut pty, "Trust this certificate?", "y\r");
    answer(&mut pty, "Name of the source: (here)", "\r");
    answer(&mut pty, "Id of the token:", "vigie@pve!demo=hunter2\r");
    pty.wait_text("`token` holds a secret too");
    answer(&mut pty, "Id of the token:", "vigie@pve!demo\r");
    answer(&mut pty, "Where does its secret live?", "\r");
    answer(&mut pty, "Secret:", "wrong\u{15}two words\r");
    pty.wait_text("Not so: the secret has more than one line, blanks");
    answer(&mut pty, "Secret:", "wrong\u{15}11111111-2222-3333-4444-555555555555\r");
    pty.wait_text("the token is not accepted");
    answer(&mut pty, "What now?", "\r");
    answer(&mut pty, "Where does its secret live?", "\r");
    answer(&mut pty, "Secret:", &format!("wrong\u{15}{SECRET}\nmore\ry\r"));
    // The role is missing: gone on with, and finished later.
    pty.wait_text("pveum acl modify / --tokens 'vigie@pve!demo' --roles PVEAuditor");
    answer(&mut pty, "What now?", &format!("{DOWN}{DOWN}\r"));
    answer(&mut pty, "Write it?", "\r");
    pty.wait_text("is written, but does not work as it should yet");
    answer(&mut pty, "What now?", "\u{3}");
    assert_eq!(pty.ended().0, 3);
    assert!(!shown(&pty).contains(SECRET));
    assert_eq!(files(&bed), ["config.toml", "here.secret"]);
    // The certificate changes, the role comes.
    pve.change_certificate(300, true).unwrap();
    let mut pty = guided(&bed, &[]);
    pty.wait_text("here: its certificate is not trusted");
    answer(&mut pty, "What now?", "\r");
    pty.wait_text("Trust this certificate from now on? [y/N]");
    pve.grant(pve.token(), Rights::AUDITOR);
    pty.keys("y\r");
    answer(&mut pty, "Add this node as an endpoint?", "y\r");
    answer(&mut pty, "Write it?", "y\r");
    answer(&mut pty, "next?", "n\r");
    answer(&mut pty, "What now?", "\r");
    assert_eq!(pty.ended().0, 0);
    for print in pve.fingerprints() {
        assert!(text(&bed).contains(&print), "{}", text(&bed));
    }
    works(&bed);
}

const ESC: &str = "\u{1b}";

#[test]
fn one_step_back_at_a_time_and_what_was_answered_is_proposed() {
    let bed = bed();
    let mut pty = guided(&bed, &[]);
    answer(&mut pty, "What is to be watched?", &format!("{DOWN}\r"));
    pty.wait_text("port 8007 if not said · Esc back · Ctrl-C leaves");
    // The wrong product.
    answer(&mut pty, "Where does it answer?", ESC);
    answer(&mut pty, "What is to be watched?", "\r");
    let url = first(&bed, "pve");
    let address = url.trim_start_matches("https://");
    answer(&mut pty, "Where does it answer?", &format!("{address}\r"));
    answer(&mut pty, "Trust this certificate?", ESC);
    // It is proposed as it was, and can be changed there.
    answer(&mut pty, &format!("Where does it answer? ({address})"), "\u{1b}[A\u{1}x\u{4}");
    let (digit, rest) = address.split_at(1);
    pty.wait_text(&format!(") x{rest}"));
    pty.keys(&format!("\u{7f}{digit}\r"));
    answer(&mut pty, "Trust this certificate?", "y\r");
    answer(&mut pty, "Name of the site:", "there\u{15}here\r");
    answer(&mut pty, "Name of the source: (here)", "vault\r");
    answer(&mut pty, "Id of the token:", ESC);
    answer(&mut pty, "Name of the source: (vault)", ESC);
    answer(&mut pty, "Name of the site: (here)", "\r");
    answer(&mut pty, "Name of the source: (vault)", "\r");
    answer(&mut pty, "Id of the token:", "vigie@pve!demo\r");
    // Within a step of two questions, to the first of them.
    answer(&mut pty, "Where does its secret live?", &format!("{DOWN}{DOWN}\r"));
    answer(&mut pty, "Command:", "cat 'nowhere\r");
    pty.wait_text("Not so: a quote is never closed");
    answer(&mut pty, "Command:", ESC);
    answer(&mut pty, "Where does its secret live?", &format!("{DOWN}{DOWN}{DOWN}\r"));
    answer(&mut pty, "File:", "  \r");
    pty.wait("the same question again", |screen| screen.contents().matches("File:").count() == 2);
    pty.keys(ESC);
    answer(&mut pty, "Where does its secret live?", ESC);
    answer(&mut pty, "Id of the token: (vigie@pve!demo)", "\r");
    answer(&mut pty, "Where does its secret live?", "\r");
    answer(&mut pty, "Secret:", &format!("{SECRET}\r"));
    answer(&mut pty, "Add this node as an endpoint?", "\r");
    answer(&mut pty, "Write it?", ESC);
    answer(&mut pty, "Add this node as an endpoint?", ESC);
    // A secret is not proposed again.
    answer(&mut pty, "Where does its secret live?", "\r");
    answer(&mut pty, "Secret:", &format!("{SECRET}\r"));
    answer(&mut pty, "Add this node as an endpoint?", "n\r");
    assert!(files(&bed).is_empty());
    answer(&mut pty, "Write it?", "\r");
    // What is written is not gone back to: on to what may come next.
    answer(&mut pty, "next?", "\r");
    answer(&mut pty, "Trust this certificate?", ESC);
    answer(&mut pty, "next?", ESC);
    answer(&mut pty, "What now?", &format!("{DOWN}{DOWN}\r"));
    answer(&mut pty, "What of vault?", &format!("{DOWN}\r"));
    answer(&mut pty, "Id of the token:", ESC);
    answer(&mut pty, "What of vault?", ESC);
    answer(&mut pty, "What now?", ESC);
    assert_eq!(pty.ended().0, 0);
    pty.wait_text("What was written before stays.");
    assert!(pty.line_is_as_before());
    let written = text(&bed);
    assert!(written.contains("name = \"vault\"") && !written.contains("there"), "{written}");
    assert!(!written.contains("127.0.0.2"), "the node was taken, and given back\n{written}");
    assert_eq!(files(&bed), ["config.toml", "vault.secret"]);
    works(&bed);
}
