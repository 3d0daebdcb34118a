//! What a server says instead of an answer: the status, its reason phrase, where it points to, and
//! the body. Nothing of it may reach a reader uncleaned.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::fleet::id::Product;
use vigie::fleet::text::is_harmless;
use vigie::proxmox::error::of_status;

fuzz_target!(|said: (bool, u16, Option<&[u8]>, Option<&str>, &[u8])| {
    let (is_pve, code, reason, location, body) = said;
    let product = if is_pve { Product::Pve } else { Product::Pbs };
    let told = of_status(product, code, reason, location, body).to_string();
    assert!(told.chars().all(is_harmless), "{told:?}");
});
