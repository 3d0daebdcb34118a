//! What pictures there are. Another one is another line.

use super::held::Act::{self, Keys, Sees, Unplug};

/// One run of the program, and what is looked at in it. All runs are over the demo's fleet; what
/// one has read the next one remembers.
pub(super) struct Sitting {
    pub(super) arguments: &'static [&'static str],
    pub(super) scenes: &'static [Scene],
}

/// One picture.
pub(super) struct Scene {
    /// The file, without `.svg`.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Columns and lines.
    pub(super) size: (u16, u16),
    /// What is done since the picture before.
    pub(super) acts: &'static [Act],
}

const fn scene(
    name: &'static str,
    title: &'static str,
    size: (u16, u16),
    acts: &'static [Act],
) -> Scene {
    Scene { name, title, size, acts }
}

/// The design size.
const SMALL: (u16, u16) = (80, 24);
/// What most terminals are.
const USUAL: (u16, u16) = (120, 40);
/// One on a wall.
const WIDE: (u16, u16) = (200, 60);

/// `h` closes what is open above a view, whatever that is; a digit goes to a view from anywhere.
pub(super) const SITTINGS: &[Sitting] = &[
    Sitting {
        arguments: &[],
        scenes: &[
            scene("fleet", "The fleet", USUAL, &[Sees("10 hosts 46 guests")]),
            scene("fleet-80x24", "The fleet", SMALL, &[]),
            scene("fleet-200x60", "The fleet", WIDE, &[]),
            scene("problems", "Problems, worst first", USUAL, &[Keys("2")]),
            scene(
                "problem",
                "One problem: what, since when, how known, what next",
                USUAL,
                &[Keys("\r")],
            ),
            scene("hosts", "Hosts", USUAL, &[Keys("3")]),
            scene("node", "A node", USUAL, &[Keys(":fi1\r")]),
            scene("guests", "Guests", USUAL, &[Keys("4")]),
            scene("guest", "A guest whose last backup failed", USUAL, &[Keys(":camera\r")]),
            scene(
                "backups",
                "Backups: what was promised of 14 days, and what is there",
                USUAL,
                &[Keys("5")],
            ),
            scene("datastore", "A datastore that is filling up", USUAL, &[Keys(":archive\r")]),
            scene("replication", "Replication", USUAL, &[Keys("6")]),
            scene("replica", "A replication that fails", USUAL, &[Keys("\r")]),
            scene("recovery", "What would bring each guest back", USUAL, &[Keys("7")]),
            scene(
                "source",
                "A source: how it is reached, what it may read",
                USUAL,
                &[Keys(":pbs\r")],
            ),
            scene("site", "A site", USUAL, &[Keys(":helsinki\r")]),
            scene(
                "job",
                "A backup job: what it takes of each guest, and its last runs",
                USUAL,
                &[Keys(":every night\r")],
            ),
            scene("tasks", "What was done, latest first", USUAL, &[Keys("8")]),
            scene(
                "task",
                "A backup that failed, with its log",
                USUAL,
                &[Keys("/vzdump failed\r\r"), Sees("INFO: ")],
            ),
            scene("whatif", "What if a site died now", USUAL, &[Keys("1w"), Sees("died now")]),
            scene(
                "runbook",
                "The steps that bring it back",
                USUAL,
                &[Keys("p"), Sees("vigie runbook")],
            ),
            scene("jump", "Anywhere by a few letters of its name", SMALL, &[Keys("h1:ca")]),
        ],
    },
    Sitting {
        arguments: &["--lang", "fr"],
        scenes: &[
            scene("fleet-fr", "Le parc", USUAL, &[Sees("10 hôtes 46 invités")]),
            scene(
                "backups-fr",
                "Les sauvegardes : ce qui était promis sur 14 jours, et ce qui est là",
                USUAL,
                &[Keys("5")],
            ),
        ],
    },
];

/// It changes the servers, so it comes last.
pub(super) const UNPLUGGED: Sitting = Sitting {
    arguments: &[],
    scenes: &[scene(
        "unplugged",
        "A site that no longer answers",
        SMALL,
        &[Sees("10 hosts 46 guests"), Unplug("refractaire"), Keys("r"), Sees("refused")],
    )],
};
