//! Pages made from the program are as the program is.

use std::path::Path;

use crate::bed::command;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn generated(page: &str) -> String {
    generated_in("en", page)
}

fn generated_in(lang: &str, page: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = command(home.path()).args(["generate", page, "--lang", lang]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

/// The README in each language.
const READMES: [(&str, &str); 2] = [("en", "README.md"), ("fr", "README.fr.md")];

#[test]
fn the_readme_lists_the_keys_there_are() {
    for (lang, name) in READMES {
        let readme = file(name);
        let (_, after) = readme.split_once("<!-- keys: made by ").unwrap();
        let listed = between(after, "checked by a test -->\n", "<!-- end of keys -->");
        let made = format!("make {name} anew: vigie generate keys --lang {lang}");
        assert_eq!(listed, generated_in(lang, "keys"), "{made}");
    }
}

/// What is the same in every language: how long each kind of thing is, and what is typed.
#[derive(Debug, PartialEq, Eq)]
struct Bones {
    heads: Vec<usize>,
    rows: Vec<usize>,
    items: usize,
    targets: Vec<String>,
    code: Vec<String>,
}

impl Bones {
    fn of(readme: &str) -> Self {
        let (mut text, mut code) = (String::new(), Vec::new());
        for (index, part) in readme.split("```").enumerate() {
            if index % 2 == 0 {
                text += part;
                continue;
            }
            // What the program says it says in the language of the page, and so are comments.
            if let Some(told) = part.strip_prefix("text\n") {
                code.extend(told.lines().filter(|line| line.starts_with("$ ")).map(str::to_owned));
                continue;
            }
            for line in part.lines().map(|line| line.split(" #").next().unwrap().trim_end()) {
                if !line.trim_start().starts_with("# ") && !line.is_empty() {
                    code.push(line.replace("lecture seule", "read only"));
                }
            }
        }
        let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        let heads = text.lines().filter(|line| line.starts_with('#'));
        let tables = text.split("\n\n").map(|block| block.lines().filter(|l| l.starts_with('|')));
        let mut targets: Vec<String> = text
            .split("](")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(')')?.0.replace("README.fr.md", "README.md")))
            .collect();
        targets.sort();
        Self {
            heads: heads.map(|head| head.split(' ').next().unwrap().len()).collect(),
            rows: tables.map(Iterator::count).filter(|rows| *rows > 0).collect(),
            items: lines("- "),
            targets,
            code,
        }
    }
}

#[test]
fn the_readmes_are_twins() {
    let [english, french] = READMES.map(|(_, name)| Bones::of(&file(name)));
    assert!(english.code.len() > 80 && english.heads.len() > 15 && english.items > 20);
    assert_eq!(english.heads, french.heads, "sections");
    assert_eq!(english.rows, french.rows, "rows of tables");
    assert_eq!(english.items, french.items, "items of lists");
    assert_eq!(english.targets, french.targets, "links");
    for (one, other) in english.code.iter().zip(&french.code) {
        assert_eq!(one, other);
    }
    assert_eq!(english.code.len(), french.code.len());
}

#[test]
fn the_page_of_codes_lists_the_codes_there_are() {
    let page = file("docs/codes.md");
    let listed = between(&page, "checked by a test -->\n", "<!-- end of codes -->");
    assert_eq!(listed, generated("codes"), "make it anew: vigie generate codes");
}

#[test]
fn the_readme_gives_every_limit_with_its_default() {
    let home = tempfile::tempdir().unwrap();
    let output = command(home.path()).args(["config", "--demo"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (_, defaults) = printed.split_once("\n[policy]\n").unwrap();
    let defaults = defaults.split("\n[").next().unwrap();
    // Without what is said of them in either place; `# key: none` is a key without a default.
    let pair = |line: &str| {
        let line = line.trim_start_matches("# ").replace(": none", " = none");
        line.split('#').next().unwrap().trim().to_owned()
    };
    let pairs = |text: &str| text.lines().map(pair).filter(|l| l.contains('=')).collect::<Vec<_>>();
    assert!(pairs(defaults).len() > 10, "{defaults}");
    for (_, name) in READMES {
        let readme = file(name);
        let listed = between(&readme, "<!-- limits: checked by a test -->\n```toml\n", "```");
        assert_eq!(pairs(listed), pairs(defaults), "{name}");
    }
}

#[test]
fn the_readme_lists_the_themes_there_are_and_names_their_authors() {
    use vigie::theme::BuiltIn;
    let readme = file("README.md");
    let listed = between(&readme, "<!-- themes: checked by a test -->\n", "\n\n");
    let names: Vec<&str> = listed.lines().skip(2).map(|line| between(line, "| `", "` |")).collect();
    assert_eq!(names, BuiltIn::ALL.map(BuiltIn::as_str));
    let authors = [
        (BuiltIn::Gruvbox, "Pavel Pertsev"),
        (BuiltIn::GruvboxLight, "Pavel Pertsev"),
        (BuiltIn::Catppuccin, "Catppuccin"),
        (BuiltIn::Nord, "Sven Greb"),
    ];
    for (theme, line) in BuiltIn::ALL.iter().zip(listed.lines().skip(2)) {
        let author = authors.iter().find(|(of, _)| of == theme).map(|(_, author)| *author);
        assert_eq!(author.is_some(), line.contains("(MIT)"), "{line}");
        let Some(author) = author else { continue };
        assert!(line.contains(&format!("by [{author}](https://")), "{line}");
        let notice: Vec<&str> =
            theme.text().split(['#', ' ', '\n']).filter(|w| !w.is_empty()).collect();
        let notice = notice.join(" ");
        let (_, after) = notice.split_once("Copyright (c) ").unwrap();
        assert!(after.split_once(' ').unwrap().1.starts_with(&format!("{author}, MIT License")));
    }
}

#[test]
fn the_theme_of_the_readme_is_one() {
    let readme = file("README.md");
    let text = between(&readme, "<!-- theme: checked by a test -->\n```toml\n", "```");
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("mine.toml");
    std::fs::write(&path, text).unwrap();
    let output = command(home.path()).args(["theme", "check"]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_picture_and_page_the_readme_points_at_is_there() {
    let readme = file("README.md") + &file("README.fr.md");
    let targets: Vec<&str> =
        readme.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect();
    assert!(targets.len() > 3, "{targets:?}");
    let manifest = file("Cargo.toml");
    let include = between(&manifest, "\ninclude = [", "]");
    for target in targets.into_iter().filter(|target| !target.starts_with("http")) {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(target).exists(), "{target}");
        let packed = target.split_once('/').map_or(target.into(), |(dir, _)| format!("{dir}/**"));
        assert!(include.contains(&format!("\"{packed}\"")), "{target} is not in the package");
    }
}

#[test]
fn the_manual_is_of_this_program() {
    let made = "make it anew: vigie generate man > man/vigie.1";
    assert_eq!(file("man/vigie.1"), generated("man"), "{made}");
}

#[test]
fn the_configuration_of_the_readme_is_understood() {
    let readme = file("README.md");
    let mut examples = readme.split("<!-- example: checked by a test -->\n```toml\n").skip(1);
    let example = |rest: &str| rest.split_once("```").unwrap().0.to_owned();
    let text: Vec<String> = examples.by_ref().map(example).collect();
    assert_eq!(text.len(), 4);
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config.toml");
    std::fs::write(&path, text.join("\n")).unwrap();
    let mut command = command(home.path());
    command.arg("--config").arg(&path).arg("config").env("VIGIE_PBS", "a-secret");
    // The secret of one of its sources is in a file, which is not there yet.
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("secret of fi: ") && said.lines().count() == 1, "{said}");
    assert!(output.stdout.is_empty());
    write_secret(&home.path().join("fi.secret"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("a scratch machine"), "{printed}");
    assert!(printed.contains("guests = [\"tag:prod\", \"pool:web\", \"fi/101\"]"), "{printed}");
}

fn write_secret(path: &Path) {
    std::fs::write(path, "a-secret\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
    }
}
