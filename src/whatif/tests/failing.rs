//! Jobs that would fail next.

use super::{all, asked, node};
use crate::fleet::site::Fleet;
use crate::judge::sample::{by_default, edit_pve, healthy, set};
use crate::whatif::Loss;

fn failing(fleet: &Fleet, lost: &[Loss]) -> Vec<(String, u32)> {
    asked(fleet, lost).failing.iter().map(|f| (f.job.to_string(), f.guests)).collect()
}

#[test]
fn a_job_that_leaves_its_storage_to_vzdump_conf_fails_with_it() {
    let mut fleet = healthy();
    let expected = [("backup-job/fi/nightly".to_owned(), 3)];
    assert_eq!(failing(&fleet, &[all("pbs")]), expected);
    by_default(&mut fleet);
    assert_eq!(failing(&fleet, &[all("pbs")]), expected);
    assert_eq!(failing(&fleet, &[node("fi3")]), []);
    // It writes elsewhere.
    edit_pve(&mut fleet, "fi", |pve| {
        for part in pve.defaults.values_mut().filter_map(|asked| asked.get_mut("")) {
            let mut said = part.known().expect("told").clone();
            said.storage = Some("local-zfs".into());
            set(part, said);
        }
    });
    assert_eq!(failing(&fleet, &[all("pbs")]), []);
}
