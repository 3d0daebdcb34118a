use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;

use super::{Came, MOST, Typed, ending};
use crate::command::report::plain::columns;
use crate::fleet::text::is_harmless;

const NONE: KeyModifiers = KeyModifiers::NONE;

/// Keys in a notation of shells: `^u` with control, `~b` with alt, the rest named.
fn keys(script: &str) -> Vec<KeyEvent> {
    script
        .split(' ')
        .map(|word| {
            let named = match word.trim_start_matches(['^', '~']) {
                "Enter" => KeyCode::Enter,
                "Esc" => KeyCode::Esc,
                "Left" => KeyCode::Left,
                "Right" => KeyCode::Right,
                "Up" => KeyCode::Up,
                "Home" => KeyCode::Home,
                "End" => KeyCode::End,
                "Back" => KeyCode::Backspace,
                "Del" => KeyCode::Delete,
                "Blank" => KeyCode::Char(' '),
                other => KeyCode::Char(other.chars().next().unwrap()),
            };
            let with = match word.chars().next() {
                Some('^') => KeyModifiers::CONTROL,
                Some('~') => KeyModifiers::ALT,
                _ => NONE,
            };
            KeyEvent::new(named, with)
        })
        .collect()
}

fn typed(script: &str) -> (String, Came) {
    let mut typed = Typed::new();
    let mut came = Came::More;
    for key in keys(script) {
        came = typed.key(key, "proposed");
    }
    (typed.text().to_owned(), came)
}

#[test]
fn keys_do_what_they_do_in_a_shell() {
    for (script, text, came) in [
        ("a B Enter", "aB", Came::Done),
        ("x ^u a ^j", "a", Came::Done),
        ("a b Back ^h", "", Came::More),
        ("a ^x ~g", "a", Came::More),
        ("a b ^a x ^e y", "xaby", Came::More),
        ("a b Home Del", "b", Came::More),
        ("a b Left ^d", "a", Came::More),
        ("a b c Left Left ^k", "a", Came::More),
        ("a b c Left ^u", "c", Came::More),
        ("a Blank b . c ^w", "a ", Came::More),
        ("a Blank b . c ~Back", "a b.", Came::More),
        ("a . b ^Left x", "a.xb", Came::More),
        ("a . b ^a ^Right x", "ax.b", Came::More),
        ("a . b ^a ~d", ".b", Came::More),
        ("é Left x Right y", "xéy", Came::More),
        ("Up", "proposed", Came::More),
        ("Up Back ^p", "propose", Came::More),
        ("a Up", "a", Came::More),
        ("Back ^c", "", Came::Left),
        ("a ^c", "a", Came::Left),
        ("^d", "", Came::Left),
        ("a Esc", "a", Came::Back),
        ("a ^g", "a", Came::Back),
    ] {
        assert_eq!(typed(script), (text.to_owned(), came), "{script}");
    }
}

#[test]
fn no_more_is_taken_than_fits_and_no_copy_is_made() {
    let mut typed = Typed::new();
    let place = typed.text().as_ptr();
    typed.paste(&"é".repeat(MOST));
    assert_eq!(typed.text().len(), MOST);
    assert_eq!(typed.text().as_ptr(), place);
}

#[test]
fn what_is_wider_than_its_place_moves_along() {
    let mut typed = Typed::new();
    typed.paste("abcdef");
    assert_eq!(typed.seen(10), ("abcdef".into(), 6));
    assert_eq!(typed.seen(4), ("def".into(), 3), "the cursor has a column of its own");
    typed.key(KeyEvent::new(KeyCode::Home, NONE), "");
    assert_eq!(typed.seen(4), ("abc".into(), 0));
    assert_eq!(typed.seen(0), (String::new(), 0));
    typed.paste("日\u{200b}\u{1b}");
    assert_eq!(typed.seen(20), ("日··abcdef".into(), 4));
    assert_eq!(ending("/home/me/vigie.secret", 10), "…ie.secret");
    assert_eq!(ending("short", 10), "short");
    assert_eq!(ending("日本語", 4), "…語");
}

proptest! {
    #[test]
    fn nothing_is_shown_beside_its_place(
        text in "(\\PC|.){0,40}", moves in 0_usize..50, wide in 0_usize..30
    ) {
        let mut typed = Typed::new();
        typed.paste(&text);
        for _ in 0..moves {
            typed.key(KeyEvent::new(KeyCode::Left, NONE), "");
        }
        let (seen, cursor) = typed.seen(wide);
        prop_assert!(columns(&seen) <= wide.saturating_sub(1));
        prop_assert!(cursor <= columns(&seen));
        prop_assert!(seen.chars().all(is_harmless));
        prop_assert!(columns(&ending(&text, wide)) <= wide.max(1));
    }

    #[test]
    fn no_key_breaks_it(script in proptest::collection::vec(
        prop_oneof!["\\^[a-z]", "~[a-z]", "[a-zé日]", "Left|Right|Home|End|Back|Del|Up|Blank",
            "[\\^~](Left|Right|Back|Del)"], 1..40)
    ) {
        typed(&script.join(" "));
    }
}
