//! What actions are called where keys are configured.

use super::{Action, Edit, TABLE};
use crate::state::Tab;

impl Action {
    /// Its name in `[keys]` of the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::PageUp => "page-up",
            Self::PageDown => "page-down",
            Self::First => "first",
            Self::Last => "last",
            Self::Open => "open",
            Self::Back => "back",
            Self::HistoryBack => "history-back",
            Self::HistoryForward => "history-forward",
            Self::View(Tab::Fleet) => "view-fleet",
            Self::View(Tab::Problems) => "view-problems",
            Self::View(Tab::Hosts) => "view-hosts",
            Self::View(Tab::Guests) => "view-guests",
            Self::View(Tab::Backups) => "view-backups",
            Self::View(Tab::Replication) => "view-replication",
            Self::View(Tab::Recovery) => "view-recovery",
            Self::View(Tab::Tasks) => "view-tasks",
            Self::NextView => "next-view",
            Self::PreviousView => "previous-view",
            Self::NextSection => "next-section",
            Self::PreviousSection => "previous-section",
            Self::Jump => "jump",
            Self::Filter => "filter",
            Self::Faults => "faults",
            Self::NextFault => "next-fault",
            Self::PreviousFault => "previous-fault",
            Self::SortColumn => "sort-next",
            Self::SortBack => "sort-previous",
            Self::SortReverse => "sort-turn",
            Self::Refresh => "refresh",
            Self::Freeze => "hold",
            Self::Evidence => "evidence",
            Self::WhatIf => "what-if",
            Self::Mark => "mark",
            Self::Runbook => "runbook",
            Self::CopyRow => "copy-row",
            Self::CopySummary => "copy-summary",
            Self::Help => "help",
            Self::Close => "close",
            Self::Accept => "accept",
            Self::Cancel => "cancel",
            Self::Edit(Edit::Left) => "edit-left",
            Self::Edit(Edit::Right) => "edit-right",
            Self::Edit(Edit::Start) => "edit-start",
            Self::Edit(Edit::End) => "edit-end",
            Self::Edit(Edit::Backspace) => "edit-backspace",
            Self::Edit(Edit::Delete) => "edit-delete",
            Self::Edit(Edit::Word) => "edit-word",
            Self::Edit(Edit::All) => "edit-all",
            Self::Repaint => "repaint",
            Self::Suspend => "suspend",
            Self::Quit => "quit",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|action| action.name() == name)
    }

    /// Every one that has a key, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        let is_first = |at: usize, action: Self| TABLE.iter().take(at).all(|b| b.action != action);
        TABLE
            .iter()
            .map(|b| b.action)
            .enumerate()
            .filter(move |(at, a)| is_first(*at, *a))
            .map(|(_, action)| action)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Action;

    #[test]
    fn names_lead_back_to_their_actions() {
        let all: Vec<Action> = Action::all().collect();
        assert!(all.len() > 40);
        let names: HashSet<&str> = all.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), all.len(), "a name twice");
        for action in all {
            assert_eq!(Action::named(action.name()), Some(action));
            assert!(action.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        }
        assert_eq!(Action::named("nothing"), None);
    }
}
