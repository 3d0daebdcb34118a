//! The words that may stay.

use std::sync::LazyLock;

use foldhash::{HashSet, HashSetExt as _};

static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut words = HashSet::new();
    let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
    words.extend(lines.flat_map(str::split_whitespace).map(str::to_lowercase));
    words
});

/// Words that other words are read by. A name that is one of them says nothing, and replaced it
/// would make what it stands in unreadable: it stays.
const GRAMMAR: [&str; 24] = [
    "qemu",
    "lxc",
    "vm",
    "ct",
    "host",
    "node",
    "storage",
    "pool",
    "service",
    "cluster",
    "upid",
    "vzdump",
    "localhost",
    "root",
    "pam",
    "pve",
    "pbs",
    "backup",
    "disk",
    "quorum",
    "master",
    "lrm",
    "self",
    "none",
];

/// Things of which there are several: `scsi0`, `vmbr1`.
const NUMBERED: [&str; 20] = [
    "scsi", "virtio", "ide", "sata", "net", "mp", "unused", "efidisk", "tpmstate", "hostpci",
    "usb", "serial", "parallel", "eth", "vmbr", "numa", "audio", "rng", "virtiofs", "ipconfig",
];

/// Whether a word may stay.
pub(super) fn is_known(word: &str) -> bool {
    let is_word = |word: &str| WORDS.contains(&word.to_lowercase());
    is_word(word) || is_numbered(word)
}

fn is_numbered(word: &str) -> bool {
    let base = word.trim_end_matches(|c: char| c.is_ascii_digit());
    base.len() < word.len() && word.len() - base.len() < 4 && NUMBERED.contains(&base)
}

/// Whether a word stays even where names stand.
pub(super) fn is_grammar(word: &str) -> bool {
    GRAMMAR.contains(&&*word.to_ascii_lowercase())
}

/// Whether a piece is a number with its unit, or of a date: `32G`, `10T02`, `1.5`.
pub(super) fn is_number(piece: &str) -> bool {
    let mut chars = piece.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_digit());
    let rest = chars.all(|c| c.is_ascii_digit() || ".TZKMGPkmgdhswyiB%".contains(c));
    starts && rest && piece.len() <= 13
}
