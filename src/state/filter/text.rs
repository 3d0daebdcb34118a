//! What the filter looks at in a row: made once per judgement, looked at with each key.

use std::fmt::Write;

use super::parse::{Field, fold};
use crate::fleet::id::{GuestKind, NodeName, Product, SourceName, Vmid};
use crate::fleet::pve::cluster::{Guest, NodeState};
use crate::fleet::site::Fleet;
use crate::fleet::subject::Subject;
use crate::fleet::task::{TaskResult, Work};
use crate::judge::rows::GuestRow;
use crate::judge::timeline::{About, State, Story};
use crate::judge::{Judged, Problem, Verdict};
use crate::state::row::Item;
use crate::state::view::Section;

/// What of a row is looked at, folded.
#[derive(Clone, Debug, Default)]
pub(in crate::state) struct Text {
    /// Site, source, node, names, number, state, tags; of a problem its code and the server's
    /// words too. Kept apart by line breaks, which no word holds.
    words: Box<str>,
    /// A line for each value of a field; its first character says of which.
    fields: Box<str>,
}

impl Text {
    pub(super) fn holds(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    pub(super) fn field(&self, field: Field) -> impl Iterator<Item = &str> {
        self.fields.split_terminator('\n').filter_map(move |line| line.strip_prefix(mark(field)))
    }
}

fn mark(field: Field) -> char {
    match field {
        Field::Site => 's',
        Field::Node => 'n',
        Field::Tag => 't',
        Field::Pool => 'p',
        Field::State => 'v',
        Field::Kind => 'k',
        Field::Guest => 'g',
        Field::Result => 'r',
    }
}

/// Gathers the text of a row.
#[derive(Default)]
struct Gathered {
    words: String,
    fields: String,
}

impl Gathered {
    /// Found by its text alone.
    fn word(&mut self, word: &str) {
        self.words.push_str(word);
        self.words.push('\n');
    }

    /// Found by the field alone.
    fn field(&mut self, field: Field, value: &str) {
        self.fields.push(mark(field));
        self.fields.push_str(value);
        self.fields.push('\n');
    }

    /// Found by either.
    fn both(&mut self, field: Field, value: &str) {
        self.word(value);
        self.field(field, value);
    }

    /// A node, with its source before it or without.
    fn node(&mut self, source: &SourceName, node: &NodeName) {
        self.both(Field::Node, node.as_str());
        self.field(Field::Node, &format!("{source}/{node}"));
    }

    fn kinds(&mut self, kinds: &[&str]) {
        for kind in kinds {
            self.field(Field::Kind, kind);
        }
    }

    fn guest(&mut self, row: &GuestRow, fleet: &Fleet) {
        self.word(row.source.as_str());
        self.node(&row.source, &row.node);
        self.named(row.vmid, row.name.as_deref());
        self.both(Field::State, &row.state);
        if let Some(guest) = known(fleet, &row.source, row.vmid) {
            self.told(guest);
        }
    }

    /// A guest by its number and its name.
    fn named(&mut self, vmid: Vmid, name: Option<&str>) {
        self.both(Field::Guest, &vmid.to_string());
        if let Some(name) = name {
            self.both(Field::Guest, name);
        }
    }

    /// What only the cluster says of a guest.
    fn told(&mut self, guest: &Guest) {
        for tag in &guest.tags {
            self.both(Field::Tag, tag);
        }
        if let Some(pool) = &guest.pool {
            self.both(Field::Pool, pool);
        }
    }

    fn guest_kind(&mut self, kind: GuestKind, template: bool) {
        self.kinds(match kind {
            GuestKind::Qemu => &["guest", "vm", "qemu"],
            GuestKind::Lxc => &["guest", "ct", "container", "lxc"],
        });
        if template {
            self.kinds(&["template"]);
        }
    }

    /// What was done: where, what kind, about whom, by whom, and how it stands.
    fn story(&mut self, story: &Story, judged: &Judged, fleet: &Fleet) {
        self.both(Field::Site, story.site.as_str());
        self.word(story.id.source.as_str());
        self.node(&story.id.source, &story.node);
        if let Some(target) = &story.target {
            self.node(&story.id.source, target);
        }
        self.both(Field::Kind, story.word());
        for word in story.kind.as_deref().and_then(Work::of).map_or(&[][..], Work::words) {
            self.both(Field::Kind, word);
        }
        match &story.about {
            About::Guest(key) => {
                let guest = known(fleet, &key.source, key.vmid);
                self.named(key.vmid, guest.and_then(|guest| guest.name.as_deref()));
                if let Some(guest) = guest {
                    self.told(guest);
                }
            }
            About::Named(name) => self.word(name),
            About::Nothing => {}
        }
        self.word(story.user.as_deref().unwrap_or_default());
        let result = match &story.state {
            State::Running => "running",
            State::Ended(TaskResult::Ok) => "ok",
            State::Ended(TaskResult::Warnings(_)) => "warnings",
            State::Ended(TaskResult::Error(_)) => "failed",
            State::RanAt(_) | State::Ended(TaskResult::Unknown) => "unknown",
        };
        self.both(Field::State, result);
        self.field(Field::Result, result);
        if let State::Ended(TaskResult::Error(error)) = &story.state {
            self.word(error);
        }
        // What is told within it is found by it.
        for part in story.parts.iter().filter_map(|at| judged.timeline()?.get(*at)) {
            self.story(part, judged, fleet);
        }
    }

    fn problem(&mut self, problem: &Problem, fleet: &Fleet) {
        self.both(Field::Site, problem.site.as_ref().map_or("", |s| s.as_str()));
        self.both(Field::Kind, problem.code.as_str());
        self.word(problem.detail.as_deref().unwrap_or_default());
        self.word(problem.facts.text.as_deref().unwrap_or_default());
        // Writing to a string cannot fail.
        let _ = writeln!(self.words, "{}", problem.subject);
        match &problem.subject {
            Subject::Guest(key) => {
                let guest = known(fleet, &key.source, key.vmid);
                self.named(key.vmid, guest.and_then(|guest| guest.name.as_deref()));
                if let Some(guest) = guest {
                    self.node(&key.source, &guest.node);
                    self.told(guest);
                    self.guest_kind(guest.kind, guest.template);
                }
            }
            Subject::Node(source, node) | Subject::Storage(source, Some(node), _) => {
                self.node(source, node);
            }
            _ => {}
        }
    }
}

fn known<'a>(fleet: &'a Fleet, source: &SourceName, vmid: Vmid) -> Option<&'a Guest> {
    fleet.survey(source)?.pve()?.resources.known()?.guest(vmid)
}

/// What the filter looks at in a row of a section.
pub(in crate::state) fn of(
    item: &Item<'_>,
    section: Section,
    judged: &Judged,
    fleet: &Fleet,
) -> Text {
    let mut text = Gathered::default();
    text.field(Field::State, verdict(item.verdict_in(section)));
    match *item {
        Item::Site(site) => {
            text.both(Field::Site, site.name.as_str());
            text.kinds(&["site"]);
        }
        Item::Source(site, row) => {
            text.both(Field::Site, site.name.as_str());
            text.word(row.name.as_str());
            text.word(row.endpoint.as_deref().unwrap_or_default());
            text.kinds(&["source", product(row.product)]);
        }
        Item::Node(site, row) | Item::Lost(site, row, _) => {
            text.both(Field::Site, site.name.as_str());
            text.word(row.source.as_str());
            text.node(&row.source, &row.name);
            text.field(
                Field::State,
                match row.state {
                    NodeState::Online => "online",
                    NodeState::Offline => "offline",
                    NodeState::Unknown => "unknown",
                },
            );
            let is_pbs = row.guests.is_none() && row.name.as_str() == "localhost";
            text.kinds(&["host", if is_pbs { "pbs" } else { "node" }]);
        }
        Item::Guest(site, row) | Item::Fated(site, row, _) => {
            text.both(Field::Site, site.name.as_str());
            text.guest(row, fleet);
            text.guest_kind(row.kind, row.template);
        }
        Item::Replication(site, row, job) => {
            text.both(Field::Site, site.name.as_str());
            text.word(job.id.as_str());
            if let Some(node) = &job.source_node {
                text.node(&job.source, node);
            }
            text.node(&job.source, &job.target);
            text.guest(row, fleet);
            text.kinds(&["replication"]);
        }
        Item::Storage(site, row) => {
            text.both(Field::Site, site.name.as_str());
            text.word(row.source.as_str());
            if let Some(node) = &row.node {
                text.node(&row.source, node);
            }
            text.word(row.name.as_str());
            text.both(Field::Kind, &row.kind);
            text.kinds(&["storage"]);
        }
        Item::Datastore(site, row) => {
            text.both(Field::Site, site.name.as_str());
            text.word(&format!("{}:{}", row.source, row.name));
            text.kinds(&["datastore"]);
        }
        Item::BackupJob(site, row) => {
            text.both(Field::Site, site.name.as_str());
            text.word(row.source.as_str());
            text.word(row.id.as_str());
            if let Some(node) = &row.node {
                text.node(&row.source, node);
            }
            text.word(row.storage.as_ref().map_or("", |s| s.as_str()));
            text.word(row.comment.as_deref().unwrap_or_default());
            text.field(Field::State, if row.enabled { "on" } else { "off" });
            text.kinds(&["backup-job"]);
        }
        Item::Group(site, row) => {
            text.both(Field::Site, site.name.as_str());
            text.word(row.source.as_str());
            text.word(row.store.as_str());
            text.word(row.ns.as_str());
            text.word(&row.id);
            text.word(row.owner.as_deref().unwrap_or_default());
            text.kinds(&["group", row.kind.as_str()]);
        }
        Item::Story(story) => {
            text.story(story, judged, fleet);
            text.kinds(&["task"]);
        }
        Item::Problem(problem) => {
            text.problem(problem, fleet);
            text.kinds(&["problem"]);
        }
        // What is looked for is found among the single ones.
        Item::Alike(..) => {}
        Item::Notice(problem) => {
            text.problem(problem, fleet);
            text.kinds(&["notice"]);
        }
    }
    Text { words: fold(&text.words).into(), fields: fold(&text.fields).into() }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Unknown => "unknown",
        Verdict::Critical => "critical",
    }
}

fn product(product: Product) -> &'static str {
    match product {
        Product::Pve => "pve",
        Product::Pbs => "pbs",
    }
}
