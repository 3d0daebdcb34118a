//! ZFS pools and disks.

use std::sync::Arc;

use super::live;
use crate::fleet::code::Code;
use crate::fleet::host::{Disk, ZfsPool};
use crate::fleet::part::Part;
use crate::fleet::subject::Subject;
use crate::judge::context::SourceContext;
use crate::judge::findings::Findings;
use crate::judge::problem::Severity;
use crate::judge::verdict::Consequence;

/// Raises `node.zfs`: detail the pool, facts `text` (its health).
pub(super) fn judge_pools(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Vec<ZfsPool>>,
    findings: &mut Findings<'_>,
) -> Consequence {
    let pools = match live(source, part) {
        Ok(pools) => pools.map_or(&[][..], Vec::as_slice),
        Err(consequence) => return consequence,
    };
    for pool in pools {
        let severity = match &*pool.health {
            "ONLINE" => continue,
            "DEGRADED" => Severity::Warning,
            "FAULTED" | "UNAVAIL" | "SUSPENDED" | "REMOVED" => Severity::Critical,
            // A word we do not know is no proof of health.
            _ => Severity::Unknown,
        };
        findings
            .raise(source, Code::NodeZfs, severity, subject.clone())
            .detail(Arc::clone(&pool.name))
            .facts(|f| f.text = Some(Arc::clone(&pool.health)))
            .evidence(part);
    }
    Consequence::NONE
}

/// Raises `node.disk` and `node.wearout`: detail the device, facts `text` (SMART's word), `other`
/// (the model), `value` (life that remains), `limit`. Not asked is no problem: reading SMART may
/// wake disks, and its answer stays true.
pub(super) fn judge_disks(
    source: &SourceContext<'_>,
    subject: &Subject,
    part: &Part<Vec<Disk>>,
    findings: &mut Findings<'_>,
) {
    for disk in part.known().map_or(&[][..], Vec::as_slice) {
        if disk.health.as_deref().is_some_and(has_failed) {
            findings
                .raise(source, Code::NodeDisk, Severity::Critical, subject.clone())
                .detail(Arc::clone(&disk.device))
                .facts(|f| {
                    f.text.clone_from(&disk.health);
                    f.other.clone_from(&disk.model);
                })
                .evidence(part);
        }
        let Some(life) = disk.life.filter(|l| l.is_finite()) else { continue };
        let levels = source.policy().wearout;
        let (severity, limit) = if life <= levels.critical {
            (Severity::Critical, levels.critical)
        } else if life <= levels.warning {
            (Severity::Warning, levels.warning)
        } else {
            continue;
        };
        findings
            .raise(source, Code::NodeWearout, severity, subject.clone())
            .detail(Arc::clone(&disk.device))
            .facts(|f| {
                f.value = Some(life);
                f.limit = Some(limit);
                f.other.clone_from(&disk.model);
            })
            .evidence(part);
    }
}

/// SMART's words for a disk that failed: `FAILED!` (ATA, NVMe), `failed` (PBS), SCSI's
/// impending-failure sentences. Unknown and disabled say nothing.
fn has_failed(health: &str) -> bool {
    health.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("fail"))
        || health.contains("FAILURE PREDICTION")
}

#[cfg(test)]
mod unit {
    use super::has_failed;

    #[test]
    fn only_a_failure_is_one() {
        assert!(has_failed("FAILED!") && has_failed("FAILED") && has_failed("failed"));
        assert!(has_failed("HARDWARE IMPENDING FAILURE PREDICTION THRESHOLD EXCEEDED"));
        for fine in ["PASSED", "OK", "UNKNOWN", "SMART Disabled", "", "é"] {
            assert!(!has_failed(fine), "{fine}");
        }
    }
}
