//! Which columns each section has.

mod fleet;
mod guests;
mod hosts;
mod jobs;
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
            View::Site(_) | View::Subject(Subject::Source(_) | Subject::Cluster(_)) => {
                problems::OF_SITE
            }
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

/// Whether a section's heads are worth a line: a list of problems explains itself.
pub(super) fn has_head(section: Section) -> bool {
    !matches!(section, Section::Problems | Section::Notices)
}
