//! The list, the sample and the check, over files of a folder of their own.

use std::path::Path;

use super::*;
use crate::cli::{ThemeCheck, ThemeList, ThemeShow};
use crate::theme::{BuiltIn, Depth};

const SITE: &str = "[[site]]\nname = 'home'\n[[site.pve]]\nendpoints = 'https://h'\ntoken = 'a@pve!t'\nsecret-env = 'S'\n";

/// A folder with a configuration and themes in it.
fn bed(config: &str, themes: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("themes")).unwrap();
    std::fs::write(folder.path().join("config.toml"), format!("{config}\n{SITE}")).unwrap();
    for (name, text) in themes {
        std::fs::write(folder.path().join("themes").join(name), text).unwrap();
    }
    folder
}

fn global(folder: &Path) -> Global {
    Global { config: Some(folder.join("config.toml")), demo: false, sites: Vec::new(), lang: None }
}

/// What `vigie theme` prints on a terminal of 256 colours, the folder's name left out.
fn said(folder: &Path, action: ThemeAction, to_terminal: bool) -> String {
    let env = |name: &str| match name {
        "TERM" => Some("xterm-256color".to_owned()),
        "LANG" => Some("C.UTF-8".to_owned()),
        _ => None,
    };
    let arguments = cli::Theme { action: Some(action) };
    let said =
        match run(&arguments, None, &global(folder), &env, to_terminal, crate::lang::english()) {
            Ok(said) => said,
            Err(error) => error.to_string(),
        };
    said.replace(&folder.display().to_string(), "DIR")
}

fn list() -> ThemeAction {
    ThemeAction::List(ThemeList {})
}

fn show(name: Option<&str>) -> ThemeAction {
    ThemeAction::Show(ThemeShow { name: name.map(str::to_owned) })
}

#[test]
fn the_list_tells_origins_and_which_is_in_use() {
    let themes = [
        ("mine.toml", "inherits = 'nord'"),
        ("nord.toml", "inherits = 'nord'\n[roles]\nok = { fg = 'x' }\nzebra = {}"),
    ];
    let bed = bed("theme = 'mine'", &themes);
    insta::assert_snapshot!("list", said(bed.path(), list(), true));
    // One that stands before one of the program's is the one in use.
    std::fs::write(bed.path().join("config.toml"), format!("theme = 'nord'\n{SITE}")).unwrap();
    let lines = said(bed.path(), list(), true);
    let used: Vec<&str> = lines.lines().filter(|line| line.starts_with('*')).collect();
    assert_eq!(used, ["* nord           2 mistakes: vigie theme check DIR/themes/nord.toml"]);
    // Whoever mistyped a name finds the right one.
    std::fs::write(bed.path().join("config.toml"), "theme = 5").unwrap();
    let lines = said(bed.path(), list(), true);
    assert!(lines.contains("  gruvbox  ") && !lines.contains("in use"), "{lines}");
}

#[test]
fn the_sample_shows_every_role() {
    let bed = bed("", &[]);
    let plain = said(bed.path(), show(None), false);
    insta::assert_snapshot!("show", plain);
    for name in BuiltIn::ALL.map(BuiltIn::as_str) {
        let painted = said(bed.path(), show(Some(name)), true);
        for (painted, plain) in
            painted.lines().zip(said(bed.path(), show(Some(name)), false).lines())
        {
            let mut terminal =
                vt100::Parser::new(2.try_into().unwrap(), 200.try_into().unwrap(), 0);
            terminal.process(painted.as_bytes());
            assert_eq!(terminal.screen().contents().trim_end(), plain, "{name}");
        }
    }
}

#[test]
fn the_sample_is_painted_as_the_theme_says() {
    let bed = bed("theme = 'gruvbox'", &[]);
    let painted = said(bed.path(), show(None), true);
    let mut terminal = vt100::Parser::new(40.try_into().unwrap(), 100.try_into().unwrap(), 0);
    terminal.process(painted.replace('\n', "\r\n").as_bytes());
    let screen = terminal.screen();
    let line = screen.rows(0, 100).position(|line| line.starts_with(" critical ")).unwrap();
    let line = u16::try_from(line).unwrap();
    let cell = screen.cell(line, 1).unwrap();
    assert_eq!(cell.fgcolor(), vt100::Color::Idx(203));
    assert!(cell.bold());
    // The page reaches to the edge, and not beyond it.
    for (column, color) in [(1, 234), (79, 234)] {
        let found = screen.cell(line, column).unwrap().bgcolor();
        assert_eq!(found, vt100::Color::Idx(color), "{column}");
    }
    assert_eq!(screen.cell(line, 80).unwrap().bgcolor(), vt100::Color::Default);
}

#[test]
fn the_sample_of_what_is_not_there_says_so() {
    let bed = bed("\ntheme = 'nrod'", &[("torn.toml", "[roles")]);
    let told = "there is no theme \"nrod\"; did you mean `nord`?";
    assert_eq!(said(bed.path(), show(Some("nrod")), true), told);
    // The configuration names it: there it is to be put right.
    assert_eq!(said(bed.path(), show(None), true), format!("DIR/config.toml:2:1: {told}"));
    let torn = said(bed.path(), show(Some("torn")), true);
    assert!(torn.starts_with("DIR/themes/torn.toml:1:"), "{torn}");
}

#[test]
fn a_file_is_checked_wherever_it_is() {
    let bed = bed("", &[("mine.toml", "inherits = 'dark'")]);
    let other = bed.path().join("elsewhere");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("base.toml"), "inherits = 'mine'\n[roles]\ntitle = { fg = 'x' }")
        .unwrap();
    std::fs::write(other.join("a theme.toml"), "inherits = 'base'\n[roles]\ncritcal = {}").unwrap();
    let check = |file: &str| {
        said(bed.path(), ThemeAction::Check(ThemeCheck { file: bed.path().join(file) }), true)
    };
    assert_eq!(check("themes/mine.toml"), "DIR/themes/mine.toml: no mistake\n");
    // It inherits from beside it, and from the configuration's themes.
    let told = check("elsewhere/a theme.toml");
    let lines: Vec<&str> = told.lines().collect();
    let role =
        "DIR/elsewhere/a theme.toml:3:1: there is no role \"critcal\"; did you mean `critical`?";
    assert_eq!(lines[0], role, "{told}");
    assert!(lines[1].starts_with("DIR/elsewhere/base.toml:3:16: \"x\" is no colour"), "{told}");
    assert_eq!(lines.len(), 2, "{told}");
    let gone = check("gone.toml");
    assert_eq!(gone, "DIR/gone.toml: cannot be read: No such file or directory (os error 2)");
}

#[test]
fn the_dashboard_takes_the_theme_that_is_chosen() {
    let bed =
        bed("theme = 'mine'", &[("mine.toml", "inherits = 'dark'\n[palette]\nred = 'ansi:5'")]);
    let env = |name: &str| (name == "COLORFGBG").then(|| "0;15".to_owned());
    let config = config::load(&bed.path().join("config.toml"), &env).unwrap();
    let name =
        |option| load(&choice(option, &config, &env), &config, &env).unwrap().name().to_owned();
    assert_eq!(name(None), "mine");
    assert_eq!(name(Some("nord")), "nord");
    let silent = Config { theme: None, ..config.clone() };
    let light = load(&choice(None, &silent, &env), &silent, &env).unwrap();
    assert_eq!((light.name(), light.depth()), ("light", Depth::Ansi));
}
