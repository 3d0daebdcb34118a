//! Whole files, good and bad; what each mistake says was judged by hand.

mod mistakes;

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::fleet::id::Product;
use crate::fleet::objective::{Objective, ObjectiveRule, Which};
use crate::fleet::policy::{Levels, Window};
use crate::keymap::{Action, Context};
use crate::theme::{Choice, Why, choose};

fn env(name: &str) -> Option<String> {
    (name == "HOME").then(|| "/home/u".to_owned())
}

fn read(text: &str) -> Result<Config, ConfigErrors> {
    let around = Around { env: &env, timezone: jiff::tz::TimeZone::UTC };
    parse(text, Path::new("/etc/vigie/c.toml"), &around)
}

/// The theme that is chosen where the terminal tells nothing.
fn choice(config: &Config) -> Choice {
    choose(None, config.theme.as_deref(), &|_| None)
}

/// The mistakes, one a line, without the file's path.
fn wrong(text: &str) -> String {
    match read(text) {
        Ok(_) => "no mistake".to_owned(),
        Err(errors) => errors.to_string().replace("/etc/vigie/c.toml:", ""),
    }
}

/// A file that is good but for `source`, lines from 7, put into its source.
fn with_source(source: &str) -> String {
    format!(
        "[[site]]\nname = 'home'\n[[site.pve]]\nendpoints = 'https://h'\ntoken = 'a@pve!t'\nsecret-env = 'S'\n{source}\n"
    )
}

/// A source with `key` instead of the good one of that name, on line 4.
fn instead(key: &str, line: &str) -> String {
    let others: String = [
        ("endpoints", "endpoints = 'https://h'\n"),
        ("token", "token = 'a@pve!t'\n"),
        ("secret", "secret-env = 'S'\n"),
    ]
    .into_iter()
    .filter(|(name, _)| *name != key)
    .map(|(_, line)| line)
    .collect();
    format!("[[site]]\nname = 'home'\n[[site.pve]]\n{line}\n{others}")
}

const WHOLE: &str = r#"theme = "nord"
lang = "fr"
drill-log = "team/drills.jsonl"

[policy]
clock-skew = "2m"
cpu = 0.9
memory = "90%"
swap = "70%"
iowait = "33.3%"
rootfs = ["80%", 0.9]
wearout = ["20%", "5%"]
certificate = ["2w", "3d"]
cluster-ca = "60d"
storage = ["70%", "70%"]
datastore = ["75%", "85%"]
filling = ["60d", "1w"]
backup-max-age = "50h"
backup-grace = "1h30m"
replication-max-age = "1h"
replication-expected = true
recovery-point = "1d"
recovery-time = "4h"
rehearse-every = "180d"
restore-rate = "800Mbit/s"

[[site]]
name = "helsinki"
where = "Hetzner, \"Tuusula\""
contact = "+33 …"
keys = "on paper, in the safe"
timezone = "Europe/Helsinki"
planned-off = "12:00..13:00"

  [[site.pbs]]
  name = "hb"
  endpoints = ["https://hb.example.org"]
  token = "vigie@pbs!bastion"
  secret-command = ["./get", "vigie/hb", ""]
  ca-file = "ca.pem"

  [[site.pve]]
  endpoints = ["https://fi1.example.org:8006/", "https://[2001:db8::1]:443"]
  token = "vigie@pve!bastion"
  secret-file = "~/fi.secret"
  fingerprint = ["ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"]
  planned-off = ["22:00..06:00"]

  [site.policy]
  backup-grace = "3h"

[[site]]
name = "home"
[[site.pve]]
endpoints = "https://10.0.0.2"
token = "vigie@pve!t"
secret-env = "VIGIE_HOME"

[[objective]]
guests = ["tag:prod", "pool:web", "helsinki/*"]
recovery-point = "1h"
recovery-time = "90m"

[[objective]]
guests = "helsinki/101"
rehearse-every = "4w"

[[except]]
subject = "guest/helsinki/105"
codes = ["backup.uncovered", "replication.*"]
reason = "scratch machine"
until = 2027-01-31

[[except]]
subject = "source/*"
codes = "source.clock-skew"
reason = "known"

[ui]
mouse = true

[keys]
mark = ["M", "Ctrl-x"]
"#;

#[test]
fn a_whole_file_is_read() {
    let config = read(WHOLE).unwrap();
    let [helsinki, home] = config.sites.as_slice() else { panic!("two sites") };
    assert_eq!(helsinki.facts.name.as_str(), "helsinki");
    assert_eq!(helsinki.facts.place.as_deref(), Some("Hetzner, \"Tuusula\""));
    assert_eq!(helsinki.facts.contact.as_deref(), Some("+33 …"));
    assert_eq!(helsinki.facts.keys.as_deref(), Some("on paper, in the safe"));
    assert_eq!(helsinki.facts.timezone.iana_name(), Some("Europe/Helsinki"));
    assert_eq!(home.facts.timezone, jiff::tz::TimeZone::UTC);

    // In the order of the file, whatever the product.
    let [hb, fi] = helsinki.sources.as_slice() else { panic!("two sources") };
    assert_eq!((hb.name.as_str(), hb.product), ("hb", Product::Pbs));
    assert_eq!((fi.name.as_str(), fi.product), ("helsinki", Product::Pve));
    assert_eq!(hb.endpoints[0].url, "https://hb.example.org:8007");
    assert_eq!(hb.token.as_str(), "vigie@pbs!bastion");
    assert_eq!(
        hb.secret,
        SecretOrigin::Command(Program {
            argv: vec!["/etc/vigie/get".into(), "vigie/hb".into(), String::new()],
            untold: [String::from("VIGIE_HOME")].into(),
        })
    );
    assert_eq!(hb.trust, Trust::CaFile("/etc/vigie/ca.pem".into()));
    assert_eq!(fi.secret, SecretOrigin::File("/home/u/fi.secret".into()));
    assert_eq!(fi.trust, Trust::Fingerprints(vec![[0xab; 32]]));
    assert_eq!(home.sources[0].trust, Trust::System);
    assert_eq!(home.sources[0].secret, SecretOrigin::Env("VIGIE_HOME".into()));

    let [hb, fi] = helsinki.facts.sources.as_slice() else { panic!("two facts") };
    let noon = Window { from: 720, to: 780 };
    assert_eq!(hb.planned_off, [noon]);
    assert_eq!(fi.planned_off, [noon, Window { from: 1320, to: 360 }]);
    assert_eq!(fi.fingerprints, [[0xab; 32]]);
    let endpoints: Vec<&str> = fi.endpoints.iter().map(|endpoint| &**endpoint).collect();
    assert_eq!(endpoints, ["fi1.example.org:8006", "[2001:db8::1]:443"]);

    let expected = Policy {
        clock_skew: 120,
        cpu: 0.9,
        memory: 0.9,
        swap: 0.7,
        iowait: 0.333,
        rootfs: Levels { warning: 0.8, critical: 0.9 },
        wearout: Levels { warning: 0.2, critical: 0.05 },
        certificate: Levels { warning: 1_209_600, critical: 259_200 },
        cluster_ca: 5_184_000,
        storage: Levels { warning: 0.7, critical: 0.7 },
        datastore: Levels { warning: 0.75, critical: 0.85 },
        filling: Levels { warning: 5_184_000, critical: 604_800 },
        backup_max_age: 180_000,
        backup_grace: 5_400,
        replication_max_age: Some(3_600),
        replication_expected: true,
        objective: Objective {
            point: Some(86_400),
            time: Some(14_400),
            rehearse: Some(15_552_000),
        },
        objectives: [
            ObjectiveRule {
                guests: vec![
                    Which::Tag("prod".into()),
                    Which::Pool("web".into()),
                    Which::Source("helsinki".into()),
                ],
                objective: Objective { point: Some(3_600), time: Some(5_400), rehearse: None },
            },
            ObjectiveRule {
                guests: vec![Which::Guest("helsinki".into(), 101)],
                objective: Objective { rehearse: Some(2_419_200), ..Objective::default() },
            },
        ]
        .into(),
        restore_rate: Some(100_000_000),
    };
    assert_eq!(config.policy, expected);
    assert_eq!(home.facts.policy, expected);
    assert_eq!(helsinki.facts.policy, Policy { backup_grace: 10_800, ..expected.clone() });

    let [scratch, clocks] = config.excepts.as_slice() else { panic!("two exceptions") };
    assert_eq!(&*scratch.subject, "guest/helsinki/105");
    assert_eq!(scratch.codes, ["backup.uncovered".into(), "replication.*".into()]);
    assert_eq!(&*scratch.reason, "scratch machine");
    assert_eq!(scratch.until, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!((clocks.until, clocks.codes.len()), (None, 1));
    assert_eq!(config.drill_log, Some("/etc/vigie/team/drills.jsonl".into()));
    assert_eq!(config.state_dir, Some("/home/u/.local/state/vigie".into()));
    assert_eq!(config.path, Some("/etc/vigie/c.toml".into()));
    assert_eq!(config.lang, Some(crate::lang::Tongue::French));
}

#[test]
fn every_known_key_stands_in_the_whole_file_and_in_the_policy() {
    for section in schema::ALL {
        for key in section.keys {
            assert!(WHOLE.contains(key.name), "{} {}", section.header, key.name);
            assert!(!key.meaning.is_empty());
        }
    }
    assert_eq!(schema::POLICY.keys.len(), 20);
}

#[test]
fn the_smallest_file_has_the_defaults() {
    let config = read(&with_source("")).unwrap();
    assert_eq!(config.policy, Policy::default());
    assert_eq!(config.sites[0].facts.policy, Policy::default());
    assert_eq!(config.sites[0].sources[0].name.as_str(), "home");
    assert_eq!(config.excepts, []);
    assert_eq!(config.drill_log, Some("/home/u/.local/share/vigie/drills.jsonl".into()));
}

#[test]
fn no_secret_is_in_any_text_wherever_it_was_pasted() {
    let secret = "0b6f2a10-93f5-4e6c-8e55-1c9c3f8a7d21";
    let keys = [
        "secret",
        "Secret",
        "password",
        "api-token",
        "token",
        "secret-env",
        "secret-file",
        "secret-command",
        "endpoints",
        "fingerprint",
        "ca-file",
        "name",
        "planned-off",
        "colour",
        "token-secret",
    ];
    let mut texts: Vec<String> = Vec::new();
    for key in keys {
        for value in [
            format!("'{secret}'"),
            format!("['x', '{secret}']"),
            format!("'a@pve!t={secret}'"),
            format!("'https://u:{secret}@h/'"),
            format!("'{secret}"),
            secret.to_owned(),
        ] {
            texts.push(format!("[[site]]\nname = 'home'\n[[site.pve]]\n{key} = {value}\n"));
        }
    }
    texts.push(secret.to_owned());
    texts.push(format!("'{secret}' = 1"));
    texts.push(with_source(&format!("[policy]\ncpu = '{secret}'\nrootfs = ['1%', '{secret}']")));
    texts.push(with_source(&format!("[[except]]\nsubject = '{secret}'\ncodes = '{secret}'")));
    for text in texts {
        let errors = read(&text).unwrap_err();
        let shown = format!("{errors} {errors:?}");
        // The first group of digits is telling enough.
        assert!(!shown.contains("0b6f2a10"), "{text}\n{shown}");
    }
}

#[test]
fn debug_and_print_hold_origins_and_no_secret() {
    let config = read(WHOLE).unwrap();
    let printed = print(Checked(&config), &choice(&config), crate::lang::english());
    for origin in [
        "# Read from /etc/vigie/c.toml",
        "drill-log = \"/etc/vigie/team/drills.jsonl\" # c.toml:3",
        "lang = \"fr\" # c.toml:2",
        "theme = \"nord\" # c.toml:1",
        "guests = [\"tag:prod\", \"pool:web\", \"helsinki/*\"] # c.toml:60",
        "rehearse-every = \"28d\" # c.toml:66",
        "restore-rate = \"100MB/s\" # c.toml:25",
        "name = \"helsinki\" # c.toml:28",
        "name = \"helsinki\" # default: the site's",
        "# timezone = \"UTC\" # default: the viewer's",
        "backup-grace = \"90m\" # c.toml:19",
        "backup-grace = \"3h\" # c.toml:50",
    ] {
        let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(printed.lines().any(|line| plain(line) == origin), "{origin}\n{printed}");
    }
    let config = read(&with_source("")).unwrap();
    let smallest = print(Checked(&config), &choice(&config), crate::lang::english());
    assert!(smallest.contains("\ncpu = \"95%\"  "), "{smallest}");
    assert!(smallest.contains("# replication-max-age: none "), "{smallest}");
    assert!(smallest.contains("\n# lang = \"en\"  "), "{smallest}");
    let log = "drill-log = \"/home/u/.local/share/vigie/drills.jsonl\"  # default";
    assert!(smallest.lines().any(|line| line == log), "{smallest}");
    let column = |line: &str| line.rfind("  # ");
    let is_long = |line: &str| line == log || line.starts_with("# close");
    let others = smallest.lines().filter(|line| !is_long(line));
    let places: Vec<usize> = others.filter_map(column).collect();
    assert!(places.len() > 10 && places.iter().all(|at| [0, 50, 52].contains(at)), "{smallest}");
}

/// The same but for where it was written.
fn meaning(mut config: Config) -> Config {
    let none = Written::default;
    config.path = None;
    (config.written, config.policy_written) = (none(), none());
    config.objectives_written.clear();
    config.excepts_written.clear();
    (config.keys_written, config.ui_written) = (none(), none());
    for site in &mut config.sites {
        (site.written, site.policy_written) = (none(), none());
        for source in &mut site.sources {
            source.written = none();
        }
    }
    config
}

fn prints_back(text: &str) {
    let config = read(text).unwrap();
    let printed = print(Checked(&config), &choice(&config), crate::lang::english());
    let back = read(&printed).unwrap_or_else(|errors| panic!("{errors}\n{printed}"));
    assert_eq!(meaning(back), meaning(config), "{printed}");
}

#[test]
fn the_theme_is_printed_with_its_origin() {
    let with = |line: &str| read(&format!("{line}\n{}", with_source(""))).unwrap();
    let printed = |config: &Config, option, env: &dyn Fn(&str) -> Option<String>| {
        let printed = print(
            Checked(config),
            &choose(option, config.theme.as_deref(), env),
            crate::lang::english(),
        );
        let line = printed.lines().find(|line| line.contains("theme")).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let none = |_: &str| None;
    let light = |name: &str| (name == "COLORFGBG").then(|| "0;15".to_owned());
    let dumb = |name: &str| (name == "TERM").then(|| "dumb".to_owned());
    let named = with("theme = 'nord'");
    assert_eq!(printed(&named, None, &light), "theme = \"nord\" # c.toml:1");
    assert_eq!(printed(&named, Some("mono"), &light), "theme = \"mono\" # --theme");
    let silent = with("");
    assert_eq!(printed(&silent, None, &none), "# theme = \"dark\" # default");
    let why = "# theme = \"light\" # default: COLORFGBG says that this terminal is light";
    assert_eq!(printed(&silent, None, &light), why);
    let why = "# theme = \"mono\" # default: this terminal shows no colours";
    assert_eq!(printed(&silent, None, &dumb), why);
    assert_eq!(choice(&named).why, Why::Configuration);
}

#[test]
fn what_is_printed_reads_back() {
    prints_back(WHOLE);
    prints_back(&with_source(""));
    prints_back(&with_source("[policy]\ncpu = 0.123456789012345"));
    prints_back(&with_source("ca-file = \"/a \\\"b\\\\ \\u0007 \\u202e.pem\""));
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let told = || load(&path, &env).unwrap_err().to_string();
    let shown = path.display().to_string();
    assert_eq!(told(), format!("{shown}: cannot be read: No such file or directory (os error 2)"));
    std::fs::write(&path, b"[policy]\ncpu = \"\xff\"\n").unwrap();
    assert_eq!(told(), format!("{shown}:2:8: the file is not UTF-8 from here on"));
    std::fs::write(&path, vec![b'#'; 4_194_305]).unwrap();
    assert_eq!(
        told(),
        format!("{shown}: is larger than 4096 KiB: that is no configuration of vigie")
    );
    std::fs::write(&path, with_source("ca-file = 'ca.pem'")).unwrap();
    let config = load(&path, &env).unwrap();
    assert_eq!(config.sites[0].sources[0].trust, Trust::CaFile(folder.path().join("ca.pem")));
}

/// Lines that are good somewhere, so that random files get deep.
fn line() -> impl Strategy<Value = String> {
    let lines: Vec<String> = WHOLE.lines().map(str::to_owned).collect();
    prop_oneof![8 => proptest::sample::select(lines), 1 => "[a-z\\-]{1,9} = .{0,9}", 1 => ".{0,20}"]
}

proptest! {
    #[test]
    fn no_text_makes_it_fall(text in ".*", lines in prop::collection::vec(line(), 0..40)) {
        for text in [text, lines.join("\n")] {
            match read(&text) {
                Ok(config) => prop_assert!(!config.sites.is_empty()),
                Err(errors) => {
                    prop_assert!(!errors.mistakes.is_empty());
                    prop_assert!(!errors.to_string().chars().any(|c| c.is_control() && c != '\n'));
                }
            }
        }
    }

    #[test]
    fn any_cut_or_slip_in_a_good_file_is_survived(at in 0usize..WHOLE.len(), to in any::<char>()) {
        let Some((before, after)) = WHOLE.split_at_checked(at) else { return Ok(()) };
        let _ = read(before);
        let mut rest = after.chars();
        rest.next();
        if let Ok(config) = read(&format!("{before}{to}{}", rest.as_str())) {
            let back = read(&print(Checked(&config), &choice(&config), crate::lang::english()));
            prop_assert_eq!(back.map(meaning), Ok(meaning(config)));
        }
    }
}

#[test]
fn keys_and_mouse_are_printed_with_their_origin_and_read_back() {
    let text = format!(
        "{}[ui]\nmouse = true\n[keys]\nmark = ['M', 'Ctrl-x']\njump = []\n",
        with_source("")
    );
    let config = read(&text).unwrap();
    assert!(config.mouse);
    let press = |chord: &str| config.keys.action(Context::List, chord.parse().unwrap());
    assert_eq!(press("M"), Some(Action::Mark));
    assert_eq!(press("Ctrl-x"), Some(Action::Mark));
    assert_eq!(press("m"), None);
    assert_eq!(press(":"), None);
    assert_eq!(press("e"), Some(Action::Evidence));
    let printed = print(Checked(&config), &choice(&config), crate::lang::english());
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "mouse = true # c.toml:9",
        "mark = [\"M\", \"Ctrl-x\"] # c.toml:11",
        "jump = [] # c.toml:12",
        "# evidence = [\"e\"] # default",
        "# quit = [\"q\"] # default",
    ] {
        assert!(printed.lines().any(|l| plain(l) == line), "{line}\n{printed}");
    }
    let again = read(&printed).unwrap();
    assert_eq!((&again.keys, again.mouse), (&config.keys, true));
    let usual = read(&with_source("")).unwrap();
    assert_eq!((*usual.keys).clone(), crate::keymap::Keymap::default());
    assert!(!usual.mouse);
}
