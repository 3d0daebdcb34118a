//! `/nodes/{n}/tasks/{upid}/log` of a vzdump: what became of each guest.
//!
//! The lines are literal in vzdump's source and are the only place where the result of one guest
//! within a run stands.

use serde::Deserialize;

use crate::fleet::task::{VzdumpGuest, VzdumpLog, VzdumpOutcome};
use crate::fleet::text::cleaned;
use crate::proxmox::{Malformed, data, scalar};

/// Reads the answer.
pub fn read(body: &[u8]) -> Result<VzdumpLog, Malformed> {
    #[derive(Deserialize)]
    struct Line {
        #[serde(default, deserialize_with = "scalar::text")]
        t: Option<String>,
    }
    let lines: Vec<Line> = data(body)?;
    Ok(parse(lines.iter().filter_map(|line| line.t.as_deref())))
}

/// Reads the lines of a vzdump log.
pub fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> VzdumpLog {
    let mut log = VzdumpLog { storage: None, guests: Vec::new(), error: None };
    for line in lines {
        if let Some(error) = line.strip_prefix("TASK ERROR: ") {
            log.error = Some(cleaned(error));
            continue;
        }
        let text = ["INFO: ", "ERROR: ", "WARN: "].iter().find_map(|p| line.strip_prefix(p));
        let Some(text) = text else { continue };
        if let Some(command) = text.strip_prefix("starting new backup job: ") {
            let mut words = command.split_whitespace();
            while let Some(word) = words.next() {
                if word == "--storage" {
                    log.storage = words.next().map(cleaned);
                }
            }
        } else if let Some(rest) = text.strip_prefix("Starting Backup of VM ") {
            if let Some(vmid) = number(rest) {
                log.guests.push(VzdumpGuest { vmid, outcome: VzdumpOutcome::Unfinished });
            }
        } else if let Some(rest) = text.strip_prefix("Finished Backup of VM ") {
            end(&mut log, number(rest), VzdumpOutcome::Finished);
        } else if let Some(rest) = text.strip_prefix("Backup of VM ")
            && let Some((vmid, why)) = rest.split_once(" failed - ")
        {
            end(&mut log, number(vmid), VzdumpOutcome::Failed(cleaned(why)));
        }
    }
    log
}

fn number(text: &str) -> Option<u32> {
    text.split_whitespace().next()?.parse().ok()
}

/// Some guests fail before they begin: they have no earlier line.
fn end(log: &mut VzdumpLog, vmid: Option<u32>, outcome: VzdumpOutcome) {
    let Some(vmid) = vmid else { return };
    match log.guests.iter_mut().rev().find(|g| g.vmid == vmid) {
        Some(guest) => guest.outcome = outcome,
        None => log.guests.push(VzdumpGuest { vmid, outcome }),
    }
}
