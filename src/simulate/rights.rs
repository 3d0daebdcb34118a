//! Tokens and what they may see.

use std::time::Duration;

/// What a token may see, per tree of the permission paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Sys.Audit on `/` and on the nodes (PBS: `/system`).
    pub system: bool,
    /// VM.Audit on `/vms`.
    pub guests: bool,
    /// Datastore.Audit on `/storage` (PBS: `/datastore`).
    pub storages: bool,
    /// Pool.Audit on `/pool`.
    pub pools: bool,
    /// PBS: Remote.Audit on `/remote`.
    pub remotes: bool,
}

impl Rights {
    /// PVEAuditor on `/`; Audit on `/` of a PBS (which does not show remotes).
    pub const AUDITOR: Self =
        Self { system: true, guests: true, storages: true, pools: true, remotes: false };
    /// Valid, without any ACL.
    pub const NOTHING: Self =
        Self { system: false, guests: false, storages: false, pools: false, remotes: false };
    /// PVEAuditor on `/vms` only.
    pub const GUESTS: Self = Self { guests: true, ..Self::NOTHING };
    /// SDN.Audit on `/sdn`: with PVEAuditor on `/`.
    pub(super) fn sees_bridges(self) -> bool {
        self.system && self.guests && self.storages && self.pools
    }

    /// Audit on `/`, RemoteAudit on `/remote`.
    pub const WITH_REMOTES: Self = Self { remotes: true, ..Self::AUDITOR };
}

/// The delay both products put before a 401.
pub(super) const UNAUTHORIZED_DELAY: Duration = Duration::from_secs(3);

/// The token id and secret of an `Authorization` header, in the spelling of one product.
pub(super) fn read<'a>(
    header: &'a str,
    scheme: &str,
    separator: char,
) -> Option<(&'a str, &'a str)> {
    let rest = header.strip_prefix(scheme)?;
    let rest = rest.strip_prefix(['=', ' '])?;
    rest.split_once(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_spellings() {
        for (header, scheme, separator, read_as) in [
            ("PVEAPIToken=a@pve!b=s", "PVEAPIToken", '=', Some(("a@pve!b", "s"))),
            ("PVEAPIToken a@pve!b=s", "PVEAPIToken", '=', Some(("a@pve!b", "s"))),
            ("PBSAPIToken=a@pbs!b:s", "PBSAPIToken", ':', Some(("a@pbs!b", "s"))),
            ("PVEAPIToken=a@pbs!b:s", "PBSAPIToken", ':', None),
            ("PBSAPIToken=a@pbs!b=s", "PBSAPIToken", ':', None),
            ("pbsapitoken=a@pbs!b:s", "PBSAPIToken", ':', None),
        ] {
            assert_eq!(read(header, scheme, separator), read_as, "{header}");
        }
    }
}
