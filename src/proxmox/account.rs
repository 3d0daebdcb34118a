//! The commands that make a user and a token which may only look, for root on a server. They are
//! printed, never run. The README has the same ones; a test compares.

use crate::fleet::id::Product;
use crate::shell::quote;

/// The oldest release these commands and roles are known to hold for, by its first number.
pub fn oldest(product: Product) -> u32 {
    match product {
        Product::Pve => 7,
        Product::Pbs => 2,
    }
}

/// A token's id where nobody wishes for another.
pub fn usual(product: Product) -> &'static str {
    match product {
        Product::Pve => "vigie@pve!bastion",
        Product::Pbs => "vigie@pbs!bastion",
    }
}

/// Makes user and token, and lets both look. The token's line prints the secret, once.
pub fn make(product: Product, token: &str) -> Vec<String> {
    let (user, name) = token.split_once('!').unwrap_or((token, ""));
    let (user, name) = (quote(user), quote(name));
    let mut lines = match product {
        Product::Pve => vec![
            format!("pveum user add {user} --comment \"vigie, read only\""),
            format!("pveum user token add {user} {name} --privsep 1"),
        ],
        Product::Pbs => vec![
            format!("proxmox-backup-manager user create {user} --comment \"vigie, read only\""),
            format!("proxmox-backup-manager user generate-token {user} {name}"),
        ],
    };
    lines.extend(grant(product, token, "/", role(product)));
    lines
}

/// Lets a PBS also tell of its sync jobs.
pub fn remotes(token: &str) -> [String; 2] {
    grant(Product::Pbs, token, "/remote", "RemoteAudit")
}

/// The role that may only look.
pub fn role(product: Product) -> &'static str {
    match product {
        Product::Pve => "PVEAuditor",
        Product::Pbs => "Audit",
    }
}

/// Grants a role on a path: to the user and to the token, for a token never has more than its user.
pub fn grant(product: Product, token: &str, path: &str, role: &str) -> [String; 2] {
    let (user, token) = (quote(token.split('!').next().unwrap_or(token)), quote(token));
    match product {
        Product::Pve => [
            format!("pveum acl modify {path} --users {user} --roles {role}"),
            format!("pveum acl modify {path} --tokens {token} --roles {role}"),
        ],
        Product::Pbs => [user, token]
            .map(|who| format!("proxmox-backup-manager acl update {path} {role} --auth-id {who}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{make, remotes, usual};
    use crate::fleet::id::Product;

    #[test]
    fn the_readmes_have_the_same_commands() {
        let words = |line: &str| {
            let line = line.split('#').next().unwrap_or_default();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        for (name, of) in [("README.md", "read only"), ("README.fr.md", "lecture seule")] {
            let readme =
                std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let lines: Vec<String> = readme.lines().map(words).collect();
            let mut at = 0;
            let pbs = usual(Product::Pbs);
            let all = make(Product::Pve, usual(Product::Pve)).into_iter();
            for command in all.chain(make(Product::Pbs, pbs)).chain(remotes(pbs)) {
                let command = command.replace("read only", of);
                let found = lines.iter().skip(at).position(|line| *line == command);
                at += found.unwrap_or_else(|| panic!("{name} lacks, or has elsewhere: {command}"));
            }
        }
    }

    #[test]
    fn names_are_words_of_a_shell() {
        let all = make(Product::Pve, "a;b@pve!x$y").join("\n");
        assert!(
            all.contains("pveum user add 'a;b@pve' ") && all.contains("'a;b@pve!x$y'"),
            "{all}"
        );
    }
}
