//! Where a line of a log is broken: at blanks; in a word only where no row has room for all of it.

use unicode_width::UnicodeWidthChar;

/// Calls `row` with where each row of a text begins and ends, in bytes. The first row begins after
/// `used` columns, the others after `hang`; blanks at the end of a row take no room.
pub(super) fn rows(
    text: &str,
    used: usize,
    width: usize,
    hang: usize,
    mut row: impl FnMut(usize, usize),
) {
    if text.is_ascii() && used + text.len() <= width {
        return row(0, text.len());
    }
    let (mut used, mut begun) = (used, 0);
    // After the last blank of the row: where, and how many columns were used by then.
    let mut blank: Option<(usize, usize)> = None;
    for (at, c) in text.char_indices() {
        let wide = c.width().unwrap_or(0);
        if c == ' ' {
            used = (used + 1).min(width);
            blank = Some((at + 1, used));
            continue;
        }
        if used + wide > width {
            let word = blank.map(|(from, before)| (from, hang + used.saturating_sub(before)));
            let (from, taken) = match word {
                Some((from, taken)) if taken + wide <= width => (from, taken),
                _ => (at, hang),
            };
            row(begun, from);
            (begun, used, blank) = (from, taken, None);
        }
        used += wide;
    }
    row(begun, text.len());
}

/// How many rows a text takes.
pub(super) fn count(text: &str, used: usize, width: usize, hang: usize) -> usize {
    let mut count = 0;
    rows(text, used, width, hang, |_, _| count += 1);
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::rows;

    fn broken(text: &str, used: usize, width: usize, hang: usize) -> Vec<&str> {
        let mut all = Vec::new();
        rows(text, used, width, hang, |from, to| all.push(text.get(from..to).unwrap()));
        all
    }

    #[test]
    fn a_line_is_broken_before_the_word_that_has_no_room() {
        for (text, expected) in [
            ("", &[""][..]),
            ("ok", &["ok"]),
            ("backup of 104 failed", &["backup of ", "104 ", "failed"]),
            // What fills a row to its end stays there, and so do the blanks after it.
            ("0123456789   next", &["0123456789   ", "next"]),
            // A word that no row holds is broken where the row ends.
            ("a 01234567890123", &["a 01234567", "890123"]),
            ("a 0123456789", &["a 01234567", "89"]),
            ("日本語 日本語", &["日本語 ", "日本語"]),
            // No-break blanks hold words together.
            ("abcdef 12\u{a0}Go", &["abcdef ", "12\u{a0}Go"]),
        ] {
            assert_eq!(broken(text, 0, 10, 2), expected, "{text}");
        }
        assert_eq!(broken("one two", 9, 13, 2), ["one ", "two"], "after a time");
    }

    proptest! {
        #[test]
        fn rows_hold_all_of_a_text_and_fit(
            text in "([a-z日é]{1,14} {0,3}){0,20}",
            used in 0_usize..9,
            width in 12_usize..90,
        ) {
            let all = broken(&text, used, width, 2);
            prop_assert_eq!(all.concat(), text.clone());
            for (i, row) in all.iter().enumerate() {
                let lead = if i == 0 { used } else { 2 };
                prop_assert!(lead + row.trim_end().width() <= width, "{:?}", all);
            }
            let longest = text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
            // One that does not fit after the time may be the first.
            if longest + used.max(2) <= width {
                let ends = all.iter().take(all.len() - 1).all(|row| row.ends_with(' '));
                prop_assert!(ends, "a word was broken: {:?}", all);
            }
        }
    }
}
