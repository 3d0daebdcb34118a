//! Words of runbooks.

use std::sync::Arc;

use super::super::recovery::Recoveries;
use super::super::runbook::Runbooks;
use super::super::{Measures, When};
use super::English;
use crate::fleet::id::GuestKey;
use crate::runbook::{Case, Head, What};
use crate::whatif::Loss;

/// `guest 101 (mail) of fi`
fn guest(key: &GuestKey, name: Option<&Arc<str>>) -> String {
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    format!("guest {}{name} of {}", key.vmid, key.source)
}

/// `scsi1, scsi2`
fn list<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn named(loss: &Loss) -> String {
    match loss {
        Loss::Node(source, node) => format!("node {node} of {source}"),
        Loss::Source(source) => format!("source {source}"),
        Loss::Site(site) => format!("site {site}"),
    }
}

impl Runbooks for English {
    fn case(&self, case: &Case) -> String {
        match case {
            Case::Guest(key, name) => format!("Bring back {}", guest(key, name.as_ref())),
            Case::Node(source, node) => format!("Node {node} of {source} is lost"),
            Case::Site(site) => format!("Site {site} is lost"),
            Case::Several(lost) => {
                let names: Vec<String> = lost.iter().map(named).collect();
                format!("Lost: {}", names.join(", "))
            }
        }
    }

    fn preface(&self, taken: &str) -> String {
        format!(
            "Made by vigie from what it knew ({taken}); the end says how old that was. Nothing \
             here was tried. Read a step to its end before you type it. Commands are for root."
        )
    }

    fn runbook_head(&self, head: &Head) -> String {
        match head {
            Head::Before => "Before you touch anything".to_owned(),
            Head::Way { nth, kind, target, guest: of } => {
                let way = self.way(*kind);
                let on = target.as_ref().map_or_else(String::new, |node| format!(" on {node}"));
                match of {
                    Some((key, name)) => format!("{}: {way}{on}", guest(key, name.as_ref())),
                    None if *nth == 1 => format!("First choice: {way}{on}"),
                    None => format!("Else: {way}{on}"),
                }
            }
            Head::NoWay { guest: of, is_known } => {
                let what =
                    if *is_known { "no way back is known" } else { "no way back can be told" };
                match of {
                    Some((key, name)) => format!("{}: {what}", guest(key, name.as_ref())),
                    None => format!("There, {what}"),
                }
            }
            Head::ByHa => "HA starts these by itself".to_owned(),
            Head::CopiesAgain => "A backup server again".to_owned(),
            Head::Afterwards => "When it runs again".to_owned(),
            Head::ComingBack => "When the node is to come back".to_owned(),
        }
    }

    fn runbook_step(&self, what: &What, when: &When<'_>) -> String {
        match what {
            What::Call { contact, place } => {
                let who = contact.as_ref().map(|who| format!("Tell whoever is near it: {who}."));
                let place = place.as_ref().map(|place| format!("The machine is at: {place}."));
                [who, place].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            What::IsOff(node) => format!(
                "Make sure that {node} is really off: go and look, use its console (IPMI), or have \
                 its power cut. If it may still be running, stop here: the same guest running \
                 twice destroys its data."
            ),
            What::ServerLost(source) => format!(
                "Is the backup server {source} really lost? Its disks may be whole: it is mended \
                 before another one is built, and its copies are read from its disks before they \
                 are given up."
            ),
            What::NewServer(stores) => format!(
                "Set up a backup server elsewhere, with the datastore {}, its namespaces, and a \
                 user for each source. Write down its address (SERVER) and its certificate's \
                 fingerprint (FINGERPRINT).",
                list(stores)
            ),
            What::PointTo(source) => {
                format!("On a node of {source}: make it known, and send the backup jobs there.")
            }
            What::LogIn(source, node) => {
                format!(
                    "Log in to {node} of {source}. Every command below is typed there, as root."
                )
            }
            What::Quorum(Some((present, quorum))) => format!(
                "Does the cluster have quorum? It needs {quorum} votes, and has {present} left."
            ),
            What::Quorum(None) => "Does the cluster have quorum?".to_owned(),
            What::Expected => {
                "Only if it said \"Quorate: No\": nothing can be written or started. When you are \
                 certain that the other side is off, make do with the votes that are left. Change \
                 nothing else of the cluster until it is whole again. (Where HA is active, a node \
                 without quorum restarts itself after a minute.)"
                    .to_owned()
            }
            What::HaSettles => {
                "HA is active here: wait three minutes, and see what it starts by itself. What it \
                 started is back: leave out its steps below."
                    .to_owned()
            }
            What::Undo(node) => format!(
                "Did you begin another way, on {node}? Stop what it started there, and keep it \
                 off:"
            ),
            What::NewHost => {
                "No other machine can take it: install Proxmox VE on one, with the bridges and \
                 storages that its configuration names, and log in there."
                    .to_owned()
            }
            What::Unlock(lock) => {
                format!("It was locked ({lock}) when it was last seen. Nothing does that any more.")
            }
            What::HaStarts(service, target) => {
                let on = target.as_ref().map_or_else(String::new, |node| format!(" on {node}"));
                let there = match target {
                    Some(_) => "",
                    None => " Its line names the node: type there what follows.",
                };
                format!(
                    "HA starts {service}{on} by itself, two or three minutes after its node was \
                     lost. Wait, and only look.{there}"
                )
            }
            What::HaMayHave(service) => format!(
                "HA may bring {service} back before you do. Wait three minutes after its node was \
                 lost, and look. Where it is started on another node, see there that it runs, and \
                 stop here: what follows would take it away. Go on where it is in error, or still \
                 on the lost node."
            ),
            What::HaWaits(service, rule) => {
                let why = rule.as_ref().map_or_else(
                    || "it sees no node that it may choose".to_owned(),
                    |rule| format!("its rule or group {rule} leaves it no node"),
                );
                format!(
                    "HA does not start {service}: {why}. It waits in recovery until that changes. \
                     Look, and go on by hand."
                )
            }
            What::Clone(bases, true) => format!(
                "It is a linked clone of {}: that must be there too, or its disk does not open.",
                list(bases)
            ),
            What::Clone(bases, false) => format!(
                "It is a linked clone of {}; its replica on ZFS is whole without that.",
                list(bases)
            ),
            What::HaLetsGo(service) => {
                format!("HA must let go of {service}, or it works against you.")
            }
            What::Snapshots(_) => {
                "See that the replica is there, one line per disk (on ZFS).".to_owned()
            }
            What::Loses(point, left_out) => {
                let since = match point {
                    Some(at) => format!(
                        "It comes back as it was at {}: all since then is lost.",
                        self.moment(*at, when)
                    ),
                    None => "It comes back as it was when its node died.".to_owned(),
                };
                if left_out.is_empty() {
                    since
                } else {
                    format!("{since} Not brought back this way: {}.", list(left_out))
                }
            }
            What::Move(node) => format!("Give its configuration to {node}."),
            What::Unlink(keys) => {
                format!("{} has no replica: take it out, or it does not start.", list(keys))
            }
            What::Detach(keys) => format!(
                "{} is of its old node: take it out, or point it to something of this one.",
                list(keys)
            ),
            What::Eject(keys) => format!("The CD in {} is not here: eject it.", list(keys)),
            What::Storages(names) => format!(
                "Its configuration names storages that were not seen here: {}. Are they? Else \
                 take those disks out of it.",
                list(names)
            ),
            What::Bridges(names) => format!("It needs the bridges {}. Are they here?", list(names)),
            What::LacksBridges(node, names) => format!(
                "{node} lists no bridge {}: it will not start before there is one, or before its \
                 card is plugged into another.",
                list(names)
            ),
            What::MakeRoom(node, memory) => {
                let need = memory
                    .map_or_else(String::new, |bytes| format!(" It needs {}.", self.bytes(bytes)));
                format!("{node} has no memory left for it: stop something that matters less.{need}")
            }
            What::Start => "Start it.".to_owned(),
            What::Runs => "Does it run?".to_owned(),
            What::Agent => "Does it answer? A minute after its start:".to_owned(),
            What::HasCopies(storage) => {
                format!("Is the storage with the copies, {storage}, reached from here?")
            }
            What::ServerAway { server, since, contact, place } => {
                let since = since.map(|at| format!(" since {}", self.moment(at, when)));
                let away = format!(
                    "The copies are on {server}, which did not answer{} when this was made: \
                     nothing is restored before it does. See to it first.",
                    since.unwrap_or_default()
                );
                let who = contact.as_ref().map(|who| format!("Whom to call: {who}."));
                let place = place.as_ref().map(|place| format!("It is at: {place}."));
                [Some(away), who, place].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            What::AddStorage(storage) => format!(
                "The copies are on a PBS that is not configured here. Make it known as {storage}; \
                 it asks for the password or the token's secret."
            ),
            What::Key(Some(place)) => format!(
                "The copies are encrypted. The key is kept: {place}. It must be in the storage's \
                 entry: pvesm set STORAGE --encryption-key FILE."
            ),
            What::Key(None) => {
                "The copies are encrypted. Their key must be in the storage's entry (pvesm set \
                 STORAGE --encryption-key FILE); nobody wrote down where it is kept."
                    .to_owned()
            }
            What::Find(_) => "Find the copy.".to_owned(),
            What::Number { old, new, by_itself: true } => format!(
                "Its number {old} is still taken by what is left of it: it comes back as {new}."
            ),
            What::Number { old, new, by_itself: false } => {
                format!("Another guest there has the number {old}: it comes back as {new}.")
            }
            What::Restore(takes) => match takes {
                Some(seconds) => {
                    format!("Restore it. That takes about {}.", self.duration(*seconds as f64))
                }
                None => "Restore it. How long that takes is not known.".to_owned(),
            },
            What::KeepOff(node, true) => {
                format!("See that the old one does not start beside it when {node} comes back.")
            }
            What::KeepOff(node, false) => format!(
                "Before {node} comes back, take it off the network, or the old one starts beside \
                 the new one."
            ),
            What::Check => {
                "Look at it as its users do: log in, read something from today, write something. \
                 Tell them what was lost. See in vigie that a backup job takes it, and make a \
                 backup now."
                    .to_owned()
            }
            What::CopyAgain(guests) => {
                let names: Vec<String> =
                    guests.iter().map(|key| format!("{}/{}", key.source, key.vmid)).collect();
                format!(
                    "These run on, and all their copies are lost: {}. Make a copy elsewhere first.",
                    names.join(", ")
                )
            }
            What::Cover(jobs) => {
                format!("Put its new number into its backup jobs: {}.", list(jobs))
            }
            What::Turns(node) => format!(
                "Its replication turns round by itself: it fails until {node} is back, then goes \
                 on from the last snapshot both have. If it says \"No common base snapshot\", \
                 remove the old disks on {node}, or make the job anew."
            ),
            What::Moved(node, false) => {
                format!("What was moved away does not start on {node} again.")
            }
            What::Moved(node, true) => format!(
                "What was moved away does not start on {node} again; its old disks there are taken \
                 over by the replication."
            ),
            What::Remains(node) => format!(
                "What was restored has old remains on {node}. Keep them until the new one is known \
                 to be whole: data since the copy may be in them. Only then destroy them."
            ),
            What::Address => {
                "Its network is that of its old place: does its address work here? Else give it \
                 another, and change the names that lead to it."
                    .to_owned()
            }
            What::HaAgain(None) => "Give it back to HA.".to_owned(),
            What::HaAgain(Some(rule)) => format!(
                "Give it back to HA only when its rule or group {rule} allows this node (Datacenter, \
                 HA): else HA moves it away, or stops it."
            ),
            What::Normal => {
                "With all nodes back, the votes that are expected go back to normal by themselves."
                    .to_owned()
            }
            What::Disks(volumes) if volumes.is_empty() => {
                "Do not install the node anew before its disks were looked at.".to_owned()
            }
            What::Disks(volumes) => format!(
                "What is left of it is on the disks of its node: {}. Do not install the node anew \
                 before they were copied.",
                list(volumes)
            ),
        }
    }

    fn expected(&self, what: &What, when: &When<'_>) -> Option<String> {
        Some(match what {
            What::Quorum(_) | What::Expected => "Quorate: Yes".to_owned(),
            What::HaSettles => "quorum OK, and no service in recovery or fence".to_owned(),
            What::Normal => "Quorate: Yes, and as many expected votes as there are".to_owned(),
            What::HaStarts(service, target) => {
                let node = target.as_ref().map_or("NODE", |node| node.as_str());
                format!("service {service} ({node}, started)")
            }
            What::Snapshots(Some(point)) => {
                format!("…_{}__, made {}", point.0, self.date(*point, when))
            }
            What::Bridges(names) => format!("{}: UP", list(names)),
            What::Runs => "status: running".to_owned(),
            What::Agent => "no output, and no error".to_owned(),
            What::HasCopies(storage) => format!("{storage} … active"),
            What::AddStorage(storage) => {
                format!("pvesm status --storage {storage} then says active")
            }
            What::Find(Some(volume)) => volume.clone(),
            What::Restore(_) => "it ends without an error".to_owned(),
            What::Storages(names) => format!("{}: active", list(names)),
            _ => return None,
        })
    }

    fn expect(&self) -> &'static str {
        "then:"
    }

    fn all_runbooks(&self) -> &'static str {
        "If a machine dies"
    }

    fn left_over(&self, path: &str) -> String {
        format!("{path} is of an earlier set")
    }

    fn made_from(&self) -> &'static str {
        "What this was made from"
    }

    fn fact(&self, source: &str, call: &str, age: Option<&str>) -> String {
        match age {
            Some(age) => format!("{source}: {call}, {age} old"),
            None => format!("{source}: {call}, never answered"),
        }
    }
}
