//! Everything a line or a server can do wrong: each is told apart, the other sources go on, and
//! what was known stays, with its age.

use std::time::{Duration, Instant};

use vigie::fleet::link::Layer;
use vigie::fleet::part::{CauseKind as Kind, Outcome};
use vigie::judge::rows::{Judged, SourceState as Is};
use vigie::judge::{Problem, Severity};
use vigie::simulate::Fault;

use crate::bed::{Bed, LOOK, SECRET, source_row, two_sites};

mod clock;
mod cluster;
mod kept;
mod reach;
mod store;
mod table;
mod truth;
mod whole;

/// How long a look may take where something is silent.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// One fault of a whole source. (Too large is told call by call, below.)
struct Case {
    what: &'static str,
    fault: Fault,
    /// How the one line begins that is said, of `alone`.
    says: &'static str,
    state: Is,
    /// A word of the reason, as the source's row shows it.
    error: &'static str,
}

fn case(
    what: &'static str,
    fault: Fault,
    says: &'static str,
    state: Is,
    error: &'static str,
) -> Case {
    Case { what, fault, says, state, error }
}

fn whole_source() -> Vec<Case> {
    let tick = Duration::from_millis(100);
    vec![
        case(
            "refused",
            Fault::Down,
            "unknown source.unreachable source/alone (refused)",
            Is::Unreachable,
            "refused",
        ),
        case(
            "silent",
            Fault::Silent,
            "unknown source.unreachable source/alone (time-out)",
            Is::Unreachable,
            "time",
        ),
        case(
            "silent before TLS",
            Fault::TlsSilent,
            "unknown source.unreachable source/alone (time-out)",
            Is::Unreachable,
            "time",
        ),
        case(
            "slower than we wait",
            Fault::Delay(Duration::from_secs(60)),
            "unknown source.unreachable source/alone (time-out)",
            Is::Unreachable,
            "time",
        ),
        case(
            "byte by byte",
            Fault::Trickle(tick),
            "unknown source.unreachable source/alone (time-out)",
            Is::Unreachable,
            "time",
        ),
        case(
            "reset",
            Fault::Reset,
            "unknown source.unreachable source/alone (reset)",
            Is::Unreachable,
            "connection closed",
        ),
        case(
            "plain HTTP",
            Fault::PlainHttp,
            "unknown source.unreachable source/alone (TLS)",
            Is::Unreachable,
            "TLS",
        ),
        case(
            "401",
            Fault::Unauthorized,
            "unknown source.unauthorized source/alone",
            Is::Unauthorized,
            "401",
        ),
        case(
            "403",
            Fault::Forbidden("Sys.Audit".into()),
            "unknown source.forbidden source/alone",
            Is::Forbidden,
            "",
        ),
        case(
            "500",
            Fault::Status(500, "got no worker".into()),
            "unknown source.error source/alone",
            Is::Error,
            "got no worker",
        ),
        case(
            "503 of a proxy",
            Fault::Bare(503, "Service Unavailable".into()),
            "unknown source.error source/alone",
            Is::Error,
            "Service Unavailable",
        ),
        case(
            "595",
            Fault::Bare(595, "Connection refused".into()),
            "unknown source.error source/alone",
            Is::Error,
            "Connection refused",
        ),
        case(
            "596",
            Fault::Bare(596, "Connection timed out".into()),
            "unknown source.error source/alone",
            Is::Error,
            "Connection timed out",
        ),
        case("cut", Fault::Cut(5), "unknown source.error source/alone", Is::Error, "cut short"),
        case(
            "half a document",
            Fault::Malformed,
            "unknown source.error source/alone",
            Is::Error,
            "cut short",
        ),
        case("a portal", Fault::Html, "unknown source.malformed source/alone", Is::Malformed, ""),
        case(
            "another program",
            Fault::Body("{\"status\":\"up\"}".into()),
            "unknown source.malformed source/alone",
            Is::Malformed,
            "",
        ),
        case(
            "no JSON",
            Fault::Body("\u{1b}[2Jhello".into()),
            "unknown source.malformed source/alone",
            Is::Malformed,
            "",
        ),
        case(
            "nothing at all",
            Fault::Body(String::new()),
            "unknown source.error source/alone",
            Is::Error,
            "cut short",
        ),
        case(
            "301",
            Fault::Redirect("https://elsewhere.example/".into()),
            "unknown source.malformed source/alone",
            Is::Malformed,
            "redirected",
        ),
        case(
            "301 that hides an escape",
            Fault::Redirect("https://elsewhere.example/\u{1b}]0;x\u{7}".into()),
            "unknown source.malformed source/alone",
            Is::Malformed,
            "redirected",
        ),
        error("400", Fault::Status(400, "Parameter verification failed.".into()), "verification"),
        error("404", Fault::Status(404, "no such page".into()), "no such page"),
        error("500 with a reason only", Fault::Bare(500, "no quorum!".into()), "no quorum!"),
        error("597", Fault::Bare(597, "Broken pipe".into()), "Broken pipe"),
        error("599", Fault::Bare(599, "Too many redirects".into()), "Too many redirects"),
        error("not even half a head", Fault::Cut(0), "cut short"),
    ]
}

/// One where every call fails.
fn error(what: &'static str, fault: Fault, error: &'static str) -> Case {
    case(what, fault, "unknown source.error source/alone", Is::Error, error)
}

#[test]
fn a_fault_of_a_whole_source_is_told_apart() {
    let mut wrong = Vec::new();
    let mut bed = Bed::new(two_sites());
    bed.look();
    let healthy = bed.fleet.clone();
    for case in whole_source() {
        bed.fleet = healthy.clone();
        let judged = bed.look();
        assert_eq!(judged.problems, [], "before {}", case.what);
        let seen = bed.survey("alone").pve().unwrap().resources.seen;
        bed.source("alone").set(&case.fault);
        bed.patience = PATIENCE;
        let began = Instant::now();
        let judged = bed.look();
        assert!(began.elapsed() < Duration::from_secs(6), "{}: {:?}", case.what, began.elapsed());
        bed.patience = Duration::from_secs(20);
        bed.source("alone").clear();
        let said: Vec<String> =
            bed.said(&judged).into_iter().filter(|line| !line.starts_with("notice")).collect();
        let row = source_row(&judged, "alone");
        let error = row.error.as_deref().unwrap_or_default();
        let is_said = said.len() == 1 && said[0].starts_with(case.says);
        if !is_said || row.state != case.state || !error.contains(case.error) {
            wrong.push(format!("{}: {said:?}, {:?}, {error:?}", case.what, row.state));
        }
        // What was known stays, with its age.
        assert_eq!(bed.survey("alone").pve().unwrap().resources.seen, seen, "{}", case.what);
        let guests: Vec<_> = guests(&judged, "alone").collect();
        assert_eq!(guests, [(500, Some("mill"), true), (501, Some("owl"), true)], "{}", case.what);
        others_are_fresh(&judged, "alone", case.what);
        let judged = bed.look();
        recovered(&bed, &judged, "alone", case.what);
        let again = bed.survey("alone").pve().unwrap().resources.seen;
        assert!(again > seen, "{}: nothing new is known", case.what);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing is left of a fault that is over.
pub fn recovered(bed: &Bed, judged: &Judged, source: &str, what: &str) {
    let row = source_row(judged, source);
    assert_eq!((row.state, row.complete), (Is::Fresh, true), "{what}: {row:?}");
    assert_eq!(row.error, None, "{what}");
    assert_eq!(judged.problems, [], "after {what}: {:?}", bed.said(judged));
}

/// Whatever is wrong with one source, the others are as they were.
pub fn others_are_fresh(judged: &Judged, but: &str, what: &str) {
    for source in ["pve", "alone", "pbs"].into_iter().filter(|source| *source != but) {
        let row = source_row(judged, source);
        assert_eq!((row.state, row.complete), (Is::Fresh, true), "{what}: {row:?}");
    }
}

/// What is said of one source and of what is its own, notices left out.
pub fn told(bed: &Bed, judged: &Judged, source: &str) -> Vec<String> {
    let is_its = |p: &&Problem| p.source.as_ref().is_some_and(|name| name.as_str() == source);
    let lines = judged.problems.iter().filter(is_its).map(|p| p.subject.to_string());
    let said = bed.said(judged);
    let subjects: std::collections::BTreeSet<String> = lines.collect();
    let is_told = |line: &String| {
        subjects.iter().any(|subject| line.contains(subject.as_str()))
            && !line.starts_with("notice")
    };
    said.into_iter().filter(is_told).collect()
}

/// Number, name, and whether a copy is known.
fn guests<'a>(
    judged: &'a Judged,
    source: &'a str,
) -> impl Iterator<Item = (u32, Option<&'a str>, bool)> {
    let rows = judged.sites.iter().flat_map(|site| &site.guests);
    rows.filter(move |row| row.source.as_str() == source)
        .map(|row| (row.vmid, row.name.as_deref(), row.backup.newest.is_some()))
}

/// What is wrong with one call is said of that call; everything else of the source goes on.
#[test]
fn a_fault_of_one_call_is_a_failed_part() {
    let call = "/nodes/alone/services";
    let faults = [
        ("reset", Fault::Reset, Kind::Unreachable),
        ("silent", Fault::Silent, Kind::Timeout),
        ("slow", Fault::Delay(Duration::from_secs(60)), Kind::Timeout),
        ("byte by byte", Fault::Trickle(Duration::from_millis(100)), Kind::Timeout),
        ("500", Fault::Status(500, "got no worker".into()), Kind::Status(500)),
        ("595", Fault::Bare(595, "Connection refused".into()), Kind::Status(595)),
        ("cut", Fault::Cut(20), Kind::Cut),
        ("half a document", Fault::Malformed, Kind::Cut),
        ("a portal", Fault::Html, Kind::Malformed),
        ("no JSON", Fault::Body("hello".into()), Kind::Malformed),
        ("another shape", Fault::Body("{\"data\":{\"a\":[1]}}".into()), Kind::Malformed),
        ("huge", Fault::Huge(17 << 20), Kind::TooLarge),
        ("a flood", Fault::Flood(300 << 20), Kind::TooLarge),
        ("a bomb", Fault::Bomb(64 << 20), Kind::TooLarge),
        ("301", Fault::Redirect("https://elsewhere.example/".into()), Kind::Malformed),
        ("400", Fault::Status(400, "Parameter verification failed.".into()), Kind::Status(400)),
        ("404", Fault::Status(404, "no such page".into()), Kind::Status(404)),
        ("599", Fault::Bare(599, "Too many redirects".into()), Kind::Status(599)),
    ];
    let mut bed = Bed::new(two_sites());
    bed.look();
    let healthy = bed.fleet.clone();
    let mut wrong = Vec::new();
    for (what, fault, kind) in faults {
        bed.fleet = healthy.clone();
        bed.look();
        bed.source("alone").set_on(call, &fault);
        bed.patience = PATIENCE;
        let judged = bed.look();
        bed.patience = Duration::from_secs(20);
        bed.source("alone").clear();
        let said: Vec<&Problem> = judged.problems.iter().collect();
        let is_told = said.len() == 1
            && said[0].code.as_str() == "source.partial"
            && said[0].severity == Severity::Unknown
            && said[0].detail.as_deref() == Some(call);
        if !is_told {
            wrong.push(format!("{what}: {:?}", bed.said(&judged)));
        }
        assert_eq!(source_row(&judged, "alone").state, Is::Fresh, "{what}");
        let survey = bed.survey("alone");
        let services = &survey.pve().unwrap().nodes["alone"].services;
        assert!(services.known().is_some_and(|all| !all.is_empty()), "{what}");
        match &services.outcome {
            Outcome::Failed(cause) if cause.kind == kind => {}
            other => wrong.push(format!("{what}: {other:?}, not {kind:?}")),
        }
        others_are_fresh(&judged, "alone", what);
        let judged = bed.look();
        recovered(&bed, &judged, "alone", what);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_silent_server_is_unreachable_within_the_patience_of_one_look() {
    let mut bed = Bed::new(two_sites());
    bed.patience = PATIENCE;
    bed.source("alone").set(&Fault::Silent);
    let judged = bed.look();
    let row = source_row(&judged, "alone");
    assert_eq!(row.state, Is::Unreachable);
    let told = judged.problems.iter().find(|p| p.source.as_ref() == Some(&row.name)).unwrap();
    assert_eq!(told.facts.layer, Some(Layer::Timeout));
}

/// Names from servers are hostile until they are cleaned.
#[test]
fn strange_text_is_made_harmless() {
    let long = "x".repeat(100_000);
    let names = ["\u{1b}[31mred\u{7}", "\u{202e}gpj.exe", "a\u{200b}b\u{feff}\u{9b}1m", &long];
    for name in names {
        let mut fleet = two_sites();
        let host = fleet.cluster_mut("alone").unwrap();
        name.clone_into(&mut host.guests[0].name);
        host.guests[0].tags = vec![name.to_owned()];
        host.guests[1].lock = Some(name.to_owned());
        host.nodes[0].pools[0].name = name.to_owned();
        host.nodes[0].pools[0].health = name.to_owned();
        fleet.pbs_mut("pbs").unwrap().datastore_mut("main").unwrap().comment = Some(name.into());
        let mut bed = Bed::new(fleet);
        let judged = bed.look();
        let all = format!("{judged:?}{:?}", bed.fleet);
        let shown: String = name.chars().take(8).collect();
        for bad in ['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}', '\u{feff}', '\u{9b}'] {
            // Debug would write it escaped.
            let escaped: String = bad.escape_debug().collect();
            assert!(!all.contains(bad), "{shown:?} holds {bad:?}");
            assert!(escaped.len() == 1 || !all.contains(&escaped), "{shown:?} holds {bad:?}");
        }
        assert!(!all.contains(&"x".repeat(5_000)), "cut to a length that can be shown");
        assert!(!all.contains(SECRET));
        for source in ["pve", "pbs", "alone"] {
            assert_eq!(source_row(&judged, source).state, Is::Fresh, "{shown:?}: {source}");
        }
        // A pool in a state nobody knows is not well.
        let codes: Vec<&str> = judged.problems.iter().map(|p| p.code.as_str()).collect();
        assert_eq!(codes, ["node.zfs"], "{shown:?}");
        assert_eq!(judged.problems[0].severity, Severity::Unknown);
    }
}

/// A clock that is off changes no age: copies of last night are of last night.
#[test]
fn ages_are_told_by_our_clock_whatever_the_server_says() {
    let age = |skew: i64| {
        let mut fleet = two_sites();
        fleet.pbs_mut("pbs").unwrap().skew = skew;
        fleet.cluster_mut("alone").unwrap().skew = skew;
        let mut bed = Bed::new(fleet);
        let judged = bed.look();
        let codes: Vec<&str> = judged.problems.iter().map(|p| p.code.as_str()).collect();
        let row = judged.sites[0].guests[0].backup.clone();
        (codes.join(" "), row.age.unwrap(), row.newest.is_some())
    };
    let (_, right, _) = age(0);
    assert!(right > LOOK);
    // Two clocks that are off alike are ours.
    for skew in [-7_200, 7_200] {
        let (codes, found, known) = age(skew);
        assert_eq!(codes, "source.clock-skew", "{skew}");
        assert!(known && (found - right).abs() <= 60, "{skew}: {found} instead of {right}");
    }
}
