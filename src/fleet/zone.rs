//! The time zone of a server.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A time zone: its name as a server gives it (`/nodes/{n}/time`, field `timezone`), and what
/// that name means on this machine.
///
/// Files say what a name means, so the edge looks that up, once: who judges asks no file.
/// Written down it is its name alone; [`Zone::look_up`] then gives it its meaning anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone {
    name: Arc<str>,
    #[serde(skip)]
    rules: Option<TimeZone>,
}

impl Zone {
    /// A zone by its IANA name, and its rules: none where this machine knows no such zone.
    pub fn new(name: Arc<str>, rules: Option<TimeZone>) -> Self {
        Self { name, rules }
    }

    /// `Europe/Paris`, cleaned, known here or not.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it has which time; none where this machine knows no zone of that name.
    pub fn rules(&self) -> Option<&TimeZone> {
        self.rules.as_ref()
    }

    /// Looks up what its name means.
    pub fn look_up(&mut self, named: &dyn Fn(&str) -> Option<TimeZone>) {
        self.rules = named(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::{TimeZone, Zone};

    impl From<&str> for Zone {
        fn from(name: &str) -> Self {
            Self::new(name.into(), TimeZone::get(name).ok())
        }
    }

    #[test]
    fn what_is_written_down_is_the_name() {
        let mut zone: Zone = serde_json::from_str("\"Europe/Paris\"").unwrap();
        assert_eq!((zone.name(), zone.rules()), ("Europe/Paris", None));
        zone.look_up(&|name| TimeZone::get(name).ok());
        assert_eq!(zone, Zone::from("Europe/Paris"));
        assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Europe/Paris\"");
    }
}
