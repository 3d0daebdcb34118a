//! What pruning keeps, as both products write and mean it.

use serde::{Deserialize, Serialize};

/// How many copies of each kind are kept; 0 is not set. Where nothing is set, all are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Keep {
    /// `keep-last`: the newest ones.
    pub last: u32,
    /// `keep-hourly`: the newest of so many hours.
    pub hourly: u32,
    /// `keep-daily`: the newest of so many days.
    pub daily: u32,
    /// `keep-weekly`: the newest of so many weeks.
    pub weekly: u32,
    /// `keep-monthly`: the newest of so many months.
    pub monthly: u32,
    /// `keep-yearly`: the newest of so many years.
    pub yearly: u32,
}

impl Keep {
    /// Reads `keep-daily=7,keep-last=3`; none for what is no such list. `keep-all=1` keeps all,
    /// whatever else is written.
    pub fn parse(text: &str) -> Option<Self> {
        let mut keep = Self::default();
        let mut all = false;
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=')?;
            let value = value.trim();
            if name.trim() == "keep-all" {
                all = !matches!(value, "0" | "" | "false" | "no" | "off");
                continue;
            }
            *keep.count_mut(name.trim())? = value.parse().ok()?;
        }
        Some(if all { Self::default() } else { keep })
    }

    fn count_mut(&mut self, name: &str) -> Option<&mut u32> {
        Some(match name {
            "keep-last" => &mut self.last,
            "keep-hourly" => &mut self.hourly,
            "keep-daily" => &mut self.daily,
            "keep-weekly" => &mut self.weekly,
            "keep-monthly" => &mut self.monthly,
            "keep-yearly" => &mut self.yearly,
            _ => return None,
        })
    }

    /// Whether nothing is ever pruned.
    pub fn keeps_all(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::Keep;

    #[test]
    fn retention_as_it_is_written() {
        let none = Keep::default();
        for (text, expected) in [
            ("keep-daily=7,keep-last=3", Some(Keep { daily: 7, last: 3, ..none })),
            (" keep-weekly = 4 , keep-yearly=1,", Some(Keep { weekly: 4, yearly: 1, ..none })),
            ("keep-hourly=24,keep-monthly=6", Some(Keep { hourly: 24, monthly: 6, ..none })),
            ("keep-all=1", Some(none)),
            ("keep-all=1,keep-last=3", Some(none)),
            ("keep-all=0,keep-last=3", Some(Keep { last: 3, ..none })),
            ("keep-last=0", Some(none)),
            ("", Some(none)),
            ("keep-last", None),
            ("keep-last=-1", None),
            ("keep-last=99999999999", None),
            ("keep-forever=1", None),
            ("nonsense", None),
        ] {
            assert_eq!(Keep::parse(text), expected, "{text}");
        }
        assert!(none.keeps_all());
        assert!(!Keep { yearly: 1, ..none }.keeps_all());
    }
}
