//! What would follow from a loss: what becomes of the guests, what is left, what fails next.

use super::{Cx, Line, Sheet};
use crate::fleet::id::NodeName;
use crate::judge::rows::recovery::Room;
use crate::lang::Label;
use crate::lang::recovery::Fates;
use crate::lang::whatif::sentences;
use crate::state::Asked;
use crate::theme::Role;
use crate::ui::values::unknown;
use crate::whatif::{After, Failing, Loss, Target};

/// So many jobs that will fail are named; the rest as a number.
const NAMED: usize = 4;

/// Writes what follows from the losses that are looked at.
pub(super) fn what_if<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, lost: &[Loss]) {
    let lang = cx.lang();
    let Some(asked) = cx.state.outlook().asked().filter(|asked| asked.lost == *lost) else {
        sheet.summary(unknown(cx).and(format!(" {}", lang.cannot_tell()), Role::Unknown));
        return;
    };
    counts(cx, sheet, asked);
    let what = &asked.what_if;
    for said in sentences(&what.told, lang, &cx.when()) {
        sheet.summary(unknown(cx).and(format!(" {said}"), Role::Unknown));
    }
    for after in &what.clusters {
        sheet.field(cx, Label::Quorum, quorum(cx, after));
    }
    for target in &what.targets {
        sheet.field(cx, Label::Goes, of_target(cx, target));
    }
    if !what.copies_lost.places.is_empty() {
        let (places, bare) = (what.copies_lost.places.len(), what.copies_lost.bare.len());
        let role = if bare > 0 { Role::Critical } else { Role::Muted };
        let said = lang.copies_lost(places, what.copies_lost.guests, bare);
        sheet.field(cx, Label::CopiesLost, Line::of(said, role));
    }
    failing(cx, sheet, &what.failing);
}

/// A loss as it is called.
pub(in crate::ui) fn name(loss: &Loss) -> String {
    match loss {
        Loss::Node(_, node) => node.to_string(),
        Loss::Source(source) => source.to_string(),
        Loss::Site(site) => site.to_string(),
    }
}

fn counts<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, asked: &Asked) {
    let fates = Fates::of(&asked.what_if.guests);
    let mut line = Line::text(cx.lang().hit(fates.guests));
    for (said, role) in [
        (cx.lang().come_back(&fates), Role::Text),
        (cx.lang().are_gone(&fates), Role::Critical),
        (cx.lang().are_unknown(&fates), Role::Unknown),
        (cx.lang().lack_room(&fates), Role::Warning),
    ] {
        if !said.is_empty() {
            line.put("  ", Role::Text);
            line.put(said, role);
        }
    }
    sheet.summary(line);
}

fn quorum<'a>(cx: &Cx<'a>, after: &After) -> Line<'a> {
    let role = match after.quorate {
        Some(true) => Role::Muted,
        Some(false) => Role::Warning,
        None => Role::Unknown,
    };
    let mut line = Line::text(after.source.to_string())
        .and("  ", Role::Text)
        .and(cx.lang().quorum_after(after), role);
    if !after.fences.is_empty() {
        let nodes: Vec<&str> = after.fences.iter().map(NodeName::as_str).collect();
        let said = cx.lang().fence_themselves(&nodes.join(", "), after.stopped.len());
        line.put(format!("  {said}"), Role::Warning);
    }
    line
}

fn of_target<'a>(cx: &Cx<'a>, target: &Target) -> Line<'a> {
    let role = match target.room {
        Room::Fits | Room::Tight => Role::Muted,
        Room::Unknown => Role::Unknown,
        Room::NoBridge | Room::Full | Room::Away => Role::Warning,
    };
    Line::text(target.node.to_string())
        .and("  ", Role::Text)
        .and(cx.lang().takes_guests(target), Role::Text)
        .and("  ", Role::Text)
        .and(cx.lang().room(target.room), role)
}

fn failing<'a>(cx: &Cx<'a>, sheet: &mut Sheet<'a>, jobs: &[Failing]) {
    let lang = cx.lang();
    for (i, job) in jobs.iter().take(NAMED).enumerate() {
        let mut line = Line::text(lang.subject(&job.job));
        match job.at {
            Some(at) => line.put(format!("  {}", lang.moment(at, &cx.when())), Role::Muted),
            None => line.put(format!("  {}", lang.label(Label::NotKnown)), Role::Muted),
        }
        if i == 0 {
            sheet.field(cx, Label::FailsNext, line);
        } else {
            sheet.put(14, 17, line);
        }
    }
    if jobs.len() > NAMED {
        let left = lang.more_jobs(jobs.len() - NAMED);
        sheet.put(14, 17, Line::of(left, Role::Muted));
    }
}
