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

/// The first healthy job of the cluster fails at its last run, or is healed again.
fn fail_replication(cluster: &Handle, fails: bool) {
    const TEXT: &str = "command 'set -o pipefail && pvesm export local-zfs:vm-104-disk-0 zfs - \
        -with-snapshots 1 -snapshot __replicate__ | /usr/bin/ssh fi2' failed: exit code 255";
    let since = cluster.world.clock.now() - cluster.world.start - 900;
    cluster.edit(|cluster| {
        let mark = "interrupted in the demo";
        let job = cluster.replication.iter_mut().find(|job| {
            !job.disabled && (job.fails.is_none() || job.comment.as_deref() == Some(mark))
        });
        if let Some(job) = job {
            job.fails = fails.then(|| (Window::since(since), TEXT.to_owned()));
            job.comment = fails.then(|| mark.to_owned());
        }
    });
}
