//! The simulated federation: real HTTPS servers on loopback that answer as PVE and PBS do.
//!
//! A teaching model of a small federation and the test bed of this program. It shares no code
//! with the client: what it answers comes from a description ([`SimFleet`]), a clock and the
//! recorded behaviour of real servers. [`start`] runs it, a [`Handle`] changes it while it runs.

mod answer;
mod clock;
mod config;
mod copies;
mod default;
mod dress;
mod fault;
mod federation;
pub mod fleet;
mod ha;
mod healthy;
mod noise;
mod pbs;
mod proxied;
mod pve;
mod rights;
mod runs;
pub mod schedule;
mod script;
mod server;
pub mod spoil;
mod tls;
mod watchdog;
mod world;

pub use clock::SimClock;
pub use config::SECRET_ENV;
pub use fault::Fault;
pub use federation::{Federation, Handle, Options, PBS_TOKEN, PVE_TOKEN, start};
pub use fleet::SimFleet;
pub use rights::Rights;
pub use server::Seen;

#[cfg(test)]
mod tests;
