//! The domain, pure: what Proxmox sites consist of, in Proxmox's own words.

pub mod calendar;
pub mod code;
pub mod drill;
pub mod host;
pub mod id;
pub mod link;
pub mod look;
pub mod objective;
pub mod part;
pub mod pbs;
pub mod policy;
pub mod pve;
pub mod record;
pub mod retention;
pub mod rights;
pub mod sighting;
pub mod site;
pub mod subject;
pub mod survey;
pub mod task;
pub mod text;
pub mod tier;
pub mod time;
pub mod zone;
