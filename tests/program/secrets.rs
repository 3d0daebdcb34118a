//! The secret of a token is nowhere but in its file and in the header it is sent in: each view,
//! each report, each file, each log of a run is searched for it, while servers say it back.

use std::path::Path;

use vigie::config::{self, Config};
use vigie::proxmox::client::{Client, ClientConfig};
use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimVersion};
use vigie::simulate::spoil::Spoil;

use crate::bed::{Bed, SECRET, files};

/// Pieces of it: a line may have been cut or broken within it.
fn pieces() -> impl Iterator<Item = &'static str> {
    SECRET.split('-').filter(|piece| piece.len() > 4)
}

fn is_told(text: &str) -> bool {
    pieces().any(|piece| text.contains(piece))
}

fn assert_untold(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(!is_told(&text), "the secret is in {what}:\n{text}");
}

/// Nothing that was written below a folder holds it, but the file that is to hold it.
fn assert_kept_nowhere(bed: &Bed) -> usize {
    let own = bed.dir.path().join("secret");
    let written: Vec<_> = files(bed.dir.path()).into_iter().filter(|file| *file != own).collect();
    for file in &written {
        assert_untold(&file.display().to_string(), &std::fs::read(file).unwrap());
    }
    written.len()
}

fn healthy() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

/// What a server that says back what it was told may answer.
fn echoes() -> [Option<Fault>; 6] {
    let spoil = |all| Some(Fault::Spoilt(Spoil { texts: vec![SECRET.to_owned()], all }));
    [
        None,
        Some(Fault::Status(500, format!("no such token: {SECRET}"))),
        Some(Fault::Bare(596, format!("PVEAPIToken=vigie@pve!demo={SECRET}"))),
        Some(Fault::Body(format!("{{\"data\": {{\"{SECRET}\": \"{SECRET}\"}}}}"))),
        // Behind every name, note, tag and line that is otherwise well.
        spoil(false),
        spoil(true),
    ]
}

#[test]
fn no_paper_and_no_file_holds_the_secret() {
    let bed = healthy();
    let books = bed.dir.path().join("books");
    let books = books.to_str().unwrap();
    let papers: [&[&str]; 12] = [
        &["report"],
        &["report", "--format", "json"],
        &["report", "--format", "markdown"],
        &["--lang", "fr", "report"],
        &["runbook", "all", "-o", books],
        &["runbook", "pve/pve1"],
        &["whatif", "pve/pve1"],
        &["inventory", "--fresh"],
        &["doctor"],
        &["doctor", "--format", "json"],
        &["config"],
        &["drill"],
    ];
    for (at, fault) in echoes().into_iter().enumerate() {
        for handle in bed.federation.sources() {
            handle.clear();
            if let Some(fault) = &fault {
                handle.set(fault);
            }
        }
        let bundle = bed.dir.path().join(format!("bundle{at}"));
        bed.run(&["doctor", "--bundle", bundle.to_str().unwrap()]);
        assert!(std::fs::metadata(&bundle).unwrap().len() > 1_000, "a bundle is written");
        for paper in papers {
            let output = bed.run(paper);
            assert!(
                !output.stdout.is_empty() || !output.stderr.is_empty() || paper[0] == "runbook"
            );
            assert_untold(&format!("{paper:?}"), &output.stdout);
            assert_untold(&format!("what {paper:?} complains of"), &output.stderr);
        }
        assert!(assert_kept_nowhere(&bed) > 3, "memory and runbooks were written");
    }
}

#[test]
fn no_view_holds_the_secret_and_neither_does_the_command_line() {
    let bed = healthy();
    for fault in echoes() {
        for handle in bed.federation.sources() {
            handle.clear();
            if let Some(fault) = &fault {
                handle.set(fault);
            }
        }
        let mut pty = bed.open(120, 40);
        pty.wait_text("healthy");
        for seen in ["cmdline", "environ", "comm"] {
            let path = format!("/proc/{}/{seen}", pty.pid());
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.is_empty() || seen == "environ", "{path}");
            assert_untold(&path, &bytes);
        }
        // A view of the first level, its first row, the calls it is made of, and the keys.
        for tab in ["1", "2", "3", "4", "5", "6", "7", "8"] {
            for key in [tab, "\r", "e", "\x1b", "p", "\x1b", "\x1b", "?", "\x1b"] {
                pty.keys(key);
                pty.rests(std::time::Duration::from_millis(30));
                pty.screen(|screen| assert_untold("a view", screen.contents().as_bytes()));
            }
        }
        pty.keys("1q");
        let (code, _) = pty.ended();
        assert_eq!(code, 0, "{fault:?}");
        assert_untold("what was sent to the terminal", &pty.bytes());
        assert!(assert_kept_nowhere(&bed) > 2, "memory and log were written");
    }
}

/// The configuration, read as the program reads it.
fn configuration(path: &Path) -> Config {
    config::load(path, &|_: &str| None).unwrap()
}

#[test]
fn no_type_that_holds_the_secret_prints_it_and_no_panic_does() {
    let bed = healthy();
    let config = configuration(&bed.config());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut clients = Vec::new();
    for source in config.sites.iter().flat_map(|site| &site.sources) {
        let secret = runtime.block_on(source.secret.read(&|_: &str| None)).unwrap();
        let said = format!("{secret:?}");
        assert!(!is_told(&said), "{said}");
        let of = ClientConfig {
            product: source.product,
            base: source.endpoints[0].url.clone(),
            token: source.token.as_str().to_owned(),
            secret,
            trust: vigie::poll::http::trust(&source.trust).unwrap(),
            connect_timeout: std::time::Duration::from_secs(1),
        };
        let said = format!("{of:?} {of:#?}");
        assert!(said.contains("demo"), "it tells what it is: {said}");
        assert!(!is_told(&said), "{said}");
        clients.push(Client::new(of).unwrap());
    }
    assert_eq!(clients.len(), 2);
    let said = format!("{config:?} {config:#?} {clients:?} {clients:#?}");
    assert!(!is_told(&said), "{said}");
    // A defect that says all it can, while the secrets are in memory.
    let broke = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| -> () {
        panic!("a defect with {:?} in its hands", (&config, &clients));
    }));
    let said = broke.unwrap_err().downcast::<String>().unwrap();
    assert!(said.contains("ClientConfig") || said.contains("Client"), "{said}");
    assert!(!is_told(&said), "{said}");
    // What searches finds what there is to find.
    assert!(is_told(&std::fs::read_to_string(bed.dir.path().join("secret")).unwrap()));
}

/// What prints one secret is told no other one: its environment is that of the program without the
/// variables that hold secrets, and nothing stands on its command line.
#[test]
fn a_command_for_a_secret_is_told_no_other_secret() {
    let home = tempfile::tempdir().unwrap();
    let seen = home.path().join("seen");
    let config = home.path().join("config.toml");
    let told = "cat /proc/$$/environ /proc/$$/cmdline > \"$1\"; echo printed";
    let text = format!(
        "[[site]]\nname = 'home'\n\
         [[site.pve]]\nname = 'a'\nendpoints = 'https://127.0.0.1:1'\n\
         token = 'a@pve!t'\nsecret-env = 'HELD'\n\
         [[site.pve]]\nname = 'b'\nendpoints = 'https://127.0.0.1:2'\n\
         token = 'a@pve!t'\nsecret-command = ['sh', '-c', '{told}', 'x', '{}']\n",
        seen.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = crate::bed::command(home.path());
    command.env("HELD", SECRET).env("OTHER", "is passed on");
    let output = command.arg("--config").arg(&config).arg("report").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let seen = std::fs::read(&seen).unwrap();
    assert!(String::from_utf8_lossy(&seen).contains("is passed on"), "the rest is there");
    assert_untold("what a child was told", &seen);
}
