//! `source.*` and `cluster.*`.

use vigie::fleet::site::{Hindrance, Unkept};
use vigie::judge::Verdict;
use vigie::judge::rows::SourceState as Is;
use vigie::simulate::{Fault, PBS_TOKEN, PVE_TOKEN, Rights};

use super::{Row, row};
use crate::bed::not_ok;

pub fn rows() -> Vec<Row> {
    vec![
        row("a cluster is down", &["unknown source.unreachable source/pve (refused)"])
            .then(|bed| bed.source("pve").set(&Fault::Down))
            .no_word_of_fragility()
            .away(&[("pve", Is::Unreachable)]),
        row(
            "a backup server shows a certificate nobody knows",
            &["critical source.untrusted source/pbs"],
        )
        .then(|bed| bed.source("pbs").change_certificate(500, true).unwrap())
        .away(&[("pbs", Is::Untrusted)]),
        row("a token is taken away", &["unknown source.unauthorized source/alone"])
            .then(|bed| bed.source("alone").revoke(PVE_TOKEN))
            .away(&[("alone", Is::Unauthorized)]),
        row(
            "a token may read guests only",
            &["unknown source.forbidden source/alone \
               (cluster, nodes, HA, backup jobs, tasks, storages, backup files)"],
        )
        .then(|bed| bed.source("alone").grant(PVE_TOKEN, Rights::GUESTS)),
        row(
            "a token may read nothing",
            &["unknown source.forbidden source/alone \
               (cluster, nodes, HA, backup jobs, tasks, guests, replication, storages, \
               backup files)"],
        )
        .then(|bed| bed.source("alone").grant(PVE_TOKEN, Rights::NOTHING))
        .away(&[("alone", Is::Forbidden)]),
        row(
            "a token may read nothing of a backup server",
            &["unknown source.forbidden source/pbs \
               (datastores, copies, host, services, tasks)"],
        )
        .then(|bed| bed.source("pbs").grant(PBS_TOKEN, Rights { remotes: true, ..Rights::NOTHING }))
        .away(&[("pbs", Is::Forbidden)]),
        row("a portal answers", &["unknown source.malformed source/pbs"])
            .then(|bed| bed.source("pbs").set(&Fault::Html))
            .away(&[("pbs", Is::Malformed)]),
        row("every call fails", &["unknown source.error source/alone"])
            .then(|bed| {
                bed.source("alone").set(&Fault::Status(500, "no space left on device".into()));
            })
            .away(&[("alone", Is::Error)]),
        row("one call fails", &["unknown source.partial source/alone (/nodes/alone/services)"])
            .then(|bed| {
                let fault = Fault::Status(500, "got timeout".into());
                bed.source("alone").set_on("/nodes/alone/services", &fault);
            }),
        row("no round is whole any more", &["unknown source.stale source/alone"])
            .then(|bed| {
                let fault = Fault::Status(500, "got timeout".into());
                bed.source("alone").set_on("/cluster/tasks", &fault);
                bed.clock.advance(60);
            })
            .away(&[("alone", Is::Stale)]),
        row("nobody looked for a minute", STALE)
            .then(|bed| bed.clock.advance(60))
            .without_another_look()
            .no_word_of_fragility()
            .away(&[("pve", Is::Stale), ("pbs", Is::Stale), ("alone", Is::Stale)]),
        row(
            "one of two endpoints is down",
            &["warning source.endpoint-down source/pve (pve#1: refused)"],
        )
        .then(|bed| bed.source("pve").set_node("pve2", &Fault::Down)),
        row(
            "the first of two endpoints is down",
            &["warning source.endpoint-down source/pve (pve#0: refused)"],
        )
        .then(|bed| bed.source("pve").set_node("pve1", &Fault::Down)),
        row(
            "one of two endpoints has a new certificate its cluster knows",
            &["warning source.endpoint-down source/pve \
               (pve#1: new certificate, a trusted peer vouches for it)"],
        )
        .then(|bed| bed.source("pve").change_node_certificate("pve2", 500).unwrap()),
        row(
            "somebody else answers at one of two endpoints",
            &["critical source.endpoint-down source/pve \
               (pve#1: certificate denied by a trusted peer)"],
        )
        .then(|bed| bed.source("pve").impersonate("pve2").unwrap()),
        row("a clock is five minutes ahead", &["warning source.clock-skew source/alone"])
            .fleet(|fleet| fleet.cluster_mut("alone").unwrap().skew = 300),
        row("a clock is two minutes behind", &["warning source.clock-skew source/pbs"])
            .fleet(|fleet| fleet.pbs_mut("pbs").unwrap().skew = -120),
        row("a clock is a minute behind", &[])
            .fleet(|fleet| fleet.pbs_mut("pbs").unwrap().skew = -60),
        row("our clock is two minutes ahead", &["warning source.clock-skew viewer"])
            .then(|bed| bed.our_skew = 120),
        row(
            "nothing can be kept on disk",
            &["warning viewer.memory viewer (/state/memory/pve.json)"],
        )
        .then(|bed| {
            bed.fleet.unkept = Some(Unkept {
                path: "/state/memory/pve.json".into(),
                why: Hindrance::Refused("No space left on device".into()),
                since: bed.now(),
            });
        }),
        row("a host is off as planned", &["notice source.planned-off source/alone"])
            .toml(planned)
            .then(|bed| bed.source("alone").set(&Fault::Down))
            .away(&[("alone", Is::PlannedOff)])
            .also(|judged| assert_eq!(not_ok(judged), [""; 0])),
        row("a cluster is off as planned", &["notice source.planned-off source/pve"])
            .toml(|toml| {
                let off = "name = \"pve\"\n  planned-off = [\"11:00..24:00\"]\n";
                toml.replace("name = \"pve\"\n", off)
            })
            .then(|bed| bed.source("pve").set(&Fault::Down))
            .no_word_of_fragility()
            .away(&[("pve", Is::PlannedOff)])
            .also(|judged| assert_eq!(not_ok(judged), [""; 0])),
        row(
            "a host is off an hour after it was planned",
            &["unknown source.unreachable source/alone (refused)"],
        )
        .toml(planned)
        .then(|bed| {
            bed.source("alone").set(&Fault::Down);
            bed.clock.advance(3_600);
        })
        .away(&[("alone", Is::Unreachable)]),
        row("remotes may not be read", &["notice source.optional-right source/pbs (Remote.Audit)"])
            .then(|bed| bed.source("pbs").grant(PBS_TOKEN, Rights::AUDITOR))
            .also(|judged| assert_eq!(judged.verdict, Verdict::Ok)),
        row("the answering node has no quorum", &["critical cluster.no-quorum cluster/pve"])
            .then(|bed| {
                bed.source("pve").edit(|cluster| cluster.quorate = false);
            })
            .no_word_of_fragility(),
        row("two nodes, and no third vote", &[super::ALWAYS]),
    ]
}

const STALE: &[&str] = &[
    "unknown source.stale source/alone",
    "unknown source.stale source/pbs",
    "unknown source.stale source/pve",
];

fn planned(toml: &str) -> String {
    let off = "name = \"alone\"\n  planned-off = [\"12:00..13:00\"]\n";
    toml.replace("name = \"alone\"\n", off)
}
