//! vigie: a terminal lookout over a federation of Proxmox sites.

pub mod config;
pub mod fleet;
pub mod judge;
pub mod keymap;
pub mod proxmox;
pub mod simulate;
pub mod state;
pub mod theme;
