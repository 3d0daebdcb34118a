//! The servers, asked over real TLS by a client of its own.

mod client;
mod faults;
mod fleet;
mod losses;
mod placement;
mod shapes;
