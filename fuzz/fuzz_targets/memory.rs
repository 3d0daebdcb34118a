//! A memory file of whatever content: read or refused; and what was read is judged and told,
//! however little sense it makes.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use vigie::cli::Format;
use vigie::command::report::render;
use vigie::config::{Around, Config, parse};
use vigie::fleet::site::Fleet;
use vigie::fleet::time::Epoch;
use vigie::judge::judge;
use vigie::lang;
use vigie::memory::Memory;

const TWO: &str = r#"
[[site]]
name = "here"
  [[site.pve]]
  name = "pve"
  endpoints = ["https://pve.example.org:8006"]
  token = "vigie@pve!bastion"
  secret-env = "FUZZ"
  [[site.pbs]]
  name = "pbs"
  endpoints = ["https://pbs.example.org:8007"]
  token = "vigie@pbs!bastion"
  secret-env = "FUZZ"
"#;

fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let around = Around { env: &|_| None, timezone: TimeZone::UTC };
        parse(TWO, Path::new("/etc/vigie.toml"), &around).expect("a configuration")
    })
}

fuzz_target!(|content: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let memory = Memory::new(folder.path());
    let facts = config().sites.iter().map(|site| site.facts.clone());
    let mut fleet = Fleet::new(facts, Vec::new());
    let mut is_known = false;
    let below = folder.path().join("memory");
    fs::create_dir_all(&below).expect("a folder");
    for site in &mut fleet.sites {
        for (facts, survey) in site.facts.sources.iter().zip(&mut site.surveys) {
            fs::write(below.join(format!("{}.json", facts.name)), content).expect("a file");
            if let Ok(Some(known)) = memory.load(facts) {
                *survey = Arc::new(known);
                is_known = true;
            }
        }
    }
    if !is_known {
        return;
    }
    for now in [Epoch(1_795_000_000), Epoch(0), Epoch(i64::MAX)] {
        let judged = judge(&fleet, now);
        for format in [Format::Text, Format::Json, Format::Markdown] {
            let _ = render(&judged, &fleet, format, lang::english(), &TimeZone::UTC);
        }
    }
});
