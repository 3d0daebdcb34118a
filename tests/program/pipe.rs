//! The dashboard where its output is no terminal, though a person sits at one.

use crate::bed::{Bed, in_terminal};
use crate::pty::Pty;
use vigie::simulate::fleet::{SimFleet, SimVersion};

/// Runs the dashboard in a shell in a terminal, its output sent elsewhere: its exit code, what it
/// wrote there and what it complained of.
fn sent(bed: &Bed, redirection: &str) -> (String, Vec<u8>, String) {
    let in_dir = |name: &str| bed.dir.path().join(name);
    let script = format!(
        "set -o pipefail; '{}' --config '{}' 2>'{}' {redirection} '{}'; echo code=$?.",
        env!("CARGO_BIN_EXE_vigie"),
        bed.config().display(),
        in_dir("complaint").display(),
        in_dir("output").display(),
    );
    let mut shell = in_terminal(bed.dir.path());
    let words = ["/bin/bash", "-c", &script];
    *shell.get_argv_mut() = words.map(Into::into).into();
    let mut pty = Pty::spawn(shell, 80, 24);
    pty.wait("the end", |screen| screen.contents().contains("code="));
    pty.ended();
    let text = String::from_utf8(pty.bytes()).unwrap();
    assert!(!text.contains('\x1b'), "the terminal is left alone: {text:?}");
    let complaint = std::fs::read_to_string(in_dir("complaint")).unwrap();
    (text.trim().to_owned(), std::fs::read(in_dir("output")).unwrap(), complaint)
}

#[test]
fn what_goes_into_a_pipe_or_a_file_is_refused_with_advice() {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    for redirection in [">", "| cat >"] {
        let (code, output, complaint) = sent(&bed, redirection);
        assert_ne!(code, "code=0.", "{redirection}");
        assert_eq!(output, b"", "{redirection}");
        assert!(complaint.contains("vigie report"), "{redirection}: {complaint}");
        assert!(!complaint.contains('\x1b'), "{redirection}: {complaint:?}");
    }
    assert!(bed.federation.requests().is_empty(), "nobody was asked for nothing");
}
