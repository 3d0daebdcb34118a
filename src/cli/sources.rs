//! The arguments of what sets sources up, checks and trusts them.

use std::path::PathBuf;

use clap::Args;

use super::{ListFormat, with_config_alone, with_one_site};

/// What to set up.
#[derive(Clone, Debug, Args)]
#[command(args = with_one_site())]
pub struct Init {
    /// A node of the cluster, or a standalone host: `https://fi1.example.org:8006`, or its name
    /// alone. May be given several times for one cluster.
    #[arg(long, value_name = "URL", conflicts_with = "pbs")]
    pub pve: Vec<String>,
    /// A Proxmox Backup Server: `https://pbs.example.org:8007`, or its name alone.
    #[arg(long, value_name = "URL")]
    pub pbs: Vec<String>,
    /// The name of the source; the site's where it is not given, for the first one there, else
    /// SITE-pve or SITE-pbs.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The id of the token; vigie@pve!bastion or vigie@pbs!bastion where it is not given.
    #[arg(long, value_name = "USER@REALM!NAME")]
    pub token: Option<String>,
    /// The secret is in this file, which only you may read (mode 600). With --secret-stdin it is
    /// written there.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// The secret is in this environment variable.
    #[arg(long, value_name = "VARIABLE", conflicts_with = "secret_file")]
    pub secret_env: Option<String>,
    /// The secret is what this program prints. It is given with its arguments in one text, quoted as
    /// for a shell ("pass show 'my vault/fi'"), but no shell runs it: $ and | mean themselves.
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["secret_file", "secret_env"])]
    pub secret_command: Option<String>,
    /// Read the secret from standard input, and keep it in a file with mode 600: --secret-file, or
    /// NAME.secret beside the configuration.
    #[arg(long, conflicts_with_all = ["secret_env", "secret_command"])]
    pub secret_stdin: bool,
    /// Trust the certificate with this SHA-256 fingerprint, as the server itself says it; may be
    /// given once for each endpoint.
    #[arg(long, value_name = "SHA256", value_parser = print)]
    pub fingerprint: Vec<[u8; 32]>,
    /// Trust whatever certificate a new endpoint shows, without comparing it: only over a network
    /// that you trust. One that is known already is never replaced.
    #[arg(long, conflicts_with = "fingerprint")]
    pub accept_new_fingerprint: bool,
    /// Trust certificates of the CA in this PEM file.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Add the other nodes of the cluster as endpoints, where they show the certificate that the
    /// cluster says is theirs.
    #[arg(long, conflicts_with = "pbs")]
    pub peers: bool,
    /// Ask nothing.
    #[arg(long, short)]
    pub yes: bool,
}

/// Which source to trust.
#[derive(Clone, Debug, Args)]
#[command(args = with_config_alone())]
pub struct Trust {
    /// The source.
    pub source: String,
    /// Ask nothing, and trust only the certificate with this SHA-256 fingerprint; where it is
    /// pinned already, nothing is done.
    #[arg(long, value_name = "SHA256", value_parser = print)]
    pub fingerprint: Option<[u8; 32]>,
}

/// A fingerprint, also as openssl prints it: `sha256 Fingerprint=AB:CD:…`.
fn print(text: &str) -> Result<[u8; 32], crate::config::What> {
    crate::config::fingerprint(text.rsplit('=').next().unwrap_or(text))
}

/// What to check.
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// The sources; all where none is named.
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    /// Also look at everything once, and write a support bundle to this new file: versions,
    /// configuration, result and answers, without secrets and with every name replaced.
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
}
