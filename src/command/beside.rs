//! What is said beside the result: on standard error, while the command goes on.

use std::error::Error;
use std::io::{self, Write};

use crate::lang::Tongue;
use crate::memory::Memory;
use crate::told::told;

/// Says an error that ends nothing. Where nobody listens it is not said.
pub fn say(error: &(dyn Error + 'static), tongue: Tongue) {
    let _ = writeln!(io::stderr(), "vigie: {}", told(error, tongue));
}

/// Says why what is known now is not kept, if it is not. Once: what keeps one source's from being
/// written most often keeps all.
pub fn say_what_is_not_kept(memory: Option<&Memory>, tongue: Tongue) {
    if let Some(error) = memory.and_then(Memory::failure) {
        say(&error, tongue);
    }
}
