//! The pictures that are committed: compared with what the program draws, or made anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::held::{REST, Stage};
use super::svg::{self, Ground};
use crate::pty::Pty;

/// How long a picture is waited for: what it shows is known by then, so this is only for machines
/// that have much else to do.
const PATIENCE: Duration = Duration::from_secs(15);

/// The same once a picture was wrong: the others probably are, too.
const SHORT: Duration = Duration::from_secs(1);

/// How the pictures are made anew.
const COMMAND: &str = "cargo test --test program -- --ignored make_the_pictures";

/// The folder of the pictures.
pub(super) struct Gallery {
    make: bool,
    wrong: Vec<String>,
    /// The files that are pictures of ours.
    hung: Vec<PathBuf>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots")
}

/// Where pictures that do not match are put, to be looked at.
fn aside() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots")
}

impl Gallery {
    /// Compares.
    pub(super) fn to_compare() -> Self {
        Self { make: false, wrong: Vec::new(), hung: Vec::new() }
    }

    /// Makes all anew.
    pub(super) fn to_make() -> Self {
        Self { make: true, ..Self::to_compare() }
    }

    /// What is on the screen, as it belongs into a picture (a name, and the how many-eth screen of
    /// it): waited for until it is as it was committed, or until nothing changes any more where it
    /// is made anew.
    pub(super) fn body(
        &self,
        (name, at): (&str, usize),
        stage: &Stage,
        pty: &Pty,
        ground: Ground,
    ) -> String {
        let renames = stage.renames();
        let body = |screen: &vt100::Screen| svg::body(screen, ground, &renames);
        if self.make {
            pty.rests(REST);
        } else if let Ok(committed) = fs::read_to_string(file(name)) {
            let wanted = svg::bodies(&committed).nth(at).unwrap_or_default();
            let patience = if self.wrong.is_empty() { PATIENCE } else { SHORT };
            pty.comes(patience, |screen| svg::bodies(&body(screen)).eq([wanted]));
        }
        pty.screen(body)
    }

    /// Compares a picture with the one that is committed, or writes it.
    pub(super) fn hang(&mut self, name: &str, picture: &str) {
        let path = file(name);
        self.hung.push(path.clone());
        if self.make {
            fs::create_dir_all(folder()).unwrap();
            fs::write(path, picture).unwrap();
        } else if fs::read_to_string(path).ok().as_deref() != Some(picture) {
            fs::create_dir_all(aside()).unwrap();
            fs::write(aside().join(name).with_extension("svg"), picture).unwrap();
            self.wrong.push(name.to_owned());
        }
    }

    /// Says what is wrong, or takes away what is no picture of ours any more.
    pub(super) fn close(mut self) {
        for entry in fs::read_dir(folder()).unwrap() {
            let path = entry.unwrap().path();
            if self.hung.contains(&path) {
                continue;
            }
            if self.make {
                fs::remove_file(path).unwrap();
            } else {
                self.wrong.push(format!("{} (of nothing)", path.display()));
            }
        }
        assert!(
            self.wrong.is_empty(),
            "not what the program draws: {}\nas drawn now: {}\n\
             look at them; if they are right, make them anew: {COMMAND}",
            self.wrong.join(", "),
            aside().display(),
        );
    }
}

fn file(name: &str) -> PathBuf {
    folder().join(name).with_extension("svg")
}
