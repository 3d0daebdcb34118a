use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{Edit, EditError, NewSource, spelled};
use crate::config::SecretOrigin;
use crate::fleet::id::Product;

const OLD: [u8; 32] = [0x11; 32];
const NEW: [u8; 32] = [0xAB; 32];

fn text() -> String {
    format!(
        "# mine\n[[site]] # north\nname = \"n\"   # short\n\n  [[site.pve]]\n  endpoints = [\n    \
         \"https://a:8006\", # first\n    \"https://b\",\n  ]\n  token = 't@pve!x'\n  secret-env = \
         \"S\"\n  fingerprint = [\n    # node a\n    \"{}\", # a\n    \"{}\",\n  ]\n\n# south\n\
         [[site]]\nname = \"s\"\n\n[[site.pbs]]\nname = \"s-pbs\"\nendpoints = \"https://c\"\ntoken \
         = \"t@pbs!x\"\nsecret-env = \"S\"\nfingerprint = \"{}\" # c\n",
        spelled(&OLD).to_lowercase(),
        spelled(&[0x22; 32]),
        spelled(&OLD),
    )
}

fn new() -> NewSource {
    NewSource {
        name: "n-pbs".into(),
        product: Product::Pbs,
        endpoints: vec!["https://d:8007".into()],
        token: "t@pbs!y".into(),
        secret: SecretOrigin::File(PathBuf::from("/k/d")),
        ca_file: None,
        fingerprints: vec![NEW],
    }
}

#[test]
fn nothing_asked_changes_nothing() {
    let edit = Edit::parse(text()).unwrap();
    assert_eq!(edit.text(), text());
    assert!(!edit.is_changed() && edit.diff().is_empty());
}

#[test]
fn a_pin_is_replaced_where_it_stood_and_only_there() {
    let mut edit = Edit::parse(text()).unwrap();
    edit.pin("n", Some(OLD), NEW).unwrap();
    let wanted = text().replacen(&spelled(&OLD).to_lowercase(), &spelled(&NEW), 1);
    assert_eq!(edit.text(), wanted);
    edit.pin("n", Some(OLD), NEW).unwrap();
    assert_eq!(edit.text(), wanted, "the second time changes nothing");
    edit.pin("s-pbs", Some(OLD), NEW).unwrap();
    assert!(edit.text().ends_with(&format!("fingerprint = \"{}\" # c\n", spelled(&NEW))));
    let diff = edit.diff();
    let marked = |sign| diff.lines().filter(|line| line.starts_with(sign)).count();
    assert_eq!((marked('+'), marked('-')), (2, 2), "{diff}");
}

#[test]
fn what_is_not_pinned_is_not_replaced() {
    let mut edit = Edit::parse(text()).unwrap();
    edit.pin("s-pbs", None, NEW).unwrap();
    let both = format!("[\"{}\", \"{}\"] # c", spelled(&OLD), spelled(&NEW));
    assert!(edit.text().contains(&both), "{}", edit.text());
    assert!(matches!(edit.pin("x", None, NEW), Err(EditError::NoSource(_))));
}

#[test]
fn one_more_stands_on_a_line_of_its_own_where_the_others_do() {
    let mut edit = Edit::parse(text()).unwrap();
    edit.pin("n", None, NEW).unwrap();
    edit.add_endpoint("n", "https://e:8006").unwrap();
    let one = format!("\"{}\",\n  ]", spelled(&[0x22; 32]));
    let two = format!("\"{}\",\n    \"{}\",\n  ]", spelled(&[0x22; 32]), spelled(&NEW));
    let wanted = text().replacen(&one, &two, 1);
    let wanted =
        wanted.replacen("\"https://b\",\n", "\"https://b\",\n    \"https://e:8006\",\n", 1);
    assert_eq!(edit.text(), wanted);
    let commented =
        "[[site]]\nname = \"n\"\n[[site.pve]]\nendpoints = [\n  \"https://a\", # a\n]\n";
    let mut edit = Edit::parse(commented.to_owned()).unwrap();
    edit.add_endpoint("n", "https://b:8006").unwrap();
    let wanted = commented.replace("# a\n", "# a\n  \"https://b:8006\",\n");
    assert_eq!(edit.text(), wanted, "the comment stays where it was");
}

#[test]
fn an_endpoint_in_another_spelling_is_the_same() {
    let mut edit = Edit::parse(text()).unwrap();
    edit.add_endpoint("n", "https://A/").unwrap();
    edit.add_endpoint("n", "https://b:8006").unwrap();
    assert!(!edit.is_changed(), "{}", edit.diff());
    edit.add_endpoint("n", "https://e:8006").unwrap();
    assert!(edit.text().contains("# first") && edit.text().contains("https://e:8006"));
}

#[test]
fn a_source_comes_to_its_site_once() {
    let mut edit = Edit::parse(text()).unwrap();
    edit.add_source("n", &new()).unwrap();
    let once = edit.text();
    let at = |what| once.find(what).unwrap();
    assert!(at("name = \"n-pbs\"") < at("# south"), "{once}");
    let removed = |line: &&str| line.starts_with('-');
    assert_eq!(edit.diff().lines().find(removed), None, "only added to");
    let mut again = Edit::parse(once.clone()).unwrap();
    again.add_source("n", &new()).unwrap();
    assert_eq!(again.text(), once);
    assert!(matches!(
        again.add_source("x", &NewSource { name: "y".into(), ..new() }),
        Err(EditError::NoSite(_))
    ));
    assert!(matches!(
        again.add_source("n", &NewSource { product: Product::Pve, ..new() }),
        Err(EditError::OtherProduct(_))
    ));
}

#[test]
fn another_credential_stands_where_the_old_one_stood() {
    let mut edit = Edit::parse(text()).unwrap();
    edit.set_credential("n", "t@pve!x", &SecretOrigin::Env("S".into())).unwrap();
    assert!(!edit.is_changed(), "{}", edit.diff());
    edit.set_credential("n", "t@pve!y", &SecretOrigin::Env("T".into())).unwrap();
    let wanted = text().replacen("'t@pve!x'", "\"t@pve!y\"", 1).replacen(
        "secret-env = \"S\"\n  f",
        "secret-env = \"T\"\n  f",
        1,
    );
    assert_eq!(edit.text(), wanted);
    let mut edit = Edit::parse(text()).unwrap();
    edit.set_credential(
        "n",
        "t@pve!x",
        &SecretOrigin::Command(vec!["pass".into(), "n".into()].into()),
    )
    .unwrap();
    let wanted =
        text().replacen("secret-env = \"S\"\n  f", "secret-command = [\"pass\", \"n\"]\n  f", 1);
    let flat = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert_eq!(flat(&edit.text()), flat(&wanted), "and the comments of what follows stay");
}

#[test]
fn a_secret_is_kept_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("fi.secret");
    std::fs::write(&path, "old").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    super::keep_secret(&path, &"hunter2".into()).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "hunter2\n");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing left over");
}

#[test]
fn from_nothing_to_a_configuration_that_is_read() {
    let mut edit = Edit::parse(String::new()).unwrap();
    edit.add_site("n").unwrap();
    edit.add_site("n").unwrap();
    edit.add_source("n", &new()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    edit.write(&path).unwrap();
    let config = crate::config::load(&path, &|_| None).unwrap();
    let source = &config.sites[0].sources[0];
    assert_eq!(
        (source.name.to_string(), source.trust.fingerprints()),
        ("n-pbs".into(), &[NEW][..])
    );
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn it_is_written_with_its_mode_and_not_over_what_another_wrote() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("c"), dir.path().join("l"));
    std::fs::write(&path, text()).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut edit = Edit::open(&link).unwrap();
    edit.pin("n", Some(OLD), NEW).unwrap();
    edit.write(&link).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), edit.text());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(link.is_symlink());
    assert!(matches!(edit.write(&path), Err(EditError::Changed(_))));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "nothing left over");
}

#[test]
fn a_new_source_comes_between_no_two_of_a_site() {
    let source = |kind: &str, name: &str| {
        format!(
            "[[site.{kind}]]\nname = \"{name}\"\nendpoints = \"https://{name}\"\ntoken = \
             \"t@{kind}!x\"\nsecret-env = \"S\"\n"
        )
    };
    let all = [source("pve", "a"), source("pbs", "b"), source("pve", "c")].concat();
    let text = format!("[[site]]\nname = \"n\"\n{all}[ui]\nmouse = true\n");
    let mut edit = Edit::parse(text.clone()).unwrap();
    edit.add_source("n", &new()).unwrap();
    edit.add_site("s").unwrap();
    edit.add_source("s", &NewSource { name: "s".into(), ..new() }).unwrap();
    let after = edit.text();
    let at = |what: &str| after.find(what).unwrap_or_else(|| panic!("{what}\n{after}"));
    assert!(at("\"c\"") < at("\"n-pbs\"") && at("\"n-pbs\"") < at("name = \"s\""), "{after}");
    assert!(at("name = \"s\"") < at("[ui]"), "{after}");
    assert_eq!(edit.diff().lines().find(|line| line.starts_with('-')), None, "only added to");
}

#[test]
fn what_another_editor_wrote_stays_in_its_ways() {
    for text in [
        text().replace('\n', "\r\n"),
        format!("\u{feff}{}", text()),
        text().replace("[[site.pve]]", "[[ site . pve ]]"),
        text().trim_end().to_owned(),
    ] {
        let mut edit = Edit::parse(text.clone()).unwrap();
        assert!(!edit.is_changed() && edit.text() == text, "{:?}", edit.diff());
        edit.add_source("n", &new()).unwrap();
        edit.pin("s-pbs", None, NEW).unwrap();
        let diff = edit.diff();
        let removed: Vec<&str> = diff.lines().filter(|line| line.starts_with('-')).collect();
        assert_eq!(removed.len(), 1, "{diff}");
        assert!(removed[0].starts_with("-fingerprint"), "{diff}");
        let has = |text: &str, end: &str| text.contains(end);
        assert_eq!(has(&edit.text(), "\r\n"), has(&text, "\r\n"));
        assert!(!edit.text().replace("\r\n", "").contains('\n') || !has(&text, "\r\n"));
    }
}

#[test]
fn what_is_said_beside_an_origin_stays_with_the_next_one() {
    let text = "[[site]]\nname = \"n\"\n[[site.pve]]\nendpoints = \"https://a\"\ntoken = \
                \"t@pve!x\"\n# asked of the store\nsecret-command = [\"pass\", \"n\"] # ours\n";
    let mut edit = Edit::parse(text.to_owned()).unwrap();
    edit.set_credential("n", "t@pve!x", &SecretOrigin::Env("S".into())).unwrap();
    let wanted = text.replace("secret-command = [\"pass\", \"n\"]", "secret-env = \"S\"");
    assert_eq!(edit.text(), wanted);
}

#[test]
fn what_stands_above_all_stays_above() {
    let mut edit = Edit::parse("# mine\n".to_owned()).unwrap();
    edit.add_site("n").unwrap();
    edit.add_source("n", &new()).unwrap();
    assert!(edit.text().starts_with("# mine\n\n[[site]]\n"), "{}", edit.text());
}
