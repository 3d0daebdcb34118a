//! Which language the program speaks.

use std::path::Path;

use crate::bed::command;

/// What is printed and complained of, with these variables.
fn said(home: &Path, vars: &[(&str, &str)], words: &[&str]) -> String {
    let mut command = command(home);
    command.args(words).envs(vars.iter().copied());
    let output = command.output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn the_option_decides_then_the_configuration_then_the_locale() {
    let home = tempfile::tempdir().unwrap();
    let config = |text: &str| {
        let path = home.path().join("config.toml");
        let source =
            "[[site]]\nname = 'a'\n[[site.pve]]\nendpoints = 'https://h'\ntoken = 'a@pve!b'";
        std::fs::write(&path, format!("{text}\n{source}\nsecret-env = 'S'\n")).unwrap();
        path.display().to_string()
    };
    let french = ("LANG", "fr_FR.UTF-8");
    let list = ["theme", "list"];
    assert!(said(home.path(), &[], &list).contains("WITH VIGIE"));
    assert!(said(home.path(), &[french], &list).contains("AVEC VIGIE"));
    assert!(said(home.path(), &[french, ("LC_ALL", "C")], &list).contains("WITH VIGIE"));
    let file = config("lang = 'en'");
    let with_file = ["theme", "list", "--config", &file];
    assert!(said(home.path(), &[french], &with_file).contains("WITH VIGIE"));
    let all = ["--lang", "fr", "theme", "list", "--config", &file];
    assert!(said(home.path(), &[], &all).contains("AVEC VIGIE"));
    let file = config("lang = 'fr'");
    assert!(said(home.path(), &[], &["theme", "list", "--config", &file]).contains("AVEC VIGIE"));
    // Its own mistakes too are told in the language that it names.
    let file = config("lang = 'fr'\nthem = 'light'");
    let errors = said(home.path(), &[], &["report", "--config", &file]);
    let expected = "config.toml:2:1: clé inconnue \"them\" dans le haut du fichier\u{a0}; \
                    serait-ce `theme`\u{a0}?";
    assert!(errors.contains(expected), "{errors}");
}

#[test]
fn the_demo_is_reported_in_french() {
    let home = tempfile::tempdir().unwrap();
    let report =
        said(home.path(), &[], &["--demo", "--lang", "fr", "report", "--site", "helsinki"]);
    assert!(report.starts_with("rapport vigie\u{a0}: CRITIQUE\nfait le "), "{report}");
    for english in [" problems", " old", " ago", "unknown", "next:", "warning", "hosts", "lost"] {
        assert!(!report.contains(english), "{english:?} in {report}");
    }
}
