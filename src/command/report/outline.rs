//! What a report says, in its order, before it has a form: text and Markdown are made from it,
//! so that they cannot disagree.

mod names;
mod problems;
mod site;
mod unread;

use jiff::tz::TimeZone;

use crate::fleet::site::Fleet;
use crate::judge::problem::Problem;
use crate::judge::rows::Judged;
use crate::judge::verdict::Verdict;
use crate::lang::{Chapter, Lang, Tally, When};

pub(in crate::command) use names::Names;

/// One piece of a report. Its texts are not cleaned yet: every form does that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::command) enum Block {
    /// The first line.
    Title(String),
    /// The head of a section.
    Chapter(String),
    /// The head of a site.
    Site(String),
    /// A paragraph.
    Para(String),
    /// A problem, or several of one kind.
    Entry(Entry),
    /// Lines with a name each.
    Fields(Vec<(String, String)>),
    /// Rows under heads.
    Table(Table),
    /// Items of a list.
    Items(Vec<String>),
}

/// A problem, or several of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::command) struct Entry {
    /// How bad, as a word.
    pub severity: String,
    /// About what.
    pub title: String,
    /// Sentences, one paragraph each.
    pub said: Vec<String>,
    /// Each of several: what it is about and what is wrong with it.
    pub each: Vec<String>,
    /// Stands before what to do next.
    pub next_label: String,
    /// What to do next.
    pub next: Vec<String>,
}

/// Rows under heads, all of one length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::command) struct Table {
    /// The heads, and whether the column is of numbers.
    pub heads: Vec<(&'static str, bool)>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

/// What everything is told with.
#[derive(Clone, Copy)]
struct Teller<'a> {
    fleet: &'a Fleet,
    judged: &'a Judged,
    lang: &'a dyn Lang,
    when: When<'a>,
    names: &'a Names,
}

/// The pieces of the report, in their order.
pub(super) fn outline(
    judged: &Judged,
    fleet: &Fleet,
    lang: &dyn Lang,
    zone: &TimeZone,
) -> Vec<Block> {
    let names = Names::of(judged);
    let when = When { now: judged.taken, zone };
    let teller = Teller { fleet, judged, lang, when, names: &names };
    let unread = teller.unread();

    let mut blocks = teller.summary(unread.is_empty());
    if !judged.problems.is_empty() {
        blocks.push(teller.chapter(Chapter::Problems));
        blocks.extend(teller.problems().into_iter().map(Block::Entry));
    }
    blocks.push(teller.chapter(Chapter::Sites));
    for site in &judged.sites {
        blocks.extend(teller.site(site));
    }
    if !unread.is_empty() {
        blocks.push(teller.chapter(Chapter::NotChecked));
        blocks.push(Block::Items(unread));
    }
    let (accepted, notices): (Vec<&Problem>, Vec<&Problem>) =
        judged.notices.iter().partition(|p| p.accepted.is_some());
    for (chapter, problems) in [(Chapter::Notices, notices), (Chapter::Accepted, accepted)] {
        if !problems.is_empty() {
            blocks.push(teller.chapter(chapter));
            blocks.push(Block::Items(problems.into_iter().map(|p| teller.notice(p)).collect()));
        }
    }
    blocks
}

impl Teller<'_> {
    fn chapter(&self, chapter: Chapter) -> Block {
        Block::Chapter(self.lang.chapter(chapter).to_owned())
    }

    /// The verdict first, then when it was taken, how much is wrong and whether all was seen.
    fn summary(&self, all_read: bool) -> Vec<Block> {
        let Self { judged, lang, .. } = *self;
        let problems = Tally::of_problems(judged.problems.iter().map(|p| p.severity));
        let hosts = judged.sites.iter().map(|s| s.nodes.len()).sum();
        let guests = judged.sites.iter().map(|s| s.guests.len()).sum();
        let mut blocks = vec![
            Block::Title(lang.headline(judged.verdict)),
            Block::Para(lang.taken(judged.taken, &self.when)),
            Block::Para(lang.tally(&problems, judged.sites.len(), hosts, guests)),
        ];
        if judged.problems.is_empty() && judged.verdict != Verdict::Ok {
            blocks.push(Block::Para(lang.cannot_rule_out().to_owned()));
        }
        let read = if all_read { lang.all_checked().to_owned() } else { lang.not_all_checked() };
        blocks.push(Block::Para(read));
        blocks
    }
}
