//! The language that a configuration names, read before anything else of it: its mistakes are told
//! in that language.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::LARGEST;
use crate::lang::Tongue;

/// What a file names; none where it names none, or cannot be read.
pub fn lang(path: &Path) -> Option<Tongue> {
    let mut raw = Vec::new();
    File::open(path).ok()?.take(LARGEST * 1024).read_to_end(&mut raw).ok()?;
    named(&String::from_utf8_lossy(&raw))
}

fn named(text: &str) -> Option<Tongue> {
    let (root, _) = toml::de::DeTable::parse_recoverable(text);
    Tongue::parse(root.get_ref().get("lang")?.get_ref().as_str()?)
}

#[cfg(test)]
mod tests {
    use super::{Tongue, named};

    #[test]
    fn it_is_read_from_a_file_with_mistakes_too() {
        for text in ["lang = 'fr'", "sites = 3\nlang = \"fr\"\n[[site]]\nname = ", "lang='fr'\n]["]
        {
            assert_eq!(named(text), Some(Tongue::French), "{text}");
        }
        for text in ["", "lang = 3", "lang = 'de'", "[ui]\nlang = 'fr'", "# lang = 'fr'"] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
