//! Small languages of Proxmox inside its texts: UPIDs, property strings, sizes, fingerprints, the
//! log of a backup; and the cleaning and quoting of any text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::fleet::text::{clean, is_harmless};
use vigie::proxmox::{property, pve, upid};
use vigie::{proxmox, shell};

fuzz_target!(|text: &str| {
    let _ = upid::parse(text);
    let _ = property::size(text);
    let _ = proxmox::fingerprint(text);
    let properties = property::Property::parse(text);
    let _ = (properties.get("size"), properties.flag("backup"));
    let _ = pve::log::parse(text.lines());
    let cleaned = clean(text);
    assert!(cleaned.chars().all(is_harmless), "{cleaned:?}");
    assert_eq!(clean(&cleaned), cleaned, "cleaned twice");
    let _ = shell::quote(&cleaned);
    let _ = proxmox::encoded(text);
});
