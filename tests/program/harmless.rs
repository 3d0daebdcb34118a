//! Nothing but GET leaves the program, and its secrets stay with it.

use crate::bed::{Bed, SECRET, files, in_terminal};
use crate::pty::Pty;
use vigie::simulate::Fault;
use vigie::simulate::fleet::{SimFleet, SimVersion};

fn healthy() -> Bed {
    Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)))
}

fn assert_nothing_told(bed: &Bed, what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(!text.contains(SECRET), "the secret is in {what}");
    let own = [bed.dir.path().join("secret")];
    for file in files(bed.dir.path()).into_iter().filter(|file| !own.contains(file)) {
        let kept = std::fs::read(&file).unwrap();
        let kept = String::from_utf8_lossy(&kept);
        assert!(!kept.contains(SECRET), "the secret is in {}", file.display());
    }
}

#[test]
fn only_get_is_ever_sent_and_the_secret_is_never_shown_or_kept() {
    let bed = healthy();
    let faults = [
        None,
        Some(Fault::Status(500, format!("the token {SECRET} is bad"))),
        Some(Fault::Body(format!("{{\"data\": \"{SECRET}\"}}"))),
        Some(Fault::Unauthorized),
        Some(Fault::Html),
    ];
    for fault in faults {
        for handle in bed.federation.sources() {
            handle.clear();
            if let Some(fault) = &fault {
                handle.set(fault);
            }
        }
        for format in ["text", "json", "markdown"] {
            let output = bed.run(&["report", "--format", format]);
            assert!(output.status.success(), "{fault:?}");
            assert_nothing_told(&bed, "a report", &output.stdout);
            assert_nothing_told(&bed, "stderr", &output.stderr);
        }
        let mut pty = bed.open(120, 40);
        pty.wait_text("healthy");
        pty.keys("2");
        pty.wait("a frame of the problems", |screen| screen.contents().contains("roblems"));
        pty.keys("q");
        let (code, _) = pty.ended();
        assert_eq!(code, 0, "{fault:?}");
        assert_nothing_told(&bed, "the screen", &pty.bytes());
    }
    let requests = bed.federation.requests();
    assert!(requests.len() > 50);
    let others: Vec<_> = requests.iter().filter(|seen| seen.method != "GET").collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(requests.iter().all(|seen| !seen.target.contains(SECRET)));
    let config = bed.run(&["config"]);
    assert_nothing_told(&bed, "the printed configuration", &config.stdout);
}

#[test]
fn nothing_is_sent_to_a_server_with_another_certificate() {
    let bed = healthy();
    let pbs = bed.federation.source("pbs").unwrap();
    pbs.change_certificate(365, true).unwrap();
    let output = bed.run(&["report", "--format", "json"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("source.untrusted"), "{text}");
    assert!(pbs.requests().is_empty(), "{:?}", pbs.requests());
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let bed = healthy();
    assert!(bed.run(&["report"]).status.success());
    let state = bed.dir.path().join(".local/state/vigie");
    let kept = files(&state);
    assert!(!kept.is_empty(), "nothing was kept in {}", state.display());
    for file in kept {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", file.display());
    }
}

#[cfg(unix)]
#[test]
fn the_log_is_in_a_folder_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config.toml");
    // A dashboard that knows nothing and reaches nobody: only the log makes the folder.
    let text = "[[site]]\nname = 'home'\n[[site.pve]]\nendpoints = 'https://127.0.0.1:1'\n\
                token = 'a@pve!t'\nsecret-env = 'NOT_SET'\n";
    std::fs::write(&config, text).unwrap();
    let mut command = in_terminal(home.path());
    command.arg("--config");
    command.arg(&config);
    let mut pty = Pty::spawn(command, 80, 24);
    pty.wait_text("home");
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    let state = home.path().join(".local/state/vigie");
    let is_log = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "log");
    assert!(files(&state).iter().any(is_log), "no log in {}", state.display());
    let mode = std::fs::metadata(&state).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "{mode:o}");
}
