//! The program from outside: its dashboard in a real terminal, its reports on real pipes, over
//! real HTTPS servers on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "tests"
)]

#[path = "../support/pty.rs"]
mod pty;

mod ansible;
mod bed;
mod budget;
mod connections;
mod dashboard;
mod doctor;
mod drill;
mod harmless;
mod hostile;
mod init;
mod inventory;
mod language;
mod large;
mod memory;
mod pages;
mod pictures;
mod pipe;
mod plain;
mod proxmoxer;
mod report;
mod runbook;
mod secrets;
mod shell;
mod soak;
mod theme;
mod trust;
mod whatif;
