//! What passes, by example.

use crate::judge::sample::{change, edit_pve, healthy, judged};
use crate::judge::{Judged, Severity, Verdict};
use crate::state::filter::{Filter, of};
use crate::state::samples::problem;
use crate::state::{Field, Row, RowId, Section};

/// A fleet with tags and a pool, and a problem of its tagged guest.
fn fleet() -> (crate::fleet::site::Fleet, Judged) {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.resources, |r| {
            for guest in &mut r.guests {
                match guest.vmid {
                    100 => (guest.tags, guest.pool) = (vec!["Prod".into()], Some("My Web".into())),
                    101 => guest.tags = vec!["prod-old".into()],
                    _ => {}
                }
            }
        });
    });
    let mut all = judged(&fleet);
    all.problems = vec![problem(crate::fleet::code::Code::BackupLate, Severity::Warning, 100)];
    (fleet, all)
}

/// The numbers of the guests that pass.
fn guests(typed: &str) -> String {
    let (fleet, all) = fleet();
    let filter = Filter::new(typed);
    let mut passing = Vec::new();
    for (s, site) in (0_u32..).zip(&all.sites) {
        for (g, guest) in (0_u32..).zip(&site.guests) {
            let item = Row::Guest(s, g).item(&all).unwrap();
            if filter.passes(&of(&item, Section::Guests, &all, &fleet)) {
                passing.push(guest.vmid.to_string());
            }
        }
    }
    passing.join(" ")
}

#[test]
fn all_words_must_be_there_and_no_unwanted_one() {
    let all = guests("");
    assert_eq!(guests("!"), all);
    assert_eq!(guests("tag:"), all, "not finished: nothing yet");
    assert_eq!(guests("MAIL"), "101");
    assert_eq!(guests("mail 101 helsinki fi2 running"), "101");
    assert_eq!(guests("mail 100"), "");
    assert_eq!(guests("!mail"), all.replace("101 ", ""));
    // Words may be found in any field, each by itself: not across two.
    assert_eq!(guests("prod"), "100 101");
    assert_eq!(guests("\"my web\""), "100");
    assert_eq!(guests("\"web prod\""), "");
}

#[test]
fn fields_are_looked_at_alone_from_their_beginning() {
    assert_eq!(guests("tag:prod"), "100 101");
    assert_eq!(guests("tag:=prod"), "100");
    assert_eq!(guests("tag:rod"), "", "not from its beginning");
    assert_eq!(guests("!tag:prod"), guests("").replace("100 101 ", ""));
    assert_eq!(guests("tag:prod !tag:=prod"), "101");
    assert_eq!(guests("pool:\"my w\""), "100");
    assert_eq!(guests("node:fi2"), "101");
    assert_eq!(guests("node:fi/fi2"), "101");
    assert_eq!(guests("node:mail"), "");
    assert_eq!(guests("site:helsinki"), guests(""));
    assert_eq!(guests("site:home"), "");
    assert_eq!(guests("state:running"), guests(""));
    assert_eq!(guests("state:ok"), guests(""), "a verdict is a state too");
    assert_eq!(guests("ok"), "", "but is no word of the row");
    assert_eq!(guests("kind:vm kind:ct"), "");
    assert_eq!(guests("kind:template"), "");
    assert_eq!(guests("guest:101"), "101");
    assert_eq!(guests("guest:Mail"), "101");
    assert_eq!(guests("guest:=mai"), "");
    assert_eq!(guests("guest:helsinki"), "", "a site is no guest");
    assert_eq!(guests("result:running"), "", "a guest that runs is no task that does");
}

#[test]
fn a_field_that_is_none_is_a_word_and_is_said() {
    assert_eq!(Filter::new("tag:x mail").unknown(), None);
    assert_eq!(Filter::new("stat:run").unknown(), Some(("stat", Some(Field::State))));
    assert_eq!(Filter::new("!Tags:x").unknown(), Some(("Tags", Some(Field::Tag))));
    assert_eq!(Filter::new("pbs:main").unknown(), Some(("pbs", None)));
    // A store is called so: it is found.
    let (fleet, all) = fleet();
    let home = all.sites.iter().position(|site| !site.datastores.is_empty()).unwrap();
    let item = Row::Datastore(u32::try_from(home).unwrap(), 0).item(&all).unwrap();
    let text = of(&item, Section::Datastores, &all, &fleet);
    assert!(Filter::new("pbs:main").passes(&text));
    assert!(!Filter::new("pbs:other").passes(&text));
    assert!(Filter::new("kind:datastore site:home").passes(&text));
}

#[test]
fn a_problem_is_found_by_what_its_guest_is() {
    let (fleet, all) = fleet();
    let item = Row::Problem(0).item(&all).unwrap();
    assert!(matches!(item.id(), RowId::Problem(_)));
    let text = of(&item, Section::Problems, &all, &fleet);
    for typed in [
        "backup.late guest/fi/100",
        "kind:backup.late",
        "kind:problem state:warning",
        "tag:prod",
        "guest:=100",
        "pool:my",
        "site:helsinki node:fi1",
        "state:warn !state:critical",
    ] {
        assert!(Filter::new(typed).passes(&text), "{typed}");
    }
    for typed in ["!tag:prod", "guest:101", "kind:notice", "state:critical", "node:fi2"] {
        assert!(!Filter::new(typed).passes(&text), "{typed}");
    }
    assert_eq!(item.verdict_in(Section::Problems), Verdict::Warning);
}

#[test]
fn guests_by_their_copies_have_the_state_of_these() {
    let (fleet, mut all) = fleet();
    all.sites[0].guests[0].backup.verdict = Some(Verdict::Critical);
    let item = Row::Guest(0, 0).item(&all).unwrap();
    assert!(Filter::new("state:critical").passes(&of(&item, Section::Copies, &all, &fleet)));
    assert!(!Filter::new("state:critical").passes(&of(&item, Section::Guests, &all, &fleet)));
}
