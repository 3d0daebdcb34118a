//! Reads `[[objective]]`: which guests, and what is wanted of them.

use super::except::Known;
use super::mistake::{Meant, Quoted, What, nearest};
use super::policy::seconds;
use super::walk::{Table, Walk, Written};
use crate::fleet::id::Product;
use crate::fleet::objective::{Objective, ObjectiveRule, Which};
use crate::fleet::text;

pub(super) fn read(
    walk: &mut Walk<'_>,
    table: &Table<'_, '_>,
    known: &Known,
) -> (ObjectiveRule, Written) {
    table.missing(walk, "guests");
    let mut guests = Vec::new();
    for (text, span) in table.texts(walk, "guests").unwrap_or_default() {
        let which = which(text.trim(), known);
        guests.extend(walk.note(&span, which));
    }
    let mut wanted = |name| {
        let (key, value) = (table.section.key(name)?, table.get(name)?);
        seconds(walk, key, value)
    };
    let objective = Objective {
        point: wanted("recovery-point"),
        time: wanted("recovery-time"),
        rehearse: wanted("rehearse-every"),
    };
    let keys = ["recovery-point", "recovery-time", "rehearse-every"];
    if !keys.into_iter().any(|key| table.attempts(key)) {
        walk.wrong(&table.span, What::NothingWanted);
    }
    (ObjectiveRule { guests, objective }, table.written(walk))
}

fn which(text: &str, known: &Known) -> Result<Which, What> {
    let wrong = |meant: Option<String>| What::Which {
        which: Quoted::new(text),
        meant: meant.map_or(Meant::Nothing, Meant::Word),
    };
    let which = Which::parse(text).ok_or_else(|| wrong(meant(text, known)))?;
    if let Some(source) = which.source() {
        // Rules name one source, or all guests by a tag.
        if source.as_str().contains('*') {
            return Err(wrong(None));
        }
        known.check(text, source.as_str(), Some(Product::Pve))?;
    }
    // Tags and pools of servers are cleaned when they are read: they are compared so.
    Ok(match which {
        Which::Tag(tag) => Which::Tag(text::cleaned(tag.trim())),
        Which::Pool(pool) => Which::Pool(text::cleaned(pool.trim())),
        other => other,
    })
}

/// What a text that names no guests probably means.
fn meant(text: &str, known: &Known) -> Option<String> {
    // A subject as reports write it.
    if let Some(rest) = text.strip_prefix("guest/").filter(|rest| Which::parse(rest).is_some()) {
        return Some(rest.to_owned());
    }
    if let Some((kind, name)) = text.split_once(':').filter(|(_, name)| !name.is_empty()) {
        return nearest(kind, ["tag", "pool"]).map(|kind| format!("{kind}:{name}"));
    }
    let source = text.trim_end_matches('/');
    let is_source = known.sources.iter().any(|(name, _)| **name == *source);
    is_source.then(|| format!("{source}/*"))
}
