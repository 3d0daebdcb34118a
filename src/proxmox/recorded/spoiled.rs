//! Answers of real servers, spoiled in every way a line or a server can: read, or refused with a
//! reason, and never a panic.

use proptest::prelude::*;
use serde_json::Value;

use super::{Read, good_answers};
use crate::fleet::text::is_harmless;
use crate::proxmox::client::read_data;
use crate::proxmox::error::Fault;

/// One answer per call that this program reads, the shortest: what is spoiled is its shape.
fn one_per_call() -> Vec<(String, String, Vec<u8>, Read)> {
    let mut all = good_answers();
    all.retain(|(_, call, body, read)| read(call, body).is_some_and(|read| read.is_ok()));
    all.sort_by_key(|(_, _, body, _)| body.len());
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|(_, call, body, _)| {
        let path = call.split('@').next().and_then(|p| p.split("--").next()).unwrap_or(call);
        body.len() > 20 && seen.insert(path.to_owned())
    });
    assert!(all.len() > 40, "only {} calls", all.len());
    all
}

/// Cut anywhere it is cut, or refused; what is not whole is never taken for an answer.
#[test]
fn an_answer_cut_at_any_byte_is_no_answer() {
    for (name, call, body, read) in one_per_call() {
        let whole = body.trim_ascii_end().len();
        // Of a long one not every place is tried: a prime apart, so that no pattern hides one.
        let step = if whole > 4_000 { 101 } else { 1 };
        for at in (0..whole).step_by(step) {
            let cut = &body[..at];
            let read = read(&call, cut).unwrap();
            assert!(read.is_err(), "{name}: understood when cut at {at}");
            let said = read_data::<Value>(cut).err();
            assert_eq!(said, Some(Fault::Cut), "{name} at {at}");
        }
    }
}

/// What is put in the place of a value.
fn wrong_values() -> Vec<Value> {
    let mut deep = Value::Null;
    for _ in 0..100 {
        deep = Value::Array(vec![deep]);
    }
    vec![
        Value::Null,
        true.into(),
        (-1).into(),
        i64::MIN.into(),
        u64::MAX.into(),
        1e308.into(),
        (-1e-308).into(),
        "".into(),
        "NaN".into(),
        "\u{1b}[2J\u{202e}\0\n\u{200b}é".into(),
        "9".repeat(400).into(),
        "%s%n:::::UPID:,=;\\x".into(),
        Value::Array(vec![Value::Null, 1.into(), "x".into()]),
        serde_json::json!({"": {"": null}, "data": []}),
        deep,
    ]
}

/// How many places a document has to put something else.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().map(places).sum(),
        Value::Object(all) => all.values().map(places).sum(),
        _ => 0,
    }
}

/// The place of this number, counted as [`places`] does.
fn place<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(all) => all.iter_mut().find_map(|inner| place(inner, left)),
        Value::Object(all) => all.values_mut().find_map(|inner| place(inner, left)),
        _ => None,
    }
}

/// Reading it panics never, and what is said of it can be shown.
fn read_somehow(name: &str, call: &str, body: &[u8], read: Read) {
    if let Some(Err(error)) = read(call, body) {
        let said = error.to_string();
        assert!(!said.is_empty() && said.chars().all(is_harmless), "{name}: {said:?}");
    }
}

/// Each value of each answer in turn is something else, or missing, or there twice, or has company.
#[test]
fn a_wrong_value_anywhere_breaks_nothing() {
    let values = wrong_values();
    for (name, call, body, read) in one_per_call() {
        let whole: Value = serde_json::from_slice(&body).unwrap();
        let count = places(&whole);
        let step = count.div_ceil(30);
        for at in (0..count).step_by(step) {
            for value in &values {
                let mut spoiled = whole.clone();
                *place(&mut spoiled, &mut at.clone()).unwrap() = value.clone();
                read_somehow(&name, &call, spoiled.to_string().as_bytes(), read);
            }
            let mut spoiled = whole.clone();
            let Some(Value::Object(keys)) = place(&mut spoiled, &mut at.clone()) else { continue };
            let names: Vec<String> = keys.keys().take(12).cloned().collect();
            for key in names {
                let mut less = whole.clone();
                let Some(Value::Object(keys)) = place(&mut less, &mut at.clone()) else { continue };
                let value = keys.remove(&key);
                read_somehow(&name, &call, less.to_string().as_bytes(), read);
                keys_of(&mut less, at).extend([
                    ("never-heard-of".to_owned(), serde_json::json!([{"a": 1}])),
                    (key, value.unwrap_or_default()),
                ]);
                // One more key is no reason not to understand the rest.
                let more = read(&call, less.to_string().as_bytes()).unwrap();
                let is_map_of_names = ["permissions", "config", "errors"];
                if !is_map_of_names.iter().any(|map| call.contains(map)) {
                    assert!(more.is_ok(), "{name} with one more key: {more:?}");
                }
            }
        }
    }
}

fn keys_of(value: &mut Value, at: usize) -> &mut serde_json::Map<String, Value> {
    place(value, &mut at.clone()).unwrap().as_object_mut().unwrap()
}

/// What JSON itself forbids or a parser may choke on.
#[test]
fn what_is_no_json_is_refused() {
    let deep = format!("{{\"data\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let bad = [
        "{\"data\":NaN}",
        "{\"data\":Infinity}",
        "{\"data\":[1,]}",
        "{\"data\":01}",
        "{\"data\":[]}]",
        "{\"data\":1e999999}",
        "{\"data\":'x'}",
        "{data:[]}",
        "<html>",
        "\u{feff}{\"data\":[]}",
        "{\"date\":[]}",
        "{\"data\":[],\"data\":[]}",
    ];
    for (name, call, _, read) in one_per_call() {
        for body in bad {
            let shown: String = body.chars().take(30).collect();
            let read = read(&call, body.as_bytes()).unwrap();
            assert!(read.is_err(), "{name}: {shown} was understood");
        }
        let latin = b"{\"data\":[{\"name\":\"caf\xe9\"}]}";
        read_somehow(&name, &call, latin, read);
        // Where nothing of it is of use it is passed over, in no more room than a line.
        read_somehow(&name, &call, deep.as_bytes(), read);
    }
    for body in bad {
        let fault = read_data::<Value>(body.as_bytes()).err();
        let shown: String = body.chars().take(30).collect();
        assert!(matches!(fault, Some(Fault::Malformed(_))), "{shown}: {fault:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Bytes changed at random, as a broken proxy or memory would.
    #[test]
    fn bytes_that_flipped_break_nothing(
        which: prop::sample::Index,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let all = one_per_call();
        let (name, call, mut body, read) = all[which.index(all.len())].clone();
        for (at, byte) in flips {
            let at = at.index(body.len());
            body[at] = byte;
        }
        read_somehow(&name, &call, &body, read);
    }
}
