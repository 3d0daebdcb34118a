//! The commands without a screen: one file each.

pub mod config;
pub mod generate;
pub mod report;
pub mod simulate;
