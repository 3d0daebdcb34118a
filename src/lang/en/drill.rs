//! The words of `vigie drill`.

use super::super::{Basis, CopyTold, Debt, Measures, Note, Rehearsals, Step, When};
use super::cut::several;
use super::{English, local, month};
use crate::fleet::drill::Outcome;
use crate::fleet::id::Vmid;
use crate::fleet::time::Epoch;
use crate::judge::rows::Checked;

/// From here on a day without its year could be of another year, seconds.
const HALF_A_YEAR: i64 = 183 * 86_400;

impl Rehearsals for English {
    fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Ok => "ok",
            Outcome::Failed => "failed",
            Outcome::Abandoned => "abandoned",
        }
    }

    fn debt(&self, debt: &Debt) -> String {
        if debt.listed == 0 {
            return "No restore was rehearsed yet.".to_owned();
        }
        let all = several(debt.listed, "guest");
        if debt.due == 0 {
            return format!("{all}: no rehearsal is due.");
        }
        let due = if debt.due == 1 {
            "1 rehearsal is due".to_owned()
        } else {
            format!("{} rehearsals are due", debt.due)
        };
        if debt.never == 0 {
            return format!("{all}: {due}.");
        }
        format!("{all}: {due}, {} without any good one so far.", debt.never)
    }

    fn not_rehearsed(&self, guests: usize) -> String {
        let (guests, was) =
            (several(guests, "more guest"), if guests == 1 { "was" } else { "were" });
        format!("{guests} {was} never rehearsed, and no `rehearse-every` asks for it.")
    }

    fn no_guests_known(&self) -> &'static str {
        "No guest is known yet: look once with `vigie report`, or open the dashboard."
    }

    fn log_is(&self, path: &str, rehearsals: usize) -> String {
        format!("log: {path}, {}", several(rehearsals, "rehearsal"))
    }

    fn log_of_demo(&self) -> &'static str {
        "log: built into the demo, which writes none"
    }

    fn log_nowhere(&self) -> &'static str {
        "log: none, for there is no home; name one with `drill-log`"
    }

    fn lines_skipped(&self, lines: usize) -> String {
        if lines == 1 {
            return "1 line of it is passed over: it is no rehearsal, or lies in the future"
                .to_owned();
        }
        format!("{lines} lines of it are passed over: they are no rehearsals, or lie in the future")
    }

    fn day_or_month(&self, at: Epoch, when: &When<'_>) -> String {
        match local(at, when) {
            Some(date) if when.now.since(at).saturating_abs() > HALF_A_YEAR => {
                format!("{} {}", month(date), date.year())
            }
            Some(_) => self.day(at, when),
            None => "?".to_owned(),
        }
    }

    fn never(&self) -> &'static str {
        "never"
    }

    fn now(&self) -> &'static str {
        "now"
    }

    fn gone_guest(&self) -> &'static str {
        "gone"
    }

    fn how_to_begin(&self, guest: &str) -> String {
        format!("next: vigie drill start {guest}")
    }

    fn last_try(&self, guest: &str, outcome: Outcome, age: &str, notes: &str) -> String {
        format!("{guest} {} {age} ago: {notes}", self.outcome(outcome))
    }

    fn recorded(&self, guest: &str, outcome: Outcome, path: &str) -> String {
        format!("recorded in {path}: {guest}, {}", self.outcome(outcome))
    }

    fn not_recorded(&self) -> &'static str {
        "the demo writes no log; this would be the line:"
    }

    fn next_due(&self, date: &str) -> String {
        format!("next due: {date}")
    }

    fn not_known_guest(&self, guest: &str) -> String {
        format!("{guest} is not among the guests that are known: look at the number again")
    }

    fn rehearsal(&self, guest: &str, as_vmid: Vmid) -> String {
        format!("Rehearsal: restore {guest} as {as_vmid}")
    }

    fn rehearsal_is_harmless(&self, vmid: Vmid, as_vmid: Vmid) -> String {
        format!(
            "Read it to its end before you begin. Guest {vmid} goes on as it is: what is restored \
             gets the number {as_vmid}, no network and nothing of its node, and is removed in the \
             end. vigie itself runs none of this."
        )
    }

    fn basis(&self, basis: Basis) -> &'static str {
        match basis {
            Basis::Guest => "guest",
            Basis::Copy => "copy",
            Basis::Target => "restore to",
            Basis::Memory => "memory",
            Basis::Takes => "takes",
            Basis::Known => "known",
        }
    }

    fn guest_is(&self, guest: &str, kind: &str, node: &str) -> String {
        format!("{guest}, {kind} on {node}")
    }

    fn copy_is(&self, copy: &CopyTold<'_>) -> String {
        let CopyTold { date, age, place, checked, encrypted } = *copy;
        let checked = match checked {
            Some(Checked::Ok) => ", verified",
            Some(Checked::Failed) => ", verification failed",
            Some(Checked::None) => ", not verified",
            None => "",
        };
        let encrypted = if encrypted == Some(true) { ", encrypted" } else { "" };
        format!("{date} ({age} old) at {place}{checked}{encrypted}")
    }

    fn copy_not_known(&self) -> &'static str {
        "no copy is known that this node can read: look for one in step 2"
    }

    fn target_is(
        &self,
        node: &str,
        storage: Option<&str>,
        need: Option<&str>,
        free: Option<&str>,
    ) -> String {
        let storage = match storage {
            Some(storage) => format!("{node}, storage {storage}"),
            None => format!("{node}; no storage is known there that could take it"),
        };
        room(&storage, need, free)
    }

    fn memory_is(&self, need: Option<&str>, free: Option<&str>) -> String {
        room("", need, free)
    }

    fn does_not_fit(&self) -> &'static str {
        "it does not fit"
    }

    fn server_away(&self, server: &str) -> String {
        format!("{server} does not answer: nothing is restored before it does")
    }

    fn node_away(&self, node: &str) -> String {
        format!("{node} was not online when it was last seen")
    }

    fn known_as_of(&self, moment: &str, age: &str) -> String {
        format!("as of {moment}, {age} ago")
    }

    fn never_read(&self) -> &'static str {
        "never read"
    }

    fn step(&self, step: Step, node: &str) -> String {
        match step {
            Step::Look => format!("On {node}, as root: is the number free, is there room?"),
            Step::Find => "Find the copy".to_owned(),
            Step::Restore => "Restore it under the other number".to_owned(),
            Step::Isolate => {
                "Cut it off before it starts: no network, nothing of its node".to_owned()
            }
            Step::Start => "Start it".to_owned(),
            Step::Inspect => "Is it whole?".to_owned(),
            Step::Remove => "Remove it".to_owned(),
            Step::Record => "Write it down, where you have vigie".to_owned(),
        }
    }

    fn note(&self, note: Note<'_>) -> String {
        match note {
            Note::NumberFree(vmid) => format!(
                "It prints {vmid}, and then enough space. An error means that the number is taken: make \
                 these steps anew with --as and another one."
            ),
            Note::ChooseStorage => {
                "Choose a storage with room, and put its name in behind storage=.".to_owned()
            }
            Note::Listed(archive) => format!(
                "One of the lines is {archive}. If it is gone, put a later one in its place below."
            ),
            Note::ChooseCopy => {
                "Choose a line of the lists, mostly the newest, and put its first word in behind archive=.".to_owned()
            }
            Note::Key(true) => "The copy is encrypted: the key has to be in the entry of its \
                                storage. To restore where only the key from your safe is at hand is \
                                a rehearsal of its own."
                .to_owned(),
            Note::Key(false) => "If the copy is encrypted, the key has to be in the entry of its \
                                 storage."
                .to_owned(),
            Note::Clock => "It ends with TASK OK or without an error. Note what it prints as real: \
                            that is how long a restore takes."
                .to_owned(),
            Note::Named(vmid) => format!(
                "If it went well, $copy is {vmid} from here on, and what follows is done to that; if \
                 not, it is empty and nothing is touched. In another shell, copy={vmid} says it anew."
            ),
            Note::CutOffVm => "Every line of net ends with link_down=1, and there is no other line. \
                               If it is not so, do not start it."
                .to_owned(),
            Note::CutOffContainer(vmid) => format!(
                "Every line of net has link_down=1; no line of mp begins with a path, and there is \
                 none of dev, lxc or hookscript. Lines of lxc are taken out of \
                 /etc/pve/lxc/{vmid}.conf with an editor. Where link_down is refused (an old PVE), \
                 take the card away: pct set {vmid} --delete net0. If it is not so, do not start it."
            ),
            Note::LookInsideVm(vmid) => format!(
                "Open the console of {vmid} in the web interface and log in. Look for the newest \
                 thing that people made before the copy: a mail, a file, a row. Do the services run? \
                 (What needs the network complains, and may make it slow to start.) Did every disk \
                 come back?"
            ),
            Note::Agent => "The agent answers with an error until the guest has started.".to_owned(),
            Note::LookInsideContainer => {
                "Look for the newest thing that people made before the copy: a mail, a file, a row. \
                 Do the services run? (What needs the network complains, and may make it slow to \
                 start.) Did every mount point come back?"
                    .to_owned()
            }
            Note::Sure(vmid) => format!("Look twice at the number, {vmid}, and at what the first line shows: every card is cut off. In the end the list is empty."),
            Note::SameDay(vmid) => format!(
                "Do so today: a backup job that takes every guest would take {vmid} too."
            ),
            Note::PutIn => "Put in how long the restore took, such as 25m. If it did not come back \
                            whole: --result failed, and what was missing with --notes. If you had to \
                            break it off: --result abandoned."
                .to_owned(),
        }
    }
}

/// `…: 32.0G needed, 412G free`
fn room(of: &str, need: Option<&str>, free: Option<&str>) -> String {
    let need = need.map(|need| format!("{need} needed"));
    let free = free.map(|free| format!("{free} free"));
    let said: Vec<String> = need.into_iter().chain(free).collect();
    match (of.is_empty(), said.is_empty()) {
        (_, true) => of.to_owned(),
        (true, false) => said.join(", "),
        (false, false) => format!("{of}: {}", said.join(", ")),
    }
}
