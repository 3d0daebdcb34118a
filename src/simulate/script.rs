//! What happens over time in the demo.

use std::time::Duration;

use super::fault::Fault;
use super::federation::{Federation, Handle};
use super::fleet::Window;

/// Length of one round, in seconds; then everything happens again.
const ROUND: u64 = 240;

/// Begins the events of the demo; they end with the federation.
pub(super) fn play(federation: &Federation) {
    let stop = federation.stop.clone();
    let host = federation.source("forge").cloned();
    let cluster = federation.source("fi").cloned();
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = rounds(host, cluster) => {}
        }
    });
}

async fn rounds(host: Option<Handle>, cluster: Option<Handle>) {
    loop {
        tokio::time::sleep(Duration::from_secs(20)).await;
        if let Some(host) = &host {
            host.set(&Fault::Silent);
        }
        tokio::time::sleep(Duration::from_secs(55)).await;
        if let Some(cluster) = &cluster {
            fail_replication(cluster, true);
        }
        tokio::time::sleep(Duration::from_secs(45)).await;
        if let Some(host) = &host {
            host.clear();
        }
        tokio::time::sleep(Duration::from_secs(ROUND - 120)).await;
        if let Some(cluster) = &cluster {
            fail_replication(cluster, false);
        }
    }
}

/// The replication of the guest `git` fails at its last run, or is healed again.
fn fail_replication(cluster: &Handle, fails: bool) {
    const TEXT: &str = "command 'set -o pipefail && pvesm export local-zfs:vm-104-disk-0 zfs - \
        -with-snapshots 1 | /usr/bin/ssh -o 'HostKeyAlias=fi2' root@10.77.0.2 -- pvesm import \
        local-zfs:vm-104-disk-0 zfs - -with-snapshots 1' failed: exit code 255";
    // Back by one interval: the run that is already over failed, nobody waits for the next.
    let since = cluster.world.clock.now() - cluster.world.start - 900;
    cluster.edit(|cluster| {
        if let Some(job) = cluster.replication_job_mut("104-0") {
            job.fails = fails.then(|| (Window::since(since), TEXT.to_owned()));
        }
    });
}
