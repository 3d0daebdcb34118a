//! `vigie init` by flags and in a real terminal, over real servers.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use rustix::process::Signal;
use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::simulate::{Fault, Rights};

use crate::bed::{Bed, SECRET, command, in_terminal};
use crate::pty::Pty;

fn bed() -> Bed {
    Bed::apart(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

/// The file that is made.
fn own(bed: &Bed) -> PathBuf {
    bed.dir.path().join("own/config.toml")
}

fn text(bed: &Bed) -> String {
    std::fs::read_to_string(own(bed)).unwrap_or_default()
}

fn first(bed: &Bed, source: &str) -> String {
    bed.federation.source(source).unwrap().endpoints()[0].clone()
}

fn print(bed: &Bed, source: &str) -> String {
    bed.federation.source(source).unwrap().fingerprints()[0].clone()
}

/// Exit code and all that was said, which never holds the secret.
fn said(output: Output) -> (Option<i32>, String) {
    let out = String::from_utf8(output.stdout).unwrap();
    let all = out.clone() + &String::from_utf8(output.stderr).unwrap();
    assert!(!all.contains(SECRET), "the secret is told\n{all}");
    // A fingerprint as a text of the file is 97 wide.
    let is_pin = |line: &str| line.starts_with("+  \"") && line.matches(':').count() == 31;
    let long = |line: &&str| {
        line.chars().count() > 80
            && !is_pin(line)
            && !["fingerprint", "config.toml", "acl ", "own/"]
                .iter()
                .any(|part| line.contains(part))
    };
    assert_eq!(out.lines().find(long), None, "too wide");
    (output.status.code(), all)
}

fn init(bed: &Bed, words: &[&str]) -> (Option<i32>, String) {
    let mut command = command(bed.dir.path());
    let command = command.arg("--config").arg(own(bed)).arg("init").args(words);
    said(command.stdin(Stdio::null()).output().unwrap())
}

/// The same, with the secret on standard input.
fn told(bed: &Bed, words: &[&str], secret: &str) -> (Option<i32>, String) {
    use std::io::Write as _;
    let mut command = command(bed.dir.path());
    let command = command.arg("--config").arg(own(bed)).arg("init").args(words);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    said(child.wait_with_output().unwrap())
}

/// Without the breaks of its lines.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn files(bed: &Bed) -> Vec<String> {
    let names = std::fs::read_dir(own(bed).parent().unwrap()).into_iter().flatten();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// `doctor` says that all of it works.
fn works(bed: &Bed) {
    let mut command = command(bed.dir.path());
    let output = command.arg("--config").arg(own(bed)).args(["doctor"]).output().unwrap();
    let (code, text) = said(output);
    // A PBS without RemoteAudit is a warning.
    assert!(matches!(code, Some(0 | 1)), "{text}");
    let output = crate::bed::command(bed.dir.path())
        .arg("--config")
        .arg(own(bed))
        .args(["report", "--no-memory"])
        .output()
        .unwrap();
    assert_eq!(said(output).0, Some(0));
}

#[test]
fn first_contact_by_flags_and_once_more() {
    let bed = bed();
    let (url, print) = (first(&bed, "pve"), print(&bed, "pve"));
    let words =
        ["--site", "here", "--pve", &url, "--token", "vigie@pve!demo", "--secret-file", "secret"];
    let secret = bed.dir.path().join("secret").display().to_string();
    let words = words.map(|word| if word == "secret" { &secret } else { word });
    // The certificate is not known: nothing is sent, nothing is written, and it says how to go on.
    let (code, page) = init(&bed, &words);
    assert_eq!(code, Some(1), "{page}");
    let said = flat(&page);
    for part in [
        "shows a certificate that nobody here vouches for",
        &format!("--fingerprint {print}"),
        "openssl x509 -in /etc/pve/local/pve-ssl.pem -noout -fingerprint -sha256",
        "CN=pve1",
        "Nothing was written.",
    ] {
        assert!(said.contains(part), "{part}\n{page}");
    }
    assert!(bed.federation.requests().is_empty() && files(&bed).is_empty(), "{:?}", files(&bed));
    // Another one than it shows.
    let (byte, rest) = print.split_at(2);
    let other = format!("{}{rest}", if byte == "00" { "11" } else { "00" });
    let (code, page) = init(&bed, &[&words[..], &["--fingerprint", &other]].concat());
    assert_eq!(code, Some(1), "{page}");
    assert!(flat(&page).contains("does not show the certificate that was given"), "{page}");
    assert!(bed.federation.requests().is_empty() && files(&bed).is_empty());
    // The right one, as openssl prints it.
    let given = format!("sha256 Fingerprint={print}");
    let all = [&words[..], &["--fingerprint", &given]].concat();
    let (code, page) = init(&bed, &all);
    assert_eq!(code, Some(0), "{page}");
    assert!(page.contains("it is Proxmox VE 9.1.7") && page.contains("+[[site]]"), "{page}");
    assert_eq!(
        text(&bed),
        format!(
            "[[site]]\nname = \"here\"\n\n[[site.pve]]\nendpoints = [\"{url}\"]\ntoken = \
             \"vigie@pve!demo\"\nsecret-file = \"{secret}\"\nfingerprint = [\"{print}\"]\n"
        )
    );
    let mode = std::fs::metadata(own(&bed)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(bed.federation.requests().iter().all(|seen| seen.method == "GET"));
    // And once more: nothing to do, whether the server answers or not.
    let before = text(&bed);
    bed.pull_the_plug();
    for again in [&all[..], &[&words[..], &["--accept-new-fingerprint"]].concat(), &words[..]] {
        let (code, page) = init(&bed, again);
        assert_eq!(code, Some(0), "{page}");
        assert!(flat(&page).contains("nothing was changed"), "{page}");
        assert_eq!(text(&bed), before);
    }
    bed.mend();
    works(&bed);
}

#[test]
fn a_secret_from_standard_input_is_kept_for_its_owner_alone() {
    let bed = bed();
    let url = first(&bed, "pbs");
    let words = [
        "--site",
        "home",
        "--pbs",
        &url,
        "--name",
        "vault",
        "--token",
        "vigie@pbs!demo",
        "--secret-stdin",
        "--accept-new-fingerprint",
    ];
    let (code, page) = told(&bed, &words, "");
    assert_eq!(code, Some(2), "{page}");
    assert!(page.contains("the secret is empty"), "{page}");
    // A wrong one: refused, and nothing is left behind.
    let (code, page) = told(&bed, &words, "11111111-2222-3333-4444-555555555555\n");
    assert_eq!(code, Some(1), "{page}");
    assert!(page.contains("the token is not accepted"), "{page}");
    assert!(files(&bed).is_empty(), "{:?}", files(&bed));
    let (code, page) = told(&bed, &words, &format!("{SECRET}\n"));
    assert_eq!(code, Some(0), "{page}");
    assert!(flat(&page).contains("is trusted without having been compared"), "{page}");
    assert!(page.contains(&print(&bed, "pbs")), "it says what it trusted\n{page}");
    assert_eq!(files(&bed), ["config.toml", "vault.secret"]);
    let kept = own(&bed).with_file_name("vault.secret");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), format!("{SECRET}\n"));
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(text(&bed).contains("secret-file = \"vault.secret\""), "{}", text(&bed));
    assert!(!text(&bed).contains(SECRET));
    let before = text(&bed);
    let (code, page) = told(&bed, &words, SECRET);
    assert_eq!(code, Some(0), "{page}");
    assert!(flat(&page).contains("nothing was changed"), "{page}");
    assert_eq!(text(&bed), before);
    works(&bed);
}

#[test]
fn what_is_missing_is_named_and_nobody_waits() {
    let bed = bed();
    let (code, page) = init(&bed, &[]);
    assert_eq!(code, Some(2), "{page}");
    for flag in ["--site SITE", "--pve URL, or --pbs URL", "--secret-file FILE"] {
        assert!(page.contains(flag), "{flag}\n{page}");
    }
    let (code, page) = init(&bed, &["--site", "x", "--pve", "fi1", "--lang", "fr"]);
    assert_eq!(code, Some(2), "{page}");
    assert!(page.contains("il manque") && !page.contains("--site SITE"), "{page}");
    for (words, part) in [
        (["--site", "a b", "--pve", "fi1"], "--site: \"a b\" cannot be a name"),
        (["--site", "a", "--pve", "http://fi1"], "--pve: \"http://fi1\" would send the token"),
        (["--token", "vigie@pve!x=hunter2", "--pve", "x"], "--token: `token` holds a secret too"),
    ] {
        let (code, page) = init(&bed, &words);
        assert_eq!(code, Some(2), "{page}");
        assert!(page.contains(part) && !page.contains("hunter2"), "{part}\n{page}");
    }
    let (code, page) = init(&bed, &["--demo", "--site", "a"]);
    assert_eq!(code, Some(2), "{page}");
    assert!(files(&bed).is_empty());
}

#[test]
fn comments_and_order_stay_and_peers_come_along() {
    let bed = bed();
    std::fs::create_dir(own(&bed).parent().unwrap()).unwrap();
    let before = format!(
        "# mine\n[[site]]\nname = \"home\" # the house\n\n  [[site.pbs]] # in the cellar\n  name = \
         \"pbs\"\n  endpoints = ['{}']\n  token = \"vigie@pbs!demo\"\n  secret-file = \
         \"../secret\"\n  fingerprint = \"{}\"\n\n# the end\n[ui]\nmouse = true\n",
        first(&bed, "pbs"),
        print(&bed, "pbs"),
    );
    std::fs::write(own(&bed), &before).unwrap();
    let url = first(&bed, "pve");
    let words = [
        "--site",
        "here",
        "--pve",
        &url,
        "--name",
        "pve",
        "--token",
        "vigie@pve!demo",
        "--secret-command",
        "cat secret",
        "--accept-new-fingerprint",
        "--peers",
    ];
    let secret = bed.dir.path().join("secret").display().to_string();
    let cat = format!("cat {secret}");
    let words = words.map(|word| if word == "cat secret" { &cat } else { word });
    let (code, page) = init(&bed, &words);
    assert_eq!(code, Some(0), "{page}");
    let after = text(&bed);
    for line in before.lines() {
        assert!(after.contains(line), "{line}\n{after}");
    }
    assert!(!page.lines().any(|line| line.starts_with('-')), "only added to\n{page}");
    let pve = bed.federation.source("pve").unwrap();
    for part in pve.endpoints().iter().chain(&pve.fingerprints()) {
        assert!(after.contains(part), "{part}\n{after}");
    }
    assert!(after.contains("secret-command = [\"cat\", "), "{after}");
    works(&bed);
    let (code, page) = init(&bed, &words);
    assert_eq!((code, text(&bed)), (Some(0), after.clone()), "{page}");
    // One that is only begun is gone on with; one that is wrong is left alone.
    let begun = "# begun\n[[site]]\nname = \"here\" # soon\n";
    std::fs::write(own(&bed), begun).unwrap();
    let (code, page) = init(&bed, &words);
    assert_eq!(code, Some(0), "{page}");
    assert!(text(&bed).starts_with(begun) && text(&bed).matches("[[site]]").count() == 1);
    let wrong = format!("{after}token = 3\n");
    std::fs::write(own(&bed), &wrong).unwrap();
    let (code, page) = init(&bed, &words);
    assert_eq!((code, text(&bed)), (Some(2), wrong), "{page}");
    assert!(page.contains("config.toml:"), "{page}");
    std::fs::write(own(&bed), &after).unwrap();
    // At another site than it is.
    let (code, page) = init(&bed, &["--site", "home", "--name", "pve"]);
    assert_eq!(code, Some(2), "{page}");
    assert!(page.contains("source pve is at site here, not at home"), "{page}");
    // A peer that shows something else than the cluster says is left out.
    let other = self::bed();
    other.federation.source("pve").unwrap().impersonate("pve2").unwrap();
    let url = first(&other, "pve");
    let words = words.map(|word| if word.starts_with("https") { &*url } else { word });
    let (code, page) = init(&other, &words);
    assert_eq!(code, Some(0), "{page}");
    assert!(flat(&page).contains("another certificate than the cluster says"), "{page}");
    assert!(!text(&other).contains("127.0.0.2"), "{}", text(&other));
}

#[test]
fn what_is_denied_is_told_with_the_cure_and_what_is_silent_writes_nothing() {
    let bed = bed();
    let pve = bed.federation.source("pve").unwrap();
    pve.grant(pve.token(), Rights::GUESTS);
    let url = first(&bed, "pve");
    let words = [
        "--site",
        "here",
        "--pve",
        &url,
        "--token",
        "vigie@pve!demo",
        "--secret-env",
        "S",
        "--accept-new-fingerprint",
    ];
    let with_secret = |words: &[&str]| {
        let mut command = command(bed.dir.path());
        let command = command.env("S", SECRET).arg("--config").arg(own(&bed)).arg("init");
        said(command.args(words).stdin(Stdio::null()).output().unwrap())
    };
    bed.pull_the_plug();
    let (code, page) = with_secret(&words);
    assert_eq!(code, Some(2), "{page}");
    assert!(page.contains("No endpoint shows a certificate."), "{page}");
    bed.mend();
    let (code, page) = init(&bed, &words);
    assert_eq!(code, Some(2), "{page}");
    assert!(page.contains("environment variable S is not set"), "{page}");
    pve.set(&Fault::Html);
    let (code, page) = with_secret(&words);
    assert_eq!(code, Some(2), "{page}");
    assert!(files(&bed).is_empty());
    bed.mend();
    let (code, page) = with_secret(&words);
    assert_eq!(code, Some(3), "{page}");
    assert!(page.contains("pveum acl modify / --tokens 'vigie@pve!demo'"), "{page}");
    assert_eq!(page.matches("pveum acl modify").count(), 2, "no more than it takes\n{page}");
    assert_eq!(files(&bed), ["config.toml"]);
    // Its certificate changes: another endpoint is no way round the question.
    pve.grant(pve.token(), Rights::AUDITOR);
    let before = text(&bed);
    pve.change_certificate(300, true).unwrap();
    let second = pve.endpoints()[1].clone();
    let more = [&words[..], &["--name", "here", "--pve", &second]].concat();
    bed.federation.forget_requests();
    let (code, page) = with_secret(&more);
    assert_eq!(code, Some(1), "{page}");
    assert!(page.contains("`vigie trust here`"), "{page}");
    assert!(bed.federation.requests().is_empty());
    assert_eq!(text(&bed), before);
}

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

#[test]
fn a_command_that_prints_the_secret_is_given_as_to_a_shell() {
    let bed = bed();
    let vault = bed.dir.path().join("my keys");
    std::fs::create_dir(&vault).unwrap();
    std::fs::copy(bed.dir.path().join("secret"), vault.join("fi")).unwrap();
    let url = first(&bed, "pve");
    let with = |command: &str| {
        let words = ["--site", "here", "--pve", &url, "--token", "vigie@pve!demo"];
        let more = ["--accept-new-fingerprint", "--secret-command", command];
        init(&bed, &[&words[..], &more].concat())
    };
    let (code, page) = with("cat 'my keys/fi");
    assert_eq!(code, Some(2), "{page}");
    assert!(page.contains("--secret-command: a quote is never closed"), "{page}");
    let (code, page) = with("'' x");
    assert_eq!(code, Some(2), "{page}");
    assert!(files(&bed).is_empty());
    let quoted = format!("cat '{}/fi'", vault.display());
    let (code, page) = with(&quoted);
    assert_eq!(code, Some(0), "{page}");
    let list = format!("secret-command = [\"cat\", \"{}/fi\"]", vault.display());
    assert!(text(&bed).contains(&list), "{}", text(&bed));
    works(&bed);
    let (code, page) = with(&quoted);
    assert_eq!(code, Some(0), "{page}");
    assert!(flat(&page).contains("nothing was changed"), "{page}");
}
