//! Which columns each section has.

mod fleet;
mod guests;
mod hosts;
pub(super) mod jobs;
mod problems;
mod recovery;
mod stores;
mod tasks;

use super::table::Col;
use crate::fleet::subject::Subject;
use crate::state::{Section, Tab, View};

/// The columns of a section in a view.
pub(super) fn columns(view: &View, section: Section) -> &'static [Col] {
    let at_home = !matches!(view, View::Tab(_));
    match section {
        Section::Sites => fleet::SITES,
        Section::Sources => fleet::SOURCES,
        Section::Problems | Section::Notices => match view {
            View::Tab(Tab::Fleet) => problems::BRIEF,
            View::Tab(_) => problems::FULL,
            View::Site(_)
            | View::Alike(_)
            | View::Subject(Subject::Source(_) | Subject::Cluster(_)) => problems::OF_SITE,
            // Those that follow from it are about others.
            View::Problem(id) if matches!(id.subject, Subject::Source(_)) => problems::FULL,
            View::Subject(_) | View::Problem(_) | View::WhatIf(_) | View::Task(_) => {
                problems::OF_SUBJECT
            }
        },
        Section::Nodes if at_home => hosts::OF_SITE,
        Section::Nodes => hosts::ALL,
        Section::Guests | Section::Worst => guests::ALL,
        Section::Rescue => recovery::RESCUE,
        Section::Rescues => recovery::SITES,
        Section::Losses => recovery::LOSSES,
        Section::Fates => recovery::FATES,
        Section::Copies => guests::COPIES,
        Section::Storages => stores::STORAGES,
        Section::Datastores => stores::DATASTORES,
        Section::Groups => stores::GROUPS,
        Section::BackupJobs => jobs::BACKUP,
        Section::Tasks if at_home => tasks::OF_SUBJECT,
        Section::Tasks => tasks::ALL,
        Section::Replication if at_home => jobs::REPLICATION_OF_GUEST,
        Section::Replication => jobs::REPLICATION,
    }
}

/// Whether a section's heads are worth a line: a list of problems explains itself, but for the
/// ages in its own view.
pub(super) fn has_head(view: &View, section: Section) -> bool {
    match section {
        Section::Problems => matches!(view, View::Tab(Tab::Problems)),
        Section::Notices => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Col, columns};
    use crate::fleet::subject::Subject;
    use crate::state::{Column, Section, Tab, View};
    use crate::ui::table::Table;

    /// The heads of a table, in the order in which they stand.
    fn heads(cols: &[Col]) -> Vec<Column> {
        Table::heads(cols).into_iter().map(Column::Under).collect()
    }

    #[test]
    fn every_column_that_is_shown_sorts() {
        let mut views: Vec<View> = Tab::ALL.map(View::Tab).into();
        views.push(View::Site("s".into()));
        views.push(View::Subject(Subject::guest(&"fi".into(), 1)));
        views.push(View::WhatIf([].into()));
        for section in Section::ALL {
            let all: Vec<Column> = Column::of(section).collect();
            assert_eq!(all.first(), Some(&Column::Verdict));
            for view in &views {
                // In the same order, so that the keys go from left to right.
                let mut rest = all.iter();
                for head in heads(columns(view, section)) {
                    assert!(rest.any(|c| *c == head), "{section:?} of {view:?}: {head:?}");
                }
            }
        }
    }
}
