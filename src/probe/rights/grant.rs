//! The commands that grant what is missing.

use crate::config::Source;
use crate::fleet::id::Product;
use crate::fleet::rights::Rights;
use crate::fleet::text::cleaned;
use crate::lang::diagnosis::Lack;
use crate::proxmox::account;
use crate::shell::quote;

/// Gives each missing right its commands; what one grant on `/` brings has that one.
pub(super) fn fill(lacks: &mut [Lack], source: &Source, held: &Rights) {
    let from_above = is_all_missing(lacks, source.product);
    for lack in lacks {
        let role = role(source.product, lack.privilege);
        // Where a path has an entry of its own, one above does not count.
        let is_brought = from_above
            && role == account::role(source.product)
            && !held.paths.contains_key(&*lack.path);
        let path = if is_brought { "/" } else { &*lack.path };
        lack.grant = commands(source, path, role);
    }
}

/// Whether what is missing is what a new token misses: then the whole role is granted at once.
fn is_all_missing(lacks: &[Lack], product: Product) -> bool {
    let roots: &[&str] = match product {
        Product::Pve => &["/"],
        Product::Pbs => &["/system", "/datastore"],
    };
    roots.iter().all(|root| lacks.iter().any(|lack| lack.path == *root))
}

/// The role that holds a privilege, and no right to change anything.
fn role(product: Product, privilege: &str) -> &'static str {
    match (product, privilege) {
        (Product::Pve, _) => "PVEAuditor",
        (Product::Pbs, "Remote.Audit") => "RemoteAudit",
        (Product::Pbs, _) => "Audit",
    }
}

fn commands(source: &Source, path: &str, role: &str) -> Vec<String> {
    // Below `/nodes`, `/vms` and the like the paths are the server's own words.
    let path = quote(&cleaned(path));
    account::grant(source.product, source.token.as_str(), &path, role).into()
}
