//! Reads `[policy]` and `[site.policy]`: one loop over the table of keys.

use toml::de::DeValue;

use super::mistake::{Meant, What};
use super::schema::{Key, Slot};
use super::value::{duration, rate, share, write_duration, write_rate, write_share};
use super::walk::{Table, Value, Walk, Written, type_name};
use crate::fleet::policy::{Levels, Policy};

const SHARE: &str = "a share such as \"85%\"";
const RATE: &str = "a rate such as \"100MB/s\"";
const DURATION: &str = "a duration such as \"26h\"";

/// Lays what the section says over `policy`.
pub(super) fn read(walk: &mut Walk<'_>, table: &Table<'_, '_>, policy: &mut Policy) -> Written {
    for key in table.section.keys {
        if let Some(value) = table.get(key.name) {
            apply(walk, key, value, policy);
        }
    }
    table.written(walk)
}

fn apply(walk: &mut Walk<'_>, key: &'static Key, value: &Value<'_>, policy: &mut Policy) {
    match key.slot {
        Slot::Own => {}
        Slot::Seconds(slot) => {
            if let Some(seconds) = seconds(walk, key, value) {
                *slot(policy) = seconds;
            }
        }
        Slot::MaybeSeconds(slot) => {
            if let Some(seconds) = seconds(walk, key, value) {
                *slot(policy) = Some(seconds);
            }
        }
        Slot::Share(slot) => {
            if let Some(fraction) = fraction(walk, key, value) {
                *slot(policy) = fraction;
            }
        }
        Slot::Rising(slot) => {
            let order = |levels: &Levels<f64>| levels.warning <= levels.critical;
            if let Some(found) = levels(walk, key, value, fraction, order) {
                *slot(policy) = found;
            }
        }
        Slot::Falling(slot) => {
            let order = |levels: &Levels<f64>| levels.warning >= levels.critical;
            if let Some(found) = levels(walk, key, value, fraction, order) {
                *slot(policy) = found;
            }
        }
        Slot::Shortening(slot) => {
            let order = |levels: &Levels<i64>| levels.warning >= levels.critical;
            if let Some(found) = levels(walk, key, value, seconds, order) {
                *slot(policy) = found;
            }
        }
        Slot::MaybeRate(slot) => {
            if let Some(rate) = bytes_per_second(walk, key, value) {
                *slot(policy) = Some(rate);
            }
        }
        Slot::Flag(slot) => match value.get_ref().as_bool() {
            Some(flag) => *slot(policy) = flag,
            None => wrong_type(walk, key, value, "true or false, without quotes"),
        },
    }
}

fn wrong_type(walk: &mut Walk<'_>, key: &Key, value: &Value<'_>, wanted: &'static str) {
    let found = type_name(value.get_ref());
    walk.wrong(&value.span(), What::WrongType { key: key.name, wanted, found });
}

pub(super) fn seconds(walk: &mut Walk<'_>, key: &Key, value: &Value<'_>) -> Option<i64> {
    let result = match value.get_ref() {
        DeValue::String(text) => duration(text),
        DeValue::Integer(number) => {
            let meant = number.as_str().parse::<u32>().ok().filter(|_| number.radix() == 10);
            let meant = meant.map_or(Meant::Nothing, |n| Meant::Word(format!("\"{n}s\"")));
            Err(What::Unit { key: key.name, meant })
        }
        _ => {
            wrong_type(walk, key, value, DURATION);
            return None;
        }
    };
    walk.note(&value.span(), result)
}

fn bytes_per_second(walk: &mut Walk<'_>, key: &Key, value: &Value<'_>) -> Option<u64> {
    let result = match value.get_ref() {
        DeValue::String(text) => rate(text),
        DeValue::Integer(number) => {
            // Nobody restores at so many bytes, and nobody at so many megabytes.
            let meant = number.as_str().parse::<u64>().ok().filter(|_| number.radix() == 10);
            let unit = |n: u64| if n < 100_000 { "MB/s" } else { "B/s" };
            let meant = meant.filter(|n| *n > 0).map(|n| format!("\"{n}{}\"", unit(n)));
            Err(What::Unit { key: key.name, meant: meant.map_or(Meant::Nothing, Meant::Word) })
        }
        _ => {
            wrong_type(walk, key, value, RATE);
            return None;
        }
    };
    walk.note(&value.span(), result)
}

fn fraction(walk: &mut Walk<'_>, key: &Key, value: &Value<'_>) -> Option<f64> {
    let result = match value.get_ref() {
        DeValue::String(text) => share(text),
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .ok()
            .filter(|fraction| (0.0..=1.0).contains(fraction))
            // Minus nought is nought.
            .map(f64::abs)
            .ok_or(What::ShareRange(key.name)),
        DeValue::Integer(number) => {
            let percent = number.as_str().parse::<u8>().ok().filter(|&n| n <= 100);
            let percent = percent.filter(|_| number.radix() == 10);
            let meant = percent.map_or(Meant::Nothing, |n| Meant::Word(format!("\"{n}%\"")));
            Err(What::ShareUnit { key: key.name, meant })
        }
        _ => {
            wrong_type(walk, key, value, SHARE);
            return None;
        }
    };
    walk.note(&value.span(), result)
}

fn levels<T: Copy>(
    walk: &mut Walk<'_>,
    key: &'static Key,
    value: &Value<'_>,
    read: fn(&mut Walk<'_>, &Key, &Value<'_>) -> Option<T>,
    in_order: impl Fn(&Levels<T>) -> bool,
) -> Option<Levels<T>> {
    let list = value.get_ref().as_array().map(|list| list.iter().collect::<Vec<_>>());
    let Some(&[warning, critical]) = list.as_deref() else {
        let example = write(key, &mut Policy::default()).unwrap_or_default();
        walk.wrong(&value.span(), What::Levels { key: key.name, example });
        return None;
    };
    // Both are read before either is given up: each may be a mistake of its own.
    let (first, second) = (read(walk, key, warning), read(walk, key, critical));
    let levels = Levels { warning: first?, critical: second? };
    if in_order(&levels) {
        return Some(levels);
    }
    let shown = |value: &Value<'_>| match value.get_ref() {
        DeValue::String(text) => text.trim().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => String::new(),
    };
    let (warning, critical) = (shown(warning), shown(critical));
    walk.wrong(&value.span(), What::LevelsOrder { key: key.name, warning, critical });
    None
}

/// A key's value as TOML; none where there is none. (Slots are paths for writing, so the policy
/// is borrowed as if it were written to.)
pub(super) fn write(key: &Key, policy: &mut Policy) -> Option<String> {
    let text = |seconds: i64| format!("\"{}\"", write_duration(seconds));
    Some(match key.slot {
        Slot::Own => return None,
        Slot::Seconds(slot) => text(*slot(policy)),
        Slot::MaybeSeconds(slot) => text((*slot(policy))?),
        Slot::Share(slot) => write_share(*slot(policy)),
        Slot::Rising(slot) | Slot::Falling(slot) => {
            let Levels { warning, critical } = *slot(policy);
            format!("[{}, {}]", write_share(warning), write_share(critical))
        }
        Slot::Shortening(slot) => {
            let Levels { warning, critical } = *slot(policy);
            format!("[{}, {}]", text(warning), text(critical))
        }
        Slot::MaybeRate(slot) => format!("\"{}\"", write_rate((*slot(policy))?)),
        Slot::Flag(slot) => slot(policy).to_string(),
    })
}
