//! Courses over time as lines of text, pure.
//!
//! ratatui's `Sparkline` and `Chart` draw into a rectangle; a detail is one long text that scrolls
//! and is cut by lines, and needs two points a cell. So a picture here is text like all the rest.

mod panels;

pub(super) use panels::{Course, Metric, Panel, Scale, over_time};

use crate::fleet::time::Epoch;
use crate::theme::Glyphs;

/// Bits of the dots of a braille cell, from the lowest up: left column, right column.
const DOTS: [[u32; 4]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];

/// The first sign of the braille block, without a dot.
const BRAILLE: u32 = 0x2800;

/// Points that one course is kept in at most, whatever a server sends.
const MOST: i64 = 1024;

/// The area under fractions 0..=1, oldest first, in `height` lines of `width` columns, the highest
/// line first. What was not measured stays blank; what was measured shows at least the lowest
/// mark, so that 0 differs from nothing.
pub(super) fn area(
    points: &[Option<f64>],
    width: usize,
    height: usize,
    glyphs: &Glyphs,
) -> Vec<String> {
    // Without signs of its own a set has braille: two columns and four lines of dots in a cell.
    let is_braille = glyphs.area.is_empty();
    let (across, steps) = if is_braille { (2, 4) } else { (1, glyphs.area.len()) };
    let columns = fitted(points, width * across);
    let levels = height * steps;
    let level = |point: Option<f64>| match point {
        Some(v) if v.is_finite() => {
            ((v.clamp(0.0, 1.0) * levels as f64).round() as usize).clamp(1, levels.max(1))
        }
        _ => 0,
    };
    let levels: Vec<usize> = columns.into_iter().map(level).collect();
    let line = |row: usize| {
        let below = (height - 1 - row) * steps;
        let cell = |cell: &[usize]| {
            let fill = |level: &usize| level.saturating_sub(below).min(steps);
            if is_braille {
                let bits = cell.iter().zip(DOTS).map(|(level, dots)| {
                    dots.iter().take(fill(level)).fold(0, |bits, dot| bits | dot)
                });
                match bits.fold(0, |all, bits| all | bits) {
                    0 => ' ',
                    bits => char::from_u32(BRAILLE + bits).unwrap_or(' '),
                }
            } else {
                let full = cell.first().map_or(0, fill);
                let sign = full.checked_sub(1).and_then(|i| glyphs.area.get(i));
                sign.and_then(|sign| sign.chars().next()).unwrap_or(' ')
            }
        };
        levels.chunks(across).map(cell).collect()
    };
    (0..height).map(line).collect()
}

/// As many points as there are columns: of those that fall together the highest, so that no peak
/// is smoothed away; where there are fewer than columns each has several.
fn fitted(points: &[Option<f64>], columns: usize) -> Vec<Option<f64>> {
    let len = points.len();
    (0..columns)
        .map(|i| {
            let from = len * i / columns;
            let to = (len * (i + 1) / columns).max(from + 1).min(len);
            points.get(from..to)?.iter().flatten().copied().reduce(f64::max)
        })
        .collect()
}

/// Samples of the `span` seconds before the newest, one slot per step of the server's; what it did
/// not measure or left out is none.
pub(super) fn slots(
    samples: impl Iterator<Item = (Epoch, Option<f64>)>,
    span: i64,
) -> Vec<Option<f64>> {
    let mut samples: Vec<_> = samples.collect();
    samples.sort_by_key(|(at, _)| *at);
    let Some(until) = samples.last().map(|(at, _)| *at) else { return Vec::new() };
    samples.retain(|(at, _)| until.since(*at) < span);
    let gaps = samples.iter().zip(samples.iter().skip(1)).map(|(a, b)| b.0.since(a.0));
    let step = gaps.filter(|gap| *gap > 0).min().unwrap_or(span).max(span / MOST).max(1);
    let len = usize::try_from((span + step - 1) / step).unwrap_or(1).max(1);
    let mut slots = vec![None; len];
    for (at, value) in samples {
        let back = usize::try_from(until.since(at) / step).unwrap_or(usize::MAX);
        let slot = len.checked_sub(back.saturating_add(1)).and_then(|i| slots.get_mut(i));
        if let (Some(slot), Some(value)) = (slot, value.filter(|v| v.is_finite())) {
            *slot = Some(value);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::{Epoch, Glyphs, area, slots};
    use crate::theme::GlyphSet;

    fn drawn(points: &[Option<f64>], size: (usize, usize), set: GlyphSet) -> Vec<String> {
        area(points, size.0, size.1, &Glyphs::of(set))
    }

    #[test]
    fn an_area_stands_on_its_line() {
        let rise = [Some(0.0), Some(0.25), Some(0.5), Some(0.75), Some(1.0), Some(1.0)];
        for (set, size, expected) in [
            (GlyphSet::Full, (3, 1), vec!["⣀⣴⣿"]),
            (GlyphSet::Full, (3, 2), vec![" ⢠⣿", "⣠⣿⣿"]),
            (GlyphSet::Plain, (6, 1), vec!["__▄▄██"]),
            (GlyphSet::Ascii, (6, 1), vec!["..::##"]),
            (GlyphSet::Ascii, (6, 2), vec!["   :##", ".:####"]),
        ] {
            assert_eq!(drawn(&rise, size, set), expected, "{set:?} {size:?}");
        }
    }

    #[test]
    fn what_was_not_measured_is_blank_and_nothing_is_not() {
        for (points, expected) in [
            (&[Some(0.0), None, None, Some(0.0)][..], "⡀⢀"),
            (&[None, None, Some(1.0), Some(1.0)], " ⣿"),
            (&[None; 4], "  "),
            (&[], "  "),
            (&[Some(f64::NAN), Some(f64::INFINITY), Some(0.0), Some(-3.0)], " ⣀"),
        ] {
            assert_eq!(drawn(points, (2, 1), GlyphSet::Full), [expected], "{points:?}");
        }
    }

    #[test]
    fn a_peak_is_never_smoothed_away() {
        let mut points = vec![Some(0.0); 1000];
        points[500] = Some(1.0);
        let shown = drawn(&points, (20, 1), GlyphSet::Full).concat();
        assert_eq!(shown.chars().filter(|c| !"⣀".contains(*c)).count(), 1, "{shown}");
    }

    #[test]
    fn samples_fall_into_their_slots() {
        let at = |list: &[(i64, Option<f64>)], span| {
            slots(list.iter().map(|(at, v)| (Epoch(*at), *v)), span)
        };
        for (list, span, expected) in [
            (&[][..], 300, vec![]),
            // One sample a minute, one left out, one not measured.
            (
                &[(0, Some(0.1)), (60, Some(0.2)), (180, None), (240, Some(0.5))],
                300,
                vec![Some(0.1), Some(0.2), None, None, Some(0.5)],
            ),
            // Younger than the span: nothing is known of before.
            (&[(240, Some(0.4)), (300, Some(0.5))], 240, vec![None, None, Some(0.4), Some(0.5)]),
            // Out of order, and older than the span.
            (&[(120, Some(0.3)), (0, Some(0.1)), (60, None)], 120, vec![None, Some(0.3)]),
            (&[(7, Some(0.7))], 60, vec![Some(0.7)]),
        ] {
            assert_eq!(at(list, span), expected, "{list:?}");
        }
    }

    proptest! {
        #[test]
        fn any_course_fills_its_place_exactly(
            points in proptest::collection::vec(proptest::option::of(any::<f64>()), 0..200),
            width in 0_usize..60,
            height in 0_usize..6,
            set in prop_oneof![Just(GlyphSet::Full), Just(GlyphSet::Plain), Just(GlyphSet::Ascii)],
        ) {
            let lines = drawn(&points, (width, height), set);
            prop_assert_eq!(lines.len(), height);
            for line in &lines {
                prop_assert_eq!(line.width(), width);
                prop_assert!(set != GlyphSet::Ascii || line.is_ascii());
            }
        }

        #[test]
        fn slots_are_bounded_whatever_is_sent(
            samples in proptest::collection::vec((any::<i64>(), any::<f64>()), 0..60),
            span in 1_i64..1_000_000,
        ) {
            let slots = slots(samples.into_iter().map(|(at, v)| (Epoch(at), Some(v))), span);
            prop_assert!(slots.len() <= 2 * 1024 + 1, "{}", slots.len());
            prop_assert!(slots.iter().flatten().all(|v| v.is_finite()));
        }
    }
}
