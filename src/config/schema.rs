//! The known keys of every section: one table that validation, suggestions, the policy and
//! `vigie config` share. A new section is a new [`Section`] here and a line in [`ROOT`].

use crate::fleet::policy::{Levels, Policy};

/// One section of the file.
#[derive(Debug)]
pub(super) struct Section {
    /// Its header, as one writes it.
    pub(super) header: &'static str,
    /// Its keys.
    pub(super) keys: &'static [Key],
}

impl Section {
    /// The key of this name.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// One key of a section.
#[derive(Debug)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What it says, with an example.
    pub(super) meaning: &'static str,
    /// Words that others use for it: they are suggested away.
    pub(super) also: &'static [&'static str],
    /// Where its value goes.
    pub(super) slot: Slot,
}

/// Where a key's value goes, and so what it looks like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot {
    /// Read by the code of its section.
    Own,
    /// A duration.
    Seconds(fn(&mut Policy) -> &mut i64),
    /// A duration that may be absent.
    MaybeSeconds(fn(&mut Policy) -> &mut Option<i64>),
    /// A share.
    Share(fn(&mut Policy) -> &mut f64),
    /// Two shares, the second not below the first.
    Rising(fn(&mut Policy) -> &mut Levels<f64>),
    /// Two shares, the second not above the first.
    Falling(fn(&mut Policy) -> &mut Levels<f64>),
    /// Two durations, the second not above the first.
    Shortening(fn(&mut Policy) -> &mut Levels<i64>),
    /// Bytes per second that may be absent.
    MaybeRate(fn(&mut Policy) -> &mut Option<u64>),
    /// true or false.
    Flag(fn(&mut Policy) -> &mut bool),
}

const fn own(name: &'static str, meaning: &'static str, also: &'static [&'static str]) -> Key {
    Key { name, meaning, also, slot: Slot::Own }
}

const fn threshold(name: &'static str, meaning: &'static str, slot: Slot) -> Key {
    Key { name, meaning, also: &[], slot }
}

/// The top of the file.
pub(super) static ROOT: Section = Section {
    header: "the top of the file",
    keys: &[
        own("site", "a place with its sources", &["sites"]),
        own("policy", "thresholds for all sites", &["policies", "thresholds"]),
        own(
            "objective",
            "what is wanted of some guests' recovery",
            &["objectives", "rto", "rpo", "slo"],
        ),
        own(
            "drill-log",
            "the log of rehearsed restores: \"drills.jsonl\"",
            &["drills", "drill", "drill-file", "drills-file", "rehearsals"],
        ),
        own(
            "theme",
            "the colours of the dashboard: \"light\"",
            &["themes", "color", "colors", "colour", "colours", "colorscheme", "skin", "style"],
        ),
        own(
            "lang",
            "the language: \"en\" or \"fr\"",
            &["language", "locale", "langue", "language-code"],
        ),
        own("ui", "how the dashboard behaves", &["tui", "dashboard", "interface"]),
        own(
            "keys",
            "other keys for what the dashboard does: mark = \"M\"",
            &["keymap", "keybindings", "bindings", "keyboard", "shortcuts"],
        ),
        own("except", "a problem accepted as it is", &["exception", "exceptions", "excepts"]),
    ],
};

/// How the dashboard behaves.
pub(super) static UI: Section = Section {
    header: "[ui]",
    keys: &[own("mouse", "whether the dashboard takes the mouse: true", &["wheel", "click"])],
};

/// A site.
pub(super) static SITE: Section = Section {
    header: "[[site]]",
    keys: &[
        own("name", "its name, unique in the fleet", &["id"]),
        own("where", "where it is, in your words", &["place", "location"]),
        own("contact", "who to call, in your words", &["owner", "phone"]),
        own("keys", "where the keys of encrypted copies are kept, in your words", &["key"]),
        own("timezone", "its time zone, such as \"Europe/Paris\"", &["tz", "zone"]),
        own("planned-off", "when silence is expected: [\"01:00..06:00\"]", &["off"]),
        own("pve", "a PVE cluster or host", &["cluster", "node"]),
        own("pbs", "a Proxmox Backup Server", &["backup"]),
        own("policy", "thresholds for this site", &["thresholds"]),
    ],
};

const SOURCE_KEYS: &[Key] = &[
    own("name", "its name, unique in the fleet; the site's by default", &["id"]),
    own(
        "endpoints",
        "where it answers: [\"https://pve1.example.org:8006\"]",
        &["url", "urls", "host", "hosts", "address", "server", "servers", "nodes"],
    ),
    own("token", "the API token's id: \"user@realm!name\"", &["token-id", "user", "username"]),
    own("secret-file", "a file that holds the token's secret", &["token-file", "password-file"]),
    own("secret-env", "an environment variable that holds it", &["token-env", "password-env"]),
    own("secret-command", "a command that prints it: [\"pass\", \"show\", \"vigie\"]", &[]),
    own("fingerprint", "the SHA-256 fingerprint of its certificate", &["sha256", "pin"]),
    own("ca-file", "the certificate of its CA", &["ca", "cafile", "root-ca", "cert"]),
    own("planned-off", "when silence is expected: [\"01:00..06:00\"]", &["off"]),
];

/// A PVE source.
pub(super) static PVE: Section = Section { header: "[[site.pve]]", keys: SOURCE_KEYS };

/// A PBS source.
pub(super) static PBS: Section = Section { header: "[[site.pbs]]", keys: SOURCE_KEYS };

const POLICY_KEYS: &[Key] = &[
    threshold(
        "clock-skew",
        "how far a source's clock may be off",
        Slot::Seconds(|p| &mut p.clock_skew),
    ),
    threshold("cpu", "average load of a node", Slot::Share(|p| &mut p.cpu)),
    threshold("memory", "average memory use of a node", Slot::Share(|p| &mut p.memory)),
    threshold("swap", "average swap use of a node", Slot::Share(|p| &mut p.swap)),
    threshold("iowait", "average I/O wait of a node", Slot::Share(|p| &mut p.iowait)),
    threshold("rootfs", "use of a node's root file system", Slot::Rising(|p| &mut p.rootfs)),
    threshold("wearout", "life that remains to a disk", Slot::Falling(|p| &mut p.wearout)),
    threshold(
        "certificate",
        "time left to a certificate",
        Slot::Shortening(|p| &mut p.certificate),
    ),
    threshold("cluster-ca", "time left to a cluster's CA", Slot::Seconds(|p| &mut p.cluster_ca)),
    threshold("storage", "use of a storage", Slot::Rising(|p| &mut p.storage)),
    threshold("datastore", "use of a datastore", Slot::Rising(|p| &mut p.datastore)),
    threshold("filling", "time until a datastore is full", Slot::Shortening(|p| &mut p.filling)),
    threshold(
        "backup-max-age",
        "oldest copy where no schedule tells",
        Slot::Seconds(|p| &mut p.backup_max_age),
    ),
    threshold(
        "backup-grace",
        "time a due backup has to arrive",
        Slot::Seconds(|p| &mut p.backup_grace),
    ),
    threshold(
        "replication-max-age",
        "oldest replica, whatever the schedule",
        Slot::MaybeSeconds(|p| &mut p.replication_max_age),
    ),
    threshold(
        "replication-expected",
        "whether every guest should have a replica",
        Slot::Flag(|p| &mut p.replication_expected),
    ),
    threshold(
        "recovery-point",
        "the most that may be lost of a guest",
        Slot::MaybeSeconds(|p| &mut p.objective.point),
    ),
    threshold(
        "recovery-time",
        "the longest a guest may be away",
        Slot::MaybeSeconds(|p| &mut p.objective.time),
    ),
    threshold(
        "rehearse-every",
        "the longest without a rehearsed restore",
        Slot::MaybeSeconds(|p| &mut p.objective.rehearse),
    ),
    threshold(
        "restore-rate",
        "how fast a copy is restored: \"100MB/s\"",
        Slot::MaybeRate(|p| &mut p.restore_rate),
    ),
];

/// The thresholds of all sites.
pub(super) static POLICY: Section = Section { header: "[policy]", keys: POLICY_KEYS };

/// The thresholds of one site.
pub(super) static SITE_POLICY: Section = Section { header: "[site.policy]", keys: POLICY_KEYS };

/// What is wanted of some guests.
pub(super) static OBJECTIVE: Section = Section {
    header: "[[objective]]",
    keys: &[
        own(
            "guests",
            "which: [\"tag:prod\", \"pool:web\", \"fi/101\", \"fi/*\"]",
            &["guest", "for", "which"],
        ),
        own("recovery-point", "the most that may be lost of them", &["rpo", "point"]),
        own("recovery-time", "the longest they may be away", &["rto", "time"]),
        own("rehearse-every", "the longest without a rehearsed restore", &["rehearse", "every"]),
    ],
};

/// An accepted problem.
pub(super) static EXCEPT: Section = Section {
    header: "[[except]]",
    keys: &[
        own("subject", "what it is about: \"guest/SOURCE/105\"", &["object", "target"]),
        own("codes", "which problems: [\"backup.uncovered\"]", &["code", "problem", "problems"]),
        own("reason", "why it is accepted; it is shown", &["comment", "why", "note"]),
        own("until", "the last day it holds: 2027-01-31", &["expires", "end"]),
    ],
};

/// Every section, for a key that stands in the wrong one.
pub(super) static ALL: &[&Section] = &[&SITE, &PVE, &POLICY, &OBJECTIVE, &EXCEPT, &UI, &ROOT];
