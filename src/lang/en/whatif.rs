//! Words of `vigie whatif`.

use super::super::recovery::{Fates, Recoveries};
use super::super::whatif::{Facet, Need, Outlooks, host};
use super::English;
use super::cut::several;
use crate::fleet::id::{NodeName, SourceName};
use crate::judge::rows::recovery::Room;
use crate::whatif::{After, Packing, Plan};

/// So many names stand in a sentence; the rest as a number.
const NAMED: usize = 6;

impl Outlooks for English {
    fn facet(&self, facet: Facet) -> &'static str {
        match facet {
            Facet::Resources => "What it takes",
            Facet::Guests => "Guests",
            Facet::NotWhole => "What does not come back with them",
            Facet::Tied => "What ties them to where they are",
            Facet::Targets => "Where they go",
            Facet::Clusters => "What is left",
            Facet::Failing => "What fails next",
            Facet::Copies => "Copies",
            Facet::Windows => "How long backups take",
        }
    }

    fn after_loss(&self, names: &[String], fates: Option<&Fates>) -> String {
        let lost = capital(&self.if_lost(names));
        let Some(fates) = fates else {
            return format!("{lost}, what would follow for guests cannot be told.");
        };
        let all = several(fates.guests, "guest");
        let of_all = |some: usize| {
            if some == fates.guests { all.clone() } else { format!("{some} of {all}") }
        };
        let said = if fates.guests == 0 && fates.stopped > 0 {
            return format!("{lost}, {}.", waiting(fates.stopped));
        } else if fates.guests == 0 {
            "no guest would stop".to_owned()
        } else if fates.gone > 0 {
            format!("{} would be lost for good", of_all(fates.gone))
        } else if fates.unknown > 0 {
            format!("what becomes of {} cannot be told", of_all(fates.unknown))
        } else if fates.without_room > 0 {
            format!("{} would find no room", of_all(fates.without_room))
        } else if fates.doubtful > 0 {
            format!("whether {} could come back cannot be told now", of_all(fates.doubtful))
        } else if fates.room_untold > 0 {
            let have = if fates.guests == 1 {
                "its one guest has".to_owned()
            } else {
                format!("all {all} have")
            };
            format!("{have} a way back; whether there is room cannot be told")
        } else if fates.guests == 1 {
            "its one guest could come back".to_owned()
        } else {
            format!("all {all} could come back")
        };
        let more = match fates.stopped {
            0 => String::new(),
            stopped => format!("; of other nodes {}", waiting(stopped)),
        };
        format!("{lost}, {said}{more}.")
    }

    fn fates(&self, fates: &Fates) -> String {
        let parts = [
            self.come_back(fates),
            self.are_gone(fates),
            self.are_unknown(fates),
            self.lack_room(fates),
        ];
        let said: Vec<&str> = parts.iter().map(String::as_str).filter(|s| !s.is_empty()).collect();
        format!("{}: {}", self.hit(fates.guests), said.join(", "))
    }

    fn emptied(&self, plan: &Plan) -> String {
        let (from, onto) = (hosts(&plan.from), hosts(&plan.onto));
        let all = match plan.guests.len() {
            0 if plan.fits == Room::Unknown => {
                return format!("Whether there are guests on {from} cannot be told.");
            }
            0 => return format!("There is no guest on {from}: nothing is to be moved."),
            1 => format!("The one guest of {from}"),
            n => format!("All {n} guests of {from}"),
        };
        let fit = if plan.guests.len() == 1 { "fits" } else { "fit" };
        match plan.fits {
            Room::Fits => format!("{all} {fit} onto {onto}."),
            Room::Tight => {
                format!("{all} {fit} onto {onto}, but only by one of the two counts of memory.")
            }
            Room::Unknown if plan.packing == Packing::NotFound => format!(
                "No way was found to fit the {} of {from} onto {onto}; it is not ruled out that \
                 there is one.",
                several(plan.guests.len(), "guest")
            ),
            Room::Unknown => {
                format!("Whether the guests of {from} fit onto {onto} cannot be told.")
            }
            Room::NoBridge | Room::Full | Room::Away => {
                let is_left = |room: Room| matches!(room, Room::NoBridge | Room::Full | Room::Away);
                let left = plan.guests.iter().filter(|moved| is_left(moved.room)).count();
                let guests = several(plan.guests.len(), "guest");
                match (plan.guests.len(), left) {
                    (1, _) => format!("{all} finds no room on {onto}."),
                    (n, l) if n == l => {
                        format!("None of the {guests} of {from} finds room on {onto}.")
                    }
                    (_, 1) => format!("1 of the {guests} of {from} finds no room on {onto}."),
                    // Others might be left, and fewer: that not all fit is certain.
                    (_, l) => format!(
                        "The {guests} of {from} cannot all fit onto {onto}: with the largest \
                         first, {l} are left over."
                    ),
                }
            }
        }
    }

    fn short_of(&self, plan: &Plan) -> Option<String> {
        let all = [
            (Need::Memory, plan.memory.fits),
            (Need::Used, plan.used.fits),
            (Need::Cpus, plan.cpus.fits),
            (Need::Disk, plan.disk.fits),
        ];
        let short =
            all.iter().filter(|(_, room)| matches!(room, Room::NoBridge | Room::Full | Room::Away));
        let short: Vec<String> = short.map(|(need, _)| self.need(*need).to_owned()).collect();
        (!short.is_empty() && !plan.guests.is_empty())
            .then(|| format!("Short: {}.", short.join(", ")))
    }

    fn one_more(&self, plan: &Plan) -> Option<String> {
        if plan.guests.is_empty() || plan.fits > Room::Tight {
            return None;
        }
        if let [one] = plan.remaining.as_slice() {
            let one = host(&one.0, &one.1);
            return Some(format!("If {one} died then, no host would be left to take over."));
        }
        let said = match plan.after {
            Room::Fits => "the others could run its guests",
            Room::Tight => {
                "the others could run its guests only by one of the two counts of memory"
            }
            Room::Unknown => "it cannot be told whether the others could run its guests",
            Room::NoBridge | Room::Full | Room::Away => {
                "the others could not run all of its guests"
            }
        };
        let one = match &plan.weakest {
            Some((source, node)) => host(source, node),
            None => "any one host that is left".to_owned(),
        };
        Some(format!("If {one} died then, {said}."))
    }

    fn without_quorum(&self, after: &After) -> String {
        format!(
            "Once they are off, {} has {} of the {} it needs, and no quorum: remove them from it \
             first (pvecm delnode).",
            after.source,
            several(after.present as usize, "vote"),
            after.quorum
        )
    }

    fn need(&self, need: Need) -> &'static str {
        match need {
            Need::Memory => "memory as configured",
            Need::Used => "memory as used now",
            Need::Cpus => "CPUs to threads",
            Need::Disk => "disk",
        }
    }

    fn per_thread(&self, ratio: f64) -> String {
        format!("{ratio:.1} to a thread")
    }

    fn two_counts(&self) -> &'static str {
        "FREE is what is left of the memory when every guest uses all it is configured with, IDLE what \
         is left of it as it is used now; CPU are those given to all guests there, of its threads."
    }

    fn what_window(&self) -> &'static str {
        "As the last runs took, one guest after the other."
    }

    fn replications(&self, jobs: usize, source: &str) -> String {
        format!("{} of {source}", several(jobs, "replication"))
    }

    fn run_on_bare(&self, guests: &str) -> String {
        format!("Would run on without any copy: {guests}")
    }

    fn never_told(&self, source: &str) -> String {
        format!("Of {source} nothing is known yet.")
    }

    fn told_last(&self, source: &str, moment: &str, age: &str) -> String {
        format!("What is said of {source} is as of {moment}, {age} ago.")
    }

    fn not_all_told(&self, source: &str) -> String {
        format!("Not all of {source} could be read: there may be more.")
    }
}

/// `2 guests would be down until there is quorum`
fn waiting(guests: usize) -> String {
    format!("{} would be down until there is quorum", several(guests, "guest"))
}

fn hosts(places: &[(SourceName, NodeName)]) -> String {
    let names: Vec<String> = places.iter().map(|(source, node)| host(source, node)).collect();
    list(&names)
}

/// `a, b and c`
fn list(names: &[String]) -> String {
    match names {
        [] => "no host".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] if names.len() <= NAMED => format!("{} and {last}", rest.join(", ")),
        _ => {
            let named: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
            format!("{} and {} more", named.join(", "), names.len() - NAMED)
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{English, list};
    use crate::judge::rows::recovery::Room;
    use crate::lang::Outlooks;
    use crate::lang::recovery::Fates;
    use crate::whatif::{Cpus, Moved, Packing, Plan, Resource};

    /// A plan of so many guests, of which so many find no room.
    fn plan(guests: u32, left: u32, onto: &[&str], fits: Room, after: Room) -> Plan {
        let resource = Resource { need: None, have: None, fits };
        let moved = |vmid| Moved {
            source: "fi".into(),
            vmid,
            name: None,
            node: "fi1".into(),
            target: None,
            room: if vmid < left { Room::Full } else { Room::Fits },
        };
        Plan {
            from: vec![("fi".into(), "fi1".into())],
            onto: onto.iter().map(|name| ((*name).into(), (*name).into())).collect(),
            guests: (0..guests).map(moved).collect(),
            targets: Vec::new(),
            memory: resource,
            used: Resource { fits: Room::Fits, ..resource },
            cpus: Cpus { need: None, have: None, ratio: None, fits: Room::Tight },
            disk: resource,
            fits,
            packing: if fits == Room::Full { Packing::Impossible } else { Packing::Found },
            after,
            weakest: None,
            remaining: onto.iter().map(|name| ((*name).into(), (*name).into())).collect(),
            clusters: Vec::new(),
            windows: Vec::new(),
            ties: Vec::new(),
        }
    }

    #[test]
    fn whether_hosts_can_be_emptied_reads_as_a_sentence() {
        let two = &["a", "b"][..];
        for (plan, expected) in [
            (
                plan(0, 0, two, Room::Fits, Room::Fits),
                "There is no guest on fi/fi1: nothing is to be moved.",
            ),
            (
                plan(3, 0, two, Room::Fits, Room::Full),
                "All 3 guests of fi/fi1 fit onto a and b. If any one host that is left died then, \
                 the others could not run all of its guests.",
            ),
            (
                plan(1, 0, &["a"], Room::Tight, Room::Full),
                "The one guest of fi/fi1 fits onto a, but only by one of the two counts of memory. If \
                 a died then, no host would be left to take over.",
            ),
            (
                plan(3, 1, two, Room::Full, Room::Full),
                "1 of the 3 guests of fi/fi1 finds no room on a and b. Short: memory as configured, \
                 disk.",
            ),
            (
                plan(3, 2, two, Room::Full, Room::Full),
                "The 3 guests of fi/fi1 cannot all fit onto a and b: with the largest first, 2 are \
                 left over. Short: memory as configured, disk.",
            ),
            (
                plan(2, 2, &["a"], Room::Away, Room::Away),
                "None of the 2 guests of fi/fi1 finds room on a. Short: memory as configured, disk.",
            ),
            (
                plan(1, 1, &["a"], Room::Full, Room::Full),
                "The one guest of fi/fi1 finds no room on a. Short: memory as configured, disk.",
            ),
            (
                Plan {
                    packing: Packing::NotFound,
                    ..plan(3, 0, two, Room::Unknown, Room::Unknown)
                },
                "No way was found to fit the 3 guests of fi/fi1 onto a and b; it is not ruled out \
                 that there is one.",
            ),
            (
                Plan {
                    weakest: Some(("fi".into(), "b".into())),
                    ..plan(3, 0, two, Room::Fits, Room::Unknown)
                },
                "All 3 guests of fi/fi1 fit onto a and b. If fi/b died then, it cannot be told \
                 whether the others could run its guests.",
            ),
            (
                plan(2, 0, two, Room::Unknown, Room::Unknown),
                "Whether the guests of fi/fi1 fit onto a and b cannot be told.",
            ),
        ] {
            let first = English.emptied(&plan);
            let all = [English.short_of(&plan), English.one_more(&plan)].into_iter().flatten();
            let said = std::iter::once(first).chain(all).collect::<Vec<_>>().join(" ");
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn the_worst_of_a_loss_is_said_first() {
        let names = ["a".to_owned(), "b".to_owned()];
        let fates = Fates { guests: 5, restartable: 5, ..Fates::default() };
        for (fates, expected) in [
            (Fates::default(), "no guest would stop."),
            (fates, "all 5 guests could come back."),
            (Fates { guests: 1, ..fates }, "its one guest could come back."),
            (
                Fates { room_untold: 1, ..fates },
                "all 5 guests have a way back; whether there is room cannot be told.",
            ),
            (
                Fates { doubtful: 5, room_untold: 1, ..fates },
                "whether 5 guests could come back cannot be told now.",
            ),
            (
                Fates { doubtful: 2, ..fates },
                "whether 2 of 5 guests could come back cannot be told now.",
            ),
            (Fates { without_room: 2, ..fates }, "2 of 5 guests would find no room."),
            (
                Fates { without_room: 2, unknown: 5, ..fates },
                "what becomes of 5 guests cannot be told.",
            ),
            (Fates { gone: 1, unknown: 1, ..fates }, "1 of 5 guests would be lost for good."),
            (
                Fates { stopped: 2, ..Fates::default() },
                "2 guests would be down until there is quorum.",
            ),
            (
                Fates { stopped: 1, ..fates },
                "all 5 guests could come back; of other nodes 1 guest would be down until there is \
                 quorum.",
            ),
        ] {
            let said = English.after_loss(&names, Some(&fates));
            assert_eq!(said, format!("If a and b died now, {expected}"));
        }
    }

    #[test]
    fn names_read_as_a_list() {
        let names = |n: usize| list(&(1..=n).map(|i| format!("n{i}")).collect::<Vec<_>>());
        assert_eq!(names(0), "no host");
        assert_eq!(names(1), "n1");
        assert_eq!(names(3), "n1, n2 and n3");
        assert_eq!(names(6), "n1, n2, n3, n4, n5 and n6");
        assert_eq!(names(8), "n1, n2, n3, n4, n5, n6 and 2 more");
    }
}
