//! `vigie config`: the effective configuration with the origin of each value, and no secret.

use std::path::Path;

use crate::config::{self, ConfigErrors};

/// The text to print.
///
/// # Errors
/// Every mistake of the configuration at once.
pub fn text(
    explicit: Option<&Path>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<String, ConfigErrors> {
    let path = config::locate(explicit, env)?;
    Ok(config::print(&config::load(&path, env)?))
}
