//! The simulated federation: real HTTPS servers on loopback that answer as PVE and PBS do.
