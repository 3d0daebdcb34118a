//! `vigie init` by flags, over real servers; in a real terminal: `guided`.

mod guided;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::simulate::{Fault, Rights};

use crate::bed::{Bed, SECRET, command};

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
