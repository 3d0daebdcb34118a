//! Errors in French: none of ours is left in English.

use std::path::Path;

use anyhow::anyhow;

use crate::command::drill::{DrillError, TakenBy};
use crate::command::fleet::FleetError;
use crate::command::target::{NoTarget, Takes};
use crate::command::trust::TrustError;
use crate::config::edit::EditError;
use crate::config::{Around, parse};
use crate::lang::Tongue;
use crate::memory::MemoryError;
use crate::run;
use crate::theme::{Depth, Theme};
use crate::told::told;

fn french(error: impl std::error::Error + 'static) -> String {
    told(&error, Tongue::French).replace('\u{a0}', " ").replace('’', "'")
}

fn mistakes(text: &str) -> String {
    let around = Around { env: &|_| None, timezone: jiff::tz::TimeZone::UTC };
    french(parse(text, Path::new("c.toml"), &around).unwrap_err())
}

#[test]
fn mistakes_of_the_configuration_are_told_in_french() {
    for (text, expected) in [
        ("", "c.toml: aucun [[site]] : il n'y a rien à surveiller"),
        (
            "lang = 'de'",
            "c.toml:1:8: \"de\" n'est pas une langue de vigie : il y a \"en\" et \"fr\"",
        ),
        (
            "them = 'light'",
            "c.toml:1:1: clé inconnue \"them\" dans le haut du fichier ; serait-ce `theme` ?",
        ),
        ("theme = 3", "c.toml:1:9: `theme` doit être un texte, et ceci est un nombre"),
        (
            "[policy]\ncpu = 95",
            "c.toml:2:7: il faut un signe pour cent à `cpu` ; serait-ce `\"95%\"` ?",
        ),
        ("[policy]\nfilling = true", "un"),
        (
            "[[site]]\nname = 'a'",
            "c.toml:1:1: le site \"a\" n'a rien à surveiller : lui donner un [[site.pve]] ou un \
             [[site.pbs]]",
        ),
        (
            "[[except]]\nsubject = 'gest/fi/1'\ncodes = ['backup.*']\nreason = 'x'",
            "c.toml:2:11: \"gest/fi/1\" n'est pas un sujet : serait-ce guest/SOURCE/VMID ?",
        ),
    ] {
        let said = mistakes(text);
        assert!(said.lines().any(|line| line.contains(expected)), "{text}\n{said}");
    }
}

/// Every mistake that a long list of wrong files makes.
#[test]
fn no_piece_of_a_sentence_is_left_in_english() {
    let source = |keys: &str| format!("[[site]]\nname = 'a'\n[[site.pve]]\n{keys}\n");
    let files = [
        source(""),
        source("name = 'x y'\nendpoints = 'http://a'\ntoken = 'root'\nsecret-file = 3"),
        source("endpoints = []\ntoken = 'a@pve!x=y'\nsecret-env = 'A B'\nsecret-file = 'x'"),
        source("endpoints = ['https://u@h', 'h', 'https://h/x', 'https://h:0']\ntoken = []"),
        source("endpoints = 'https://h'\ntoken = 'a@pve!x'\nsecret-command = 'pass x'"),
        source("fingerprint = 'AA'\nplanned-off = ['1', '01:00..01:00']\nca-file = '~u/x'"),
        source("fingerprint = 'zz:zz'\nsecret = 'x'\npassword = 3"),
        "[policy]\ncpu = 'x'\nmemory = 2.0\nstorage = '90%'\nrootfs = ['95%', '85%']\nswap = []"
            .into(),
        "[policy]\nbackup-grace = 'x'\nbackup-max-age = 26\nfilling = true\nrestore-rate = 5"
            .into(),
        "[policy]\nrestore-rate = '0MB/s'\ncluster-ca = '200000d'\nclock-skew = [1]".into(),
        "[[objective]]\nguests = 'x'\n[[objective]]\nguests = []\nrecovery-point = '1h'".into(),
        "[[except]]\nsubject = 'x/y'\ncodes = ['x']\nuntil = '2027-01-01'".into(),
        "[[except]]\nsubject = 'source'\ncodes = ['backup.lat']\nreason = ''\nuntil = 3".into(),
        "site = 3\npolicy = 3\nexcept = 3\ntheme = 'a b'\nlang = 3".into(),
        "[site]\nname = 'a'\ntimezone = 'Europe/Pariss'".into(),
    ];
    let english = [
        "must", "the ", " is ", "not ", "did you", "known", "unknown", "write", "needs", "such as",
        "a text", "a list", "a number", "lacks", "which", "where", "what", "digits", "share",
        "names ", "no ", "stand", "empty", "already",
    ];
    let mut lines = 0;
    for file in files {
        for line in mistakes(&file).lines() {
            lines += 1;
            let (_, said) = line.split_once(": ").unwrap();
            // The texts of the file are as they are.
            let ours: String = said.split('"').step_by(2).collect();
            for word in english {
                assert!(!ours.contains(word), "{word:?} in {line}");
            }
        }
    }
    assert!(lines > 40, "only {lines} mistakes were made");
}

#[test]
fn a_theme_that_is_wrong_says_so_in_french() {
    let shelf = &crate::config::Themes::default();
    let text = "[palette]\nred = 3\n[roles]\ntext = { fg = 'nored', bold = 1 }\nwarn = {}\nx = 1";
    let file = crate::theme::Source { file: "m.toml".into(), text: Ok(text.into()) };
    let said = french(Theme::read("m", &file, Depth::Rgb, shelf).unwrap_err());
    for expected in [
        "m.toml:2:7: \"red\" doit être une couleur, et ceci est un nombre",
        "il n'y a pas de rôle \"warn\" ; serait-ce `warning` ?",
        "n'est pas une couleur",
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn what_a_command_cannot_do_is_told_with_its_causes() {
    let io = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    assert_eq!(
        french(DrillError::Sweep(io())),
        "les serveurs ne peuvent pas être interrogés : permission denied"
    );
    assert_eq!(
        french(DrillError::Fleet(FleetError::NoSuchSite {
            asked: "x".into(),
            known: "a, b".into()
        })),
        "il n'y a pas de site \"x\" ; il y a a, b"
    );
    assert_eq!(
        french(NoTarget::Unknown { asked: "x".into(), takes: Takes::Hosts }),
        "il n'y a pas d'hôte \"x\" : un hôte est SOURCE/NŒUD ; ou le nom d'un cluster ou d'un site, \
         pour tous ses hôtes"
    );
    assert_eq!(
        french(DrillError::Taken(100, TakenBy::Copies, 9000)),
        "le numéro 100 est pris par les copies d'un invité ; 9000 est libre"
    );
    assert_eq!(
        french(run::Error::System(io())),
        "le système refuse ce qu'il faut au tableau de bord : permission denied"
    );
}

#[test]
fn what_keeps_the_configuration_from_being_changed_is_told_in_french() {
    let io = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    for (error, expected) in [
        (EditError::Io("c.toml".into(), io), "c.toml : permission denied"),
        (EditError::Syntax, "TOML invalide"),
        (EditError::NoSite("x".into()), "il n'y a pas de site x"),
        (EditError::NoSource("x".into()), "il n'y a pas de source x"),
        (EditError::OtherProduct("x".into()), "la source x est de l'autre produit"),
        (EditError::Form("site"), "site est écrit sous une forme qui ne peut pas être changée ici"),
        (EditError::Changed("c.toml".into()), "c.toml a été changé entre-temps"),
    ] {
        assert_eq!(french(error), expected);
    }
    assert_eq!(
        french(TrustError::from(EditError::Changed("c.toml".into()))),
        "c.toml a été changé entre-temps"
    );
    let io = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    assert_eq!(
        french(TrustError::System(io)),
        "les serveurs ne peuvent pas être interrogés : permission denied"
    );
}

/// Each says what to do, or that nothing need be done.
#[test]
fn a_memory_that_fails_is_told_with_what_to_do() {
    let path = || std::path::PathBuf::from("/x/pve.json");
    let io = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let json = || serde_json::from_str::<u8>("").unwrap_err();
    for (error, english, expected) in [
        (MemoryError::Unreadable { path: path(), error: io() }, "mend the rights", "corriger"),
        (MemoryError::NoFile { path: path() }, "remove it", "supprimer"),
        (MemoryError::Unwritable { path: path(), error: io() }, "make room", "faire de la place"),
        (MemoryError::Damaged { path: path(), error: json() }, "replaces it", "le remplace"),
        (MemoryError::Format { path: path(), found: 9 }, "replaces it", "le remplace"),
        (MemoryError::Foreign { path: path() }, "chmod go-w", "chmod go-w"),
        (MemoryError::TooLarge { path: path() }, "remove it", "supprimer"),
    ] {
        let said = crate::told::told(&error, Tongue::English);
        assert!(said.contains(english) && said.contains("/x/pve.json"), "{said}");
        let said = french(error);
        assert!(said.contains(expected) && said.contains("/x/pve.json"), "{said}");
    }
}

#[test]
fn what_is_not_ours_stays_as_it_is() {
    let error = anyhow!("inner").context("outer");
    assert_eq!(told(&*error, Tongue::English), "outer: inner");
    assert_eq!(told(&*error, Tongue::French), "outer\u{a0}: inner");
}
