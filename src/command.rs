//! The commands: one file each, and what they have in common.

pub mod beside;
pub mod dashboard;
pub mod demo;
pub mod doctor;
pub mod drill;
pub mod fleet;
pub mod follow;
pub mod generate;
#[cfg(test)]
mod hostile;
pub mod init;
pub mod inventory;
pub mod output;
mod page;
pub mod report;
pub mod runbook;
pub mod simulate;
mod standing;
pub mod sweep;
pub mod target;
pub mod theme;
pub mod trust;
pub mod whatif;
