//! The domain, pure: what Proxmox sites consist of, in Proxmox's own words.

pub mod calendar;
pub mod code;
pub mod id;
pub mod policy;
pub mod subject;
pub mod text;
pub mod time;
