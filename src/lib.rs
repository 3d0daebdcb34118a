//! vigie: a terminal lookout over a federation of Proxmox sites.
//!
//! ```text
//! proxmox (HTTP, JSON) → poll (plan, assemble) → Survey → update → judge → rows → screen, report
//! ```
//!
//! Pollers at the edge turn each source into immutable surveys; one runner owns the only mutable
//! state, feeds every event through one pure `update`, judges what it knows with pure rules, and
//! draws when something visible changed. `fleet`, `judge`, `whatif`, `state`, `update` and `keymap`
//! know no clock and no I/O.

pub mod bundle;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod drill;
pub mod fleet;
pub mod heap;
pub mod judge;
pub mod keymap;
pub mod lang;
#[cfg(test)]
mod layers;
pub mod limits;
pub mod memory;
pub mod mistake;
pub mod poll;
pub mod probe;
pub mod proxmox;
pub mod run;
pub mod runbook;
pub mod shell;
pub mod simulate;
pub mod state;
pub mod theme;
pub mod told;
pub mod ui;
pub mod update;
pub mod whatif;
