//! French.

mod command;
mod config;
mod phrase;
#[cfg(test)]
mod tests;
mod theme;

use std::error::Error;

use crate::command::doctor::DoctorError;
use crate::command::drill::DrillError;
use crate::command::fleet::FleetError;
use crate::command::follow::WithCommand;
use crate::command::init::InitError;
use crate::command::inventory::InventoryError;
use crate::command::runbook::RunbookError;
use crate::command::target::NoTarget;
use crate::command::theme::ThemeError;
use crate::command::trust::TrustError;
use crate::command::whatif::WhatIfError;
use crate::config::edit::EditError;
use crate::config::{ConfigErrors, SecretError, What};
use crate::memory::MemoryError;
use crate::run;
use crate::theme::ThemeErrors;

/// What is wrong with a value.
pub(super) fn mistake(what: &What) -> String {
    config::what_is(what)
}

/// The sentence of one error, without its causes; none for an error that is not ours.
pub(super) fn sentence(error: &(dyn Error + 'static)) -> Option<String> {
    Some(if let Some(error) = error.downcast_ref::<ConfigErrors>() {
        config::mistakes(error)
    } else if let Some(error) = error.downcast_ref::<ThemeErrors>() {
        theme::mistakes(error)
    } else if let Some(error) = error.downcast_ref::<ThemeError>() {
        command::theme(error)
    } else if let Some(error) = error.downcast_ref::<FleetError>() {
        command::fleet(error)
    } else if let Some(error) = error.downcast_ref::<NoTarget>() {
        command::target(error)
    } else if let Some(error) = error.downcast_ref::<RunbookError>() {
        command::runbook(error)
    } else if let Some(error) = error.downcast_ref::<DoctorError>() {
        command::doctor(error)
    } else if let Some(error) = error.downcast_ref::<DrillError>() {
        command::drill(error)
    } else if let Some(error) = error.downcast_ref::<WhatIfError>() {
        command::whatif(error)
    } else if let Some(error) = error.downcast_ref::<InventoryError>() {
        command::inventory(error)
    } else if let Some(error) = error.downcast_ref::<TrustError>() {
        command::trust(error)
    } else if let Some(error) = error.downcast_ref::<InitError>() {
        command::init(error)
    } else if let Some(error) = error.downcast_ref::<SecretError>() {
        config::secret(error)
    } else if let Some(error) = error.downcast_ref::<EditError>() {
        config::edit(error)
    } else if error.is::<WithCommand>() {
        command::with_command()
    } else if let Some(error) = error.downcast_ref::<MemoryError>() {
        command::memory(error)
    } else if let Some(error) = error.downcast_ref::<run::Error>() {
        command::dashboard(error)
    } else {
        return None;
    })
}
