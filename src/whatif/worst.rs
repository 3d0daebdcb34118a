//! The guests by how badly off they would be.

use std::cmp::Reverse;

use crate::fleet::id::{SourceName, Vmid};
use crate::judge::rows::GuestRow;
use crate::judge::{Judged, Verdict};

/// All guests, the worst recovery first: by verdict, those without a way back before others, then
/// by what would be lost now. Those that recovery does not apply to come last.
pub fn worst_guests(judged: &Judged) -> Vec<(SourceName, Vmid)> {
    let rows = judged.sites.iter().flat_map(|site| &site.guests);
    let mut rows: Vec<(Reverse<Badness>, &GuestRow)> =
        rows.map(|row| (Reverse(badness(row)), row)).collect();
    rows.sort_by(|(a, row), (b, other)| {
        a.cmp(b).then_with(|| (&row.source, row.vmid).cmp(&(&other.source, other.vmid)))
    });
    rows.into_iter().map(|(_, row)| (row.source.clone(), row.vmid)).collect()
}

/// Its verdict, whether there is no way back, what would be lost.
type Badness = (Option<Verdict>, bool, Option<i64>);

fn badness(row: &GuestRow) -> Badness {
    let best = row.recovery.best();
    (row.recovery.verdict, best.is_none(), best.and_then(|way| way.loss))
}
