//! The jump palette: every place there is and what can be done, found by a few letters of its name.

use std::cmp::Reverse;
use std::sync::Arc;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::Input;

use super::view::{Tab, View};
use crate::fleet::subject::Subject;
use crate::judge::Judged;
use crate::judge::rows::SiteRow;
use crate::keymap::{Action, Context, Keymap};
use crate::lang::{self, Tongue};

/// Somewhere to go, or something to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// What it is found by: names and numbers, the most telling first.
    pub text: Box<str>,
    /// What choosing it does.
    pub way: Way,
}

/// What choosing a goal does.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// Leads there.
    To(View),
    /// Does what a key does.
    Do(Action),
}

/// What is offered beside places: what changes what is shown, wherever one is.
const DEEDS: [Action; 10] = [
    Action::Freeze,
    Action::Faults,
    Action::Refresh,
    Action::WhatIf,
    Action::Runbook,
    Action::Evidence,
    Action::SortColumn,
    Action::Help,
    Action::Repaint,
    Action::Quit,
];

/// The palette while it is open.
#[derive(Clone, Debug)]
pub struct Jump {
    /// What is typed.
    pub input: Input,
    goals: Arc<[Goal]>,
    /// Those that match, the best first.
    found: Vec<u32>,
    /// Which of them is chosen.
    at: usize,
}

impl Jump {
    /// Every view, site, source, node, guest, datastore and job; then what keys do in a context.
    pub fn new(judged: &Judged, keys: &Keymap, context: Context) -> Self {
        let mut goals: Vec<Goal> = Tab::ALL
            .iter()
            .map(|tab| Goal {
                text: format!("{} {}", tab.word(), tab.number()).into(),
                way: Way::To(View::Tab(*tab)),
            })
            .collect();
        for site in &judged.sites {
            of_site(site, &mut goals);
        }
        goals.extend(DEEDS.iter().filter_map(|action| deed(*action, keys, context)));
        let mut jump =
            Self { input: Input::default(), goals: goals.into(), found: Vec::new(), at: 0 };
        jump.search();
        jump
    }

    /// Looks for what is typed; of equals what stands first stays first.
    pub fn search(&mut self) {
        self.at = 0;
        let typed = self.input.value().trim();
        let all = 0..u32::try_from(self.goals.len()).unwrap_or(u32::MAX);
        if typed.is_empty() {
            self.found = all.collect();
            return;
        }
        let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut chars = Vec::new();
        let mut scored: Vec<(u32, u32)> = all
            .zip(self.goals.iter())
            .filter_map(|(at, goal)| {
                let text = Utf32Str::new(&goal.text, &mut chars);
                Some((at, pattern.score(text, &mut matcher)?))
            })
            .collect();
        scored.sort_by_key(|(at, score)| {
            let length = self.goals.get(*at as usize).map_or(0, |goal| goal.text.len());
            (Reverse(*score), length, *at)
        });
        self.found = scored.into_iter().map(|(at, _)| at).collect();
    }

    /// Chooses the next one or the one before, round and round.
    pub fn step(&mut self, by: isize) {
        if let Some(last) = self.found.len().checked_sub(1) {
            self.at = match self.at.checked_add_signed(by) {
                Some(at) if at <= last => at,
                Some(_) => 0,
                None => last,
            };
        }
    }

    /// The one that is chosen.
    pub fn goal(&self) -> Option<&Goal> {
        self.goals.get(*self.found.get(self.at)? as usize)
    }

    /// Chooses one of those that match; whether it is another one.
    pub fn choose(&mut self, index: usize) -> bool {
        index < self.found.len() && std::mem::replace(&mut self.at, index) != index
    }

    /// Which of those that match is chosen.
    pub fn chosen(&self) -> usize {
        self.at
    }

    /// How many match.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The first that so many lines show.
    pub fn first_shown(&self, lines: usize) -> usize {
        (self.at + 1).saturating_sub(lines)
    }

    /// What so many lines show, with the chosen one among them.
    pub fn shown(&self, lines: usize) -> impl Iterator<Item = (&Goal, bool)> {
        let from = self.first_shown(lines);
        let window = (0..).zip(&self.found).skip(from).take(lines);
        window.filter_map(|(i, at)| Some((self.goals.get(*at as usize)?, i == self.at)))
    }
}

/// Something to do, found by its name and by what it is called in any language; none where it
/// cannot be done.
fn deed(action: Action, keys: &Keymap, context: Context) -> Option<Goal> {
    let help = keys.of(context).find(|bound| bound.action == action)?.help;
    let mut text = action.name().to_owned();
    for tongue in Tongue::ALL {
        text.push(' ');
        text.push_str(lang::of(tongue).hint(help));
    }
    Some(Goal { text: text.into(), way: Way::Do(action) })
}

fn of_site(site: &SiteRow, goals: &mut Vec<Goal>) {
    let name = &site.name;
    goals.push(Goal { text: name.as_str().into(), way: Way::To(View::Site(name.clone())) });
    let mut add = |text: String, subject: Subject| {
        goals.push(Goal { text: text.into(), way: Way::To(View::Subject(subject)) });
    };
    for row in &site.sources {
        add(format!("{} {name}", row.name), Subject::Source(row.name.clone()));
    }
    for row in &site.nodes {
        let text = format!("{} {} {name}", row.name, row.source);
        add(text, Subject::Node(row.source.clone(), row.name.clone()));
    }
    for row in &site.guests {
        let own = row.name.as_deref().unwrap_or_default();
        let text = format!("{own} {} {}/{} {name}", row.vmid, row.source, row.node);
        add(text, Subject::guest(&row.source, row.vmid));
    }
    for row in &site.datastores {
        let text = format!("{}:{} {name}", row.source, row.name);
        add(text, Subject::Datastore(row.source.clone(), row.name.clone()));
    }
    for row in &site.backup_jobs {
        let comment = row.comment.as_deref().unwrap_or_default();
        let text = format!("{comment} {} {} {name}", row.id, row.source);
        add(text, Subject::BackupJob(row.source.clone(), row.id.clone()));
    }
    for job in site.guests.iter().flat_map(|guest| &guest.replication.jobs) {
        let text = format!("{} {} {name}", job.id, job.source);
        add(text, Subject::Replication(job.source.clone(), job.id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use tui_input::{Input, InputRequest};

    use super::{DEEDS, Jump, Way};
    use crate::judge::sample::{healthy, judged};
    use crate::keymap::{Action, Context, Keymap};
    use crate::state::{Tab, View};

    fn typed(text: &str) -> Jump {
        let mut jump = Jump::new(&judged(&healthy()), &Keymap::default(), Context::List);
        jump.input = Input::default();
        for c in text.chars() {
            jump.input.handle(InputRequest::InsertChar(c));
        }
        jump.search();
        jump
    }

    fn first(text: &str) -> String {
        typed(text).goal().map_or_else(String::new, |goal| goal.text.to_string())
    }

    #[test]
    fn a_few_letters_find_it() {
        assert_eq!(first("mail"), "mail 101 fi/fi2 helsinki");
        assert_eq!(first("101"), "mail 101 fi/fi2 helsinki");
        assert_eq!(first("hels"), "helsinki");
        assert_eq!(first("fi3"), "fi3 fi helsinki");
        assert_eq!(first("pbs main"), "pbs:main home");
        assert_eq!(first("nightly"), " nightly fi helsinki");
        assert_eq!(first("100-0"), "100-0 fi helsinki");
        assert_eq!(
            typed("rcvry").goal().map(|g| g.way.clone()),
            Some(Way::To(View::Tab(Tab::Recovery)))
        );
        assert!(typed("no such thing").is_empty());
        assert_eq!(typed("no such thing").goal(), None);
    }

    #[test]
    fn what_can_be_done_is_found_in_any_language() {
        for (letters, action) in [
            ("hold", Action::Freeze),
            ("figer", Action::Freeze),
            ("faults", Action::Faults),
            ("refresh", Action::Refresh),
            ("what if", Action::WhatIf),
            ("runbook", Action::Runbook),
            ("evidence", Action::Evidence),
            ("sort", Action::SortColumn),
            ("tri", Action::SortColumn),
            ("help", Action::Help),
            ("repaint", Action::Repaint),
            ("quit", Action::Quit),
        ] {
            let way = typed(letters).goal().map(|goal| goal.way.clone());
            assert_eq!(way, Some(Way::Do(action)), "{letters}");
        }
        for context in [Context::List, Context::Detail, Context::Log] {
            let jump = Jump::new(&judged(&healthy()), &Keymap::default(), context);
            let deeds = jump.goals.iter().filter(|goal| matches!(goal.way, Way::Do(_)));
            assert_eq!(deeds.count(), DEEDS.len(), "{context:?}");
        }
    }

    #[test]
    fn the_choice_goes_round_and_is_always_shown() {
        let mut jump = typed("");
        let all = jump.len();
        assert!(all > 12);
        for lines in [1, 3, 100] {
            for _ in 0..=all {
                assert_eq!(jump.shown(lines).filter(|(_, chosen)| *chosen).count(), 1);
                jump.step(1);
            }
        }
        let mut jump = typed("");
        jump.step(-1);
        let last = jump.goal().cloned();
        jump.step(1);
        assert_ne!(jump.goal().cloned(), last);
        let mut none = typed("no such thing");
        none.step(1);
        assert_eq!(none.shown(5).count(), 0);
    }
}
