//! The table of faults in README.md names tests that are there, and every test that is here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const TABLE: &str = include_str!("README.md");

/// Where the file is that a row names.
fn place(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_whole = name.starts_with("src/") || name.starts_with("tests/");
    if is_whole { root.join(name) } else { root.join("tests/federation").join(name) }
}

/// File and what is named in it, row by row.
fn named() -> Vec<(String, Vec<String>)> {
    let rows = TABLE.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let tests = rows.filter_map(|row| row.split_once(" | ")).map(|(_, tests)| tests);
    let places = tests.filter(|tests| *tests != "Test").flat_map(|tests| tests.split("; "));
    let of_place = |place: &str| {
        let (file, tests) = place.split_once(' ').unwrap();
        let tests = tests.split(", ").map(|test| test.trim_matches('`').to_owned()).collect();
        (file.to_owned(), tests)
    };
    places.map(of_place).collect()
}

#[test]
fn the_table_names_tests_that_are_there() {
    let mut texts = BTreeMap::new();
    let mut missing = Vec::new();
    let named = named();
    assert!(named.len() > 30, "{named:?}");
    for (file, tests) in named {
        let text = texts.entry(file.clone()).or_insert_with(|| {
            std::fs::read_to_string(place(&file)).unwrap_or_else(|error| panic!("{file}: {error}"))
        });
        for test in tests {
            let wanted = if test.starts_with('"') { test.clone() } else { format!("fn {test}(") };
            if !text.contains(&wanted) {
                missing.push(format!("{file} {test}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn the_table_names_every_test_of_faults() {
    let folder = place("faults");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let own = files.filter(|file| file.extension().is_some_and(|end| end == "rs"));
    let mut missing = Vec::new();
    for file in own.chain([place("faults.rs")]).filter(|file| !file.ends_with("table.rs")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let tests = text.split("#[test]\n").skip(1);
        let names =
            tests.filter_map(|test| test.trim_start().strip_prefix("fn ")?.split('(').next());
        missing.extend(names.filter(|name| !TABLE.contains(*name)).map(str::to_owned));
        let rows = ["case(", "error("].into_iter().flat_map(|call| text.split(call).skip(1));
        let rows = rows.filter_map(|row| row.trim_start().strip_prefix('"')?.split('"').next());
        missing
            .extend(rows.filter(|row| !TABLE.contains(&format!("\"{row}\""))).map(str::to_owned));
    }
    assert!(missing.is_empty(), "the table does not name {missing:?}");
}
