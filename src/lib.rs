//! vigie: a terminal lookout over a federation of Proxmox sites.

pub mod cli;
pub mod command;
pub mod config;
pub mod fleet;
pub mod judge;
pub mod keymap;
pub mod memory;
pub mod poll;
pub mod proxmox;
pub mod run;
pub mod simulate;
pub mod state;
pub mod theme;
pub mod update;
