//! Themes that people write: what they inherit, and what is said of those that are wrong.

use std::sync::Arc;

use proptest::prelude::*;
use ratatui::style::Color;

use crate::theme::{BuiltIn, Depth, Role, Shelf, Source, Theme, What};

/// Themes by name and text; `broken` cannot be read.
struct Shelved<'a>(&'a [(&'a str, &'a str)]);

impl Shelf for Shelved<'_> {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn get(&self, name: &str) -> Option<Source> {
        let (_, text) = self.0.iter().find(|(known, _)| *known == name)?;
        let text = if name == "broken" { Err(What::NotUtf8) } else { Ok(Arc::from(*text)) };
        Some(Source { file: format!("{name}.toml").into(), text })
    }
}

fn load(name: &str, shelf: &[(&str, &str)]) -> Result<Theme, String> {
    Theme::load(name, Depth::Rgb, &Shelved(shelf)).map_err(|errors| errors.to_string())
}

/// What is said of a theme of this text.
fn wrong(text: &str) -> String {
    match load("mine", &[("mine", text)]) {
        Ok(_) => "no mistake".to_owned(),
        Err(said) => said.replace("mine.toml:", ""),
    }
}

/// What is said of a theme that inherits `dark` and has this below `[roles]`, from line 3.
fn role(text: &str) -> String {
    wrong(&format!("inherits = 'dark'\n[roles]\n{text}"))
}

/// The same below `[palette]`.
fn colour(text: &str) -> String {
    wrong(&format!("inherits = 'dark'\n[palette]\n{text}"))
}

#[test]
fn a_theme_inherits_and_overrides() {
    let text = "inherits = 'dark'\n[palette]\nred = '#00ff00'\n[roles]\nok = { bold = true }";
    let theme = load("mine", &[("mine", text)]).expect("reads");
    assert_eq!(theme.style(Role::Critical).fg, Some(Color::Rgb(0, 255, 0)));
    assert_eq!(theme.style(Role::Muted).fg, Some(Color::Rgb(0x98, 0xa0, 0xaa)));
    // A role is taken as a whole.
    assert_eq!(theme.style(Role::Ok).fg, None);
    assert_eq!(theme.look(Role::Ok).to_string(), "{ bold = true }");
    assert_eq!(theme.look(Role::Text).to_string(), "{}");
    assert_eq!(theme.look(Role::Critical).to_string(), "{ fg = \"#00ff00\", bold = true }");
}

#[test]
fn a_theme_of_the_same_name_stands_before_and_inherits_the_one_that_comes_with_the_program() {
    let shelf =
        [("dark", "inherits = 'dark'\n[palette]\nred = 'ansi:1'"), ("a", "inherits='dark'")];
    for name in ["dark", "a"] {
        let theme = load(name, &shelf).expect("reads");
        assert_eq!(theme.style(Role::Critical).fg, Some(Color::Indexed(1)), "{name}");
        assert_eq!(theme.style(Role::Warning).fg, Some(Color::Rgb(0xff, 0xb4, 0x54)), "{name}");
    }
}

#[test]
fn a_colour_says_what_stands_in_for_it() {
    let text =
        "inherits = 'dark'\n[palette]\nred = { rgb = '#ff0000', indexed = 0x10, ansi = 'default' }";
    let at = |depth| {
        let theme = Theme::load("mine", depth, &Shelved(&[("mine", text)])).expect("reads");
        theme.style(Role::Critical).fg
    };
    assert_eq!(at(Depth::Rgb), Some(Color::Rgb(255, 0, 0)));
    assert_eq!(at(Depth::Indexed), Some(Color::Indexed(16)));
    assert_eq!(at(Depth::Ansi), Some(Color::Reset));
    assert_eq!(at(Depth::None), None);
}

#[test]
fn mistakes_of_the_top_say_what_was_meant() {
    for (text, said) in [
        (
            "inherit = 'dark'\ninherits = 'dark'",
            "1:1: unknown key \"inherit\" in the top of the file; did you mean `inherits`?",
        ),
        (
            "inherits = 'dark'\n[colors]\nred = '#ff0000'",
            "2:2: unknown key \"colors\" in the top of the file; did you mean `palette`?",
        ),
        (
            "inherits = 'dark'\nmuted = {}",
            "2:1: unknown key \"muted\" in the top of the file; `muted` stands in [roles]",
        ),
        (
            "inherits = 'dark'\nname = 'mine'",
            "2:1: unknown key \"name\" in the top of the file; known are inherits, palette, roles",
        ),
        (
            "inherits = true",
            "1:12: \"inherits\" must be the name of a theme, this is true or false",
        ),
        ("inherits = 'drak'", "1:12: there is no theme \"drak\"; did you mean `dark`?"),
        (
            "inherits = 'solarised'",
            "1:12: there is no theme \"solarised\"; known are catppuccin, contrast, dark, gruvbox, gruvbox-light, light, mine, mono, nord",
        ),
        ("inherits = 'mine'", "1:12: inherits itself: \"mine\", \"mine\""),
        (
            "inherits = 'dark'\npalette = 1\nroles = []",
            "2:11: \"palette\" must be a section, [palette], this is a number\n3:9: \"roles\" must be a section, [roles], this is a list",
        ),
    ] {
        assert_eq!(wrong(text), said, "{text}");
    }
    let few = wrong("[roles]\ntext = {}\nmuted = {}\ntitle = {}");
    assert!(few.starts_with(" lacks head, accent, key, "), "{few}");
    assert!(
        few.ends_with("begin with inherits = \"dark\" to have from there what it does not say")
    );
    assert!(wrong("").starts_with(" lacks text, muted, "), "{}", wrong(""));
}

#[test]
fn mistakes_of_roles_say_what_was_meant() {
    const FORM: &str = "a name of [palette], \"#rrggbb\", \"ansi:0\" to \"ansi:15\" or \"default\"";
    for (text, said) in [
        ("critcal = {}", "3:1: there is no role \"critcal\"; did you mean `critical`?".to_owned()),
        ("Critical = {}", "3:1: there is no role \"Critical\"; did you mean `critical`?".into()),
        ("error = {}", "3:1: there is no role \"error\"; did you mean `critical`?".into()),
        ("selection = {}", "3:1: there is no role \"selection\"; did you mean `selected`?".into()),
        (
            "zebra = {}",
            "3:1: there is no role \"zebra\"; known are text, muted, title, head, accent, key, selected, cursor, ok, warning, unknown, critical, meter, rest, rule, changed".into(),
        ),
        (
            "text = 'grey'",
            "3:8: \"text\" must be { fg = \"…\", bold = true }, this is a text".into(),
        ),
        (
            "text = { foreground = 'grey' }",
            "3:10: unknown key \"foreground\" in a role; did you mean `fg`?".into(),
        ),
        (
            "text = { blink = true }",
            "3:10: unknown key \"blink\" in a role; known are fg, bg, bold, dim, italic, underline, reversed".into(),
        ),
        (
            "text = { bold = 'yes' }",
            "3:17: \"bold\" must be true or false, this is a text".into(),
        ),
        ("text = { fg = 7 }", "3:15: \"fg\" must be a colour, in quotes, this is a number".into()),
        (
            "text = { fg = 'gray' }",
            format!("3:15: \"gray\" is no colour: {FORM}; did you mean `grey`?"),
        ),
        (
            "text = { bg = 'vilet', fg = 'mauve' }",
            format!("3:15: \"vilet\" is no colour: {FORM}; did you mean `violet`?\n3:29: \"mauve\" is no colour: {FORM}"),
        ),
        (
            "text = { fg = 'bright-cyan' }",
            format!("3:15: \"bright-cyan\" is no colour: {FORM}; did you mean `ansi:14`?"),
        ),
        (
            "text = { fg = 'ansi:16' }",
            format!("3:15: \"ansi:16\" is no colour: {FORM}"),
        ),
    ] {
        assert_eq!(role(text), said, "{text}");
    }
}

#[test]
fn mistakes_of_the_palette_are_told_once_and_where_they_are() {
    const FORM: &str = "a name of [palette], \"#rrggbb\", \"ansi:0\" to \"ansi:15\" or \"default\"";
    for (text, said) in [
        // Two roles use it.
        ("grey = '#12f'", format!("3:8: \"#12f\" is no colour: {FORM}; did you mean `#1122ff`?")),
        (
            "grey = '98a0aa'",
            format!("3:8: \"98a0aa\" is no colour: {FORM}; did you mean `#98a0aa`?"),
        ),
        (
            "grey = '0x98A0AA'",
            format!("3:8: \"0x98A0AA\" is no colour: {FORM}; did you mean `#98a0aa`?"),
        ),
        (
            "grey = '#98a0aaff'",
            format!("3:8: \"#98a0aaff\" is no colour: {FORM}; did you mean `#98a0aa`?"),
        ),
        ("grey = '#+98a0a'", format!("3:8: \"#+98a0a\" is no colour: {FORM}")),
        ("grey = '#é8a0a'", format!("3:8: \"#é8a0a\" is no colour: {FORM}")),
        (
            "grey = 'transparent'",
            format!("3:8: \"transparent\" is no colour: {FORM}; did you mean `default`?"),
        ),
        ("grey = 8", "3:8: \"grey\" must be a colour, this is a number".to_owned()),
        (
            "grey = { ansi = 8 }",
            "3:8: colour \"grey\" lacks `rgb`, the colour itself: { rgb = \"#rrggbb\", ansi = 9 }".into(),
        ),
        (
            "grey = { hex = '#98a0aa' }",
            "3:10: unknown key \"hex\" in a colour of [palette]; did you mean `rgb`?".into(),
        ),
        (
            "grey = { rgb = 'ansi:8', ansi = 16, indexed = 256 }",
            "3:16: \"rgb\" must be a colour, \"#rrggbb\", this is a text\n3:33: `ansi` is a number from 0 to 15\n3:47: `indexed` is a number from 0 to 255".into(),
        ),
        (
            "grey = { rgb = '#98a0aa', ansi = 'dark', indexed = -1 }",
            "3:34: `ansi` is a number from 0 to 15\n3:52: `indexed` is a number from 0 to 255"
                .into(),
        ),
    ] {
        assert_eq!(colour(text), said, "{text}");
    }
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_file() {
    let text = "inherits = 'dark'\n[roles]\nshouting = {}\ntext = { fg = 'x' }\n[palette]\nred = 1";
    let said = wrong(text);
    let places: Vec<&str> = said.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["3:1", "4:15", "6:7"]);
}

#[test]
fn what_is_no_toml_is_told_where_it_breaks() {
    let text = "inherits = 'dark'\n[roles]\ncritcal = {}\ntext = { fg = }\nzebra = {}";
    let said = wrong(text);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("3:1: there is no role \"critcal\""), "{said}");
    assert!(lines[1].starts_with("4:") && lines[1].contains("not valid TOML"), "{said}");
    // What stands behind the break is not judged, and nothing is called missing.
    assert_eq!(lines.len(), 2, "{said}");
    assert_eq!(wrong("[roles\ntext = {}").lines().count(), 1);
}

#[test]
fn mistakes_of_what_is_inherited_name_its_file() {
    let shelf = [
        ("mine", "inherits = 'base'\n[roles]\ntext = { fg = 'blu' }"),
        ("base", "inherits = 'dark'\n[palette]\nred = 'ed'\n[roles]\nok = { fg = 'nothing' }"),
        ("one", "inherits = 'two'"),
        ("two", "\ninherits = 'one'"),
        ("torn", "inherits = 'broken'"),
        ("broken", ""),
    ];
    let said = load("mine", &shelf).unwrap_err();
    let starts: Vec<String> =
        said.lines().map(|l| l.split(" is").next().unwrap().to_owned()).collect();
    assert_eq!(
        starts,
        ["mine.toml:3:15: \"blu\"", "base.toml:3:7: \"ed\"", "base.toml:5:13: \"nothing\""],
        "{said}"
    );
    assert_eq!(
        load("one", &shelf).unwrap_err(),
        "two.toml:2:12: inherits itself: \"one\", \"two\", \"one\""
    );
    assert_eq!(load("torn", &shelf).unwrap_err(), "broken.toml: the file is not UTF-8");
    assert_eq!(
        load("ones", &shelf).unwrap_err(),
        "there is no theme \"ones\"; did you mean `one`?"
    );
}

#[test]
fn nobody_inherits_for_ever() {
    struct Endless;
    impl Shelf for Endless {
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
        fn get(&self, name: &str) -> Option<Source> {
            let number: u32 = name.parse().ok()?;
            let text = format!("inherits = '{}'", number + 1).into();
            Some(Source { file: name.into(), text: Ok(text) })
        }
    }
    let said = Theme::load("0", Depth::Rgb, &Endless).unwrap_err().to_string();
    assert_eq!(said, "16:1:12: inherits more than 16 themes");
}

#[test]
fn nothing_of_a_file_reaches_the_terminal_as_it_is() {
    for text in [
        "inherits = \"\\u001b[2J\"\n[roles]\n\"\\u001b]0;x\" = {}",
        "inherits = 'dark'\n[palette]\n\"purp\\u001ble\" = 'ansi:1'\n[roles]\ntext = { fg = 'purple' }",
        "[roles]\n\"\\u001b\" = {}\n\"\\u001b\" = {}",
        "\u{1b}[2J",
    ] {
        let said = wrong(text);
        assert!(said != "no mistake" && !said.contains('\u{1b}'), "{said:?}");
    }
}

proptest! {
    #[test]
    fn no_file_is_too_strange(text in any::<String>(), cut in 0_usize..1200, put in "[\\[\\]{}=\"'#a\\n,0é]{0,3}") {
        let _ = load("mine", &[("mine", &text)]);
        // A file that is nearly right.
        let good = BuiltIn::Gruvbox.text();
        let (before, after) = good.split_at_checked(cut).unwrap_or((good, ""));
        let near = format!("{before}{put}{after}");
        if let Err(said) = load("mine", &[("mine", &near)]) {
            prop_assert!(!said.is_empty());
        }
    }
}
