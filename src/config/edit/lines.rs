//! Keeps lines as their owner wrote them, where the editor of TOML would write them in its own way:
//! ends of lines of other systems, blanks within the head of a section, a mark at the begin of the
//! file, a last line without an end.

use similar::{ChangeTag, TextDiff};

/// What some programs put before a text.
const MARK: char = '\u{feff}';

/// A changed text with the lines that were not changed as they were. `plain` is `before` in the
/// editor's own way, `after` the same with the changes.
pub(super) fn kept(before: &str, plain: &str, after: &str) -> String {
    if plain == before {
        return after.to_owned();
    }
    let (mark, body) = match before.strip_prefix(MARK) {
        Some(body) => (String::from(MARK), body),
        None => (String::new(), before),
    };
    let lines: Vec<&str> = body.split_inclusive('\n').collect();
    if lines.len() != plain.split_inclusive('\n').count() {
        // Not line by line the same: then the editor's way is better than a guess.
        return after.to_owned();
    }
    let end = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let diff = TextDiff::from_lines(plain, after);
    let mut out = mark;
    for change in diff.iter_all_changes() {
        let line = match change.tag() {
            ChangeTag::Delete => continue,
            ChangeTag::Equal => change.old_index().and_then(|at| lines.get(at).copied()),
            ChangeTag::Insert => None,
        };
        // The last line had no end, and is the last no more.
        if !out.is_empty() && !out.ends_with(['\n', MARK]) {
            out.push_str(end);
        }
        if let Some(line) = line {
            out.push_str(line);
        } else {
            out.push_str(change.value().trim_end_matches(['\r', '\n']));
            out.push_str(end);
        }
    }
    out
}
