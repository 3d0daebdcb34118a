//! A task: its facts, and its log.

use super::worker::place as place_of;
use super::{Cx, Line, Sheet};
use crate::fleet::id::{GroupKey, Product};
use crate::fleet::look::{Log, Seen};
use crate::fleet::part::Outcome;
use crate::fleet::pbs::copies::{Snapshot, Verification};
use crate::fleet::subject::Subject;
use crate::fleet::task::{TaskResult, Work};
use crate::judge::Verdict;
use crate::judge::timeline::{About, Deed, State, Story, StoryId};
use crate::lang::Label;
use crate::state::{Item, View};
use crate::theme::Role;
use crate::ui::log::tells_its_zone;
use crate::ui::values::{loud, unknown};
use crate::ui::zones::{self, Foreign};

/// A task that is shown as a page of its own.
pub(super) fn task<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, id: &StoryId) {
    match cx.judged.timeline().and_then(|timeline| timeline.find(id)) {
        Some((_, story)) => facts(cx, sheet, story),
        None => sheet.summary(Line::of(cx.lang().gone(), Role::Muted)),
    }
}

/// How it stands, when and where it was, whom it was about, and who began it.
pub(super) fn facts<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, story: &'a Story) {
    let lang = cx.lang();
    let name = name(cx, story);
    let mut line = Line::of(name, Role::Title).and("  ", Role::Text);
    line.append(standing(cx, story));
    if let Some(copy) = made(cx, story) {
        line.put("  ", Role::Text);
        line.append(copy);
    }
    // By the word of Proxmox it is found in the servers' own lists.
    if let Some(kind) = story.kind.as_deref().filter(|kind| *kind != name) {
        line.put(format!("  {kind}"), Role::Muted);
    }
    sheet.summary(line);
    let mut began = Line::text(lang.date(story.began, &cx.when()))
        .and(format!("  {}", lang.ago(&cx.age(story.began))), Role::Muted);
    // Of what runs, that is how long ago it began.
    if let Some(took) = story.took(cx.now()).filter(|_| !story.is_running()) {
        let took = lang.duration(took as f64);
        began.put(format!("  {} {took}", lang.label(Label::Took)), Role::Muted);
    }
    sheet.field(cx, Label::Began, began);
    sheet.field(cx, Label::Where, place(cx, story, " "));
    if story.about != About::Nothing || !story.parts.is_empty() {
        sheet.field(cx, Label::About, about(cx, story));
    }
    if let Some(user) = &story.user {
        sheet.field(cx, Label::By, Line::of(&**user, Role::Muted));
    }
}

/// What it is called: our word for what it does, else Proxmox's.
pub(in crate::ui) fn name<'a>(cx: &Cx<'_>, story: &'a Story) -> &'a str {
    match &story.kind {
        Some(kind) => Work::of(kind).map_or(&**kind, |work| cx.lang().work(work)),
        None => cx.lang().done(&story.id.deed),
    }
}

/// Where it runs or ran, in short: site and node; of a PBS site and source.
pub(in crate::ui) fn host(story: &Story) -> Line<'_> {
    let site = story.site.as_str();
    let inner = match story.product {
        Product::Pve => story.node.as_str(),
        Product::Pbs => story.id.source.as_str(),
    };
    // What only repeats the name before it says nothing.
    if inner == site || inner.is_empty() {
        return Line::text(site);
    }
    Line::of(format!("{site}/"), Role::Muted).and(inner, Role::Text)
}

/// Where a run takes its copy to; where a copy lies that was not made by a task we know of: its
/// store and namespace.
pub(in crate::ui) fn onto<'a>(cx: &Cx<'a>, story: &'a Story) -> Option<Line<'a>> {
    let arrow = Line::of(format!("{} ", cx.glyphs().arrow), Role::Rest);
    if let Deed::Copy(group) = &story.id.deed {
        return Some(arrow.and(store(group), Role::Muted));
    }
    Some(arrow.and(story.target.as_ref()?.as_str(), Role::Muted))
}

/// `main`, `main/fi`
fn store(group: &GroupKey) -> String {
    let slash = if group.ns.as_str().is_empty() { "" } else { "/" };
    format!("{}{slash}{}", group.store, group.ns)
}

/// Where it runs or ran.
pub(in crate::ui) fn place<'a>(cx: &Cx<'a>, story: &'a Story, gap: &str) -> Line<'a> {
    let (site, source) = (story.site.as_str(), story.id.source.as_str());
    let mut line = Line::of(site, Role::Muted);
    let node = story.node.as_str();
    let mut last = site;
    // What only repeats the name before it says nothing.
    for (name, role) in [(source, Role::Muted), (node, Role::Text)] {
        if name != last && !name.is_empty() && name != "localhost" {
            line.put(gap.to_owned(), Role::Rest);
            line.put(name, role);
            last = name;
        }
    }
    let target = match &story.id.deed {
        Deed::Copy(group) => Some(store(group)),
        _ => story.target.as_ref().map(ToString::to_string),
    };
    if let Some(target) = target {
        line.put(format!(" {} ", cx.glyphs().arrow), Role::Rest);
        line.put(target, Role::Text);
    }
    line
}

/// Whom it is about.
pub(in crate::ui) fn about<'a>(cx: &Cx<'a>, story: &'a Story) -> Line<'a> {
    match &story.about {
        About::Guest(key) => Line::text(cx.guest_name(key)),
        About::Named(name) => match working_on(cx, story, name) {
            Some(place) => Line::of(place, Role::Muted),
            None => Line::of(&**name, Role::Muted),
        },
        // Several guests: those that are told within it.
        About::Nothing => {
            let parts = story.parts.iter().filter_map(|at| cx.judged.timeline()?.get(*at));
            let mut guests: Vec<_> = parts
                .filter_map(|part| match &part.about {
                    About::Guest(key) => Some(key),
                    About::Named(_) | About::Nothing => None,
                })
                .collect();
            guests.sort_unstable();
            guests.dedup();
            match guests.len() {
                0 => Line::new(),
                count => Line::of(cx.lang().for_guests(count), Role::Muted),
            }
        }
    }
}

/// What a task of a PBS works on, where its id is no name that people use.
fn working_on(cx: &Cx<'_>, story: &Story, id: &str) -> Option<String> {
    let kind = story.kind.as_deref().filter(|_| story.product == Product::Pbs)?;
    let pushes = |job: &str| {
        let jobs = cx.pbs(&story.id.source)?.sync.known()?;
        Some(jobs.iter().find(|known| known.id.as_str() == job)?.sync.as_ref()?.push)
    };
    place_of(kind, id, cx.glyphs().arrow, pushes)
}

/// How it stands in one word: its verdict, unless it has none yet.
pub(in crate::ui) fn word(cx: &Cx<'_>, story: &Story) -> &'static str {
    let verdict = story.verdict();
    if story.is_running() && verdict == Verdict::Ok {
        return cx.lang().label(Label::RunsNow);
    }
    cx.lang().verdict(verdict)
}

/// How it stands, in words.
pub(in crate::ui) fn standing<'a>(cx: &Cx<'a>, story: &'a Story) -> Line<'a> {
    let lang = cx.lang();
    match &story.state {
        State::Running => Line::of(lang.label(Label::RunsNow), Role::Accent),
        State::RanAt(Some(at)) => {
            unknown(cx).and(format!(" {}", lang.ran(&cx.age(*at))), Role::Unknown)
        }
        State::RanAt(None) => unknown(cx),
        State::Ended(result) => {
            let role = match result {
                TaskResult::Warnings(_) => Role::Warning,
                TaskResult::Ok => Role::Muted,
                TaskResult::Error(_) | TaskResult::Unknown => loud(story.verdict()),
            };
            Line::of(lang.result(result), role)
        }
    }
}

/// The copy that it made, or is; of many how many.
pub(in crate::ui) fn made<'a>(cx: &Cx<'a>, story: &Story) -> Option<Line<'a>> {
    let timeline = cx.judged.timeline()?;
    if matches!(story.id.deed, Deed::Round(_)) {
        return None;
    }
    // One that a sync carried on is the same copy.
    let mut copies: Vec<(&About, Snapshot)> = Vec::new();
    for part in story.parts.iter().filter_map(|at| timeline.get(*at)) {
        let Some(copy) = part.copy else { continue };
        if !copies.iter().any(|(about, known)| **about == part.about && known.time == copy.time) {
            copies.push((&part.about, copy));
        }
    }
    let copy = match (story.copy, copies.as_slice()) {
        (Some(copy), _) => copy,
        (None, [(_, copy)]) => *copy,
        (None, []) => return None,
        (None, many) => return Some(Line::of(cx.lang().count_copies(many.len()), Role::Muted)),
    };
    let size = copy.size.map_or_else(String::new, |n| cx.lang().bytes(n.bytes()));
    let (mark, role) = match copy.verification {
        Verification::Ok(_) => (cx.glyphs().verified, Role::Muted),
        Verification::Failed(_) => (cx.glyphs().bad_copy, Role::Critical),
        Verification::None => ("", Role::Muted),
    };
    Some(Line::of(format!("{size} "), Role::Muted).and(mark, role))
}

/// The line above a log, and the log, where there is one.
pub(super) fn log<'a>(cx: &Cx<'a>, view: &'a View) -> (Line<'a>, Option<&'a Log>) {
    let lang = cx.lang();
    let title = Line::of(format!(" {}", lang.label(Label::Log)), Role::Head).and("  ", Role::Text);
    let part = cx.state.log_of(view);
    let known = part.and_then(|part| part.known());
    let log = match known {
        Some(Seen::Log(log)) => Some(log),
        _ => None,
    };
    let mut line = title;
    let muted = |words: &str| Line::of(words.to_owned(), Role::Muted);
    match (part.map(|part| &part.outcome), log) {
        (_, Some(log)) if log.lines.is_empty() => line.append(muted(lang.log_empty())),
        (_, Some(log)) => line.append(muted(&lang.log_lines(log.lines.len(), log.skipped))),
        (Some(Outcome::Absent), None) => line.append(muted(lang.log_gone())),
        (Some(Outcome::Denied(_) | Outcome::Failed(_)), None) => {}
        (Some(_), None) => line.append(muted(lang.log_asked())),
        (None, None) => match away(cx, view) {
            Some(node) => {
                line.append(unknown(cx).and(format!(" {}", lang.log_away(&node)), Role::Unknown));
            }
            None => line.append(muted(lang.log_asked())),
        },
    }
    // What failed says so, beside what is known from before.
    if let Some(part) = part.filter(|part| part.is_failing()) {
        let state = part.state(cx.now());
        line.put("  ", Role::Text);
        line.append(unknown(cx).and(format!(" {}", lang.part_state(state)), Role::Unknown));
        if let Some(error) = part.error() {
            line.put(format!(": {error}"), Role::Unknown);
        }
        if let Some(seen) = part.seen {
            line.put(format!("  {}", lang.ago(&cx.age(seen))), Role::Muted);
        }
    }
    if let Some(foreign) = log.filter(|log| !tells_its_zone(log)).and_then(|_| zone(cx, view)) {
        line.put(format!("  {}", lang.times_in(&foreign.name)), Role::Muted);
    }
    let page = cx.state.page();
    if page.tails && log.is_some_and(|log| !log.is_ended()) {
        line.put(format!("  {}", lang.log_followed()), Role::Accent);
    }
    if !page.seek.is_empty() {
        let hits = lang.hits(page.seek.at(), page.seek.len());
        line.put(format!("  {}: {hits}", page.seek.text()), Role::Accent);
    }
    (line, log)
}

/// The zone of the server that wrote a log, where its times are not the reader's: those within its
/// lines are as they were written.
fn zone(cx: &Cx<'_>, view: &View) -> Option<Foreign> {
    match view {
        View::Task(id) => {
            let (_, story) = cx.judged.timeline()?.find(id)?;
            zones::of(cx, &id.source, Some(&story.node))
        }
        View::Subject(subject @ Subject::Replication(source, _)) => match cx.item(subject)? {
            Item::Replication(_, _, row) => zones::of(cx, source, row.source_node.as_ref()),
            _ => None,
        },
        _ => None,
    }
}

/// The node that has the log and is off.
fn away(cx: &Cx<'_>, view: &View) -> Option<String> {
    let View::Task(id) = view else { return None };
    let (_, story) = cx.judged.timeline()?.find(id)?;
    let pve = cx.pve(&id.source)?;
    let online = pve.online_nodes();
    (!online.is_empty() && !online.contains(&story.node)).then(|| story.node.to_string())
}
