//! What holds in every language, whatever the facts.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::{Lang, Tongue, When, of, trust};
use crate::fleet::code::Code;
use crate::fleet::id::GuestKind;
use crate::fleet::link::{Layer, PeerCertificate};
use crate::fleet::part::CauseKind;
use crate::fleet::pve::cluster::NodeState;
use crate::fleet::subject::Subject;
use crate::fleet::task::Work;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity, Stranger};
use crate::judge::rows::recovery::{Room, WayKind};
use crate::judge::rows::{Checked, SourceState, StoreJobKind};
use crate::judge::verdict::Verdict;
use crate::keymap::TABLE;
use crate::state::{Section, Tab};
use crate::whatif::How;

/// 22 November 2026, 12:04 UTC.
const NOW: Epoch = Epoch(1_795_349_040);

fn every() -> impl Iterator<Item = &'static dyn Lang> {
    Tongue::ALL.into_iter().map(of)
}

fn problem(code: Code, facts: Facts, detail: Option<&str>) -> Problem {
    Problem {
        code,
        severity: Severity::Critical,
        site: Some("helsinki".into()),
        source: Some("fi".into()),
        subject: Subject::guest(&"fi".into(), 104),
        detail: detail.map(Into::into),
        facts,
        since: None,
        evidence: Vec::new(),
        accepted: None,
    }
}

fn full() -> Facts {
    Facts {
        age: Some(26 * 3600),
        value: Some(0.96),
        limit: Some(0.95),
        due: Some(NOW.minus(10 * 3600 + 240)),
        newest: Some(NOW.minus(26 * 3600)),
        at: Some(NOW.plus(9 * 86400)),
        count: Some(3),
        text: Some("no space left".into()),
        names: vec!["scsi1".into(), "scsi2".into()],
        other: Some("fi1".into()),
        layer: Some(Layer::Route),
        cause: Some(CauseKind::Unauthorized),
        flag: Some(true),
        strangers: vec![Stranger {
            address: "fi1:8006".into(),
            shown: PeerCertificate::default(),
            expected: vec![[1; 32]],
            vouched: Some(true),
        }],
    }
}

#[test]
fn every_code_has_its_sentences_with_all_facts_and_with_none() {
    let zone = TimeZone::UTC;
    let when = When { now: NOW, zone: &zone };
    for (lang, code) in every().flat_map(|lang| Code::ALL.iter().map(move |code| (lang, *code))) {
        assert!(!lang.code(code).is_empty());
        for facts in [full(), Facts::default()] {
            for detail in [None, Some("scsi1")] {
                let problem = problem(code, facts.clone(), detail);
                let short = lang.short(&problem, &when);
                assert!(!short.trim().is_empty(), "{code}");
                assert!(short.chars().count() <= 64, "{code}: {short}");
                assert!(!short.ends_with('.') && !short.contains("  "), "{code}: {short}");
                let meaning = lang.meaning(&problem, &when);
                assert!(meaning.chars().count() > 10, "{code}: {meaning}");
                assert!(meaning.ends_with('.') || meaning.ends_with('?'), "{code}: {meaning}");
                let next = lang.next(&problem);
                assert!((1..=2).contains(&next.len()), "{code}");
                for line in next {
                    assert!(!line.is_empty() && !line.contains('{'), "{code}: {line}");
                    assert!(line.chars().count() <= 76, "{code}: {line}");
                }
            }
        }
    }
}

#[test]
fn what_to_do_next_has_the_same_commands_in_every_language() {
    /// Words that are typed, and what is put into them.
    fn typed(line: &str) -> Vec<&str> {
        const PROGRAMS: [&str; 16] = [
            "pveum",
            "pvecm",
            "pvenode",
            "pvesm",
            "pvesr",
            "pveupgrade",
            "qm",
            "pct",
            "vzdump",
            "zpool",
            "systemctl",
            "journalctl",
            "smartctl",
            "curl",
            "proxmox-backup-manager",
            "ha-manager",
        ];
        let words = line.split(|c: char| c.is_whitespace() || ",;:?()".contains(c));
        words.filter(|w| PROGRAMS.contains(w) || w.starts_with("--") || w.contains("104")).collect()
    }
    let english = of(Tongue::English);
    for code in Code::ALL {
        for detail in [None, Some("scsi1"), Some("time"), Some("site"), Some("unnamed")] {
            let problem = problem(*code, full(), detail);
            let all = |lang: &dyn Lang| {
                let lines = lang.next(&problem);
                lines.iter().flat_map(|line| typed(line)).map(str::to_owned).collect::<Vec<_>>()
            };
            for lang in every() {
                assert_eq!(all(lang), all(english), "{code}");
            }
        }
    }
}

/// Every problem in every way it is told: by layer, by cause, by detail, with the flag and without.
fn told_every_way() -> Vec<Problem> {
    let layers = [Layer::Name, Layer::Route, Layer::Refused, Layer::Timeout, Layer::Tls];
    let layers = layers.into_iter().chain([Layer::Reset]).map(Some).chain([None]);
    let causes = [
        CauseKind::Unreachable,
        CauseKind::Untrusted,
        CauseKind::Unauthorized,
        CauseKind::Status(500),
        CauseKind::Status(595),
        CauseKind::Timeout,
        CauseKind::Cut,
        CauseKind::Malformed,
        CauseKind::TooLarge,
        CauseKind::OutOfTime,
        CauseKind::Broken,
    ];
    let causes = causes.into_iter().map(Some).chain([None]);
    let mut facts = vec![full(), Facts::default()];
    facts.extend(layers.map(|layer| Facts { layer, ..Facts::default() }));
    facts.extend(causes.map(|cause| Facts { cause, ..Facts::default() }));
    let details =
        [None, Some("scsi1"), Some("time"), Some("site"), Some("unnamed"), Some("bridge")];
    let mut all = Vec::new();
    for code in Code::ALL {
        for facts in &facts {
            all.extend(details.map(|detail| problem(*code, facts.clone(), detail)));
        }
    }
    all
}

/// Words that somebody does, commands that somebody types, and places that somebody goes to.
const ACTS: [&[&str]; 2] = [
    &[
        "accept",
        "add",
        "ask",
        "bring",
        "check",
        "choose",
        "clear",
        "edit",
        "tick",
        "untick",
        "compare",
        "decide",
        "extend",
        "free",
        "give",
        "grant",
        "keep",
        "look",
        "make",
        "mend",
        "move",
        "nothing",
        "order",
        "plan",
        "print",
        "prune",
        "put",
        "read",
        "remove",
        "rename",
        "replicate",
        "report",
        "restart",
        "run",
        "start",
        "verify",
        "back",
    ],
    &[
        "accepter",
        "ajouter",
        "demander",
        "remettre",
        "vérifier",
        "choisir",
        "cocher",
        "décocher",
        "enlever",
        "modifier",
        "ramener",
        "comparer",
        "décider",
        "agrandir",
        "libérer",
        "donner",
        "accorder",
        "garder",
        "regarder",
        "faire",
        "réparer",
        "déplacer",
        "rien",
        "commander",
        "prévoir",
        "imprimer",
        "élaguer",
        "mettre",
        "lire",
        "supprimer",
        "renommer",
        "répliquer",
        "signaler",
        "relancer",
        "lancer",
        "démarrer",
        "chercher",
        "corriger",
        "sauvegarder",
        "créer",
        "attribuer",
        "rallumer",
    ],
];

const TYPED: [&str; 26] = [
    "pveum",
    "pvecm",
    "pvenode",
    "pvesm",
    "pvesr",
    "qm",
    "pct",
    "vzdump",
    "zpool",
    "systemctl",
    "journalctl",
    "smartctl",
    "curl",
    "proxmox-backup-manager",
    "proxmox-backup-client",
    "ha-manager",
    "chronyc",
    "timedatectl",
    "vigie",
    "pve8to9",
    "top",
    "sort",
    "free",
    "ping",
    "getent",
    "corosync-cfgtool",
];

/// That something is wrong is told elsewhere: here is what to do, in the first line already.
#[test]
fn what_to_do_is_something_to_do() {
    let mut idle = std::collections::BTreeSet::new();
    for problem in told_every_way() {
        for (tongue, acts) in Tongue::ALL.into_iter().zip(ACTS) {
            let lines = of(tongue).next(&problem);
            let first = lines.first().cloned().unwrap_or_default().to_lowercase();
            let mut words = first.split(|c: char| !c.is_alphanumeric() && c != '-');
            let is_act = |word: &str| acts.contains(&word) || TYPED.contains(&word);
            if !words.any(is_act) {
                idle.insert(format!("{} in {}: {lines:?}", problem.code, tongue.as_str()));
            }
            for line in lines {
                if line.chars().count() > 76 {
                    idle.insert(format!(
                        "{} in {}: too wide: {line}",
                        problem.code,
                        tongue.as_str()
                    ));
                }
            }
        }
    }
    let idle: Vec<String> = idle.into_iter().collect();
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

/// Who is sent to the wrong server loses the night: each layer and each cause has its own cure.
#[test]
fn a_source_that_cannot_be_read_has_a_cure_for_each_way() {
    for lang in every() {
        let next = |code, facts| lang.next(&problem(code, facts, None)).join("\n");
        let by_layer =
            |layer| next(Code::SourceUnreachable, Facts { layer: Some(layer), ..Facts::default() });
        let layers = [Layer::Name, Layer::Refused, Layer::Tls, Layer::Reset, Layer::Route];
        let told: std::collections::BTreeSet<_> = layers.map(by_layer).into_iter().collect();
        assert_eq!(told.len(), layers.len(), "{told:#?}");
        let by_cause =
            |cause| next(Code::SourceError, Facts { cause: Some(cause), ..Facts::default() });
        assert!(by_cause(CauseKind::Status(500)).contains("journalctl"));
        assert!(!by_cause(CauseKind::Broken).contains("journalctl"), "the server is not at fault");
        assert!(by_cause(CauseKind::Broken).contains(".log"));
        assert!(by_cause(CauseKind::Unauthorized).contains("chmod 600"));
    }
}

/// No wider than the column it stands in.
#[track_caller]
fn fits(text: &str, width: usize) {
    assert!(text.width() <= width, "{text:?} has {} columns of {width}", text.width());
}

#[test]
fn words_are_no_wider_than_their_columns() {
    let late = problem(Code::BackupLate, full(), None);
    for lang in every() {
        for month in 0..14 {
            let when = When { now: NOW, zone: &TimeZone::UTC };
            let at = NOW.minus(month * 30 * 86400);
            fits(&lang.date(at, &when), lang.date_width());
            fits(&lang.moment(at, &when), lang.date_width());
        }
        // Close together: a blank, the number, a blank.
        let tabs: usize = Tab::ALL.iter().map(|tab| lang.tab(*tab).width() + 3).sum();
        assert!(tabs <= 80, "the views take {tabs} columns");
        for state in [NodeState::Online, NodeState::Offline, NodeState::Unknown] {
            fits(lang.node_state(state), 8);
        }
        for state in ["running", "stopped", "paused", "unknown"] {
            fits(lang.guest_state(state), 8);
        }
        for state in [
            SourceState::Fresh,
            SourceState::Stale,
            SourceState::Unreachable,
            SourceState::Untrusted,
            SourceState::Unauthorized,
            SourceState::Forbidden,
            SourceState::Malformed,
            SourceState::Error,
            SourceState::PlannedOff,
        ] {
            fits(lang.source_state(state), 13);
        }
        for way in [WayKind::Ha, WayKind::Shared, WayKind::Replica, WayKind::Restore] {
            fits(lang.way(way), 7);
        }
        for how in [How::Ha, How::Shared, How::Replica, How::Restore, How::Unknown, How::Gone] {
            fits(lang.how(how), 7);
        }
        for room in [Room::Fits, Room::Tight, Room::Unknown, Room::Full, Room::Away] {
            fits(lang.room(room), 8);
        }
        fits(lang.no_way(), 7);
        for kind in [GuestKind::Qemu, GuestKind::Lxc] {
            fits(lang.guest_letter(kind), 1);
        }
        for kind in
            [StoreJobKind::Gc, StoreJobKind::Verify, StoreJobKind::Prune, StoreJobKind::Sync]
        {
            fits(lang.store_job(kind), 8);
        }
        for code in Code::ALL.iter().filter(|code| code.family() == "backup") {
            let problem = problem(*code, full(), None);
            for verdict in [Verdict::Ok, Verdict::Warning, Verdict::Unknown, Verdict::Critical] {
                fits(lang.copy_word(Some(&problem), verdict), 7);
                fits(lang.copy_doubt(Some(&problem), verdict), 7);
            }
            let word = lang.copy_word(Some(&problem), Verdict::Critical);
            fits(&lang.backups_bad(2, 30, Some(word), Verdict::Critical), 16);
        }
        let word = lang.copy_word(Some(&late), Verdict::Warning);
        assert_ne!(
            lang.backups_bad(1, 9, Some(word), Verdict::Warning),
            lang.backups_bad(1, 9, None, Verdict::Unknown)
        );
        for binding in TABLE {
            fits(lang.hint(binding.help), 12);
            fits(lang.help(binding.help), 58);
        }
    }
}

#[test]
fn states_are_told_apart() {
    for lang in every() {
        let online = lang.node_state(NodeState::Online);
        assert_ne!(online, lang.node_state(NodeState::Offline));
        assert_ne!(lang.guest_state("running"), lang.guest_state("stopped"));
        // What Proxmox may say tomorrow is shown as it comes.
        assert_eq!(lang.guest_state("prelaunch"), "prelaunch");
        let verdicts = [Verdict::Ok, Verdict::Warning, Verdict::Unknown, Verdict::Critical];
        let words: std::collections::BTreeSet<_> = verdicts.map(|v| lang.verdict(v)).into();
        assert_eq!(words.len(), 4);
        let checked = [Checked::Ok, Checked::Failed, Checked::None].map(|c| lang.checked(c));
        assert!(checked[0] != checked[1] && checked[1] != checked[2] && checked[0] != checked[2]);
        assert!(!lang.nothing(Section::Problems).is_empty());
    }
}

#[test]
fn another_language_says_something_else() {
    let zone = TimeZone::UTC;
    let when = When { now: NOW, zone: &zone };
    let [one, other] = Tongue::ALL.map(of);
    for code in Code::ALL {
        let problem = problem(*code, full(), Some("scsi1"));
        assert_ne!(one.meaning(&problem, &when), other.meaning(&problem, &when), "{code}");
        assert_ne!(one.code(*code), other.code(*code), "{code}");
        // Some say what the server says, and no more.
        let is_theirs = [Code::SourceError, Code::GuestPaused, Code::NodeService, Code::NodeZfs];
        if !is_theirs.contains(code) {
            assert_ne!(one.short(&problem, &when), other.short(&problem, &when), "{code}");
        }
    }
    for binding in TABLE {
        assert_ne!(one.help(binding.help), other.help(binding.help));
    }
}

#[test]
fn a_certificate_is_told_in_every_language() {
    let zone = TimeZone::UTC;
    let when = When { now: NOW, zone: &zone };
    let stranger = Stranger {
        address: "fi1:8006".into(),
        shown: PeerCertificate {
            fingerprint: [0xAB; 32],
            not_before: Some(NOW.minus(86_400)),
            not_after: Some(Epoch(i64::MAX)),
            subject: "CN=fi1".into(),
            issuer: "CN=CA".into(),
            names: vec!["fi1".into(), "192.0.2.1".into()],
        },
        expected: vec![[1; 32], [2; 32]],
        vouched: Some(false),
    };
    for lang in every() {
        let told = trust::stranger(lang, &stranger, &when);
        let marks = told.iter().filter(|(mark, _)| !mark.is_empty()).count();
        assert_eq!(marks, 9, "{told:?}");
        let all: Vec<String> = told.iter().map(|(mark, value)| format!("{mark} {value}")).collect();
        let all = all.join("\n");
        for part in ["fi1:8006", "AB:AB", "CN=CA", "fi1, 192.0.2.1", "2026-11-21", "9999", "NO"] {
            assert!(all.contains(part), "{part} in {all}");
        }
        assert!(told.iter().all(|(_, value)| value.width() <= 62), "{all}");
        let unknown = trust::stranger(lang, &Stranger { vouched: None, ..stranger.clone() }, &when);
        assert!(!unknown.iter().any(|(_, value)| value.starts_with("NO")), "{unknown:?}");
        assert!(lang.is_yes("Yes\n") && !lang.is_yes("") && !lang.is_yes("n"));
    }
    assert!(of(Tongue::French).is_yes("oui\n") && !of(Tongue::English).is_yes("oui"));
}

proptest! {
    #[test]
    fn numbers_are_no_wider_than_their_columns(n in any::<u64>(), s in any::<i64>(), f in any::<f64>()) {
        for lang in every() {
            prop_assert!(lang.bytes(n).width() <= 5, "{}", lang.bytes(n));
            prop_assert!(lang.age(s).width() <= 3, "{}", lang.age(s));
            prop_assert!(lang.percent(f).width() <= 4);
            let days = (s % 8_553_600).abs() as f64;
            prop_assert!(lang.duration(days).width() <= 6, "{}", lang.duration(days));
        }
    }

    /// The screen is painted anew when an age reads differently.
    #[test]
    fn an_age_reads_the_same_as_long_as_it_is_held(s in 0_i64..2_000_000_000) {
        let holds = super::measure::age_holds(s);
        for lang in every() {
            prop_assert_eq!(lang.age(s + holds - 1), lang.age(s));
        }
    }
}

#[test]
fn what_a_task_does_fits_its_column_in_every_language() {
    for lang in every() {
        for work in Work::ALL {
            let width = lang.work(work).width();
            assert!((1..=15).contains(&width), "{work:?}: {}", lang.work(work));
        }
    }
}
