//! `[keys]`: other keys for what the dashboard does.

use std::sync::Arc;

use super::mistake::{Meant, Quoted, What, nearest};
use super::walk::{Span, Value, Walk, Written, as_text, type_name};
use crate::keymap::{Action, Chord, Clash, Context, FIXED, Key, Keymap};

/// What an action's keys must be.
const WANTED: &str = "a key or a list of keys";

/// An action with the chords that are wanted for it, each with its place.
type Wanted = (Action, Vec<(Chord, Span)>);

/// Reads the section; the keys that hold, and where each action was written.
pub(super) fn read(walk: &mut Walk<'_>, value: &Value<'_>) -> (Arc<Keymap>, Written) {
    let Some(table) = value.get_ref().as_table() else {
        walk.wrong(&value.span(), What::Header("[keys]"));
        return Default::default();
    };
    let (mut wanted, mut lines): (Vec<Wanted>, Vec<_>) = Default::default();
    for (key, value) in table {
        let name: &str = key.get_ref();
        let Some(action) = Action::named(name) else {
            let near = nearest(name, Action::all().map(Action::name));
            let meant = near.map_or(Meant::Nothing, |near| Meant::Word(near.to_owned()));
            walk.wrong(&key.span(), What::UnknownAction { name: Quoted::new(name), meant });
            continue;
        };
        if let Some(chords) = chords(walk, action, value) {
            lines.push((action.name(), walk.line(&key.span())));
            wanted.push((action, chords));
        }
    }
    let plain: Vec<(Action, Vec<Chord>)> = wanted
        .iter()
        .map(|(action, chords)| (*action, chords.iter().map(|(chord, _)| *chord).collect()))
        .collect();
    let keys = Keymap::with(&plain);
    clashes(walk, &keys, &wanted, &value.span());
    (Arc::new(keys), Written::of(lines))
}

/// The chords of an action; none where the value is wrong.
fn chords(walk: &mut Walk<'_>, action: Action, value: &Value<'_>) -> Option<Vec<(Chord, Span)>> {
    let name = action.name();
    let Some(list) = value.get_ref().as_array() else {
        if !value.get_ref().is_str() {
            let found = type_name(value.get_ref());
            walk.wrong(&value.span(), What::WrongType { key: name, wanted: WANTED, found });
            return None;
        }
        return Some(vec![chord(walk, name, value)?]);
    };
    // Without these one would be caught.
    if list.is_empty() && matches!(action, Action::Back | Action::Close | Action::Cancel) {
        walk.wrong(&value.span(), What::KeyNeeded(name));
        return None;
    }
    let mut chords: Vec<(Chord, Span)> = Vec::new();
    for item in list {
        let found = chord(walk, name, item);
        chords.extend(found.filter(|(chord, _)| chords.iter().all(|(known, _)| known != chord)));
    }
    Some(chords)
}

fn chord(walk: &mut Walk<'_>, key: &'static str, value: &Value<'_>) -> Option<(Chord, Span)> {
    let (text, span) = as_text(walk, key, value, WANTED)?;
    let Ok(chord) = text.parse::<Chord>() else {
        let meant = meant(text).map_or(Meant::Nothing, Meant::Word);
        walk.wrong(&span, What::NoKey { text: Quoted::new(text), meant });
        return None;
    };
    let quoted = || Quoted::new(text);
    if chord == FIXED {
        walk.wrong(&span, What::KeyFixed);
    } else if let Some(same) = twin(chord) {
        walk.wrong(&span, What::KeyTwin { key: quoted(), same: same.to_string() });
    } else {
        return Some((chord, span));
    }
    None
}

/// The chord for which terminals send the same.
fn twin(chord: Chord) -> Option<Chord> {
    let with = |key| Some(Chord { key, ctrl: false, ..chord });
    match chord.key {
        Key::Char('i' | 'I') if chord.ctrl => with(Key::Tab),
        Key::Char('m' | 'M') if chord.ctrl => with(Key::Enter),
        Key::Char('h' | 'H') if chord.ctrl => with(Key::Backspace),
        Key::Char('[') if chord.ctrl => with(Key::Esc),
        // A terminal does not tell whether shift is held as well.
        Key::Char(c) if chord.ctrl && c.is_ascii_uppercase() => {
            Some(Chord { key: Key::Char(c.to_ascii_lowercase()), ..chord })
        }
        _ => None,
    }
}

/// How others write keys, and how it is written here.
const OTHERS: [(&str, &str); 14] = [
    ("escape", "Esc"),
    ("return", "Enter"),
    ("cr", "Enter"),
    ("ret", "Enter"),
    ("pageup", "PgUp"),
    ("pagedown", "PgDn"),
    ("pgdown", "PgDn"),
    ("bs", "Backspace"),
    ("del", "Delete"),
    ("ins", "Insert"),
    ("backtab", "Shift-Tab"),
    ("s-tab", "Shift-Tab"),
    ("spacebar", "Space"),
    (" ", "Space"),
];

/// The key that was probably meant.
fn meant(text: &str) -> Option<String> {
    let (mut rest, mut ctrl, mut alt) = (text, false, false);
    loop {
        let lower = rest.to_ascii_lowercase();
        let after = |prefixes: &[&str]| {
            prefixes.iter().find(|p| lower.starts_with(**p)).and_then(|p| rest.get(p.len()..))
        };
        if let Some(after) = after(&["ctrl-", "ctrl+", "control-", "control+", "c-", "^"]) {
            (rest, ctrl) = (after, true);
        } else if let Some(after) = after(&["alt-", "alt+", "meta-", "meta+", "m-", "a-"]) {
            (rest, alt) = (after, true);
        } else {
            break;
        }
    }
    let bare = rest.trim_matches(|c| c == '<' || c == '>');
    let other = OTHERS.iter().find(|(other, _)| bare.eq_ignore_ascii_case(other));
    let upper = bare.to_ascii_uppercase();
    let function = upper.parse::<Chord>().is_ok_and(|chord| matches!(chord.key, Key::F(_)));
    let known = other.map(|(_, name)| *name).or_else(|| {
        let same = Key::names().find(|name| name.eq_ignore_ascii_case(bare));
        same.or_else(|| function.then_some(&*upper)).or_else(|| nearest(bare, Key::names()))
    });
    let mut chars = bare.chars();
    let key = match (known, chars.next(), chars.as_str()) {
        (Some(name), ..) => name.to_owned(),
        (None, Some(c), "") if ctrl => c.to_ascii_lowercase().to_string(),
        (None, Some(c), "") => c.to_string(),
        _ => return None,
    };
    let text = format!("{}{}{key}", if ctrl { "Ctrl-" } else { "" }, if alt { "Alt-" } else { "" });
    text.parse::<Chord>().ok().map(|chord| chord.to_string())
}

/// Notes each chord that would mean two things, once for each pair of these, where it was wanted.
fn clashes(walk: &mut Walk<'_>, keys: &Keymap, wanted: &[Wanted], section: &Span) {
    let mut told: Vec<Clash> = Vec::new();
    for clash in keys.clashes() {
        let pair = |c: &Clash| {
            let mut pair = [c.first.name(), c.second.name()];
            pair.sort_unstable();
            (c.chord, pair)
        };
        if told.iter().any(|known| pair(known) == pair(&clash)) {
            continue;
        }
        let place = |action: Action| {
            let chords = &wanted.iter().find(|(of, _)| *of == action)?.1;
            let found = chords.iter().find(|(chord, _)| *chord == clash.chord)?;
            Some((found.1.clone(), action))
        };
        // The later one is the mistake; of one of the table and a wanted one it is this.
        let places = [place(clash.first), place(clash.second)].into_iter().flatten();
        let (span, action) = places
            .max_by_key(|(span, _)| span.start)
            .unwrap_or_else(|| (section.clone(), clash.second));
        let other = if action == clash.first { clash.second } else { clash.first };
        walk.wrong(
            &span,
            What::KeyClash {
                key: Quoted::new(&clash.chord.to_string()),
                action: action.name(),
                other: other.name(),
                place: place_of(clash.context),
            },
        );
        told.push(clash);
    }
}

fn place_of(context: Context) -> &'static str {
    match context {
        Context::List => "in lists",
        Context::Detail => "in details",
        Context::Log => "in logs",
        Context::Reading => "over texts",
        Context::Typing => "while a filter is typed",
        Context::Jumping => "in the jump palette",
    }
}
