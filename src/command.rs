//! The commands: one file each, and what they have in common.

pub mod dashboard;
pub mod demo;
pub mod doctor;
pub mod drill;
pub mod fleet;
pub mod follow;
pub mod generate;
#[cfg(test)]
mod hostile;
pub mod inventory;
pub mod output;
pub mod report;
pub mod runbook;
pub mod simulate;
pub mod sweep;
pub mod target;
pub mod theme;
pub mod trust;
pub mod whatif;
