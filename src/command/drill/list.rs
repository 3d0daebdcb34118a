//! `vigie drill list`: the guests that were rehearsed or are to be, those that are due first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::{DrillError, look, start, told};
use crate::cli::{Global, ListFormat};
use crate::clock::zone;
use crate::command::report::outline::{Block, Table};
use crate::command::report::text::laid;
use crate::drill::{Log, Record};
use crate::fleet::drill::{Outcome, Rehearsal};
use crate::fleet::id::GuestKey;
use crate::fleet::time::Epoch;
use crate::judge::Judged;
use crate::judge::recovery::REHEARSED;
use crate::lang::{Debt, Head, Lang, When};
use crate::poll::fleet::SharedEnv;

/// What stands where the question does not apply.
const NOTHING: &str = "–";
/// What stands where something is not known.
const UNKNOWN: &str = "?";

pub(super) fn list(
    format: ListFormat,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<String, DrillError> {
    let start = start(global, env, true)?;
    let (log, path) = (start.rehearsed.clone(), start.config.drill_log.clone());
    if let Some(error) = log.error {
        return Err(DrillError::Unreadable(error));
    }
    let shown = start.shown.clone();
    let (judged, fleet) = look(start, !global.demo)?;
    let sources: Vec<_> = fleet
        .sources()
        .filter(|(site, ..)| shown.is_empty() || shown.contains(&site.facts.name))
        .map(|(_, facts, _)| facts.name.clone())
        .collect();
    let judged = judged.only(&shown);
    let is_shown = |key: &GuestKey| shown.is_empty() || sources.contains(&key.source);
    let mut table = Standing::of(&judged, &log);
    table.rows.retain(|row| is_shown(&row.key));
    let zone = zone::system();
    let when = When { now: judged.taken, zone: &zone };
    let of = Origin { path: path.as_deref(), demo: global.demo, log: &log };
    match format {
        ListFormat::Text => Ok(text(&table, &of, lang, &when)),
        ListFormat::Json => json(&table, &of, judged.taken),
    }
}

/// One guest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) key: GuestKey,
    name: Option<String>,
    /// Whether it is in the log alone.
    gone: bool,
    good: Option<Rehearsal>,
    last: Option<Record>,
    /// The longest without a rehearsal, seconds; none: nobody asks for any.
    every: Option<i64>,
}

impl Row {
    /// When the next one is due; none where it is due now, or never.
    fn due(&self) -> Option<Epoch> {
        Some(self.good.as_ref()?.at.plus(self.every?))
    }

    /// How long it has been due, seconds; nought where it was never rehearsed, for nobody knows.
    fn debt(&self, now: Epoch) -> Option<i64> {
        match (self.every, self.due()) {
            (Some(_), None) => Some(0),
            (_, due) => due.map(|due| now.since(due)).filter(|debt| *debt > 0),
        }
    }

    /// Never rehearsed first, then the longest due, then what is due next, then the rest.
    fn urgency(&self, now: Epoch) -> (u8, Reverse<i64>, &GuestKey) {
        match (self.every, self.due()) {
            (Some(_), None) => (0, Reverse(0), &self.key),
            (Some(_), Some(due)) => (1, Reverse(now.since(due)), &self.key),
            (None, _) => (2, Reverse(0), &self.key),
        }
    }
}

/// How the rehearsals stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Standing {
    pub(super) rows: Vec<Row>,
    /// Guests that were never rehearsed, and nobody asks for it.
    others: usize,
    /// Guests that are known.
    known: usize,
}

impl Standing {
    /// Of the guests as judged, and of those in the log.
    pub(super) fn of(judged: &Judged, log: &Log) -> Self {
        let good = log.drills().good;
        let mut last: BTreeMap<GuestKey, Record> =
            log.last().into_iter().map(|(key, record)| (key, record.clone())).collect();
        let mut table = Self::default();
        for guest in judged.sites.iter().flat_map(|site| &site.guests) {
            table.known += 1;
            let key = GuestKey { source: guest.source.clone(), vmid: guest.vmid };
            let (good, last) = (good.get(&key).cloned(), last.remove(&key));
            // Without a policy the judge reminds of what was rehearsed once; what was tried in vain
            // is due.
            let wanted = guest.recovery.objective.rehearse.or(last.as_ref().map(|_| REHEARSED));
            let every = wanted.filter(|_| !guest.template);
            if every.is_none() && last.is_none() {
                table.others += usize::from(!guest.template);
                continue;
            }
            let name = guest.name.as_ref().map(ToString::to_string);
            table.rows.push(Row { key, name, gone: false, good, last, every });
        }
        table.rows.extend(last.into_iter().map(|(key, record)| Row {
            name: record.name.as_ref().map(ToString::to_string),
            gone: true,
            good: good.get(&key).cloned(),
            last: Some(record),
            every: None,
            key,
        }));
        let now = judged.taken;
        table.rows.sort_by(|a, b| a.urgency(now).cmp(&b.urgency(now)));
        table
    }

    fn debt(&self, now: Epoch) -> Debt {
        let is_due = |row: &&Row| row.debt(now).is_some();
        let due = self.rows.iter().filter(is_due);
        Debt {
            listed: self.rows.len(),
            due: due.clone().count(),
            never: due.filter(|row| row.good.is_none()).count(),
            others: self.others,
        }
    }
}

/// Where it is known from.
pub(super) struct Origin<'a> {
    pub(super) path: Option<&'a Path>,
    pub(super) demo: bool,
    pub(super) log: &'a Log,
}

pub(super) fn text(table: &Standing, of: &Origin<'_>, lang: &dyn Lang, when: &When<'_>) -> String {
    let debt = table.debt(when.now);
    let mut blocks = vec![Block::Title(lang.debt(&debt))];
    let path = of.path.map(|path| path.display().to_string());
    blocks.push(Block::Para(match path {
        _ if of.demo => lang.log_of_demo().to_owned(),
        Some(path) => lang.log_is(&path, of.log.records.len()),
        None => lang.log_nowhere().to_owned(),
    }));
    if of.log.skipped > 0 {
        blocks.push(Block::Para(lang.lines_skipped(of.log.skipped)));
    }
    if !table.rows.is_empty() {
        blocks.push(Block::Table(rows(table, lang, when)));
    }
    let said = table.rows.iter().filter_map(|row| tried_in_vain(row, lang, when));
    let mut after: Vec<Block> = said.map(Block::Para).collect();
    if table.known == 0 {
        after.push(Block::Para(lang.no_guests_known().to_owned()));
    } else if debt.others > 0 {
        after.push(Block::Para(lang.not_rehearsed(debt.others)));
    }
    let next = table.rows.iter().find(|row| row.debt(when.now).is_some());
    let next = next.map(|row| lang.how_to_begin(&told(&row.key, None)));
    after.extend(next.map(Block::Para));
    let mut page = laid(&blocks);
    if !after.is_empty() {
        page.push('\n');
        page.push_str(&laid(&after));
    }
    page
}

/// What was noted when the last try did not end well.
fn tried_in_vain(row: &Row, lang: &dyn Lang, when: &When<'_>) -> Option<String> {
    let last = row.last.as_ref().filter(|last| last.result != Outcome::Ok)?;
    let age = lang.age(when.now.since(last.time));
    let guest = told(&row.key, row.name.as_deref());
    Some(lang.last_try(&guest, last.result, &age, last.notes.as_deref()?))
}

fn rows(table: &Standing, lang: &dyn Lang, when: &When<'_>) -> Table {
    let row = |row: &Row| {
        let good = row.good.as_ref();
        let day = |at: Epoch| lang.day_or_month(at, when);
        let age = |at: Epoch| lang.age(when.now.since(at));
        let nothing = || NOTHING.to_owned();
        let took = good.and_then(|good| good.took);
        let due = match (row.every, row.due()) {
            _ if row.gone => lang.gone_guest().to_owned(),
            (None, _) => nothing(),
            (Some(_), None) => lang.now().to_owned(),
            (Some(_), Some(due)) => day(due),
        };
        vec![
            // In one column: where it is narrow the name gives way, not the number.
            told(&row.key, row.name.as_deref()),
            good.map_or_else(|| lang.never().to_owned(), |good| day(good.at)),
            good.map_or_else(nothing, |good| age(good.at)),
            match (good, took) {
                (_, Some(took)) => lang.duration(took as f64),
                (Some(_), None) => UNKNOWN.to_owned(),
                (None, None) => nothing(),
            },
            match good.map(|good| good.by.as_deref()) {
                Some(by) => by.unwrap_or(UNKNOWN).to_owned(),
                None => nothing(),
            },
            row.last.as_ref().map_or_else(nothing, |last| lang.outcome(last.result).to_owned()),
            due,
            row.due()
                .map(|due| when.now.since(due))
                .filter(|debt| *debt > 0)
                .map_or_else(nothing, |debt| lang.age(debt)),
        ]
    };
    let heads = [
        (Head::Guest, false),
        (Head::LastGood, false),
        (Head::Age, true),
        (Head::Took, true),
        (Head::By, false),
        (Head::LastTry, false),
        (Head::Due, false),
        (Head::Debt, true),
    ];
    Table {
        heads: heads.map(|(head, is_number)| (lang.head(head), is_number)).to_vec(),
        rows: table.rows.iter().map(row).collect(),
    }
}

/// The list for programs. Its keys do not change once released.
#[derive(Serialize)]
struct Document {
    version: u32,
    taken: Option<String>,
    log: Option<String>,
    skipped_lines: usize,
    guests: Vec<GuestDoc>,
    never_and_not_asked: usize,
}

#[derive(Serialize)]
struct GuestDoc {
    source: String,
    vmid: u32,
    name: Option<String>,
    known: bool,
    last_good: Option<String>,
    age_s: Option<i64>,
    took_s: Option<i64>,
    by: Option<String>,
    last_try: Option<TryDoc>,
    every_s: Option<i64>,
    due: Option<String>,
    is_due: bool,
    overdue_s: Option<i64>,
}

#[derive(Serialize)]
struct TryDoc {
    time: Option<String>,
    result: Outcome,
    notes: Option<String>,
}

fn json(table: &Standing, of: &Origin<'_>, now: Epoch) -> Result<String, DrillError> {
    let time = |at: Epoch| at.timestamp().map(|at| at.to_string());
    let guest = |row: &Row| {
        let good = row.good.as_ref();
        GuestDoc {
            source: row.key.source.to_string(),
            vmid: row.key.vmid,
            name: row.name.clone(),
            known: !row.gone,
            last_good: good.and_then(|good| time(good.at)),
            age_s: good.map(|good| now.since(good.at)),
            took_s: good.and_then(|good| good.took),
            by: good.and_then(|good| good.by.as_ref()).map(ToString::to_string),
            last_try: row.last.as_ref().map(|last| TryDoc {
                time: time(last.time),
                result: last.result,
                notes: last.notes.as_ref().map(ToString::to_string),
            }),
            every_s: row.every,
            due: row.due().and_then(time),
            is_due: row.debt(now).is_some(),
            overdue_s: row.due().map(|due| now.since(due)).filter(|debt| *debt > 0),
        }
    };
    let document = Document {
        version: 1,
        taken: time(now),
        log: of.path.map(|path| path.display().to_string()),
        skipped_lines: of.log.skipped,
        guests: table.rows.iter().map(guest).collect(),
        never_and_not_asked: table.others,
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
