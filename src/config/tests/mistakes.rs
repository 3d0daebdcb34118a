//! What each mistake says, and where: judged by hand.

use std::path::PathBuf;

use super::super::Trust;
use super::{instead, read, with_source, wrong};

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
        ("restore-rate = 100", "8:16: `restore-rate` needs a unit; did you mean `\"100MB/s\"`?"),
        (
            "restore-rate = 104857600",
            "8:16: `restore-rate` needs a unit; did you mean `\"104857600B/s\"`?",
        ),
        (
            "restore-rate = '100mb/s'",
            "8:16: \"100mb/s\" is no rate: write \"100MB/s\", \"95.5MiB/s\", \"1GB/s\" or \"800Mbit/s\"; did you mean `\"100MB/s\"`?",
        ),
        ("restore-rate = '0B/s'", "8:16: at \"0B/s\" no restore would ever end"),
        (
            "restore-rate = true",
            "8:16: `restore-rate` must be a rate such as \"100MB/s\", this is true or false",
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
fn mistakes_of_objectives_say_what_was_meant() {
    let source = "endpoints = 'https://h'\ntoken = 'a@pbs!t'\nsecret-env = 'S'\n";
    let objective = |lines: &str| {
        let pbs = format!("[[site.pbs]]\nname = 'pbs'\n{source}");
        wrong(&with_source(&format!("{pbs}[[objective]]\n{lines}")))
    };
    let form =
        "names no guests: write \"tag:NAME\", \"pool:NAME\", \"SOURCE/VMID\" or \"SOURCE/*\"";
    let table = [
        (
            String::new(),
            "12:1: [[objective]] lacks `guests`: which: [\"tag:prod\", \"pool:web\", \"fi/101\", \"fi/*\"]\n12:1: this [[objective]] wants nothing: give it `recovery-point`, `recovery-time` or `rehearse-every`".to_owned(),
        ),
        (
            "guests = ['prod', 'home', 'guest/home/5', 'tags:a b', 'home/web', 'h*/5']\nrecovery-time = '4h'".to_owned(),
            [
                format!("13:11: \"prod\" {form}"),
                format!("13:19: \"home\" {form}; did you mean `home/*`?"),
                format!("13:27: \"guest/home/5\" {form}; did you mean `home/5`?"),
                format!("13:43: \"tags:a b\" {form}; did you mean `tag:a b`?"),
                format!("13:55: \"home/web\" {form}"),
                format!("13:67: \"h*/5\" {form}"),
            ]
            .join("\n"),
        ),
        (
            "guests = ['hom/5', 'pbs/*', 'home/5']\nrehearse-every = 180".to_owned(),
            "13:11: no source \"hom\"; did you mean `home`?\n13:20: \"pbs/*\": source \"pbs\" is a PBS, it has no such subject\n14:18: `rehearse-every` needs a unit; did you mean `\"180s\"`?".to_owned(),
        ),
        (
            "guests = 'home/*'\nrpo = '1h'".to_owned(),
            "14:1: unknown key \"rpo\" in [[objective]]; did you mean `recovery-point`?".to_owned(),
        ),
        (
            "guests = 'home/*'\nrehearse-every = '4w'\nrestore-rate = '1MB/s'".to_owned(),
            "15:1: unknown key \"restore-rate\" in [[objective]]; `restore-rate` stands in [policy]".to_owned(),
        ),
    ];
    for (lines, sentences) in table {
        assert_eq!(objective(&lines), sentences, "{lines}");
    }
    let single = wrong(&with_source("[objective]\nguests = 'tag:x'\nrecovery-time = '4h'"));
    assert_eq!(single, "7:1: write this section as [[objective]]");
    let top = |line: &str| wrong(&format!("{line}\n{}", with_source("")));
    assert_eq!(top("drill-log = 5"), "1:13: `drill-log` must be a text, this is a number");
    assert_eq!(
        top("drill-log = '~x/y'"),
        "1:13: \"~x/y\": `~` stands for $HOME alone, as `~/…`, and HOME must be set"
    );
    assert_eq!(
        top("drills = 'x'"),
        "1:1: unknown key \"drills\" in the top of the file; did you mean `drill-log`?"
    );
}

#[test]
fn mistakes_of_the_theme_say_what_was_meant() {
    let top = |line: &str| wrong(&format!("{line}\n{}", with_source("")));
    let no_name = "1:9: `theme` is the name of a theme, such as \"light\": see `vigie theme list`. Your own stand beside this file, as themes/NAME.toml";
    assert_eq!(top("theme = '../mine.toml'"), no_name);
    assert_eq!(top("theme = 'my theme'"), no_name);
    assert_eq!(top("theme = ''"), "1:9: `theme` is empty");
    assert_eq!(top("theme = { name = 'dark' }"), "1:9: `theme` must be a text, this is a section");
    assert_eq!(
        top("colorscheme = 'dark'"),
        "1:1: unknown key \"colorscheme\" in the top of the file; did you mean `theme`?"
    );
    assert_eq!(
        wrong(&with_source("theme = 'dark'")),
        "7:1: unknown key \"theme\" in [[site.pve]]; `theme` stands in the top of the file"
    );
    // Whether there is such a theme is not asked here.
    assert_eq!(
        read(&format!("theme = 'mine'\n{}", with_source(""))).unwrap().theme.as_deref(),
        Some("mine")
    );
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
fn mistakes_of_keys_say_what_was_meant() {
    let keys = |lines: &str| format!("{}[keys]\n{lines}\n", with_source(""));
    for (lines, expected) in [
        ("mark = 'M'", "no mistake"),
        ("mark = []", "no mistake"),
        ("marc = 'M'", "9:1: unknown action \"marc\" in [keys]; did you mean `mark`?"),
        ("zzz = 'M'", "9:1: unknown action \"zzz\" in [keys]"),
        ("mark = 5", "9:8: `mark` must be a key or a list of keys, this is a number"),
        ("mark = ['M', 5]", "9:14: `mark` must be a key or a list of keys, this is a number"),
        ("mark = ''", "9:8: `mark` is empty"),
        (
            "mark = 'ctrl-x'",
            "9:8: \"ctrl-x\" is no key: write \"x\", \"Ctrl-x\", \"Alt-x\", \"F2\", \"Space\", \"PgDn\", \"Shift-Tab\"; did you mean `Ctrl-x`?",
        ),
        (
            "mark = 'Ctrl-i'",
            "9:8: terminals send the same for \"Ctrl-i\" as for `Tab`: take another one",
        ),
        (
            "mark = 'Ctrl-X'",
            "9:8: terminals send the same for \"Ctrl-X\" as for `Ctrl-x`: take another one",
        ),
        (
            "mark = 'Ctrl-H'",
            "9:8: terminals send the same for \"Ctrl-H\" as for `Backspace`: take another one",
        ),
        ("mark = 'Ctrl-c'", "9:8: `Ctrl-c` always ends vigie: take another key"),
        ("back = []", "9:8: `back` needs a key: there would be no way out"),
        (
            "mark = 'e'",
            "9:8: \"e\" would mean `mark` and `evidence` in lists: give one of them another key",
        ),
        ("mark = 'e'\nevidence = 'E'", "no mistake"),
        (
            "mark = 'x'\nevidence = ['E', 'x']",
            "10:18: \"x\" would mean `evidence` and `mark` in lists: give one of them another key",
        ),
        (
            "down = 'Enter'",
            "9:8: \"Enter\" would mean `down` and `open` in lists: give one of them another key\n9:8: \"Enter\" would mean `down` and `close` over texts: give one of them another key\n9:8: \"Enter\" would mean `down` and `accept` while a filter is typed: give one of them another key",
        ),
        // Where letters are typed this one is not taken, and the arrow stays.
        ("down = 't'", "no mistake"),
        ("accept = 'y'", "no mistake"),
    ] {
        assert_eq!(wrong(&keys(lines)), expected, "{lines}");
    }
    for (text, meant) in [
        ("Escape", "Esc"),
        ("return", "Enter"),
        ("PageUp", "PgUp"),
        ("C-x", "Ctrl-x"),
        ("^x", "Ctrl-x"),
        ("ctrl+alt+Delete", "Ctrl-Alt-Delete"),
        ("M-x", "Alt-x"),
        ("<Space>", "Space"),
        ("f5", "F5"),
        ("Shift-tab", "Shift-Tab"),
        ("tabb", "Tab"),
    ] {
        let said = wrong(&keys(&format!("mark = '{text}'")));
        let meant = format!("; did you mean `{meant}`?");
        assert!(said.ends_with(&meant), "{said}");
    }
    assert_eq!(
        wrong(&keys("x = 1\n[ui]\nmouse = 'on'\nmous = true")),
        "9:1: unknown action \"x\" in [keys]\n11:9: `mouse` must be true or false, this is a text\n12:1: unknown key \"mous\" in [ui]; did you mean `mouse`?"
    );
    assert_eq!(
        wrong(&format!("keys = 5\n{}", with_source(""))),
        "1:8: write this section as [keys]"
    );
}
