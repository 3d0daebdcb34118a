//! Every code of the contract is raised by a state of the simulated federation.
//!
//! A row says what is done and everything that is then said: problems and notices that were not
//! said before. What is expected is judged by hand from the contract, never copied from a run.

mod backup;
mod guest;
mod node;
mod recovery;
mod replication;
mod source;
mod store;

use std::collections::BTreeSet;

use vigie::fleet::code::Code;
use vigie::judge::rows::{Judged, SourceState};
use vigie::simulate::SimFleet;

use crate::bed::{Bed, source_row, two_sites};

/// Said of the healthy fleet: two nodes and no QDevice.
const ALWAYS: &str = "notice cluster.fragile cluster/pve";

/// One row of the table.
pub struct Row {
    /// What is done.
    what: &'static str,
    /// What is done to the description before the servers start.
    fleet: fn(&mut SimFleet),
    /// What is done to the configuration.
    toml: fn(&str) -> String,
    /// What is done after a first look at a healthy federation.
    then: Option<fn(&mut Bed)>,
    /// Whether the last thing done was a look or passing time: then no look follows.
    is_looked: bool,
    /// All that is said beside [`ALWAYS`].
    says: &'static [&'static str],
    /// Whether [`ALWAYS`] is not said.
    is_fragility_moot: bool,
    /// Sources that are not fresh, and their state.
    away: &'static [(&'static str, SourceState)],
    /// Whether something is known to be gone afterwards.
    may_lose: bool,
    /// More that is to hold.
    also: fn(&Judged),
}

/// The row for what is done; healthy and silent until it is said otherwise.
pub fn row(what: &'static str, says: &'static [&'static str]) -> Row {
    Row {
        what,
        fleet: |_| {},
        toml: str::to_owned,
        then: None,
        is_looked: false,
        says,
        is_fragility_moot: false,
        away: &[],
        may_lose: false,
        also: |_| {},
    }
}

impl Row {
    pub fn fleet(self, fleet: fn(&mut SimFleet)) -> Self {
        Self { fleet, ..self }
    }

    pub fn toml(self, toml: fn(&str) -> String) -> Self {
        Self { toml, ..self }
    }

    pub fn then(self, then: fn(&mut Bed)) -> Self {
        Self { then: Some(then), ..self }
    }

    /// What is judged is what was last looked at by `then`, now.
    pub fn without_another_look(self) -> Self {
        Self { is_looked: true, ..self }
    }

    pub fn no_word_of_fragility(self) -> Self {
        Self { is_fragility_moot: true, ..self }
    }

    pub fn away(self, away: &'static [(&'static str, SourceState)]) -> Self {
        Self { away, ..self }
    }

    /// What the servers say is gone is gone.
    pub fn may_lose(self) -> Self {
        Self { may_lose: true, ..self }
    }

    pub fn also(self, also: fn(&Judged)) -> Self {
        Self { also, ..self }
    }

    fn run(&self) -> Result<(), String> {
        let mut fleet = two_sites();
        (self.fleet)(&mut fleet);
        let mut bed = Bed::new(fleet);
        bed.configure(self.toml);
        let mut before = None;
        if let Some(then) = self.then {
            let judged = bed.look();
            before = Some(known(&judged));
            then(&mut bed);
        }
        bed.federation.forget_requests();
        let judged = if self.is_looked { bed.judge() } else { bed.look() };
        let mut wrong = Vec::new();
        // Asking is cheap, asking over and over is not.
        let asked = bed.federation.requests().len();
        if asked > 300 {
            wrong.push(format!("{asked} requests"));
        }
        let said = bed.said(&judged);
        let mut wanted: BTreeSet<String> = self.says.iter().map(|s| (*s).to_owned()).collect();
        if !self.is_fragility_moot {
            wanted.insert(ALWAYS.to_owned());
        }
        wrong.extend(wanted.difference(&said).map(|line| format!("not said: {line}")));
        wrong.extend(said.difference(&wanted).map(|line| format!("said: {line}")));
        for (_, facts, _) in bed.fleet.sources() {
            let name = facts.name.as_str();
            let away = self.away.iter().find(|(source, _)| *source == name);
            let state = away.map_or(SourceState::Fresh, |(_, state)| *state);
            let found = source_row(&judged, name).state;
            if found != state {
                wrong.push(format!("{name} is {found:?}, not {state:?}"));
            }
        }
        if let (Some(before), false) = (before, self.may_lose) {
            let after = known(&judged);
            wrong.extend(before.difference(&after).map(|thing| format!("lost: {thing}")));
        }
        if wrong.is_empty() {
            (self.also)(&judged);
            return Ok(());
        }
        Err(format!("{}:\n  {}", self.what, wrong.join("\n  ")))
    }

    fn codes(&self) -> impl Iterator<Item = Code> {
        self.says.iter().filter_map(|line| Code::parse(line.split(' ').nth(1)?))
    }
}

/// What is known, whatever its age: names, copies, replicas, sizes.
fn known(judged: &Judged) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for site in &judged.sites {
        for row in &site.nodes {
            all.insert(format!("node {}/{}", row.source, row.name));
        }
        for row in &site.guests {
            let name = row.name.as_deref().unwrap_or("?");
            all.insert(format!("guest {}/{} {name} on {}", row.source, row.vmid, row.node));
            if let Some(newest) = row.backup.newest {
                all.insert(format!("copy of {}/{} at {newest:?}", row.source, row.vmid));
            }
            for job in &row.replication.jobs {
                all.insert(format!("replication {}/{}", row.source, job.id));
                if job.last_sync.is_some() {
                    all.insert(format!("a replica by {}/{}", row.source, job.id));
                }
            }
        }
        for row in &site.storages {
            all.insert(format!("storage {}/{} {:?}", row.source, row.name, row.node));
        }
        for row in &site.datastores {
            all.insert(format!("datastore {}/{}", row.source, row.name));
            all.insert(format!("copies in {}/{}: {:?}", row.source, row.name, row.newest));
        }
        for row in &site.backup_jobs {
            all.insert(format!("backup job {}/{}", row.source, row.id));
        }
    }
    all
}

fn tables() -> [Vec<Row>; 7] {
    [
        source::rows(),
        node::rows(),
        guest::rows(),
        backup::rows(),
        replication::rows(),
        recovery::rows(),
        store::rows(),
    ]
}

/// Runs all rows of a table; tells everything that is wrong.
fn run(rows: &[Row]) {
    let wrong: Vec<String> = rows.iter().filter_map(|row| row.run().err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_row() {
    let tables = tables();
    let raised: BTreeSet<Code> = tables.iter().flatten().flat_map(Row::codes).collect();
    let missing: Vec<&str> =
        Code::ALL.iter().filter(|code| !raised.contains(code)).map(|code| code.as_str()).collect();
    assert!(missing.is_empty(), "no state raises {missing:?}");
    for line in tables.iter().flatten().flat_map(|row| row.says) {
        let code = line.split(' ').nth(1).unwrap();
        assert!(Code::parse(code).is_some(), "{line}");
    }
}

#[test]
fn sources() {
    run(&source::rows());
}

#[test]
fn nodes() {
    run(&node::rows());
}

#[test]
fn guests() {
    run(&guest::rows());
}

#[test]
fn backups() {
    run(&backup::rows());
}

#[test]
fn replication() {
    run(&replication::rows());
}

#[test]
fn recovery() {
    run(&recovery::rows());
}

#[test]
fn stores() {
    run(&store::rows());
}
