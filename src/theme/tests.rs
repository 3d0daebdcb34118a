//! The themes that come with the program, looked at; and what is said of themes that are wrong.

mod legible;
mod mistakes;
#[allow(clippy::unreadable_literal, reason = "numbers as they were published")]
mod sight;
