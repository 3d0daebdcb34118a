//! The Ansible role and the inventory, played by Ansible itself where it is here.

use std::process::Command;

/// What the script exits with where something that it needs is not here.
const SKIPPED: i32 = 77;

#[test]
fn ansible_plays_the_role_and_reads_the_inventory() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/ansible/tests/run");
    let Ok(output) = Command::new(script).arg(env!("CARGO_BIN_EXE_vigie")).output() else {
        eprintln!("skipped: bash is not here");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(SKIPPED) {
        eprintln!("{said}");
        return;
    }
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
