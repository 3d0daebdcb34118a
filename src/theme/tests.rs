//! The themes that come with the program, looked at; and what is said of themes that are wrong.

mod legible;
mod mistakes;
mod sight;
