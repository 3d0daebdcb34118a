//! Lists of texts, as they are written: on one line, or each on a line of its own.

use toml_edit::{Array, RawString, Table, Value, value};

use super::EditError;

/// Puts a text into a list, which may be written as a single text: nowhere if it is there, in the
/// place of `old` where that is, else at the end.
pub(super) fn put(
    table: &mut Table,
    key: &'static str,
    old: Option<&dyn Fn(&str) -> bool>,
    same: impl Fn(&str) -> bool,
    new: &str,
) -> Result<(), EditError> {
    let item = table.entry(key).or_insert_with(|| value(Array::new()));
    let list = item.as_value_mut().ok_or(EditError::Form(key))?;
    if let Some(single) = list.as_str().map(str::to_owned) {
        if same(&single) {
            return Ok(());
        }
        let mut changed = if old.is_some_and(|old| old(&single)) {
            Value::from(new)
        } else {
            Value::Array([single.as_str(), new].into_iter().collect())
        };
        *changed.decor_mut() = list.decor().clone();
        *list = changed;
        return Ok(());
    }
    let array = list.as_array_mut().ok_or(EditError::Form(key))?;
    if array.iter().filter_map(Value::as_str).any(same) {
        return Ok(());
    }
    let place = old.and_then(|old| array.iter().position(|v| v.as_str().is_some_and(old)));
    match place {
        Some(index) => drop(array.replace(index, new)),
        None => append(array, new),
    }
    Ok(())
}

/// The widest list that stays on one line, bytes.
const WIDEST: usize = 120;

/// Puts a text at the end of a list, on a line of its own where the others have one. A comment
/// behind the last one stays with it.
fn append(array: &mut Array, new: &str) {
    let last = array.iter().last().and_then(|value| value.decor().prefix());
    let prefix = last.and_then(RawString::as_str).unwrap_or_default();
    let Some((_, indent)) = prefix.rsplit_once('\n') else {
        array.push(new);
        // Two fingerprints on one line are nothing to read.
        if array.to_string().len() > WIDEST {
            broken(array);
        }
        return;
    };
    let indent = indent.to_owned();
    let trailing = array.trailing().as_str().unwrap_or_default();
    // The comma of the last one stood before its comment, if there was any.
    let (behind, rest) = match trailing.split_once('\n') {
        Some((behind, rest)) if array.trailing_comma() => (behind.to_owned(), rest.to_owned()),
        _ => (String::new(), trailing.trim_start_matches('\n').to_owned()),
    };
    array.push_formatted(Value::from(new).decorated(format!("{behind}\n{indent}"), ""));
    array.set_trailing(format!("\n{rest}"));
    array.set_trailing_comma(true);
}

/// A list as it is written anew: more than one on lines of their own.
pub(super) fn listed(texts: &[String]) -> Array {
    let mut array: Array = texts.iter().map(String::as_str).collect();
    if array.len() > 1 {
        broken(&mut array);
    }
    array
}

/// Puts each text of a list on a line of its own.
fn broken(array: &mut Array) {
    array.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n  "));
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}
