//! An incident, from the first sign to the steps that bring back what was lost: screens of the
//! program one after the other, as one animated SVG without any script.

use std::fmt::Write as _;

use vigie::simulate::fleet::{SimFleet, SimNode, SimSelection};

use super::gallery::Gallery;
use super::held::{Act, Stage};
use super::svg::{self, DARK};

const SIZE: (u16, u16) = (80, 24);

/// How long each screen stands, seconds.
const STANDS: usize = 3;

/// One screen, and what is said below it.
struct Frame {
    said: &'static str,
    acts: &'static [Act],
}

const fn frame(said: &'static str, acts: &'static [Act]) -> Frame {
    Frame { said, acts }
}

/// Nobody waits for the next round.
const ASK: Act = Act::Keys("r");
/// What is said of it goes with the next key: the clock that would end it is held, and has to be
/// seen to be so before.
const HUSH: Act = Act::Keys("\x1b");

const FRAMES: &[Frame] = &[
    frame("Noon. All is well.", &[Act::Sees("11 hosts 46 guests")]),
    frame(
        "Three minutes later: a node is gone.",
        &[Act::Lose("fi", "fi2"), Act::Later(180), Act::Sees("12:10"), ASK, HUSH, Act::Sees("fi2")],
    ),
    frame("Enter: the site, and whom to call", &[Act::Keys("\r")]),
    frame(":fi2 the node itself, and whose home it was", &[Act::Keys(":fi2\r")]),
    frame("p: the steps that bring its guests back, with their names", &[Act::Keys("p")]),
    frame("PgDn: read on", &[Act::Keys("\x1b[6~")]),
    frame("7: what would bring each guest back if its node died next", &[Act::Keys("h7")]),
    frame(
        "A quarter of an hour later: the node is back.",
        &[Act::Keys("1"), Act::Later(900), Act::Sees("12:25"), Act::Return("fi", "fi2"), ASK, HUSH],
    ),
];

/// The demo's fleet with everything in order.
fn in_order() -> SimFleet {
    let mut fleet = SimFleet::demo();
    fleet.objectives.clear();
    for store in fleet.sites.iter_mut().flat_map(|site| &mut site.backup_servers) {
        for store in &mut store.datastores {
            store.full_in_days = None;
            store.used = store.total / 2;
        }
    }
    // A third vote, so that the loss of a node is not that of the quorum.
    if let Some(cluster) = fleet.cluster_mut("fi") {
        cluster.nodes.push(SimNode::healthy("fi3", "10.77.0.3"));
    }
    for cluster in fleet.sites.iter_mut().flat_map(|site| &mut site.clusters) {
        for job in &mut cluster.replication {
            job.fails = None;
        }
        for job in &mut cluster.backup_jobs {
            job.takes = SimSelection::All(Vec::new());
        }
        for guest in &mut cluster.guests {
            guest.backup_fails = None;
            guest.verify_fails = None;
            guest.lock = None;
            for volume in &mut guest.volumes {
                volume.backup = volume.backup.filter(|is_in| *is_in);
            }
        }
        for node in &mut cluster.nodes {
            node.stopped.clear();
            node.certificate_days = 500;
        }
    }
    fleet
}

/// Plays the incident, and hangs what was seen.
pub(super) fn take(gallery: &mut Gallery) {
    const NAME: &str = "incident";
    /// The line below the screen.
    const SAID: usize = 34;
    let stage = Stage::new(in_order());
    let mut pty = stage.open(&[], SIZE);
    pty.wait("everything", |screen| !screen.contents().contains("asking"));
    let (width, height) = svg::extent(SIZE);
    let whole = STANDS * FRAMES.len();
    let share = 100.0 / FRAMES.len() as f64;
    let mut inside = format!(
        "<style>.f{{visibility:hidden;animation:f {whole}s step-end infinite}}\
         @keyframes f{{0%{{visibility:visible}}{share:.3}%{{visibility:hidden}}}}\
         @media(prefers-reduced-motion:reduce){{.f{{animation:none}}.still{{visibility:visible}}}}\
         </style>\n{}",
        svg::sheet(DARK.paper)
    );
    for (at, frame) in FRAMES.iter().enumerate() {
        for act in frame.acts {
            stage.act(&mut pty, *act);
        }
        // Where nothing may move, one screen is enough.
        let class = if at == 1 { "f still" } else { "f" };
        let _ =
            writeln!(inside, "<g class=\"{class}\" style=\"animation-delay:{}s\">", at * STANDS);
        inside.push_str(&gallery.body((NAME, at), &stage, &pty, DARK));
        let _ = writeln!(
            inside,
            "<rect y=\"{height}\" width=\"{width}\" height=\"1\" fill=\"#3a3f48\"/>\n\
             <text x=\"{}\" y=\"{}\" fill=\"#e8ebf0\">{}</text>\n</g>",
            svg::MARGIN,
            height + 22,
            svg::escaped(frame.said),
        );
    }
    Stage::close(pty);
    let title = "vigie: a node dies, and what follows";
    gallery.hang(NAME, &svg::page((width, height + SAID), title, &inside));
}
