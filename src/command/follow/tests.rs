//! What is said, and when.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use rustix::process::{Signal, getpid, kill_process};
use tokio::time::Instant;

use super::news::News;
use super::tell::Teller;
use super::{Story, run};
use crate::fleet::id::Product;
use crate::fleet::link::{Contact, Layer};
use crate::fleet::policy::SiteFacts;
use crate::fleet::site::Fleet;
use crate::judge::problem::Severity;
use crate::judge::sample::{NOW, change, edit_link, edit_pve, healthy, judged, site, source};
use crate::lang::english;
use crate::run::Ending;

/// A node off, its backup server not to be reached.
fn broken() -> Fleet {
    let mut fleet = healthy();
    edit_pve(&mut fleet, "fi", |pve| {
        change(&mut pve.status, |status| status.members[2].online = false);
    });
    edit_link(&mut fleet, "pbs", |link| {
        link.contact = Contact::Unreachable(Layer::Refused, "connection refused\u{1b}[31m".into());
        link.since = Some(NOW.minus(7200));
        link.answered = Some(NOW.minus(7200));
        link.round = Some(NOW.minus(7200));
    });
    fleet
}

#[test]
fn the_summary_says_what_is_wrong_and_then_site_by_site() {
    let judged = judged(&broken());
    let zone = TimeZone::get("Europe/Helsinki").unwrap();
    let teller = Teller::new(&judged, english(), &zone);
    insta::assert_snapshot!(teller.summary(&[]).join("\n"));
}

#[test]
fn every_kind_of_news_is_a_line_with_its_time() {
    let judged = judged(&broken());
    let zone = TimeZone::get("Europe/Helsinki").unwrap();
    let teller = Teller::new(&judged, english(), &zone);
    let all = &judged.problems;
    let first = all.first().unwrap();
    let news = [
        News::Wrong(first.clone()),
        News::Changed(Severity::Warning, first.clone()),
        News::Untold("fi".into(), vec![first.clone()]),
        News::Untold("fi".into(), all.clone()),
        News::Over(first.clone()),
    ];
    let mut lines = teller.news(&news);
    lines.extend(teller.all_answered());
    assert_eq!(lines.len(), 6);
    let only_text = |line: &String| !line.contains(char::is_control);
    assert!(lines.iter().all(only_text));
    insta::assert_snapshot!(lines.join("\n"));
}

fn story(facts: impl IntoIterator<Item = SiteFacts>) -> Story<'static> {
    let fleet = Fleet::new(facts, Vec::new());
    Story::new(fleet, Vec::new(), english(), TimeZone::UTC, NOW)
}

#[test]
fn the_first_answers_are_waited_for_but_not_for_ever() {
    let sites = || {
        [
            site("helsinki", source("fi", Product::Pve, &["a:8006"])),
            site("home", source("pbs", Product::Pbs, &["b:8007"])),
        ]
    };
    let mut story = story(sites());
    let begun = Instant::now();
    let at = |story: &mut Story<'_>, seconds: i64| {
        let instant = begun + Duration::from_secs(seconds.unsigned_abs());
        story.go_on(instant, NOW.plus(seconds))
    };
    assert_eq!(at(&mut story, 0), [""; 0]);
    assert_eq!(at(&mut story, 9), [""; 0]);
    let first = at(&mut story, 10);
    let missing = "2 sources have not answered in whole yet: fi, pbs.";
    assert!(first.iter().any(|line| line == missing), "{first:#?}");
    assert_eq!(first.first().unwrap(), "vigie, at 12:00: unknown.");
    // Both answer, and that is said.
    let whole = healthy();
    for survey in whole.sites.iter().flat_map(|site| &site.surveys) {
        let mut survey = (**survey).clone();
        survey.link.round = Some(NOW.plus(10));
        survey.link.answered = Some(NOW.plus(10));
        assert!(story.fleet.take(Arc::new(survey)));
    }
    story.is_new = true;
    let second = at(&mut story, 12);
    assert!(second.last().unwrap().contains("nothing is waited for"), "{second:#?}");
    assert_eq!(at(&mut story, 13), [""; 0]);
}

/// A reader that takes nothing, and tells when it is written to.
struct Stuck(std::sync::mpsc::Sender<()>);

impl std::io::Write for Stuck {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.send(());
        loop {
            std::thread::park();
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_signal_is_answered_while_the_reader_takes_nothing() {
    let (told, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        hear.recv().unwrap();
        // By then there is someone who takes the signal.
        kill_process(getpid(), Signal::HUP).unwrap();
    });
    let (_polls, surveys) = tokio::sync::mpsc::channel(1);
    let ending =
        tokio::time::timeout(Duration::from_secs(60), run(story([]), surveys, Stuck(told)));
    assert_eq!(ending.await.unwrap().unwrap(), Ending::HungUp);
}
