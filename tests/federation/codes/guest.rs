//! `guest.*`.

use vigie::simulate::fleet::{SimFleet, SimGuest};

use super::{Row, row};

pub fn rows() -> Vec<Row> {
    vec![
        row("a guest that should run is stopped", &["warning guest.down guest/pve/201"])
            .fleet(|fleet| guest(fleet, 201).status = "stopped".into()),
        row("a guest that need not run is stopped", &[]).fleet(|fleet| {
            guest(fleet, 201).status = "stopped".into();
            guest(fleet, 201).onboot = false;
        }),
        row("a guest under HA is stopped", &[])
            .fleet(|fleet| guest(fleet, 100).status = "stopped".into()),
        row("a guest stopped on an I/O error", &["critical guest.io-error guest/pve/200"]).then(
            |bed| {
                bed.federation.edit(|fleet| guest(fleet, 200).status = "io-error".into());
            },
        ),
        row("a guest is paused", &["warning guest.paused guest/pve/200"])
            .fleet(|fleet| guest(fleet, 200).status = "paused".into()),
        row("a guest prepares to start", &[]).then(|bed| {
            bed.federation.edit(|fleet| guest(fleet, 200).status = "prelaunch".into());
        }),
        row("a guest has prepared to start for long", &["warning guest.paused guest/pve/200"])
            .then(|bed| {
                bed.federation.edit(|fleet| guest(fleet, 200).status = "prelaunch".into());
                bed.look();
                bed.clock.advance(600);
            }),
        row("a backup left its lock", &["warning guest.lock guest/pve/200 (backup)"])
            .fleet(|fleet| guest(fleet, 200).lock = Some("backup".into()))
            .also(|judged| {
                let told = judged.problems[0].clone();
                assert_eq!(
                    (told.facts.age, told.since),
                    (None, None),
                    "nobody knows how old it is"
                );
            }),
        row("a backup's lock has just come", &[]).then(|bed| {
            bed.federation.edit(|fleet| guest(fleet, 200).lock = Some("backup".into()));
        }),
        row("a backup's lock stays", &["warning guest.lock guest/pve/200 (backup)"])
            .then(|bed| {
                bed.federation.edit(|fleet| guest(fleet, 200).lock = Some("backup".into()));
                bed.look();
                bed.clock.advance(60);
            })
            .also(|judged| assert_eq!(judged.problems[0].facts.age, Some(75))),
        row("a snapshot's lock", &[])
            .fleet(|fleet| guest(fleet, 200).lock = Some("snapshot".into())),
        row(
            "a snapshot's lock of more than a day",
            &["warning guest.lock guest/pve/200 (snapshot)"],
        )
        .then(|bed| {
            bed.federation.edit(|fleet| guest(fleet, 200).lock = Some("snapshot".into()));
            bed.look();
            bed.clock.advance(25 * 3_600);
        })
        .may_lose(),
        row("two guests of one name", &["notice guest.name-clash guest/pve/201 (dns)"])
            .fleet(|fleet| guest(fleet, 201).name = "dns".into()),
        row("a guest of another source has the name", &[])
            .fleet(|fleet| guest(fleet, 201).name = "owl".into()),
    ]
}

fn guest(fleet: &mut SimFleet, vmid: u32) -> &mut SimGuest {
    fleet.cluster_mut("pve").unwrap().guest_mut(vmid).unwrap()
}
