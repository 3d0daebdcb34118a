//! What would follow from a loss, as a page.

use crate::command::report::outline::{Block, Table};
use crate::fleet::id::{NodeName, SourceName, Vmid};
use crate::fleet::subject::Subject;
use crate::judge::Judged;
use crate::lang::recovery::Fates;
use crate::lang::whatif::{Facet, host, sentences};
use crate::lang::{Head, Label, Lang, When};
use crate::whatif::{After, Failing, Fate, How, Loss, Target, WhatIf};

/// What stands where the question does not apply.
const NOTHING: &str = "–";
/// What stands where something is not known.
const UNKNOWN: &str = "?";

/// The page.
pub(super) fn blocks(
    what: &WhatIf,
    judged: &Judged,
    lang: &dyn Lang,
    when: &When<'_>,
) -> Vec<Block> {
    let names: Vec<String> = what.lost.iter().map(name).collect();
    let fates = Fates::of(&what.guests).and_stopped(&what.clusters);
    // Guests of a source that was never read are nobody's to count.
    let is_told = what.told.never.is_empty() || fates.guests > 0;
    let mut blocks = vec![Block::Title(lang.after_loss(&names, is_told.then_some(&fates)))];
    if fates.guests > 0 {
        blocks.push(Block::Para(lang.fates(&fates)));
    }
    blocks.extend(sentences(&what.told, lang, when).into_iter().map(Block::Para));
    blocks.push(Block::Para(lang.taken(judged.taken, when)));
    let chapter = |facet: Facet| Block::Chapter(lang.facet(facet).to_owned());
    if !what.guests.is_empty() {
        blocks.push(chapter(Facet::Guests));
        blocks.push(Block::Table(guests(&what.guests, lang)));
        let without = not_whole(&what.guests, lang);
        if !without.is_empty() {
            blocks.push(chapter(Facet::NotWhole));
            blocks.push(Block::Items(without));
        }
    }
    if !what.targets.is_empty() {
        blocks.push(chapter(Facet::Targets));
        blocks.push(Block::Table(targets(&what.targets, lang)));
        blocks.push(Block::Para(lang.two_counts().to_owned()));
    }
    if !what.clusters.is_empty() {
        blocks.push(chapter(Facet::Clusters));
        blocks.push(Block::Fields(what.clusters.iter().map(|after| left(after, lang)).collect()));
    }
    if !what.failing.is_empty() {
        blocks.push(chapter(Facet::Failing));
        blocks.push(Block::Table(failing(&what.failing, lang, when)));
    }
    if !what.copies_lost.places.is_empty() {
        blocks.push(chapter(Facet::Copies));
        blocks.extend(copies(what, judged, lang));
    }
    blocks
}

/// A loss as it is called.
fn name(loss: &Loss) -> String {
    match loss {
        Loss::Node(source, node) => host(source, node),
        Loss::Source(source) => source.to_string(),
        Loss::Site(site) => site.to_string(),
    }
}

/// A guest as it is called: `fi/101 mail`.
pub(super) fn guest(source: &SourceName, vmid: Vmid, name: Option<&str>) -> String {
    name.map_or_else(|| format!("{source}/{vmid}"), |name| format!("{source}/{vmid} {name}"))
}

fn guests(guests: &[Fate], lang: &dyn Lang) -> Table {
    let row = |fate: &Fate| {
        let is_back = !matches!(fate.how, How::Gone | How::Unknown);
        let or = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
        let back = |text: Option<String>| if is_back { or(text) } else { NOTHING.to_owned() };
        let target = fate.target.as_ref().map(|(source, node)| host(source, node));
        vec![
            guest(&fate.source, fate.vmid, fate.name.as_deref()),
            host(&fate.source, &fate.node),
            if fate.is_doubtful {
                format!("{UNKNOWN} {}", lang.how(fate.how))
            } else {
                lang.how(fate.how).to_owned()
            },
            back(Some(target.unwrap_or_else(|| lang.nowhere().to_owned()))),
            back(Some(lang.room(fate.room).to_owned())),
            back(fate.loss.map(|loss| lang.age(loss))),
            back(fate.takes.map(|takes| lang.age(takes))),
        ]
    };
    let heads = [
        (Head::Guest, false),
        (Head::From, false),
        (Head::Way, false),
        (Head::Target, false),
        (Head::Room, false),
        (Head::Loss, true),
        (Head::Back, true),
    ];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: guests.iter().map(row).collect(),
    }
}

/// Guests that come back without some of their disks, or not without their key.
fn not_whole(guests: &[Fate], lang: &dyn Lang) -> Vec<String> {
    let item = |fate: &Fate| {
        let disks = fate.leaves_out.join(", ");
        let without = (!disks.is_empty()).then(|| format!("{} {disks}", lang.without()));
        let key = fate.needs_key.then(|| lang.needs_key().to_owned());
        let said: Vec<String> = without.into_iter().chain(key).collect();
        let guest = guest(&fate.source, fate.vmid, fate.name.as_deref());
        (!said.is_empty()).then(|| lang.said_of(&guest, &said.join(", ")))
    };
    guests.iter().filter_map(item).collect()
}

/// The hosts that would take guests.
pub(super) fn targets(targets: &[Target], lang: &dyn Lang) -> Table {
    let bytes = |bytes: Option<u64>| bytes.map_or_else(|| UNKNOWN.to_owned(), |n| lang.bytes(n));
    let count = |count: Option<f64>| {
        count.map_or_else(|| UNKNOWN.to_owned(), |count| format!("{count:.0}"))
    };
    let row = |target: &Target| {
        vec![
            host(&target.source, &target.node),
            target.guests.to_string(),
            bytes(Some(target.taken)),
            bytes(target.free),
            bytes(target.idle),
            bytes(Some(target.disk)),
            bytes(target.disk_free),
            format!("{}/{}", count(target.cpus), count(target.threads)),
            lang.room(target.room).to_owned(),
        ]
    };
    let heads = [
        (Head::Node, false),
        (Head::Guests, true),
        (Head::Memory, true),
        (Head::Free, true),
        (Head::Idle, true),
        (Head::Disk, true),
        (Head::DiskFree, true),
        (Head::Cpu, true),
        (Head::Room, false),
    ];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: targets.iter().map(row).collect(),
    }
}

/// What is left of a cluster.
pub(super) fn left(after: &After, lang: &dyn Lang) -> (String, String) {
    let mut said = lang.quorum_after(after);
    if !after.fences.is_empty() {
        let nodes: Vec<&str> = after.fences.iter().map(NodeName::as_str).collect();
        said.push_str("; ");
        said.push_str(&lang.fence_themselves(&nodes.join(", "), after.stopped.len()));
    }
    (after.source.to_string(), said)
}

fn failing(jobs: &[Failing], lang: &dyn Lang, when: &When<'_>) -> Table {
    // Replications come by the dozen: those of a source that are due at once are one line.
    let mut lines: Vec<(&Failing, usize)> = Vec::new();
    for job in jobs {
        let is_alike = |(first, _): &(&Failing, usize)| {
            let are_replications = [first, &job].map(|j| matches!(j.job, Subject::Replication(..)));
            are_replications == [true; 2]
                && first.at == job.at
                && first.job.source() == job.job.source()
        };
        match lines.iter_mut().find(|line| is_alike(line)) {
            Some((_, count)) => *count += 1,
            None => lines.push((job, 1)),
        }
    }
    let row = |(job, count): &(&Failing, usize)| {
        let source = job.job.source().filter(|_| *count > 1);
        let guests = if *count > 1 { *count } else { job.guests as usize };
        vec![
            source.map_or_else(
                || lang.subject(&job.job),
                |source| lang.replications(*count, source.as_str()),
            ),
            job.at
                .map_or_else(|| lang.label(Label::NotKnown).to_owned(), |at| lang.moment(at, when)),
            if guests == 0 { UNKNOWN.to_owned() } else { guests.to_string() },
        ]
    };
    let heads = [(Head::Subject, false), (Head::Next, false), (Head::Guests, true)];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: lines.iter().map(row).collect(),
    }
}

fn copies(what: &WhatIf, judged: &Judged, lang: &dyn Lang) -> Vec<Block> {
    let lost = &what.copies_lost;
    let places = lost.places.iter().map(ToString::to_string).collect();
    let said = lang.copies_lost(lost.places.len(), lost.guests, lost.bare.len());
    let mut blocks = vec![Block::Para(said), Block::Items(places)];
    if !lost.bare.is_empty() {
        let rows = || judged.sites.iter().flat_map(|site| &site.guests);
        let named = lost.bare.iter().map(|(source, vmid)| {
            let row = rows().find(|row| row.source == *source && row.vmid == *vmid);
            guest(source, *vmid, row.and_then(|row| row.name.as_deref()))
        });
        blocks.push(Block::Para(lang.run_on_bare(&named.collect::<Vec<_>>().join(", "))));
    }
    blocks
}
