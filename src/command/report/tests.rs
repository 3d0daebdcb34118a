//! The forms of the report, on fleets that were spoilt by hand.

mod keys;

use std::sync::Arc;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::plain::columns;
use super::render;
use crate::cli::Format;
use crate::fleet::host::Usage;
use crate::fleet::id::Product;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::part::{Outcome, Part};
use crate::fleet::pbs::copies::Verification;
use crate::fleet::pbs::small::Moment;
use crate::fleet::policy::Window;
use crate::fleet::site::Fleet;
use crate::judge::sample::{self, NOW, change, edit_link, edit_pbs, edit_pve, edit_site, judged};
use crate::lang::english;

pub(super) fn rendered(fleet: &Fleet, format: Format) -> String {
    let zone = TimeZone::get("Europe/Helsinki").unwrap();
    render(&judged(fleet), fleet, format, english(), &zone).unwrap()
}

/// A node gone, guests without copies, a full store, a certificate at its end, one refused call,
/// one problem accepted.
pub(super) fn broken() -> Fleet {
    let mut fleet = sample::healthy();
    edit_site(&mut fleet, "helsinki", |site| {
        site.place = Some("Hetzner, Tuusula, hall 7".into());
        site.contact = Some("Aino, +358 40 123 4567; she has the key".into());
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.status, |s| s.members[2].online = false);
        change(&mut pve.resources, |r| {
            r.nodes[0].rootfs = Some(Usage { used: 97, total: 100 });
            r.guests[1].state = "stopped".into();
        });
        let fi1 = pve.nodes.get_mut("fi1").unwrap();
        change(&mut fi1.certificates, |c| c[1].not_after = Some(NOW.plus(5 * 86400)));
        change(&mut fi1.replication, |r| {
            r[0].fail_count = 5;
            r[0].last_sync = Some(NOW.minus(7500));
            r[0].error = Some("out of space".into());
        });
        let fi2 = pve.nodes.get_mut("fi2").unwrap();
        fi2.services = fi2.services.failed(sample::failure(), NOW);
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        change(&mut pbs.usage, |u| {
            u[0].usage = Some(Usage { used: 93 << 34, total: 100 << 34 });
            u[0].full_at = Some(NOW.plus(12 * 86400));
        });
        let old = |vmid, kind| {
            let verified = Verification::Ok(Moment::of(NOW.minus(3 * 86400)));
            let snapshot = sample::snapshot(NOW.minus(4 * 86400), verified);
            Arc::new(sample::copies(kind, vmid, &[snapshot]))
        };
        let copies = pbs.stores.get_mut("main").unwrap().copies.get_mut("fi").unwrap();
        change(copies, |c| {
            c[0] = old(100, crate::fleet::id::GuestKind::Qemu);
            c[1] = old(101, crate::fleet::id::GuestKind::Qemu);
        });
    });
    sample::except(&mut fleet, "guest/fi/101", "guest.down");
    fleet
}

/// Nobody answers: one site never did, the other did two hours ago; a third is off as planned.
pub(super) fn unknown() -> Fleet {
    let mut fleet = sample::healthy();
    fleet.sites.extend(
        Fleet::new(
            [
                sample::site("atelier", sample::source("box", Product::Pve, &["box:8006"])),
                sample::site("nightly", {
                    let mut source = sample::source("night", Product::Pbs, &["night:8007"]);
                    source.planned_off = vec![Window { from: 0, to: 1440 }];
                    source
                }),
            ],
            Vec::new(),
        )
        .sites,
    );
    let silence = |layer| Contact::Unreachable(layer, "no route to host (os error 113)".into());
    for source in ["fi", "pbs", "night"] {
        let fleet: &mut Fleet = &mut fleet;
        edit_link(fleet, source, |link| {
            link.contact = silence(Layer::Route);
            link.since = Some(NOW.minus(7200));
            link.answered = (source != "night").then(|| NOW.minus(7200));
            link.round = link.answered;
        });
    }
    let judged = crate::judge::judge(&fleet, NOW);
    assert_eq!(judged.verdict, crate::judge::Verdict::Unknown);
    fleet
}

#[test]
fn a_healthy_fleet_is_told_in_few_lines() {
    let fleet = sample::healthy();
    insta::assert_snapshot!("healthy-text", rendered(&fleet, Format::Text));
    insta::assert_snapshot!("healthy-markdown", rendered(&fleet, Format::Markdown));
}

#[test]
fn a_broken_fleet_says_what_is_wrong_and_what_to_do() {
    let fleet = broken();
    insta::assert_snapshot!("broken-text", rendered(&fleet, Format::Text));
    insta::assert_snapshot!("broken-markdown", rendered(&fleet, Format::Markdown));
}

#[test]
fn what_nobody_knows_is_never_called_well() {
    let fleet = unknown();
    let text = rendered(&fleet, Format::Text);
    insta::assert_snapshot!("unknown-text", text);
    insta::assert_snapshot!("unknown-markdown", rendered(&fleet, Format::Markdown));
}

#[test]
fn before_the_first_answer_nothing_is_claimed() {
    let fleet = Fleet::new(
        [sample::site("helsinki", sample::source("fi", Product::Pve, &["fi1:8006"]))],
        Vec::new(),
    );
    insta::assert_snapshot!("unasked-text", rendered(&fleet, Format::Text));
}

/// What the text says in one line, breaks undone.
fn told(fleet: &Fleet) -> String {
    rendered(fleet, Format::Text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_fleet_without_a_problem_still_says_what_was_not_looked_at() {
    let mut fleet = sample::healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        let disks = &mut pve.nodes.get_mut("fi2").unwrap().disks;
        *disks = Part::new(Arc::clone(&disks.call), disks.every);
        let disks = &mut pve.nodes.get_mut("fi3").unwrap().disks;
        *disks = disks.failed(Outcome::Denied("Permission check failed".into()), NOW);
    });
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let rights = sample::rights(&[("/", &["Datastore.Audit", "Sys.Audit"])]);
        sample::set(&mut pbs.rights, rights);
    });
    let text = told(&fleet);
    for expected in [
        "vigie report: OK",
        "no problems; looked at 2 sites",
        "Not everything could be checked: see NOT CHECKED.",
        "source fi: not asked, never read: /nodes/fi2/disks/list",
        "source fi: denied (Permission check failed), last read 5s ago: /nodes/fi3/disks/list",
        "source pbs: sync jobs not seen: Remote.Audit is missing",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("nothing was left out"), "{text}");
}

#[test]
fn several_of_one_kind_share_what_they_have_in_common() {
    let mut fleet = sample::healthy();
    edit_pbs(&mut fleet, "pbs", |pbs| {
        let store = pbs.stores.get_mut("main").unwrap();
        change(store.copies.get_mut("fi").unwrap(), |c| c.truncate(0));
        change(store.groups.get_mut("fi").unwrap(), |g| g.truncate(0));
    });
    let text = told(&fleet);
    for (expected, times) in [
        ("CRITICAL 3 problems backup.missing, site helsinki", 1),
        ("- guest 100 (web) of fi: no copy at all", 1),
        ("If it is lost now, nothing brings it back.", 1),
        // What to do names a guest: whose it is is said.
        ("next, for guest 100 (web) of fi: look for its run", 1),
        ("no good copy known of 3 guests", 1),
        ("last good cop", 0),
    ] {
        assert_eq!(text.matches(expected).count(), times, "{expected}\n{text}");
    }
}

#[test]
fn a_source_that_refuses_says_which_right_is_missing() {
    let mut fleet = sample::healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        let rights = sample::rights(&[("/", &["Sys.Audit", "Datastore.Audit", "Pool.Audit"])]);
        sample::set(&mut pve.rights, rights);
    });
    let text = told(&fleet);
    assert!(text.contains("source fi: the token has no VM.Audit on /vms"), "{text}");
    assert!(!text.contains("report: OK"), "{text}");
    assert!(text.contains("all 3 ok; there may be more that cannot be seen"), "{text}");
}

/// Names as they come from the wire at worst, though the wire should have cleaned them.
fn hostile() -> impl Strategy<Value = String> {
    let parts = [
        "\\PC{0,120}",
        ".{0,40}",
        "[a-z]{1,300}",
        "[日本語가ﷺ🎉é\u{301}\u{200d}]{1,60}",
        "[|`<>*_#\\[\\]()!&~\\\\ \n-]{1,40}",
        "\u{1b}\\[[0-9]{1,3}m[a-z|]{1,9}\n# [a-z]{3}",
    ];
    proptest::strategy::Union::new(parts.map(|p| p.prop_map(|s| s).boxed()))
}

/// The broken fleet with everything that a server may name named so.
fn named(name: &str) -> Fleet {
    let mut fleet = broken();
    let name: Arc<str> = name.into();
    edit_site(&mut fleet, "helsinki", |site| {
        site.place = Some(Arc::clone(&name));
        site.contact = Some(Arc::clone(&name));
    });
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for guest in &mut r.guests {
                guest.name = Some(Arc::clone(&name));
            }
            r.guests[1].state = Arc::clone(&name);
            for storage in &mut r.storages {
                storage.kind = Arc::clone(&name);
            }
            r.storages[0].name = (&*name).into();
        });
        change(&mut pve.version, |v| v.text = Arc::clone(&name));
        change(&mut pve.nodes.get_mut("fi1").unwrap().replication, |r| {
            r[0].error = Some(Arc::clone(&name));
        });
    });
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Reset, Arc::clone(&name));
    });
    fleet
}

/// Whether `c` at `at` is escaped: an odd number of backslashes stands before it.
fn is_escaped(line: &str, at: usize) -> bool {
    line.as_bytes()[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// The marks that give Markdown its shape, line by line: what no name may change.
fn shape(page: &str) -> Vec<String> {
    let bare = |line: &str| {
        line.char_indices()
            .filter(|(at, c)| {
                matches!(c, '|' | '*' | '`' | '<' | '[' | '_' | '~') && !is_escaped(line, *at)
            })
            .map(|(_, c)| c)
            .collect::<String>()
    };
    let start =
        |line: &str| line.chars().take_while(|c| matches!(c, ' ' | '-' | '#')).collect::<String>();
    page.lines().map(|line| format!("{}{}", start(line), bare(line))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_name_breaks_the_page(name in hostile()) {
        let fleet = named(&name);
        let text = rendered(&fleet, Format::Text);
        for line in text.lines() {
            prop_assert!(columns(line) <= super::text::WIDTH, "{line:?}");
            prop_assert!(line.chars().all(crate::fleet::text::is_harmless), "{line:?}");
            prop_assert_eq!(line, line.trim_end());
        }
        let markdown = rendered(&fleet, Format::Markdown);
        for line in markdown.lines() {
            prop_assert!(line.chars().all(crate::fleet::text::is_harmless), "{line:?}");
        }
        // A name of the same kind (blank, `unknown`, `running`…) that is plain.
        if !name.trim().is_empty() && crate::fleet::text::clean(name.trim()) != "unknown" {
            prop_assert_eq!(shape(&markdown), shape(&rendered(&named("x"), Format::Markdown)));
        }
        let json: serde_json::Value = serde_json::from_str(&rendered(&fleet, Format::Json)).unwrap();
        prop_assert_eq!(&json["version"], 1);
    }
}

#[test]
fn the_report_is_french_for_those_who_speak_it() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let fleet = broken();
    let lang = crate::lang::of(crate::lang::Tongue::French);
    let rendered = |format| render(&judged(&fleet), &fleet, format, lang, &zone).unwrap();
    let text = rendered(Format::Text);
    for line in text.lines() {
        assert!(columns(line) <= 80, "{line}");
    }
    insta::assert_snapshot!("french-text", text);
    insta::assert_snapshot!("french-markdown", rendered(Format::Markdown));
    // For programs nothing changes.
    let english = render(&judged(&fleet), &fleet, Format::Json, english(), &zone).unwrap();
    assert_eq!(rendered(Format::Json), english);
}
