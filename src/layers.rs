//! Which layer may know which: the pure core knows no clock, no I/O and nothing of the edge.

use std::fs;
use std::path::{Path, PathBuf};

/// The pure core.
const PURE: [&str; 12] = [
    "fleet", "judge", "state", "update", "keymap", "theme", "ui", "lang", "runbook", "shell",
    "whatif", "mistake",
];

/// The edge: modules of this crate the core must not know.
const EDGE: [&str; 13] = [
    "cli", "clock", "command", "config", "drill", "heap", "memory", "poll", "probe", "proxmox",
    "run", "simulate", "told",
];

/// What else it must not know: clocks, tasks, the network, files, threads, the environment.
const WORLD: [&str; 20] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "std::time::Instant",
    "std::time::SystemTime",
    "tokio",
    "tokio_util",
    "futures_util",
    "hyper",
    "hyper_util",
    "rustls",
    "tracing",
    "crossterm::event::read",
    // Zones are read from files: the edge does, and what they mean is a value.
    "TimeZone::get",
    "TimeZone::system",
];

/// What a module may know all the same, and why.
const EXCEPT: [(&str, &str); 1] = [
    // A large fleet is judged by two threads, which changes nothing of what is said.
    ("judge/lane.rs", "std::thread"),
];

fn sources(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// What a file names, its tests aside: paths of `use` with their braces taken apart, and paths
/// that are written out.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let production = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let code: String = production
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    for statement in code.split("use ").skip(1) {
        let path = statement.split(';').next().unwrap_or_default();
        expand("", path, &mut names);
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    names.extend(code.split(|c| !is_path(c)).filter(|w| w.contains("::")).map(str::to_owned));
    names
}

/// `a::{b, c::{d}}` → `a::b`, `a::c::d`.
fn expand(before: &str, path: &str, names: &mut Vec<String>) {
    let path = path.trim();
    let Some((head, rest)) = path.split_once('{') else {
        let name = path.split(" as ").next().unwrap_or_default();
        names.push(format!("{before}{name}"));
        return;
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let before = format!("{before}{}", head.trim());
    let (mut depth, mut from) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&before, inner.get(from..at).unwrap(), names);
                from = at + 1;
            }
            _ => {}
        }
    }
    let last = inner.get(from..).unwrap();
    if !last.trim().is_empty() {
        expand(&before, last, names);
    }
}

/// What is forbidden in a name the core uses.
fn forbidden(name: &str) -> bool {
    let is_or_below = |of: &str| {
        name.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    EDGE.iter().any(|module| is_or_below(&format!("crate::{module}")))
        || WORLD.iter().any(|path| is_or_below(path))
}

#[test]
fn the_core_knows_nothing_of_the_edge() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut wrong, mut read) = (Vec::new(), 0);
    for module in PURE {
        let mut files = Vec::new();
        let alone = root.join(format!("{module}.rs"));
        files.extend(alone.exists().then_some(alone));
        let below = root.join(module);
        if below.exists() {
            sources(&below, &mut files);
        }
        assert!(!files.is_empty(), "there is no {module}");
        for file in files {
            let short = file.strip_prefix(&root).unwrap().display().to_string();
            // Whole files of tests.
            if short.ends_with("tests.rs") || short.contains("tests/") || short.contains("sample") {
                continue;
            }
            read += 1;
            for name in named(&fs::read_to_string(&file).unwrap()) {
                let excused = EXCEPT.iter().any(|(f, n)| *f == short && *n == name);
                if forbidden(&name) && !excused {
                    wrong.push(format!("{short}: {name}"));
                }
            }
        }
    }
    assert!(read > 100, "only {read} files were read");
    assert!(wrong.is_empty(), "the core must not know:\n{}", wrong.join("\n"));
}

#[test]
fn nobody_but_a_test_holds_the_clock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let calls = |file: &std::path::PathBuf| {
        fs::read_to_string(file).unwrap().contains(concat!("stand", "_in("))
    };
    let found: Vec<_> = files.iter().filter(|file| calls(file)).collect();
    assert_eq!(found, [&root.join("clock.rs")]);
}

#[test]
fn names_are_found_however_they_are_written() {
    let text = "use crate::{fleet::{id, time as t}, poll};\nuse std::{fmt, io::{self, Read}};\n\
                // use tokio::x;\nfn f() { std::time::Instant::now(); }\n\
                #[cfg(test)]\nmod tests { use crate::config; }";
    let names = named(text);
    let bad: Vec<&str> = names.iter().map(String::as_str).filter(|n| forbidden(n)).collect();
    assert_eq!(bad, ["crate::poll", "std::io::self", "std::io::Read", "std::time::Instant::now"]);
    assert!(names.contains(&"crate::fleet::time".to_owned()));
    assert!(!forbidden("crate::runner") && !forbidden("std::io_like"));
}
