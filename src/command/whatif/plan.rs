//! Hosts that are emptied onto others, as a page.

use super::loss::{guest, left, targets};
use crate::command::report::outline::{Block, Table};
use crate::judge::Judged;
use crate::judge::rows::recovery::Room;
use crate::lang::whatif::{Facet, Need, host, sentences};
use crate::lang::{Head, Lang, When};
use crate::whatif::{Moved, Plan, Resource, Told, Window};

/// What stands where something is not known.
const UNKNOWN: &str = "?";

/// The page.
pub(super) fn blocks(
    plan: &Plan,
    told: &Told,
    judged: &Judged,
    lang: &dyn Lang,
    when: &When<'_>,
) -> Vec<Block> {
    let mut blocks = vec![Block::Title(lang.emptied(plan))];
    blocks.extend(lang.short_of(plan).into_iter().chain(lang.one_more(plan)).map(Block::Para));
    let lacking = plan.clusters.iter().filter(|after| after.needs_expected);
    blocks.extend(lacking.map(|after| Block::Para(lang.without_quorum(after))));
    blocks.extend(sentences(told, lang, when).into_iter().map(Block::Para));
    blocks.push(Block::Para(lang.taken(judged.taken, when)));
    let chapter = |facet: Facet| Block::Chapter(lang.facet(facet).to_owned());
    blocks.push(chapter(Facet::Resources));
    blocks.push(Block::Table(resources(plan, lang)));
    if !plan.guests.is_empty() {
        blocks.push(chapter(Facet::Guests));
        blocks.push(Block::Table(guests(&plan.guests, lang)));
    }
    if !plan.ties.is_empty() {
        blocks.push(chapter(Facet::Tied));
        blocks.push(Block::Items(tied(plan, lang)));
    }
    blocks.push(chapter(Facet::Targets));
    blocks.push(Block::Table(targets(&plan.targets, lang)));
    blocks.push(Block::Para(lang.two_counts().to_owned()));
    if !plan.clusters.is_empty() {
        blocks.push(chapter(Facet::Clusters));
        blocks.push(Block::Fields(plan.clusters.iter().map(|after| left(after, lang)).collect()));
    }
    blocks.push(chapter(Facet::Windows));
    blocks.push(Block::Table(windows(&plan.windows, lang)));
    blocks.push(Block::Para(lang.what_window().to_owned()));
    blocks
}

fn resources(plan: &Plan, lang: &dyn Lang) -> Table {
    let bytes = |bytes: Option<u64>| bytes.map_or_else(|| UNKNOWN.to_owned(), |n| lang.bytes(n));
    let row = |need: Need, resource: &Resource| {
        let room = lang.room(resource.fits).to_owned();
        let need = lang.need(need).to_owned();
        vec![need, bytes(resource.need), bytes(resource.have), room, String::new()]
    };
    let count = |count: Option<f64>| {
        count.map_or_else(|| UNKNOWN.to_owned(), |count| format!("{count:.0}"))
    };
    let cpus = plan.cpus;
    let ratio = cpus.ratio.map_or_else(String::new, |ratio| lang.per_thread(ratio));
    let threads = vec![
        lang.need(Need::Cpus).to_owned(),
        count(cpus.need),
        count(cpus.have),
        lang.room(cpus.fits).to_owned(),
        ratio,
    ];
    let heads = [
        (Head::Blank, false),
        (Head::Need, true),
        (Head::Have, true),
        (Head::Room, false),
        (Head::Blank, false),
    ];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: vec![
            row(Need::Memory, &plan.memory),
            row(Need::Used, &plan.used),
            threads,
            row(Need::Disk, &plan.disk),
        ],
    }
}

fn guests(guests: &[Moved], lang: &dyn Lang) -> Table {
    let row = |moved: &Moved| {
        let has_place = matches!(moved.room, Room::Fits | Room::Tight | Room::Unknown);
        let target = moved.target.as_ref().filter(|_| has_place);
        vec![
            guest(&moved.source, moved.vmid, moved.name.as_deref()),
            host(&moved.source, &moved.node),
            target.map_or_else(|| lang.nowhere().to_owned(), |(source, node)| host(source, node)),
            lang.room(moved.room).to_owned(),
        ]
    };
    let heads =
        [(Head::Guest, false), (Head::From, false), (Head::Onto, false), (Head::Room, false)];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: guests.iter().map(row).collect(),
    }
}

fn tied(plan: &Plan, lang: &dyn Lang) -> Vec<String> {
    let item = |(source, vmid, ties): &(_, _, Vec<_>)| {
        let mut moved = plan.guests.iter();
        let moved = moved.find(|moved| moved.source == *source && moved.vmid == *vmid);
        let ties: Vec<String> = ties.iter().map(|tie| lang.tie(tie)).collect();
        let guest = guest(source, *vmid, moved.and_then(|moved| moved.name.as_deref()));
        lang.said_of(&guest, &ties.join(", "))
    };
    plan.ties.iter().map(item).collect()
}

fn windows(windows: &[Window], lang: &dyn Lang) -> Table {
    let took = |seconds: Option<i64>| {
        seconds.map_or_else(|| UNKNOWN.to_owned(), |seconds| lang.duration(seconds as f64))
    };
    let row = |window: &Window| {
        vec![host(&window.source, &window.node), took(window.before), took(window.takes)]
    };
    let heads = [(Head::Node, false), (Head::Before, true), (Head::After, true)];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: windows.iter().map(row).collect(),
    }
}
