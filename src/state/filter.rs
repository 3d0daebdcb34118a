//! The filter of a list: words that must all occur, `!word` for those that must not.

use std::fmt::Write;

use super::row::Item;
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::task::TaskResult;
use crate::judge::Judged;
use crate::judge::rows::GuestRow;
use crate::judge::timeline::{About, State, Story};

/// What the user typed after `/`, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    wanted: Vec<Box<str>>,
    unwanted: Vec<Box<str>>,
}

impl Filter {
    /// Takes a text apart. A lone `!` means nothing yet.
    pub fn new(text: &str) -> Self {
        let mut filter = Self { text: text.to_owned(), ..Self::default() };
        for word in text.to_lowercase().split_whitespace() {
            match word.strip_prefix('!') {
                Some("") => {}
                Some(word) => filter.unwanted.push(word.into()),
                None => filter.wanted.push(word.into()),
            }
        }
        filter
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// Whether a row with this lower-case text passes.
    pub fn passes(&self, text: &str) -> bool {
        self.wanted.iter().all(|word| text.contains(&**word))
            && !self.unwanted.iter().any(|word| text.contains(&**word))
    }
}

/// What the filter looks at in a row, in lower case: site, source, node, names, number, state,
/// tags; of a problem its code and the server's words too. Fields are kept apart by a line
/// break, which no word holds.
pub(super) fn haystack(item: &Item<'_>, judged: &Judged, fleet: &Fleet) -> Box<str> {
    let mut text = String::with_capacity(64);
    let mut add = |field: &str| {
        text.push_str(field);
        text.push('\n');
    };
    match *item {
        Item::Site(site) => add(site.name.as_str()),
        Item::Source(site, row) => {
            add(site.name.as_str());
            add(row.name.as_str());
            add(row.endpoint.as_deref().unwrap_or_default());
        }
        Item::Node(site, row) | Item::Lost(site, row, _) => {
            add(site.name.as_str());
            add(row.source.as_str());
            add(row.name.as_str());
        }
        Item::Guest(site, row) | Item::Fated(site, row, _) => {
            add(site.name.as_str());
            guest(row, fleet, &mut add);
        }
        Item::Replication(site, row, job) => {
            add(site.name.as_str());
            add(job.id.as_str());
            add(job.source_node.as_ref().map_or("", |n| n.as_str()));
            add(job.target.as_str());
            guest(row, fleet, &mut add);
        }
        Item::Storage(site, row) => {
            add(site.name.as_str());
            add(row.source.as_str());
            add(row.node.as_ref().map_or("", |n| n.as_str()));
            add(row.name.as_str());
            add(&row.kind);
        }
        Item::Datastore(site, row) => {
            add(site.name.as_str());
            add(row.source.as_str());
            add(row.name.as_str());
        }
        Item::BackupJob(site, row) => {
            add(site.name.as_str());
            add(row.source.as_str());
            add(row.id.as_str());
            add(row.node.as_ref().map_or("", |n| n.as_str()));
            add(row.storage.as_ref().map_or("", |s| s.as_str()));
            add(row.comment.as_deref().unwrap_or_default());
        }
        Item::Group(site, row) => {
            add(site.name.as_str());
            add(row.source.as_str());
            add(row.store.as_str());
            add(row.ns.as_str());
            add(&row.id);
            add(row.owner.as_deref().unwrap_or_default());
        }
        Item::Story(found) => story(found, judged, fleet, &mut add),
        Item::Problem(problem) | Item::Notice(problem) => {
            add(problem.site.as_ref().map_or("", |s| s.as_str()));
            add(problem.code.as_str());
            add(problem.detail.as_deref().unwrap_or_default());
            add(problem.facts.text.as_deref().unwrap_or_default());
            // Writing to a string cannot fail.
            let _ = write!(text, "{}", problem.subject);
            if let Subject::Guest(key) = &problem.subject {
                let known = fleet.survey(&key.source).and_then(|s| s.pve());
                let resources = known.and_then(|pve| pve.resources.known());
                if let Some(found) = resources.and_then(|r| r.guest(key.vmid)) {
                    let _ =
                        write!(text, "\n{}\n{}", found.name.as_deref().unwrap_or(""), found.node);
                }
            }
        }
    }
    text.to_lowercase().into()
}

/// What was done: where, what kind, about whom, by whom, and how it stands.
fn story(story: &Story, judged: &Judged, fleet: &Fleet, add: &mut impl FnMut(&str)) {
    add(story.site.as_str());
    add(story.id.source.as_str());
    add(story.node.as_str());
    add(story.target.as_ref().map_or("", |n| n.as_str()));
    add(story.word());
    match &story.about {
        About::Guest(key) => {
            add(&key.vmid.to_string());
            let known = fleet.survey(&key.source).and_then(|s| s.pve());
            let found = known.and_then(|pve| pve.resources.known()).and_then(|r| r.guest(key.vmid));
            add(found.and_then(|guest| guest.name.as_deref()).unwrap_or_default());
        }
        About::Named(name) => add(name),
        About::Nothing => {}
    }
    add(story.user.as_deref().unwrap_or_default());
    add(match &story.state {
        State::Running => "running",
        State::Ended(TaskResult::Ok) => "ok",
        State::Ended(TaskResult::Warnings(_)) => "warnings",
        State::Ended(TaskResult::Error(_)) => "failed",
        State::RanAt(_) | State::Ended(TaskResult::Unknown) => "unknown",
    });
    if let State::Ended(TaskResult::Error(error)) = &story.state {
        add(error);
    }
    // What is told within it is found by it.
    let parts = story.parts.iter().filter_map(|at| judged.timeline()?.get(*at));
    for part in parts {
        self::story(part, judged, fleet, add);
    }
}

fn guest(row: &GuestRow, fleet: &Fleet, add: &mut impl FnMut(&str)) {
    add(row.source.as_str());
    add(row.node.as_str());
    add(row.name.as_deref().unwrap_or_default());
    add(&row.vmid.to_string());
    add(&row.state);
    let survey = fleet.survey(&row.source).and_then(|s| s.pve());
    let known = survey.and_then(|pve| pve.resources.known()).and_then(|r| r.guest(row.vmid));
    for tag in known.iter().flat_map(|g| &g.tags) {
        add(tag);
    }
}
