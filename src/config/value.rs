//! The small texts that stand in a configuration: read from it, and written as they are read.

use std::fmt::Write as _;

use super::mistake::{Meant, Quoted, What};
use crate::fleet::policy::Window;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// Longest duration, seconds: a hundred years.
const LONGEST: i64 = 36_525 * DAY;

/// Seconds of a duration such as `90s`, `26h`, `1h30m`: whole numbers with units, larger units
/// first.
pub fn duration(text: &str) -> Result<i64, What> {
    let bad = || What::Duration(Quoted::new(text));
    let long = || What::DurationLong(Quoted::new(text));
    let mut total: i64 = 0;
    let mut last_unit = i64::MAX;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let (digits, tail) = rest.split_at_checked(end).ok_or_else(bad)?;
        let mut chars = tail.chars();
        let unit = match chars.next() {
            Some('s') => 1,
            Some('m') => MINUTE,
            Some('h') => HOUR,
            Some('d') => DAY,
            Some('w') => WEEK,
            _ => return Err(bad()),
        };
        if digits.is_empty() || unit >= last_unit {
            return Err(bad());
        }
        last_unit = unit;
        // Digits only, so whatever does not fit is too long.
        let count: i64 = digits.parse().map_err(|_| long())?;
        total = count
            .checked_mul(unit)
            .and_then(|part| total.checked_add(part))
            .filter(|&total| total <= LONGEST)
            .ok_or_else(long)?;
        rest = chars.as_str();
    }
    Ok(total)
}

/// The shortest text that [`duration`] reads as these seconds, in one unit.
pub(super) fn write_duration(seconds: i64) -> String {
    let unit = [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm')]
        .into_iter()
        .find(|&(unit, _)| seconds != 0 && seconds % unit == 0);
    match unit {
        Some((unit, letter)) => format!("{}{letter}", seconds / unit),
        None => format!("{seconds}s"),
    }
}

/// The fraction of a text such as `85%`.
pub(super) fn share(text: &str) -> Result<f64, What> {
    let number = text.trim().strip_suffix('%').map(str::trim_end);
    let plain = |n: &&str| n.chars().all(|c| c.is_ascii_digit() || c == '.');
    number
        .filter(plain)
        // Moving the point in the text keeps 33.3% exactly what 0.333 is.
        .and_then(|number| format!("{number}e-2").parse::<f64>().ok())
        .filter(|fraction| (0.0..=1.0).contains(fraction))
        .ok_or_else(|| What::Share(Quoted::new(text)))
}

/// A fraction as TOML that reads back as itself: `"85%"`, or a number where percents lose a bit.
pub(super) fn write_share(fraction: f64) -> String {
    let percent = format!("{}%", (fraction * 1e6).round() / 1e4);
    if share(&percent).is_ok_and(|back| back.to_bits() == fraction.to_bits()) {
        format!("\"{percent}\"")
    } else {
        format!("{fraction:?}")
    }
}

/// Units of rates: their name, and how many bits they are.
const RATES: [(&str, u64); 10] = [
    ("GiB/s", 8 << 30),
    ("GB/s", 8_000_000_000),
    ("MiB/s", 8 << 20),
    ("MB/s", 8_000_000),
    ("KiB/s", 8 << 10),
    ("kB/s", 8_000),
    ("B/s", 8),
    ("Gbit/s", 1_000_000_000),
    ("Mbit/s", 1_000_000),
    ("kbit/s", 1_000),
];

/// Fastest rate, bytes per second: a petabyte.
const FASTEST: f64 = 1e15;

/// Bytes per second of a rate such as `100MB/s` or `800Mbit/s`.
pub(super) fn rate(text: &str) -> Result<u64, What> {
    let trimmed = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = trimmed.find(|c: char| !is_number(c)).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at_checked(end).unwrap_or_default();
    let unit = unit.trim_start();
    let Some((_, bits)) = RATES.into_iter().find(|(name, _)| *name == unit) else {
        return Err(What::Rate { rate: Quoted::new(text), meant: meant(number, unit) });
    };
    let wrong = || What::Rate { rate: Quoted::new(text), meant: Meant::Nothing };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let bytes = number * bits as f64 / 8.0;
    if !(0.0..=FASTEST).contains(&bytes) {
        return Err(wrong());
    }
    let bytes = bytes.round() as u64;
    if bytes == 0 { Err(What::RateNone(Quoted::new(text))) } else { Ok(bytes) }
}

/// A rate written with another case, or without `/s`. Where only the case tells bits from bytes,
/// restores are told in bytes.
fn meant(number: &str, unit: &str) -> Meant {
    let plain = |text: &str| text.trim_end_matches("/s").to_lowercase();
    let wanted = match unit.strip_suffix("bps") {
        Some(prefix) => format!("{}bit", prefix.to_lowercase()),
        None => plain(unit),
    };
    let found = RATES.into_iter().find(|(name, _)| plain(name) == wanted && !wanted.is_empty());
    match found {
        Some((name, _)) if number.parse::<f64>().is_ok() => {
            Meant::Word(format!("\"{number}{name}\""))
        }
        _ => Meant::Nothing,
    }
}

/// A rate as [`rate`] reads it, in the largest unit that tells it whole.
pub(super) fn write_rate(bytes: u64) -> String {
    let whole = |bits: u64| {
        let all = u128::from(bytes) * 8;
        (all > 0 && all % u128::from(bits) == 0).then(|| all / u128::from(bits))
    };
    let written = RATES.into_iter().filter_map(|(name, bits)| Some((whole(bits)?, name)));
    let shortest = written.min_by_key(|(count, _)| *count);
    shortest.map_or_else(|| format!("{bytes}B/s"), |(count, name)| format!("{count}{name}"))
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |digits: &str, most: u16| {
        let fits = digits.len() == 2 && digits.chars().all(|c| c.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|&n| fits && n <= most)
    };
    let minutes = number(hour, 24)? * 60 + number(minute, 59)?;
    (minutes <= 1440).then_some(minutes)
}

/// A window such as `22:00..06:00`; it may cross midnight, and end at 24:00.
pub(super) fn window(text: &str) -> Result<Window, What> {
    let bad = || What::Window(Quoted::new(text));
    let (from, to) = text.split_once("..").ok_or_else(bad)?;
    let (from, to) = (minute(from).ok_or_else(bad)?, minute(to).ok_or_else(bad)?);
    if from == 1440 {
        return Err(bad());
    }
    if from == to {
        return Err(What::WindowEmpty(Quoted::new(text)));
    }
    // Midnight as an end is the end of the day.
    Ok(Window { from, to: if to == 0 { 1440 } else { to } })
}

/// A window as [`window`] reads it.
pub(super) fn write_window(window: Window) -> String {
    let Window { from, to } = window;
    format!("{:02}:{:02}..{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
}

/// The 32 bytes of a SHA-256 fingerprint: pairs of digits, colons between them or not.
pub fn fingerprint(text: &str) -> Result<[u8; 32], What> {
    let bad = |why: String| Err(What::Fingerprint(why));
    let text = text.trim();
    let colons = text.contains(':');
    if colons && text.split(':').any(|pair| pair.len() != 2) {
        return bad("colons that do not part pairs".to_owned());
    }
    let digits: Option<Vec<u32>> =
        text.chars().filter(|&c| c != ':').map(|c| c.to_digit(16)).collect();
    let Some(digits) = digits else {
        return bad("characters that are no hexadecimal digits".to_owned());
    };
    let (pairs, odd) = digits.as_chunks::<2>();
    let bytes: Vec<u8> =
        pairs.iter().filter_map(|&[high, low]| u8::try_from(high * 16 + low).ok()).collect();
    match <[u8; 32]>::try_from(bytes) {
        Ok(bytes) if odd.is_empty() => Ok(bytes),
        _ if digits.len() == 40 => bad("20 pairs, as SHA-1 has".to_owned()),
        _ => bad(format!("{} digits", digits.len())),
    }
}

/// A fingerprint as Proxmox shows it: `AB:CD:…`.
pub(super) fn write_fingerprint(bytes: &[u8; 32]) -> String {
    let mut out = String::with_capacity(95);
    for byte in bytes {
        let colon = if out.is_empty() { "" } else { ":" };
        // Writing to a String cannot fail.
        let _ = write!(out, "{colon}{byte:02X}");
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_judged_by_hand() {
        let good = [
            ("90s", 90),
            ("15m", 900),
            ("26h", 93_600),
            ("10d", 864_000),
            ("1w", 604_800),
            ("1h30m", 5_400),
            ("1w2d3h4m5s", 788_645),
            ("0s", 0),
            ("36525d", 3_155_760_000),
        ];
        for (text, seconds) in good {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        for bad in ["", "5", "h", "1.5h", "-1h", "1 h", "30m1h", "1h1h", "1y", "1hh", "٣h", "5min"]
        {
            assert!(matches!(duration(bad), Err(What::Duration(_))), "{bad}");
        }
        for long in ["36526d", "99999999999999999999w", "9223372036854775807w", "36525d1s"] {
            assert!(matches!(duration(long), Err(What::DurationLong(_))), "{long}");
        }
        assert_eq!(write_duration(93_600), "26h");
        assert_eq!(write_duration(864_000), "10d");
        assert_eq!(write_duration(5_400), "90m");
        assert_eq!(write_duration(61), "61s");
        assert_eq!(write_duration(0), "0s");
    }

    #[test]
    fn shares_judged_by_hand() {
        for (text, fraction) in
            [("85%", 0.85), ("0%", 0.0), ("100%", 1.0), ("2.5 %", 0.025), ("99.9%", 0.999)]
        {
            assert_eq!(share(text), Ok(fraction), "{text}");
        }
        for bad in ["", "%", "85", "0.85", "101%", "-1%", "NaN%", "inf%", "1e1%", "85%%", "+5%"] {
            assert!(share(bad).is_err(), "{bad}");
        }
        assert_eq!(write_share(0.85), "\"85%\"");
        assert_eq!(write_share(0.0), "\"0%\"");
        assert_eq!(write_share(1.0 / 3.0), "0.3333333333333333");
    }

    #[test]
    fn rates_judged_by_hand() {
        let good = [
            ("100MB/s", 100_000_000, "100MB/s"),
            ("100 MB/s", 100_000_000, "100MB/s"),
            ("800Mbit/s", 100_000_000, "100MB/s"),
            ("100Mbit/s", 12_500_000, "100Mbit/s"),
            ("95.5MiB/s", 100_139_008, "97792KiB/s"),
            ("1GB/s", 1_000_000_000, "1GB/s"),
            ("2GiB/s", 2 << 30, "2GiB/s"),
            ("1Gbit/s", 125_000_000, "1Gbit/s"),
            ("500kB/s", 500_000, "4Mbit/s"),
            ("7B/s", 7, "7B/s"),
        ];
        for (text, bytes, written) in good {
            assert_eq!(rate(text), Ok(bytes), "{text}");
            assert_eq!(write_rate(bytes), written, "{text}");
        }
        let said = |text: &str| rate(text).unwrap_err().to_string();
        let form = "is no rate: write \"100MB/s\", \"95.5MiB/s\", \"1GB/s\" or \"800Mbit/s\"";
        for (bad, meant) in [
            ("100mb/s", "; did you mean `\"100MB/s\"`?"),
            ("100MB", "; did you mean `\"100MB/s\"`?"),
            ("1.5gib/s", "; did you mean `\"1.5GiB/s\"`?"),
            ("800Mbps", "; did you mean `\"800Mbit/s\"`?"),
            ("800mbit", "; did you mean `\"800Mbit/s\"`?"),
            ("100", ""),
            ("", ""),
            ("fast", ""),
            ("MB/s", ""),
            ("1.2.3MB/s", ""),
            ("-5MB/s", ""),
            ("1e3MB/s", ""),
            ("99999999999GB/s", ""),
        ] {
            assert_eq!(said(bad), format!("\"{bad}\" {form}{meant}"));
        }
        assert_eq!(said("0MB/s"), "at \"0MB/s\" no restore would ever end");
    }

    #[test]
    fn windows_judged_by_hand() {
        for (text, from, to) in [
            ("01:00..06:00", 60, 360),
            ("22:30..06:00", 1350, 360),
            ("18:00..24:00", 1080, 1440),
            ("18:00..00:00", 1080, 1440),
            ("00:00..24:00", 0, 1440),
        ] {
            assert_eq!(window(text), Ok(Window { from, to }), "{text}");
        }
        for bad in ["", "1:00..6:00", "01:00-06:00", "24:00..06:00", "01:60..02:00", "24:01..25:00"]
        {
            assert!(matches!(window(bad), Err(What::Window(_))), "{bad}");
        }
        assert!(matches!(window("06:00..06:00"), Err(What::WindowEmpty(_))));
    }

    #[test]
    fn fingerprints_judged_by_hand() {
        let colons = vec!["aB"; 32].join(":");
        assert_eq!(fingerprint(&colons), Ok([0xab; 32]));
        assert_eq!(fingerprint(&"0F".repeat(32)), Ok([0x0f; 32]));
        let why = |text: &str| fingerprint(text).map_err(|what| what.to_string()).unwrap_err();
        assert!(why(&"0f".repeat(20)).contains("SHA-1"));
        assert!(why(&"0f".repeat(31)).contains("62 digits"));
        assert!(why(&"0".repeat(65)).contains("65 digits"));
        assert!(why(&"zz".repeat(32)).contains("no hexadecimal"));
        assert!(why(&vec!["a"; 64].join(":")).contains("colons"));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            seconds in 0i64..=LONGEST,
            fraction in 0.0f64..=1.0,
            bytes in any::<[u8; 32]>(),
            from in 0u16..1440,
            to in 1u16..=1440,
            bytes_per_second in 1u64..=1_000_000_000_000_000,
        ) {
            prop_assert_eq!(rate(&write_rate(bytes_per_second)), Ok(bytes_per_second));
            prop_assert_eq!(duration(&write_duration(seconds)), Ok(seconds));
            let written = write_share(fraction);
            let back = match written.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
                Some(percent) => share(percent).unwrap(),
                None => written.parse().unwrap(),
            };
            prop_assert_eq!(back.to_bits(), fraction.to_bits());
            prop_assert_eq!(fingerprint(&write_fingerprint(&bytes)), Ok(bytes));
            prop_assume!(from != to);
            let one = Window { from, to };
            prop_assert_eq!(window(&write_window(one)), Ok(one));
        }

        #[test]
        fn no_text_is_too_strange(text in ".*") {
            let _ = (duration(&text), rate(&text), share(&text), window(&text), fingerprint(&text));
        }
    }
}
