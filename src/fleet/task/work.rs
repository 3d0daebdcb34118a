//! What tasks do, as far as we have a word for it: PVE and PBS name each by a type of worker,
//! and many of these do the same to different things (`qmstart`, `vzstart`).

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Makes copies.
    Backup,
    /// Brings a guest back from a copy.
    Restore,
    /// Lets a client read copies.
    Read,
    /// Verifies copies.
    Verify,
    /// Prunes copies.
    Prune,
    /// Collects what no copy needs any more.
    Gc,
    /// Carries copies from one PBS to another.
    Sync,
    /// Starts a guest.
    Start,
    /// Stops a guest hard.
    Stop,
    /// Shuts a guest down.
    Shutdown,
    /// Reboots a guest.
    Reboot,
    /// Resets a guest.
    Reset,
    /// Suspends a guest.
    Suspend,
    /// Lets a guest go on.
    Resume,
    /// Creates a guest.
    Create,
    /// Clones a guest.
    Clone,
    /// Destroys a guest.
    Destroy,
    /// Moves a guest to another node.
    Migrate,
    /// Moves a disk.
    MoveDisk,
    /// Makes a disk larger.
    Resize,
    /// Takes a snapshot.
    Snapshot,
    /// Deletes a snapshot.
    DropSnapshot,
    /// Goes back to a snapshot.
    Rollback,
    /// Changes how a guest is configured.
    Configure,
    /// Makes a template of a guest.
    Template,
    /// Copies an image.
    CopyImage,
    /// Deletes an image.
    DropImage,
    /// Downloads a file.
    Download,
    /// Reads which packages there are.
    Packages,
    /// A console.
    Console,
    /// Starts all guests of a node.
    StartAll,
    /// Stops all guests of a node.
    StopAll,
    /// Moves all guests of a node.
    MoveAll,
    /// Has HA do something.
    Ha,
    /// Starts, stops or reloads a service.
    Service,
    /// Makes a datastore, a pool or a storage.
    NewStore,
    /// Removes one.
    DropStore,
    /// Renews a certificate.
    Certificate,
    /// Rotates logs.
    Rotate,
}

impl Work {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 39] = [
        Self::Backup,
        Self::Restore,
        Self::Read,
        Self::Verify,
        Self::Prune,
        Self::Gc,
        Self::Sync,
        Self::Start,
        Self::Stop,
        Self::Shutdown,
        Self::Reboot,
        Self::Reset,
        Self::Suspend,
        Self::Resume,
        Self::Create,
        Self::Clone,
        Self::Destroy,
        Self::Migrate,
        Self::MoveDisk,
        Self::Resize,
        Self::Snapshot,
        Self::DropSnapshot,
        Self::Rollback,
        Self::Configure,
        Self::Template,
        Self::CopyImage,
        Self::DropImage,
        Self::Download,
        Self::Packages,
        Self::Console,
        Self::StartAll,
        Self::StopAll,
        Self::MoveAll,
        Self::Ha,
        Self::Service,
        Self::NewStore,
        Self::DropStore,
        Self::Certificate,
        Self::Rotate,
    ];

    /// Words by which it is found, whatever the language, beside the type of its worker: what
    /// types that do the same have in common.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Backup => &["backup"],
            Self::Verify => &["verify"],
            Self::Gc => &["gc"],
            Self::Migrate => &["migrate"],
            _ => &[],
        }
    }

    /// What a worker of this type does; none where we have no word for it.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "vzdump" | "backup" | "tape-backup" | "tape-backup-job" => Self::Backup,
            "qmrestore" | "vzrestore" | "tape-restore" => Self::Restore,
            "reader" => Self::Read,
            "verify" | "verify_group" | "verify_snapshot" | "verificationjob" | "verifyjob" => {
                Self::Verify
            }
            "prune" | "prunejob" | "prune_group" => Self::Prune,
            "garbage_collection" => Self::Gc,
            "sync" | "syncjob" | "pull" | "push" => Self::Sync,
            "qmstart" | "vzstart" => Self::Start,
            "qmstop" | "vzstop" => Self::Stop,
            "qmshutdown" | "vzshutdown" => Self::Shutdown,
            "qmreboot" | "vzreboot" => Self::Reboot,
            "qmreset" => Self::Reset,
            "qmsuspend" | "qmpause" | "vzsuspend" => Self::Suspend,
            "qmresume" | "vzresume" => Self::Resume,
            "qmcreate" | "vzcreate" => Self::Create,
            "qmclone" | "vzclone" => Self::Clone,
            "qmdestroy" | "vzdestroy" => Self::Destroy,
            "qmigrate" | "vzmigrate" => Self::Migrate,
            "qmmove" | "move_volume" => Self::MoveDisk,
            "resize" => Self::Resize,
            "qmsnapshot" | "vzsnapshot" => Self::Snapshot,
            "qmdelsnapshot" | "vzdelsnapshot" => Self::DropSnapshot,
            "qmrollback" | "vzrollback" => Self::Rollback,
            "qmconfig" => Self::Configure,
            "qmtemplate" => Self::Template,
            "imgcopy" => Self::CopyImage,
            "imgdel" => Self::DropImage,
            "download" => Self::Download,
            "aptupdate" => Self::Packages,
            "vncproxy" | "vncshell" | "spiceproxy" | "spiceshell" | "termproxy" => Self::Console,
            "startall" => Self::StartAll,
            "stopall" | "suspendall" => Self::StopAll,
            "migrateall" => Self::MoveAll,
            "hastart" | "hastop" | "hashutdown" | "hamigrate" | "harelocate" => Self::Ha,
            "srvstart" | "srvstop" | "srvrestart" | "srvreload" => Self::Service,
            "create-datastore" | "zfscreate" | "lvmcreate" | "lvmthincreate" | "dircreate" => {
                Self::NewStore
            }
            "delete-datastore" | "zfsremove" | "lvmremove" | "lvmthinremove" | "dirremove" => {
                Self::DropStore
            }
            "acmenewcert" | "acmerenew" | "acmerenew-cert" | "acme-renew-cert"
            | "acme-new-cert" => Self::Certificate,
            "logrotate" => Self::Rotate,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Work;

    #[test]
    fn workers_of_both_products_that_do_the_same_have_one_word() {
        for (kinds, work) in [
            (&["vzdump", "backup"][..], Work::Backup),
            (&["qmigrate", "vzmigrate"], Work::Migrate),
            (&["verify", "verify_group", "verify_snapshot", "verificationjob"], Work::Verify),
            (&["prune", "prunejob"], Work::Prune),
            (&["garbage_collection"], Work::Gc),
        ] {
            for kind in kinds {
                assert_eq!(Work::of(kind), Some(work), "{kind}");
            }
        }
        for none in ["", "qm", "brandnew", "VZDUMP"] {
            assert_eq!(Work::of(none), None, "{none}");
        }
    }
}
