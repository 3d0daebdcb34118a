//! Where a new section comes to stand.
//!
//! A document orders its sections by numbers, and one without a number comes behind the section that
//! was written last *of its kind*. In a site whose sources of both products stand in turns that would
//! be between two of them, and the second one would be at another site.

use toml_edit::{Item, Table};

/// Makes room behind each section.
pub(super) fn spread(table: &mut Table) {
    if let Some(place) = table.position() {
        table.set_position(Some(place.saturating_mul(2)));
    }
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => spread(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(spread),
            _ => {}
        }
    }
}

/// The number of the last section within this one, itself among them.
pub(super) fn last(table: &Table) -> Option<isize> {
    let within = table.iter().filter_map(|(_, item)| last_of(item)).max();
    table.position().max(within)
}

/// The same within an item.
pub(super) fn last_of(item: &Item) -> Option<isize> {
    match item {
        Item::Table(table) => last(table),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(last).max(),
        _ => None,
    }
}

/// Puts a new section behind that one, where room was made.
pub(super) fn put_behind(new: &mut Table, place: Option<isize>) {
    new.set_position(place.map(|place| place.saturating_add(1)));
}
