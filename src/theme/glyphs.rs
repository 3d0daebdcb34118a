//! The characters that are drawn with, in three sets.

use crate::judge::backup::fortnight::Cell;
use crate::judge::replication::days::Day;

/// Which characters a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GlyphSet {
    /// Every modern font.
    Full,
    /// What the font of a bare console has (code page 437).
    Plain,
    /// ASCII only.
    Ascii,
}

/// The characters of a set. Each is one column wide, which a test holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Which set this is.
    pub set: GlyphSet,
    /// Sign of critical.
    pub critical: &'static str,
    /// Sign of warning.
    pub warning: &'static str,
    /// Sign of unknown; also stands for any value that is not known.
    pub unknown: &'static str,
    /// Sign of ok.
    pub ok: &'static str,
    /// Stands where something does not apply.
    pub none: &'static str,
    /// A thin line.
    pub rule: &'static str,
    /// Between the parts of where one is.
    pub crumb: &'static str,
    /// At the end of what was cut.
    pub cut: &'static str,
    /// Beside the selected row.
    pub cursor: &'static str,
    /// At a marked row.
    pub marked: &'static str,
    /// From here to there.
    pub arrow: &'static str,
    /// Verified.
    pub verified: &'static str,
    /// More of this kind.
    pub times: &'static str,
    /// A day with a verified copy.
    pub copy: &'static str,
    /// A day with a copy that nothing verified.
    pub made: &'static str,
    /// A day whose copy came late.
    pub late: &'static str,
    /// A day with a copy that lies elsewhere than promised.
    pub elsewhere: &'static str,
    /// A day with a copy that failed its verification.
    pub bad_copy: &'static str,
    /// A day whose run is known to have failed.
    pub failed: &'static str,
    /// A day without the copy that was due.
    pub no_copy: &'static str,
    /// A day whose copy was pruned as planned.
    pub pruned: &'static str,
    /// A day with nothing, and nobody knows why; one whose replica may have been late or not.
    pub gap: &'static str,
    /// A filled cell of a meter.
    pub full: &'static str,
    /// An empty cell of a meter.
    pub empty: &'static str,
    /// Heights of a trend, lowest first.
    pub spark: [&'static str; 8],
    /// Heights of a cell of a chart, lowest first; none: braille, with two points in a cell.
    pub area: &'static [&'static str],
    /// Borders of an overlay: horizontal, vertical, and the corners from the upper left clockwise.
    pub border: [&'static str; 6],
    /// More lines above and below.
    pub more: [&'static str; 2],
}

/// The characters that the environment tells of: ASCII without a UTF-8 locale or on a dumb
/// terminal, few signs on the bare console of Linux.
pub fn glyphs(env: &dyn Fn(&str) -> Option<String>) -> GlyphSet {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    let is_utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    match set("TERM").as_deref() {
        _ if !is_utf8 => GlyphSet::Ascii,
        Some("dumb") => GlyphSet::Ascii,
        Some("linux") => GlyphSet::Plain,
        _ => GlyphSet::Full,
    }
}

impl Glyphs {
    /// The characters of a set.
    pub const fn of(set: GlyphSet) -> Self {
        match set {
            GlyphSet::Full => FULL,
            GlyphSet::Plain => PLAIN,
            GlyphSet::Ascii => ASCII,
        }
    }

    /// What stands for what became of a day.
    pub fn cell(&self, cell: Cell) -> &'static str {
        match cell {
            Cell::Rest => self.none,
            Cell::Pruned => self.pruned,
            Cell::Verified => self.copy,
            Cell::Made => self.made,
            Cell::Late => self.late,
            Cell::Elsewhere => self.elsewhere,
            Cell::Gap => self.gap,
            Cell::Unknown => self.unknown,
            Cell::Bad => self.bad_copy,
            Cell::Failed => self.failed,
            Cell::Missing => self.no_copy,
        }
    }

    /// What stands for what became of the replica on a day.
    pub fn replica_day(&self, day: Day) -> &'static str {
        match day {
            Day::Kept => self.copy,
            Day::Partly => self.made,
            Day::Late => self.late,
            Day::Failed => self.failed,
            Day::Off => self.none,
            Day::Untold => self.gap,
            Day::Unwatched => self.unknown,
        }
    }

    /// Whether only ASCII may be drawn.
    pub fn is_ascii(&self) -> bool {
        self.set == GlyphSet::Ascii
    }
}

const FULL: Glyphs = Glyphs {
    set: GlyphSet::Full,
    critical: "▲",
    warning: "!",
    unknown: "?",
    ok: "·",
    none: "–",
    rule: "─",
    crumb: "›",
    cut: "…",
    cursor: "▌",
    marked: "*",
    arrow: "→",
    verified: "✓",
    times: "×",
    copy: "●",
    made: "◐",
    late: "»",
    elsewhere: "◇",
    bad_copy: "✗",
    failed: "!",
    no_copy: "○",
    pruned: "·",
    gap: "◌",
    full: "▆",
    empty: "▁",
    spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    area: &[],
    border: ["─", "│", "╭", "╮", "╯", "╰"],
    more: ["↑", "↓"],
};

const PLAIN: Glyphs = Glyphs {
    set: GlyphSet::Plain,
    none: "-",
    crumb: ">",
    cut: "~",
    marked: "*",
    arrow: "→",
    verified: "√",
    times: "x",
    copy: "■",
    made: "▄",
    elsewhere: "+",
    bad_copy: "x",
    no_copy: "o",
    gap: "~",
    full: "■",
    empty: "·",
    spark: ["_", "_", "_", "▄", "▄", "▄", "█", "█"],
    area: &["_", "▄", "█"],
    border: ["─", "│", "┌", "┐", "┘", "└"],
    ..FULL
};

const ASCII: Glyphs = Glyphs {
    set: GlyphSet::Ascii,
    critical: "X",
    warning: "!",
    unknown: "?",
    ok: ".",
    none: "-",
    rule: "-",
    crumb: ">",
    cut: "~",
    cursor: ">",
    marked: "*",
    arrow: ">",
    verified: "v",
    times: "x",
    copy: "#",
    made: "+",
    late: ">",
    elsewhere: "e",
    bad_copy: "x",
    failed: "!",
    no_copy: "o",
    pruned: ".",
    gap: "~",
    full: "#",
    empty: ".",
    spark: ["_", "_", ".", ".", "-", "-", "^", "^"],
    area: &[".", ":", "#"],
    border: ["-", "|", "+", "+", "+", "+"],
    more: ["^", "v"],
};

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn all(g: &Glyphs) -> Vec<&'static str> {
        let mut all = vec![
            g.critical, g.warning, g.unknown, g.ok, g.none, g.rule, g.crumb, g.cut, g.cursor,
            g.arrow, g.verified, g.times, g.full, g.empty,
        ];
        all.extend(Cell::ALL.map(|cell| g.cell(cell)));
        all.extend(g.spark);
        all.extend(g.area);
        all.extend(g.border);
        all.extend(g.more);
        all
    }

    #[test]
    fn the_environment_tells_the_characters() {
        for (vars, expected) in [
            (&[][..], GlyphSet::Ascii),
            (&[("LANG", "C.UTF-8")], GlyphSet::Full),
            (&[("LANG", "fr_FR.utf8"), ("TERM", "xterm")], GlyphSet::Full),
            (&[("LANG", "fr_FR.UTF-8"), ("LC_ALL", "C")], GlyphSet::Ascii),
            (&[("LANG", "fr_FR.UTF-8"), ("LC_ALL", "")], GlyphSet::Full),
            (&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], GlyphSet::Full),
            (&[("LANG", "C.UTF-8"), ("TERM", "linux")], GlyphSet::Plain),
            (&[("LANG", "C.UTF-8"), ("TERM", "dumb")], GlyphSet::Ascii),
            (&[("LANG", "de_DE.ISO-8859-1"), ("TERM", "xterm")], GlyphSet::Ascii),
        ] {
            let env =
                |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(glyphs(&env), expected, "{vars:?}");
        }
    }

    #[test]
    fn every_glyph_is_one_column_wide() {
        for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
            for glyph in all(&Glyphs::of(set)) {
                assert_eq!(glyph.width(), 1, "{glyph}");
                assert!(set != GlyphSet::Ascii || glyph.is_ascii(), "{glyph}");
            }
        }
    }

    #[test]
    fn the_kinds_of_day_differ_in_every_set() {
        for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
            let g = Glyphs::of(set);
            let cells: std::collections::HashSet<_> = Cell::ALL.map(|c| g.cell(c)).into();
            assert_eq!(cells.len(), Cell::ALL.len());
            let days: std::collections::HashSet<_> = Day::ALL.map(|day| g.replica_day(day)).into();
            assert_eq!(days.len(), Day::ALL.len());
        }
    }

    #[test]
    fn the_four_signs_differ_in_every_set() {
        for set in [GlyphSet::Full, GlyphSet::Plain, GlyphSet::Ascii] {
            let g = Glyphs::of(set);
            let signs = std::collections::HashSet::from([g.critical, g.warning, g.unknown, g.ok]);
            assert_eq!(signs.len(), 4);
        }
    }
}
