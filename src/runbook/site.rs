//! The runbook of a site: all that stands there is lost.

use super::Runbook;
use crate::fleet::id::SiteName;
use crate::fleet::site::Fleet;
use crate::judge::Judged;

/// The runbook of a site; none where there is nothing to bring back.
pub fn site(_fleet: &Fleet, _judged: &Judged, _site: &SiteName) -> Option<Runbook> {
    None
}
