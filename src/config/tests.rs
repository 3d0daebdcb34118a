//! Whole files, good and bad; what each mistake says was judged by hand.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::fleet::id::Product;
use crate::fleet::policy::{Levels, Window};

fn env(name: &str) -> Option<String> {
    (name == "HOME").then(|| "/home/u".to_owned())
}

fn read(text: &str) -> Result<Config, ConfigErrors> {
    let around = Around { env: &env, timezone: jiff::tz::TimeZone::UTC };
    parse(text, Path::new("/etc/vigie/c.toml"), &around)
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

const WHOLE: &str = r#"
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

[[site]]
name = "helsinki"
where = "Hetzner, \"Tuusula\""
contact = "+33 …"
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

[[except]]
subject = "guest/helsinki/105"
codes = ["backup.uncovered", "replication.*"]
reason = "scratch machine"
until = 2027-01-31

[[except]]
subject = "source/*"
codes = "source.clock-skew"
reason = "known"
"#;

#[test]
fn a_whole_file_is_read() {
    let config = read(WHOLE).unwrap();
    let [helsinki, home] = config.sites.as_slice() else { panic!("two sites") };
    assert_eq!(helsinki.facts.name.as_str(), "helsinki");
    assert_eq!(helsinki.facts.place.as_deref(), Some("Hetzner, \"Tuusula\""));
    assert_eq!(helsinki.facts.contact.as_deref(), Some("+33 …"));
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
        SecretOrigin::Command(vec!["/etc/vigie/get".into(), "vigie/hb".into(), String::new()])
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
    };
    assert_eq!(config.policy, expected);
    assert_eq!(home.facts.policy, expected);
    assert_eq!(helsinki.facts.policy, Policy { backup_grace: 10_800, ..expected });

    let [scratch, clocks] = config.excepts.as_slice() else { panic!("two exceptions") };
    assert_eq!(&*scratch.subject, "guest/helsinki/105");
    assert_eq!(scratch.codes, ["backup.uncovered".into(), "replication.*".into()]);
    assert_eq!(&*scratch.reason, "scratch machine");
    assert_eq!(scratch.until, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!((clocks.until, clocks.codes.len()), (None, 1));
    assert_eq!(config.state_dir, Some("/home/u/.local/state/vigie".into()));
    assert_eq!(config.path, Some("/etc/vigie/c.toml".into()));
}

#[test]
fn every_known_key_stands_in_the_whole_file_and_in_the_policy() {
    for section in schema::ALL {
        for key in section.keys {
            assert!(WHOLE.contains(key.name), "{} {}", section.header, key.name);
            assert!(!key.meaning.is_empty());
        }
    }
    assert_eq!(schema::POLICY.keys.len(), 16);
}

#[test]
fn the_smallest_file_has_the_defaults() {
    let config = read(&with_source("")).unwrap();
    assert_eq!(config.policy, Policy::default());
    assert_eq!(config.sites[0].facts.policy, Policy::default());
    assert_eq!(config.sites[0].sources[0].name.as_str(), "home");
    assert_eq!(config.excepts, []);
}

#[test]
fn mistakes_of_the_source_say_what_was_meant() {
    let pin = "AB:".repeat(31) + "AB";
    let good = |line: &str| with_source(line);
    let table: Vec<(String, &str)> = vec![
        (
            good("endpoint = 'https://x'"),
            "7:1: unknown key \"endpoint\" in [[site.pve]]; did you mean `endpoints`?",
        ),
        (
            good("timezone = 'UTC'"),
            "7:1: unknown key \"timezone\" in [[site.pve]]; `timezone` stands in [[site]]",
        ),
        (good("colour = 1"), "7:1: unknown key \"colour\" in [[site.pve]]"),
        (
            good("Secret_File = 'x'"),
            "7:1: unknown key \"Secret_File\" in [[site.pve]]; did you mean `secret-file`?",
        ),
        (
            good("secret = 'hunter2'"),
            "7:1: \"secret\": a secret cannot stand in the configuration; name where it is with `secret-file`, `secret-env` or `secret-command`",
        ),
        (
            good("secret-file = 'x'"),
            "7:15: `secret-file` and `secret-env` stand together; one says where the secret is",
        ),
        (
            good("name = 'a b'"),
            "7:8: \"a b\" cannot be a name: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit",
        ),
        (good("name = 5"), "7:8: `name` must be a text, this is a number"),
        (good("name = ' '"), "7:8: `name` is empty"),
        (good("fingerprint = []"), "7:15: `fingerprint` is empty"),
        (
            good("fingerprint = 'AB:CD'"),
            "7:15: this fingerprint has 4 digits; a SHA-256 fingerprint is 32 pairs of hexadecimal digits",
        ),
        (
            good("ca-file = '~root/ca.pem'"),
            "7:11: \"~root/ca.pem\": `~` stands for $HOME alone, as `~/…`, and HOME must be set",
        ),
        (
            good("planned-off = ['22:00..22:00', '1..2', 7]"),
            "7:16: the window \"22:00..22:00\" begins where it ends; a whole day is \"00:00..24:00\"\n7:32: \"1..2\" is no window: write \"HH:MM..HH:MM\", such as \"22:00..06:00\"\n7:40: `planned-off` must be a text or a list of texts, this is a number",
        ),
        (
            instead("endpoints", ""),
            "3:1: [[site.pve]] lacks `endpoints`: where it answers: [\"https://pve1.example.org:8006\"]",
        ),
        (
            instead("endpoints", "url = 'https://h'"),
            "4:1: unknown key \"url\" in [[site.pve]]; did you mean `endpoints`?",
        ),
        (instead("endpoints", "endpoints = []"), "4:13: `endpoints` is empty"),
        (
            instead("endpoints", "endpoints = ['https://h', 'https://H:8006/']"),
            "4:27: endpoint \"https://h:8006\" stands in this list already",
        ),
        (
            instead("endpoints", "endpoints = ['h:8006']"),
            "4:14: \"h:8006\" must begin with https://; did you mean `https://h:8006`?",
        ),
        (
            instead("token", ""),
            "3:1: [[site.pve]] lacks `token`: the API token's id: \"user@realm!name\"",
        ),
        (
            instead("token", "token = 'root@pam'"),
            "4:9: `token` names a user; an API token is user@realm!name",
        ),
        (
            instead("token", "token = 'a@pve!t=hunter2'"),
            "4:9: `token` holds a secret too; it takes the part user@realm!name only. Name where the secret is with `secret-file`, `secret-env` or `secret-command`",
        ),
        (
            instead("secret", ""),
            "3:1: [[site.pve]] does not say where its secret is: `secret-file`, `secret-env` or `secret-command`",
        ),
        (
            instead("secret", "secret = 'hunter2'"),
            "4:1: \"secret\": a secret cannot stand in the configuration; name where it is with `secret-file`, `secret-env` or `secret-command`",
        ),
        (
            instead("secret", "secret-fil = 'x'"),
            "4:1: unknown key \"secret-fil\" in [[site.pve]]; did you mean `secret-file`?",
        ),
        (
            instead("secret", "secret-env = 'hunter-2'"),
            "4:14: `secret-env` is not the name of an environment variable (letters, digits and `_`)",
        ),
        (
            instead("secret", "secret-file = '0b6f2a10-93f5-4e6c-8e55-1c9c3f8a7d21'"),
            "4:15: `secret-file` seems to hold the secret itself; it says where the secret is",
        ),
        (
            instead("secret", "secret-command = 'pass show x'"),
            "4:18: `secret-command` must be a list, program first, such as [\"pass\", \"show\", \"vigie\"]: no shell takes it apart",
        ),
        (instead("secret", "secret-command = ['']"), "4:19: `secret-command` is empty"),
    ];
    for (text, sentences) in table {
        assert_eq!(wrong(&text), sentences, "{text}");
    }
    let both = read(&with_source(&format!("fingerprint = '{pin}'\nca-file = 'ca.pem'"))).unwrap();
    let expected = Trust::Either(PathBuf::from("/etc/vigie/ca.pem"), vec![[0xab; 32]]);
    assert_eq!(both.sites[0].sources[0].trust, expected);
}

#[test]
fn mistakes_of_sites_say_what_was_meant() {
    let source = "endpoints = 'https://h'\ntoken = 'a@pve!t'\nsecret-env = 'S'\n";
    let table: Vec<(String, &str)> = vec![
        (String::new(), " no [[site]] in it: there is nothing to watch"),
        (
            "[[sites]]\nname = 'x'".into(),
            "1:3: unknown key \"sites\" in the top of the file; did you mean `site`?",
        ),
        (
            "[[site]]\nname = 'x'".into(),
            "1:1: site \"x\" has nothing to watch: give it a [[site.pve]] or a [[site.pbs]]",
        ),
        (
            format!("[[site]]\n[[site.pve]]\n{source}"),
            "1:1: [[site]] lacks `name`: its name, unique in the fleet",
        ),
        (
            format!("[[site]]\nname='x'\n[site.pve]\n{source}"),
            "3:1: write this section as [[site.pve]]",
        ),
        (
            format!("[site]\nname='x'\n[[site.pve]]\n{source}"),
            "1:1: write this section as [[site]]",
        ),
        ("site = 5".into(), "1:8: write this section as [[site]]"),
        (
            format!("[[site]]\nname='x'\n[[site.pve]]\n{source}[[pbs]]\n"),
            "7:3: unknown key \"pbs\" in the top of the file; `pbs` stands in [[site]]",
        ),
        (with_source("[[policy]]\n"), "7:1: write this section as [policy]"),
        (
            format!(
                "{}[[site]]\nname = 'home'\n[[site.pve]]\nname = 'b'\n{source}",
                with_source("")
            ),
            "9:8: site \"home\" stands on line 2 already",
        ),
        (
            format!("{}[[site.pbs]]\n{source}", with_source("")),
            "8:1: a source without `name` takes its site's, but source \"home\" stands on line 3 already; give this one a `name`",
        ),
        (
            format!("{}[[site.pbs]]\nname = 'home'\n{source}", with_source("")),
            "9:8: source \"home\" stands on line 3 already; names of sources are unique in the whole fleet",
        ),
        (
            format!("[[site]]\nname='x'\ntimezone='Paris'\n[[site.pve]]\n{source}"),
            "3:10: time zone \"Paris\" is not known; did you mean `Europe/Paris`?",
        ),
        (
            format!("[[site]]\nname='x'\ntimezone='Europe/Helsinky'\n[[site.pve]]\n{source}"),
            "3:10: time zone \"Europe/Helsinky\" is not known; did you mean `Europe/Helsinki`?",
        ),
        (
            format!("[[site]]\nname='x'\nlocation='Y'\n[[site.pve]]\n{source}"),
            "3:1: unknown key \"location\" in [[site]]; did you mean `where`?",
        ),
    ];
    for (text, sentences) in table {
        assert_eq!(wrong(&text), sentences, "{text}");
    }
}

#[test]
fn mistakes_of_the_policy_say_what_was_meant() {
    let table = [
        ("cpus = 1", "8:1: unknown key \"cpus\" in [policy]; did you mean `cpu`?"),
        (
            "backup_grace = '2h'",
            "8:1: unknown key \"backup_grace\" in [policy]; did you mean `backup-grace`?",
        ),
        ("backup-grace = 7200", "8:16: `backup-grace` needs a unit; did you mean `\"7200s\"`?"),
        (
            "backup-grace = 'soon'",
            "8:16: \"soon\" is no duration: write \"90s\", \"15m\", \"26h\", \"10d\", \"1w\" or \"1h30m\"",
        ),
        ("backup-grace = '9999w'", "8:16: \"9999w\" is longer than a hundred years"),
        (
            "backup-grace = true",
            "8:16: `backup-grace` must be a duration such as \"26h\", this is true or false",
        ),
        ("cpu = 95", "8:7: `cpu` needs a percent sign; did you mean `\"95%\"`?"),
        ("cpu = 1.5", "8:7: `cpu` as a number is a fraction from 0.0 to 1.0"),
        ("cpu = nan", "8:7: `cpu` as a number is a fraction from 0.0 to 1.0"),
        ("cpu = '101%'", "8:7: \"101%\" is no share: write \"85%\", from 0% to 100%"),
        (
            "rootfs = '85%'",
            "8:10: `rootfs` takes two levels, warning first: rootfs = [\"85%\", \"95%\"]",
        ),
        (
            "certificate = ['10d']",
            "8:15: `certificate` takes two levels, warning first: certificate = [\"10d\", \"2d\"]",
        ),
        (
            "storage = ['95%', '90%']",
            "8:11: `storage`: critical (90%) would come before warning (95%); the warning stands first",
        ),
        (
            "wearout = [0.03, 0.10]",
            "8:11: `wearout`: critical (0.10) would come before warning (0.03); the warning stands first",
        ),
        (
            "filling = ['3d', '30d']",
            "8:11: `filling`: critical (30d) would come before warning (3d); the warning stands first",
        ),
        (
            "filling = ['3x', 5]",
            "8:12: \"3x\" is no duration: write \"90s\", \"15m\", \"26h\", \"10d\", \"1w\" or \"1h30m\"\n8:18: `filling` needs a unit; did you mean `\"5s\"`?",
        ),
        (
            "replication-expected = 'yes'",
            "8:24: `replication-expected` must be true or false, without quotes, this is a text",
        ),
    ];
    for (line, sentences) in table {
        assert_eq!(wrong(&with_source(&format!("[policy]\n{line}"))), sentences, "{line}");
        let of_site = wrong(&with_source(&format!("[site.policy]\n{line}")));
        assert_eq!(of_site, sentences.replace("[policy]", "[site.policy]"), "{line}");
    }
}

#[test]
fn mistakes_of_exceptions_say_what_was_meant() {
    let except = |lines: &str| wrong(&with_source(&format!("[[except]]\n{lines}")));
    let table = [
        (
            "",
            "7:1: [[except]] lacks `subject`: what it is about: \"guest/SOURCE/105\"\n7:1: [[except]] lacks `codes`: which problems: [\"backup.uncovered\"]\n7:1: [[except]] lacks `reason`: why it is accepted; it is shown",
        ),
        (
            "subject = 'guest/hom/5'\ncodes = ['backup.*', 'backup.uncoverd', 'x.*']\nreason = ''",
            "8:11: no source \"hom\"; did you mean `home`?\n9:22: unknown code \"backup.uncoverd\"; did you mean `backup.uncovered`?\n9:41: unknown code \"x.*\"\n10:10: `reason` is empty",
        ),
        (
            "subject = 'source/home'\ncodes = []\nreason = 'x'\nuntil = '2027-01-31'",
            "9:9: `codes` is empty\n11:9: `until` is a date without quotes and without a time: until = 2027-01-31",
        ),
        (
            "subject = 'source/home'\ncodes = 'ha.error'\nreason = 'x'\nuntil = 2027-01-31T00:00:00Z",
            "11:9: `until` is a date without quotes and without a time: until = 2027-01-31",
        ),
    ];
    for (lines, sentences) in table {
        assert_eq!(except(lines), sentences, "{lines}");
    }
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let text = r#"
[policy]
cpu = 95
colour = "red"

[[site]]
name = "fi"
timezone = "Europe/Helsinky"
[[site.pve]]
endpoints = ["http://fi1:8006", "https://fi2/x"]
token = "root@pam"
password = "hunter2"

[[site]]
name = "fi"

[[except]]
subject = "guest/fj/5"
codes = ["backup.latte"]
"#;
    let expected = r#"3:7: `cpu` needs a percent sign; did you mean `"95%"`?
4:1: unknown key "colour" in [policy]
8:12: time zone "Europe/Helsinky" is not known; did you mean `Europe/Helsinki`?
10:14: "http://fi1:8006" would send the token unencrypted: only https:// is spoken
10:33: "https://fi2/x" has more than host and port; did you mean `https://fi2:8006`?
11:9: `token` names a user; an API token is user@realm!name
12:1: "password": a secret cannot stand in the configuration; name where it is with `secret-file`, `secret-env` or `secret-command`
14:1: site "fi" has nothing to watch: give it a [[site.pve]] or a [[site.pbs]]
15:8: site "fi" stands on line 7 already
17:1: [[except]] lacks `reason`: why it is accepted; it is shown
19:10: unknown code "backup.latte"; did you mean `backup.late`?"#;
    assert_eq!(wrong(text), expected);
}

#[test]
fn what_is_no_toml_is_told_with_what_stands_before_it() {
    let text =
        "[policy]\ncpu = 95\n[[site]]\nname = home\n[[site.pve]]\nsecret = \"hunter2\ntoken = 5\n";
    let found = wrong(text);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines[0], "2:7: `cpu` needs a percent sign; did you mean `\"95%\"`?");
    assert!(lines[1].starts_with("4:8: not valid TOML: "), "{found}");
    assert!(lines[2].starts_with("6:") && lines[2].contains("not valid TOML"), "{found}");
    assert_eq!(lines.len(), 3, "{found}");
    assert!(!found.contains("hunter2"));
    // A key twice is the parser's to find.
    let twice = wrong(&with_source("token = 'b@pve!t'"));
    assert_eq!(twice, "7:1: not valid TOML: duplicate key");
}

#[test]
fn columns_count_characters() {
    assert!(wrong("'é…' = 1\n[[site]]\nname='x'").starts_with("1:1: unknown key \"é…\""));
    let text = with_source("planned-off = ['é', 'x']");
    assert!(wrong(&text).lines().nth(1).unwrap().starts_with("7:21: "), "{}", wrong(&text));
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
    texts.push(format!("{secret}"));
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
    let printed = print(&config);
    for origin in [
        "# Read from /etc/vigie/c.toml",
        "name = \"helsinki\" # c.toml:21",
        "name = \"helsinki\" # default: the site's",
        "# timezone = \"UTC\" # default: the viewer's",
        "backup-grace = \"90m\" # c.toml:16",
        "backup-grace = \"3h\" # c.toml:42",
    ] {
        let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(printed.lines().any(|line| plain(line) == origin), "{origin}\n{printed}");
    }
    let smallest = print(&read(&with_source("")).unwrap());
    assert!(smallest.contains("\ncpu = \"95%\"  "), "{smallest}");
    assert!(smallest.contains("# replication-max-age: none  # default\n"), "{smallest}");
}

/// The same but for where it was written.
fn meaning(mut config: Config) -> Config {
    let none = Written::default;
    config.path = None;
    config.policy_written = none();
    config.excepts_written.clear();
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
    let printed = print(&config);
    let back = read(&printed).unwrap_or_else(|errors| panic!("{errors}\n{printed}"));
    assert_eq!(meaning(back), meaning(config), "{printed}");
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
            let back = read(&print(&config));
            prop_assert_eq!(back.map(meaning), Ok(meaning(config)));
        }
    }
}
