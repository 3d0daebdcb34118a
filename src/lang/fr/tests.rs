//! Sentences that were read by eye, and the signs of French typography.

use jiff::tz::TimeZone;

use super::French;
use crate::fleet::code::Code;
use crate::fleet::link::Layer;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity};
use crate::judge::rows::recovery::Room;
use crate::lang::recovery::Fates;
use crate::lang::{
    Follows, Measures, Outlooks, Phrases, Recoveries, Replicas, Reports, Sentences, Tally, When,
};

/// 22 November 2026, 12:04 UTC.
const NOW: Epoch = Epoch(1_795_349_040);

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

/// With blanks as they are typed, to be read here.
fn typed(text: &str) -> String {
    text.replace('\u{a0}', " ").replace('’', "'")
}

#[test]
fn the_answer_comes_in_words() {
    let zone = TimeZone::UTC;
    let short = |code, facts, detail| {
        typed(&French.short(&problem(code, facts, detail), &When { now: NOW, zone: &zone }))
    };
    for (code, facts, detail, expected) in [
        (
            Code::BackupLate,
            Facts {
                due: Some(NOW.minus(10 * 3600 + 240)),
                newest: Some(NOW.minus(26 * 3600)),
                ..Facts::default()
            },
            None,
            "sauvegarde en retard : due à 02:00, copie de 26h",
        ),
        (
            Code::BackupLate,
            Facts { due: Some(NOW.minus(34 * 3600 + 240)), ..Facts::default() },
            None,
            "sauvegarde en retard : due le 21 nov. 02:00",
        ),
        (
            Code::SourceUnreachable,
            Facts { newest: Some(NOW.minus(7300)), layer: Some(Layer::Route), ..Facts::default() },
            Some("route"),
            "plus vue depuis 2h : aucune route vers l'hôte",
        ),
        (
            Code::DatastoreFilling,
            Facts { at: Some(NOW.plus(12 * 86400)), ..Facts::default() },
            None,
            "plein dans 12j à ce rythme",
        ),
        (
            Code::NodeRootfs,
            Facts { value: Some(0.899), limit: Some(0.85), ..Facts::default() },
            None,
            "racine à 89 %, limite 85 %",
        ),
        (
            Code::SourceClockSkew,
            Facts { value: Some(-7.5), limit: Some(60.0), ..Facts::default() },
            None,
            "l'horloge retarde de 7,5s",
        ),
        (
            Code::BackupJob,
            Facts { other: Some("pbs".into()), flag: Some(false), ..Facts::default() },
            Some("storage"),
            "son stockage pbs est désactivé",
        ),
        (
            Code::BackupPartial,
            Facts { names: vec!["scsi1".into(), "scsi2".into()], ..Facts::default() },
            None,
            "scsi1, scsi2 exclus de la sauvegarde",
        ),
    ] {
        assert_eq!(short(code, facts, detail), expected);
    }
}

#[test]
fn times_and_numbers_are_written_as_in_french() {
    let zone = TimeZone::get("Europe/Paris").expect("known");
    let when = When { now: NOW, zone: &zone };
    for (at, moment) in [
        (NOW, "13:04"),
        (NOW.minus(15 * 3600), "21 nov. 22:04"),
        (NOW.minus(400 * 86400), "18 oct. 2025"),
        (NOW.plus(9 * 86400), "1er déc. 13:04"),
        (Epoch(i64::MAX), "après 9999"),
    ] {
        assert_eq!(French.moment(at, &when), moment);
    }
    assert_eq!(French.taken(NOW, &when), "fait le dimanche 22 novembre 2026, 13:04 CET");
    assert_eq!(French.bytes(51_754_360_832), "48,2G");
    assert_eq!(French.bytes(512), "512o");
    assert_eq!(French.duration(3.24), "3,2s");
    assert_eq!(French.percent(0.96), "96%");
    for (days, age) in [
        (1, "24h"),
        (2, "2j"),
        (99, "99j"),
        (100, "3mo"),
        (183, "5mo"),
        (301, "9mo"),
        (320, "<1a"),
        (364, "<1a"),
        (365, "1a"),
    ] {
        assert_eq!(French.age(days * 86400), age, "{days} days");
    }
}

#[test]
fn singular_and_plural_are_those_of_french() {
    assert_eq!(French.critical(1), "1 critique");
    assert_eq!(French.warning(2), "2 alertes");
    assert_eq!(French.totals(5, 1, 0, true), "5 sites 1 hôte 0 invité");
    assert_eq!(French.count_guests(1, 1), "1 actif sur 1 invité");
    assert_eq!(French.count_guests(3, 4), "3 actifs sur 4 invités");
    assert_eq!(French.takes_none(1), "1 job ne prend aucun invité");
    assert_eq!(French.takes_none(2), "2 jobs ne prennent aucun invité");
    let tally = Tally { ok: 4, ..Tally::default() };
    assert_eq!(French.verdicts(&tally), "les 4 ok");
    let tally = Tally { critical: 2, ok: 28, none: 1, ..Tally::default() };
    assert_eq!(French.verdicts(&tally), "2 critiques, 28 ok, 1 sans objet");
    let fates = Fates { restartable: 1, restorable: 2, ..Fates::default() };
    assert_eq!(French.come_back(&fates), "1 relancé à la main, 2 restaurés");
}

#[test]
fn a_name_has_its_article() {
    for (source, expected) in [("fi", "de fi"), ("orizom", "d’orizom"), ("Étable", "d’Étable")]
    {
        assert_eq!(super::cut::of(source), expected);
    }
    assert_eq!(French.since("11:02"), "depuis 11:02");
    assert_eq!(French.since("21 nov. 23:04"), "depuis le 21 nov. 23:04");
}

#[test]
fn the_worst_of_a_loss_is_said_first() {
    let names = ["a".to_owned(), "b".to_owned()];
    let fates = Fates { guests: 5, restartable: 5, ..Fates::default() };
    for (fates, expected) in [
        (Fates::default(), "aucun invité ne s'arrêterait."),
        (fates, "les 5 invités pourraient revenir."),
        (Fates { guests: 1, ..fates }, "son seul invité pourrait revenir."),
        (
            Fates { doubtful: 2, ..fates },
            "on ne peut pas dire à présent si 2 sur 5 invités pourraient revenir.",
        ),
        (
            Fates { room_untold: 1, ..fates },
            "les 5 invités ont un retour ; on ne peut pas dire s'il y a la place.",
        ),
        (Fates { without_room: 2, ..fates }, "2 sur 5 invités ne trouveraient pas de place."),
        (
            Fates { without_room: 2, unknown: 5, ..fates },
            "on ne peut pas dire ce qu'il adviendrait de 5 invités.",
        ),
        (Fates { gone: 1, unknown: 1, ..fates }, "1 sur 5 invités serait perdu pour de bon."),
    ] {
        let said = typed(&French.after_loss(&names, Some(&fates)));
        assert_eq!(said, format!("Si a et b mouraient maintenant, {expected}"));
    }
    assert_eq!(French.room(Room::Full), "complet");
}

/// Texts of the sources, read as they are.
fn sources() -> [(&'static str, &'static str); 18] {
    macro_rules! read {
        ($($name:literal),*) => { [$(($name, include_str!($name))),*] };
    }
    read![
        "cut.rs",
        "drill.rs",
        "follow.rs",
        "keys.rs",
        "meaning.rs",
        "next.rs",
        "phrases.rs",
        "recovery.rs",
        "replicas.rs",
        "report.rs",
        "runbook.rs",
        "settings.rs",
        "short.rs",
        "subject.rs",
        "themes.rs",
        "whatif.rs",
        "words.rs",
        "../fr.rs"
    ]
}

#[test]
fn signs_have_their_blank_and_apostrophes_are_one() {
    let mut read = 0;
    for (name, text) in sources() {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let strings = line.split('"').skip(1).step_by(2);
            for string in strings {
                read += 1;
                for sign in [" : ", " ; ", " ? ", " ! ", "« ", " »"] {
                    assert!(!string.contains(sign), "{name}: {string:?}");
                }
                for end in [" :", " ;", " ?", " !"] {
                    assert!(!string.ends_with(end), "{name}: {string:?}");
                }
                let letters: Vec<char> = string.chars().collect();
                for three in letters.windows(3) {
                    let between = three[0].is_alphabetic() && three[2].is_alphabetic();
                    assert!(!(between && three[1] == '\''), "{name}: {string:?}");
                }
            }
        }
    }
    assert!(read > 900, "only {read} texts were read");
}

#[test]
fn what_is_followed_is_told_in_whole_sentences() {
    let told = |said: &[&str]| {
        let said: Vec<String> = said.iter().map(|one| (*one).to_owned()).collect();
        French.is_untold("fi", &said)
    };
    for (said, expected) in [
        (
            French.is_wrong(Severity::Critical, Some("helsinki"), "mail", Some("21 nov. 23:04")),
            "critique : helsinki, mail, depuis le 21 nov. 23:04",
        ),
        (
            French.is_wrong(Severity::Warning, None, "vigie", Some("12:03")),
            "alerte : vigie, depuis 12:03",
        ),
        (
            French.became(Severity::Warning, Severity::Critical, Some("home"), "pbs"),
            "critique, auparavant alerte : home, pbs",
        ),
        (French.is_over(None, "pbs"), "fini : pbs"),
        (told(&["a"]), "inconnu : la source fi ne permet plus de dire ce qu’il en est : a"),
        (
            told(&["a", "b"]),
            "inconnu : la source fi ne permet plus de dire ce qu’il en est de 2 problèmes déjà \
             dits : a ; b",
        ),
        (French.not_answered(&["a"]), "La source a n’a pas encore répondu en entier."),
        (French.not_answered(&["a", "b"]), "2 sources n’ont pas encore répondu en entier : a, b."),
        (French.log_lines(1, 40), "la dernière ligne, 40 avant"),
        (French.log_lines(32, 40), "les 32 dernières lignes, 40 avant"),
        (French.log_lines(32, 0), "32 lignes"),
        (French.hits(Some(0), 2), "1 sur 2"),
        (French.hits(None, 1), "1 trouvé"),
        (French.watched("70%", 14), "observé 70 % de 14 jours"),
    ] {
        assert_eq!(said.replace('\u{a0}', " "), expected);
    }
}
