//! The configuration changed by `vigie init` and `vigie trust`: whatever stands in the file, what is
//! written is TOML, and what was a good configuration is one still, with all other sources as they
//! were.

#![no_main]

use std::path::Path;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use vigie::config::edit::{Edit, EditError, NewSource};
use vigie::config::{Around, Config, SecretOrigin, Source, parse};
use vigie::fleet::id::Product;

const PIN: [u8; 32] = [0xAB; 32];

fn read(text: &str) -> Option<Config> {
    let env = |name: &str| (name == "HOME").then(|| "/home/fuzz".to_owned());
    let around = Around { env: &env, timezone: TimeZone::UTC };
    parse(text, Path::new("/etc/vigie.toml"), &around).ok()
}

/// The sources, without what the others leave on them.
fn sources(config: &Config) -> Vec<Source> {
    let all = config.sites.iter().flat_map(|site| &site.sources);
    all.map(|source| {
        let mut source = Source { written: Default::default(), ..source.clone() };
        if let SecretOrigin::Command(program) = &mut source.secret {
            program.untold = Default::default();
        }
        source
    })
    .collect()
}

fn new() -> NewSource {
    NewSource {
        name: "zz-new".into(),
        product: Product::Pve,
        endpoints: vec!["https://new.example:8006".into()],
        token: "v@pve!new".into(),
        secret: SecretOrigin::Command(vec!["pass".into(), "it's \"new\"".into()].into()),
        ca_file: None,
        fingerprints: vec![PIN],
    }
}

fn change(edit: &mut Edit, kind: usize, name: &str) -> Result<(), EditError> {
    let env = SecretOrigin::Env("ANOTHER".into());
    match kind {
        0 => edit.add_site("zz-site").and_then(|()| edit.add_source("zz-site", &new())),
        1 => edit.add_source(name, &new()),
        2 => edit.add_endpoint(name, "https://new.example"),
        3 => edit.pin(name, None, PIN),
        4 => edit.pin(name, Some([0; 32]), PIN),
        _ => edit.set_credential(name, "v@pve!new", &env),
    }
}

fuzz_target!(|text: &str| {
    let Ok(edit) = Edit::parse(text.to_owned()) else { return };
    assert_eq!(edit.text(), text, "nothing asked changes nothing");
    let config = read(text);
    let before = config.as_ref().map(sources).unwrap_or_default();
    let known: Vec<String> = before.iter().take(2).map(|source| source.name.to_string()).collect();
    for name in known.iter().map(String::as_str).chain(["a", "fi"]) {
        for kind in 0..6 {
            let mut edit = Edit::parse(text.to_owned()).unwrap();
            if change(&mut edit, kind, name).is_err() {
                continue;
            }
            let after = edit.text();
            let mut again = Edit::parse(after.clone()).expect("TOML still");
            change(&mut again, kind, name).unwrap();
            assert_eq!(again.text(), after, "a second time changes nothing");
            if config.is_none() {
                continue;
            }
            // What was good is good still, but for names that are taken.
            let Some(config) = read(&after) else { panic!("a mistake was made: {after}") };
            let after: Vec<Source> = sources(&config);
            for source in &before {
                let is_same = after.contains(source);
                assert!(is_same || source.name.as_str() == name, "{} is another", source.name);
            }
        }
    }
});
