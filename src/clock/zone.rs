//! The time zones of this machine.
//!
//! [`TimeZone::system`] and [`TimeZone::get`] first read the names of all six hundred, a
//! millisecond before the first frame: one whose name is known is opened by it. Whatever is not
//! found so is left to them.

use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;

use crate::fleet::zone::Zone;

/// Where they are, unless `TZDIR` names another folder.
const FOLDER: &str = "/usr/share/zoneinfo";

static KEPT: Mutex<Vec<TimeZone>> = Mutex::new(Vec::new());

/// So many are held: servers say what their zones are called.
const MOST: usize = 32;

/// No file of them is larger, bytes.
const LARGEST: u64 = 64 * 1024;

/// The zone of whoever sits before the terminal: of `TZ`, else of the system.
pub fn system() -> TimeZone {
    let name = match std::env::var("TZ") {
        Ok(name) => Some(name.strip_prefix(':').unwrap_or(&name).to_owned()),
        Err(_) => of_the_system(),
    };
    name.and_then(|name| opened(&folder(), &name)).unwrap_or_else(TimeZone::system)
}

/// The zone of a name, as in `Europe/Paris`; none where there is none. It is read anew each time,
/// for governments change their minds; the same again is held once, for all nodes of a fleet are of
/// a few.
pub fn named(name: &str) -> Option<TimeZone> {
    let found = opened(&folder(), name).or_else(|| TimeZone::get(name).ok())?;
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = kept.iter().find(|zone| **zone == found) {
        return Some(same.clone());
    }
    kept.retain(|zone| zone.iana_name() != found.iana_name());
    if kept.len() < MOST {
        kept.push(found.clone());
    }
    Some(found)
}

/// The zone of a server by the name that it gives.
pub fn of(name: Arc<str>) -> Zone {
    let rules = named(&name);
    Zone::new(name, rules)
}

fn folder() -> PathBuf {
    std::env::var_os("TZDIR").map_or_else(|| PathBuf::from(FOLDER), PathBuf::from)
}

/// `/etc/localtime` is a link into the folder of zones.
fn of_the_system() -> Option<String> {
    let target = fs::read_link("/etc/localtime").ok()?;
    let (_, name) = target.to_str()?.split_once("zoneinfo/")?;
    Some(name.to_owned())
}

fn opened(folder: &Path, name: &str) -> Option<TimeZone> {
    let relative = Path::new(name);
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if name.is_empty() || !relative.components().all(is_plain) {
        return None;
    }
    // With leap seconds, or as others: not the names that people give.
    if ["right", "posix"].iter().any(|other| relative.starts_with(other)) {
        return None;
    }
    let path = folder.join(relative);
    if !fs::metadata(&path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    TimeZone::tzif(name, &bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a zone makes of a moment of each month.
    fn told(zone: &TimeZone) -> Vec<String> {
        let moments = (0..48).map(|month| 1_700_000_000 + month * 2_629_800);
        moments
            .map(|second| {
                let at = jiff::Timestamp::from_second(second).unwrap();
                at.to_zoned(zone.clone()).to_string()
            })
            .collect()
    }

    #[test]
    fn a_name_gives_the_zone_that_the_database_has_of_it() {
        for name in ["Europe/Paris", "Europe/Helsinki", "America/St_Johns", "UTC", "europe/paris"] {
            let ours = named(name).unwrap();
            assert_eq!(named(name).as_ref(), Some(&ours), "the same again");
            let theirs = TimeZone::get(name).unwrap();
            assert_eq!(told(&ours), told(&theirs), "{name}");
        }
        assert!(named("Europe/Nowhere").is_none());
    }

    #[test]
    fn nothing_but_a_zone_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tzdata.zi"), "# version 2025b").unwrap();
        fs::create_dir(folder.path().join("zones")).unwrap();
        fs::write(folder.path().join("zones/inner"), "").unwrap();
        let zones = folder.path().join("zones");
        for name in ["", "/etc/localtime", "../tzdata.zi", "./inner", "inner", ".", "right/UTC"] {
            assert!(opened(&zones, name).is_none(), "{name}");
        }
        assert!(opened(folder.path(), "tzdata.zi").is_none());
        assert!(opened(folder.path(), "zones").is_none());
    }
}
