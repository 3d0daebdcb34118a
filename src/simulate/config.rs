//! The configuration that reaches a federation.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::PoisonError;

use super::federation::{Federation, Handle};
use super::fleet::SimSite;

/// The environment variable the written configuration names when no secret file is set.
pub const SECRET_ENV: &str = "VIGIE_SIM_SECRET";

impl Federation {
    /// The configuration, as TOML, that reaches every source of this federation.
    pub fn config_toml(&self) -> String {
        let fleet = self.world.fleet.read().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from("# The simulated federation.\n");
        for site in &fleet.sites {
            site_head(&mut text, site);
            let kinds = [
                ("pve", site.clusters.iter().map(|it| &it.source).collect::<Vec<_>>()),
                ("pbs", site.backup_servers.iter().map(|it| &it.source).collect()),
            ];
            for (kind, sources) in kinds {
                for handle in sources.into_iter().filter_map(|name| self.source(name)) {
                    self.source_block(&mut text, kind, handle);
                }
            }
        }
        for objective in &fleet.objectives {
            let _ = writeln!(text, "\n[[objective]]\nguests = {}", list(&objective.guests));
            for (key, value) in [
                ("recovery-point", &objective.recovery_point),
                ("rehearse-every", &objective.rehearse_every),
            ] {
                if let Some(value) = value {
                    let _ = writeln!(text, "{key} = {}", quoted(value));
                }
            }
        }
        text
    }

    fn source_block(&self, text: &mut String, kind: &str, handle: &Handle) {
        let _ = writeln!(text, "\n  [[site.{kind}]]");
        let _ = writeln!(text, "  name = {}", quoted(handle.name()));
        let _ = writeln!(text, "  endpoints = {}", list(&handle.endpoints()));
        let _ = writeln!(text, "  token = {}", quoted(handle.token()));
        let _ = match &self.world.options.secret_file {
            Some(path) => writeln!(text, "  secret-file = {}", quoted(&path.to_string_lossy())),
            None => writeln!(text, "  secret-env = {}", quoted(SECRET_ENV)),
        };
        let _ = writeln!(text, "  fingerprint = {}", list(&handle.fingerprints()));
    }

    /// Writes the configuration to `path`, and the secret, readable by its owner only, to the
    /// secret file of the options.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_config(&self, path: &Path) -> io::Result<()> {
        if let Some(file) = &self.world.options.secret_file {
            write_private(file, &format!("{}\n", self.world.secret))?;
        }
        std::fs::write(path, self.config_toml())
    }
}

fn site_head(text: &mut String, site: &SimSite) {
    let _ = writeln!(text, "\n[[site]]\nname = {}", quoted(&site.name));
    if let Some(place) = &site.place {
        let _ = writeln!(text, "where = {}", quoted(place));
    }
    if let Some(contact) = &site.contact {
        let _ = writeln!(text, "contact = {}", quoted(contact));
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    std::fs::write(path, text)
}
