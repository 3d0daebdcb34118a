//! Theme files: read, or every mistake told.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::lang::Tongue;
use vigie::theme::{Depth, Source, Theme};
use vigie::told::told;

fuzz_target!(|text: &str| {
    let source = Source { file: "own.toml".into(), text: Ok(text.into()) };
    for depth in [Depth::Rgb, Depth::Indexed, Depth::Ansi, Depth::None] {
        if let Err(mistakes) = Theme::read("own", &source, depth, &()) {
            let said = told(&mistakes, Tongue::English);
            assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
        }
    }
});
