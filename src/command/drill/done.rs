//! `vigie drill done`: one line more in the log.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{DrillError, is_pve, start, told};
use crate::cli::{DrillDone, DrillResult, Global};
use crate::clock::{self, zone};
use crate::drill::{self, AHEAD, CopyUsed, LONGEST, Record};
use crate::fleet::drill::Outcome;
use crate::fleet::id::GuestKey;
use crate::fleet::pve::PveSurvey;
use crate::fleet::text::{self, LONGEST as LONGEST_TEXT};
use crate::fleet::time::Epoch;
use crate::judge::judge;
use crate::judge::rows::GuestRow;
use crate::lang::{Lang, When};
use crate::poll::fleet::SharedEnv;

pub(super) fn done(
    said: &DrillDone,
    global: &Global,
    env: &SharedEnv,
    lang: &dyn Lang,
) -> Result<String, DrillError> {
    // Of the user, not of the demo.
    let people = ["SUDO_USER", "USER", "LOGNAME"].map(&**env);
    let start = start(global, env, true)?;
    is_pve(&start.fleet, &said.guest)?;
    let now = clock::now();
    let zone = zone::system();
    let judged = judge(&start.fleet, now);
    let mut guests = judged.sites.iter().flat_map(|site| &site.guests);
    let key = &said.guest;
    let guest = guests.find(|g| g.source == key.source && g.vmid == key.vmid);
    let pve = start.fleet.survey(&key.source).and_then(|survey| survey.pve());
    let by = said.by.clone().or_else(|| people.into_iter().flatten().find(|who| !who.is_empty()));
    let record = record(said, by.as_deref(), &Known { guest, pve }, now, &zone)?;
    if global.demo {
        return Ok(format!("{}\n{}", lang.not_recorded(), drill::line(&record)?));
    }
    let path = start.config.drill_log.ok_or(DrillError::NoLog)?;
    drill::append(&path, &record)
        .map_err(|error| DrillError::Unwritable { path: path.clone(), error })?;
    let shown = told(key, record.name.as_deref());
    let shown_path = text::clean(&path.display().to_string()).into_owned();
    let mut page = lang.recorded(&shown, record.result, &shown_path) + "\n";
    if guest.is_none() && pve.is_some_and(|pve| pve.resources.known().is_some()) {
        page += &(lang.not_known_guest(&shown) + "\n");
    }
    let every = guest.and_then(|guest| guest.recovery.objective.rehearse);
    let last = drill::read(&path, now).drills().good.remove(key);
    if let Some((every, last)) = every.zip(last) {
        let when = When { now, zone: &zone };
        page += &(lang.next_due(&lang.date(last.at.plus(every), &when)) + "\n");
    }
    Ok(page)
}

/// What was last known of the guest.
#[derive(Clone, Copy)]
struct Known<'a> {
    guest: Option<&'a GuestRow>,
    pve: Option<&'a PveSurvey>,
}

fn record(
    said: &DrillDone,
    by: Option<&str>,
    known: &Known<'_>,
    now: Epoch,
    zone: &TimeZone,
) -> Result<Record, DrillError> {
    let time = match &said.at {
        Some(at) => {
            let time = moment(at, zone).ok_or_else(|| DrillError::Time(at.clone()))?;
            if time.since(now) > AHEAD {
                return Err(DrillError::Ahead(at.clone()));
            }
            time
        }
        None => now,
    };
    if said.took.is_some_and(|took| took > LONGEST) {
        return Err(DrillError::Took);
    }
    let notes = said.notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty());
    if let Some(length) = notes.map(|n| n.chars().count()).filter(|n| *n > LONGEST_TEXT) {
        return Err(DrillError::Notes(length));
    }
    let copy = said.copy.as_deref().map(|text| copy(text, &said.guest, known, zone)).transpose()?;
    let cleaned = |text: Option<&str>| text.map(text::cleaned).filter(|text| !text.is_empty());
    Ok(Record {
        time,
        source: said.guest.source.clone(),
        vmid: said.guest.vmid,
        result: match said.result {
            DrillResult::Ok => Outcome::Ok,
            DrillResult::Failed => Outcome::Failed,
            DrillResult::Abandoned => Outcome::Abandoned,
        },
        name: known.guest.and_then(|guest| guest.name.clone()),
        copy,
        target: cleaned(said.node.as_deref()),
        as_vmid: said.as_vmid,
        started: said.took.map(|took| time.minus(took)),
        took: said.took,
        by: cleaned(by),
        notes: cleaned(notes),
    })
}

/// A point in time with its offset, or a day and time in the viewer's zone.
fn moment(text: &str, zone: &TimeZone) -> Option<Epoch> {
    let text = text.trim();
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Epoch(at.as_second()));
    }
    let local = text.parse::<jiff::civil::DateTime>().ok()?;
    let at = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(Epoch(at.as_second()))
}

/// The copy that was restored: by its time, or by the name that the node has for it.
fn copy(
    text: &str,
    key: &GuestKey,
    known: &Known<'_>,
    zone: &TimeZone,
) -> Result<CopyUsed, DrillError> {
    let place = |time: Option<Epoch>| {
        let points = known.guest.map_or(&[][..], |guest| &guest.backup.points);
        let point = points.iter().find(|point| Some(point.time) == time);
        point.map(|point| Arc::clone(&point.place))
    };
    if let Some(time) = moment(text, zone) {
        return Ok(CopyUsed { place: place(Some(time)), time: Some(time), volume: None });
    }
    let wrong = || DrillError::Copy(text.to_owned());
    let (storage, volume) = text.trim().split_once(':').ok_or_else(wrong)?;
    if storage.is_empty() || storage.contains(char::is_whitespace) || !volume.contains('/') {
        return Err(wrong());
    }
    let time = volume.rsplit('/').next().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let time = time.map(|at| Epoch(at.as_second())).or_else(|| made(text.trim(), known.pve));
    let place = place(time).unwrap_or_else(|| text::cleaned(&format!("{}:{storage}", key.source)));
    Ok(CopyUsed { place: Some(place), time, volume: Some(text::cleaned(text.trim())) })
}

/// When a file was made: its name has the time of its node, in no zone.
fn made(volume: &str, pve: Option<&PveSurvey>) -> Option<Epoch> {
    let nodes = pve?.files.values().flat_map(|nodes| nodes.values());
    let mut files = nodes.filter_map(crate::fleet::part::Part::known).flatten();
    files.find(|file| *file.volume == *volume).map(|file| file.time)
}
