//! Makes answers fit to be shown in public: what is not a word that Proxmox or vigie themselves
//! use is replaced, numbers and shape are kept.
//!
//! It is a list of what may stay, not of what must go: a text that nobody thought of goes. Names
//! become the same pseudonym wherever they stand, so that what refers to each other still does,
//! and vigie's own decoders read the result.

mod class;
mod mask;
mod names;
#[cfg(test)]
mod tests;
mod words;

pub use mask::Mask;
