//! The configuration, keys of one's own in it: every mistake is told, in both languages, and none
//! of it shows a control character.

#![no_main]

use std::path::Path;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use vigie::config::{Around, parse};
use vigie::keymap::Chord;
use vigie::lang::Tongue;
use vigie::told::told;

fuzz_target!(|text: &str| {
    let _ = text.parse::<Chord>();
    let env = |name: &str| (name == "HOME").then(|| "/home/fuzz".to_owned());
    let around = Around { env: &env, timezone: TimeZone::UTC };
    if let Err(mistakes) = parse(text, Path::new("/etc/vigie.toml"), &around) {
        for tongue in [Tongue::English, Tongue::French] {
            let said = told(&mistakes, tongue);
            assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
        }
    }
});
