//! The dashboard in the colours that were chosen, and refused where there are none such.

use vigie::simulate::fleet::{SimFleet, SimVersion};

use crate::bed::{Bed, command, in_terminal};
use crate::pty::Pty;

/// A theme of the user's own: what is critical is as red as a terminal can, on a page of its own.
const MINE: &str = "inherits = 'nord'\n[palette]\nred = '#ff0000'\npage = '#000087'\n";

fn bed(theme: &str) -> Bed {
    let bed = Bed::new(SimFleet::healthy(SimVersion(9, 1, 7), SimVersion(4, 2, 3)));
    let written = std::fs::read_to_string(bed.config()).unwrap();
    std::fs::write(bed.config(), format!("theme = \"{theme}\"\n{written}")).unwrap();
    std::fs::create_dir(bed.dir.path().join("themes")).unwrap();
    std::fs::write(bed.dir.path().join("themes/mine.toml"), MINE).unwrap();
    bed
}

/// The dashboard with these arguments; the background of every cell, once it is there.
fn backgrounds(bed: &Bed, arguments: &[&str]) -> Vec<vt100::Color> {
    let mut command = in_terminal(bed.dir.path());
    command.env("COLORTERM", "truecolor");
    command.arg("--config");
    command.arg(bed.config());
    command.args(arguments);
    let mut pty = Pty::spawn(command, 80, 24);
    pty.wait_text("1 Fleet");
    let found = pty.screen(|screen| {
        let cells = (0..24).flat_map(|line| (0..80).map(move |column| (line, column)));
        cells.map(|(line, column)| screen.cell(line, column).unwrap().bgcolor()).collect()
    });
    pty.keys("q");
    assert_eq!(pty.ended().0, 0);
    assert!(pty.line_is_as_before());
    found
}

#[test]
fn a_theme_of_the_users_own_paints_the_whole_page() {
    let bed = bed("mine");
    let page = vt100::Color::Rgb(0, 0, 0x87);
    let others = backgrounds(&bed, &[]).into_iter().filter(|color| *color != page).count();
    // Only the row under the cursor is lit, if there is one yet.
    assert!(others < 80, "{others}");
}

#[test]
fn the_command_line_has_the_last_word() {
    let bed = bed("mine");
    let found = backgrounds(&bed, &["--theme", "mono"]);
    assert!(found.iter().all(|color| *color == vt100::Color::Default));
}

#[test]
fn a_theme_that_there_is_not_is_told_before_the_screen_is_taken() {
    let bed = bed("mnie");
    let meant = "there is no theme \"mnie\"; did you mean `mine`?";
    for arguments in [&[][..], &["config"]] {
        let output = bed.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        let told = format!("vigie: {}:1:1: {meant}\n", bed.config().display());
        assert_eq!((output.status.code(), &*said), (Some(2), &*told), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    // A report needs no colours.
    assert!(bed.run(&["report"]).status.success());
}

#[test]
fn the_configuration_is_printed_with_its_theme() {
    let output = bed("mine").run(&["config"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    let line = printed.lines().find(|line| line.starts_with("theme")).unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words, ["theme", "=", "\"mine\"", "#", "config.toml:1"], "{printed}");
}

#[test]
fn every_mistake_of_a_file_is_told() {
    let bed = bed("mine");
    let file = bed.dir.path().join("themes/mine.toml");
    std::fs::write(&file, format!("{MINE}[roles]\ncritcal = {{}}\nok = {{ fg = 'gren' }}\n"))
        .unwrap();
    let told = |output: std::process::Output| {
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8_lossy(&output.stderr).lines().count()
    };
    assert_eq!(told(bed.run(&[])), 2);
    assert_eq!(told(bed.run(&["theme", "check", file.to_str().unwrap()])), 2);
    assert_eq!(told(bed.run(&["theme", "show", "mine"])), 2);
    let list = bed.run(&["theme"]);
    let printed = String::from_utf8_lossy(&list.stdout);
    assert!(
        list.status.success() && printed.contains("2 mistakes: vigie theme check"),
        "{printed}"
    );
}

#[test]
fn without_a_configuration_there_are_themes_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let themes = home.path().join(".config/vigie/themes");
    std::fs::create_dir_all(&themes).unwrap();
    std::fs::write(themes.join("mine.toml"), MINE).unwrap();
    let run = |arguments: &[&str]| {
        let output = command(home.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let list = run(&["theme", "list"]);
    let line = |name: &str| {
        let is_of = |line: &&str| line.split_whitespace().any(|word| word == name);
        list.lines().find(is_of).unwrap()
    };
    assert!(line("mine").ends_with("/.config/vigie/themes/mine.toml"), "{list}");
    assert!(line("dark").starts_with("* "), "{list}");
    // On a pipe nothing is painted.
    assert!(!run(&["theme", "show", "mine"]).contains('\u{1b}'));
    let file = themes.join("mine.toml").display().to_string();
    assert_eq!(run(&["theme", "check", &file]), format!("{file}: no mistake\n"));
}
