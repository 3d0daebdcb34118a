//! What numbers have in common in every language: never wider than their column. What is shown
//! comes from [`super::Measures`], which writes them as its language does.

/// Bytes in three significant digits with a binary unit: `0B`, `512B`, `1.82T`, `48.2G`, `640M`;
/// `unit` is the letter of a single byte. At most five columns.
pub(super) fn bytes(bytes: u64, unit: char) -> String {
    const UNITS: [char; 6] = ['K', 'M', 'G', 'T', 'P', 'E'];
    if bytes < 1000 {
        return format!("{bytes}{unit}");
    }
    let mut value = bytes as f64;
    let mut shown = unit;
    for letter in UNITS {
        value /= 1024.0;
        shown = letter;
        if value < 999.5 {
            break;
        }
    }
    let digits = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.digits$}{shown}")
}

/// A fraction as whole percent, rounded down: a value below a limit never reads as if it had
/// reached it, and only what is full reads `100%`. At most four columns.
pub(super) fn percent(fraction: f64) -> String {
    // The smallest step added undoes binary fractions: 0.29 × 100 is 28.999…
    let whole = (fraction * 100.0 + 1e-9).floor().clamp(0.0, 999.0);
    format!("{whole:.0}%")
}

/// The number and unit of an age; see `units` for the units.
#[expect(clippy::many_single_char_names, reason = "the letters are the units themselves")]
pub(super) fn age(seconds: i64, units: [&str; 6]) -> String {
    let [s, m, h, d, w, y] = units;
    let (number, unit) = match seconds.max(0) {
        n @ 0..60 => (n, s),
        n @ 60..3600 => (n / 60, m),
        // Two days still in hours: backups are counted so.
        n @ 3600..172_800 => (n / 3600, h),
        n @ 172_800..8_640_000 => (n / 86400, d),
        n @ 8_640_000..31_536_000 => (n / 604_800, w),
        n => ((n / 31_536_000).min(99), y),
    };
    format!("{number}{unit}")
}

/// The moment after `now` at which the age of something that is `seconds` old reads differently,
/// as seconds from now.
pub fn age_holds(seconds: i64) -> i64 {
    let unit = match seconds.max(0) {
        0..60 => 1,
        60..3600 => 60,
        3600..172_800 => 3600,
        172_800..8_640_000 => 86400,
        8_640_000..31_536_000 => 604_800,
        _ => 31_536_000,
    };
    let held = unit - seconds.max(0) % unit;
    // A year is no whole number of weeks.
    if unit == 604_800 { held.min(31_536_000 - seconds) } else { held }
}

/// How long something took: `3.2s`, `41s`, `7m12s`, `1h03m`, `2d04h`. At most five columns up to
/// 99 days.
pub(super) fn duration(seconds: f64, units: [&str; 4]) -> String {
    let [s, m, h, d] = units;
    if !seconds.is_finite() || seconds < 0.0 {
        return format!("0{s}");
    }
    if seconds < 9.95 {
        return format!("{seconds:.1}{s}");
    }
    let whole = seconds.round() as i64;
    match whole {
        0..60 => format!("{whole}{s}"),
        60..3600 => format!("{}{m}{:02}{s}", whole / 60, whole % 60),
        3600..86400 => format!("{}{h}{:02}{m}", whole / 3600, whole % 3600 / 60),
        _ => format!("{}{d}{:02}{h}", whole / 86400, whole % 86400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{age, age_holds, bytes, duration, percent};

    const UNITS: [&str; 6] = ["s", "m", "h", "d", "w", "y"];

    #[test]
    fn bytes_have_three_significant_digits() {
        for (value, expected) in [
            (0, "0B"),
            (999, "999B"),
            (1000, "0.98K"),
            (1024, "1.00K"),
            (10_234, "9.99K"),
            (10_239, "10.0K"),
            (671_088_640, "640M"),
            (1_023_000_000, "976M"),
            (1_072_693_248, "1.00G"),
            (51_754_360_832, "48.2G"),
            (2_001_111_162_000, "1.82T"),
            (u64::MAX, "16.0E"),
        ] {
            assert_eq!(bytes(value, 'B'), expected, "{value}");
        }
    }

    #[test]
    fn percent_never_says_more_than_is_so() {
        for (value, expected) in [
            (0.0, "0%"),
            (0.004, "0%"),
            (0.29, "29%"),
            (0.57, "57%"),
            (0.899_9, "89%"),
            (0.9, "90%"),
            (0.996, "99%"),
            (0.999_99, "99%"),
            (1.0, "100%"),
            (1.25, "125%"),
            (-0.5, "0%"),
        ] {
            assert_eq!(percent(value), expected, "{value}");
        }
    }

    #[test]
    fn ages_take_the_unit_that_says_enough() {
        for (value, expected) in [
            (-5, "0s"),
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (3599, "59m"),
            (3600, "1h"),
            (26 * 3600, "26h"),
            (48 * 3600 - 1, "47h"),
            (48 * 3600, "2d"),
            (99 * 86400, "99d"),
            (100 * 86400, "14w"),
            (364 * 86400, "52w"),
            (365 * 86400, "1y"),
            (i64::MAX, "99y"),
        ] {
            assert_eq!(age(value, UNITS), expected, "{value}");
        }
    }

    #[test]
    fn durations_read_in_two_units() {
        for (value, expected) in [
            (0.0, "0.0s"),
            (3.24, "3.2s"),
            (9.97, "10s"),
            (41.4, "41s"),
            (432.0, "7m12s"),
            (3780.0, "1h03m"),
            (187_200.0, "2d04h"),
            (f64::NAN, "0s"),
        ] {
            assert_eq!(duration(value, ["s", "m", "h", "d"]), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_its_column(n in any::<u64>(), s in any::<i64>(), f in any::<f64>()) {
            prop_assert!(bytes(n, 'B').len() <= 5, "{}", bytes(n, 'B'));
            prop_assert!(age(s, UNITS).len() <= 3);
            prop_assert!(percent(f).len() <= 4);
        }

        #[test]
        fn an_age_holds_exactly_so_long(s in 0_i64..2_000_000_000) {
            let holds = age_holds(s);
            prop_assert_eq!(age(s + holds - 1, UNITS), age(s, UNITS));
            if s < 3_122_064_000 - holds && !(48*3600..).contains(&s) {
                prop_assert_ne!(age(s + holds, UNITS), age(s, UNITS));
            }
        }
    }
}
