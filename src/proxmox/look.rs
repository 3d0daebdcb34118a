//! Answers that are asked for while somebody looks: logs and histories, alike for both products.

use serde::Deserialize;

use super::{Malformed, scalar, usage};
use crate::fleet::look::{GuestPoint, Log, StorePoint};
use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;

/// Reads lines of a log: `/nodes/{n}/tasks/{upid}/log`, `/nodes/{n}/replication/{id}/log`. They
/// were asked for from `skip` on; where they say their number, that counts.
pub fn read_log(body: &[u8], skip: u64) -> Result<Log, Malformed> {
    #[derive(Deserialize)]
    struct Line {
        /// Counted from 1.
        #[serde(default, deserialize_with = "scalar::size")]
        n: Option<u64>,
        #[serde(default, deserialize_with = "scalar::text")]
        t: Option<String>,
    }
    #[derive(Deserialize)]
    struct Page {
        data: Vec<Line>,
        /// PVE leaves it out when it is 0.
        #[serde(default, deserialize_with = "scalar::size")]
        total: Option<u64>,
    }
    let page: Page = serde_json::from_slice(body)?;
    let first = page.data.first().and_then(|line| line.n);
    let skipped = first.map_or(skip, |n| n.saturating_sub(1));
    let lines: Vec<_> =
        page.data.iter().map(|line| cleaned(line.t.as_deref().unwrap_or(""))).collect();
    // An empty page tells nothing of where it would stand.
    let end = if lines.is_empty() { 0 } else { skipped.saturating_add(lines.len() as u64) };
    Ok(Log { skipped, lines, total: page.total.unwrap_or(0).max(end) })
}

#[derive(Deserialize)]
struct Point {
    #[serde(default, deserialize_with = "scalar::int")]
    time: Option<i64>,
    #[serde(default, deserialize_with = "scalar::float")]
    cpu: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    mem: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    maxmem: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    diskread: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    diskwrite: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    netin: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    netout: Option<f64>,
    /// Bytes, averaged: not whole.
    #[serde(default, deserialize_with = "scalar::float")]
    used: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    total: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    read_bytes: Option<f64>,
    #[serde(default, deserialize_with = "scalar::float")]
    write_bytes: Option<f64>,
}

fn points(body: &[u8]) -> Result<Vec<(Epoch, Point)>, Malformed> {
    let wire: Vec<Point> = super::data(body)?;
    let mut points: Vec<_> = wire.into_iter().filter_map(|p| Some((Epoch(p.time?), p))).collect();
    points.sort_by_key(|(time, _)| *time);
    Ok(points)
}

/// Reads `/nodes/{n}/qemu|lxc/{vmid}/rrddata`, oldest first.
pub fn read_guest(body: &[u8]) -> Result<Vec<GuestPoint>, Malformed> {
    let of = |(time, p): (Epoch, Point)| GuestPoint {
        time,
        cpu: p.cpu.map(|cpu| cpu.clamp(0.0, 1.0)),
        memory: match (p.mem, p.maxmem) {
            (Some(used), Some(of)) if of > 0.0 => Some((used / of).clamp(0.0, 1.0)),
            _ => None,
        },
        disk_read: p.diskread,
        disk_write: p.diskwrite,
        net_in: p.netin,
        net_out: p.netout,
    };
    Ok(points(body)?.into_iter().map(of).collect())
}

/// Whole bytes.
fn bytes(number: Option<f64>) -> Option<u64> {
    number.filter(|n| *n >= 0.0).map(|n| n.round() as u64)
}

/// Reads `/admin/datastore/{s}/rrd`, oldest first.
pub fn read_store(body: &[u8]) -> Result<Vec<StorePoint>, Malformed> {
    let of = |(time, p): (Epoch, Point)| StorePoint {
        time,
        usage: usage(bytes(p.used), bytes(p.total)),
        read: p.read_bytes,
        write: p.write_bytes,
    };
    Ok(points(body)?.into_iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::{read_guest, read_log, read_store};
    use crate::fleet::host::Usage;

    #[test]
    fn a_log_stands_where_its_numbers_say() {
        let body = br#"{"total":5,"data":[{"t":"b","n":2},{"n":3,"t":"c\u001b[31m"}]}"#;
        let log = read_log(body, 7).unwrap();
        assert_eq!((log.skipped, log.total), (1, 5));
        assert_eq!(log.lines, ["b".into(), "c\u{b7}[31m".into()]);
    }

    #[test]
    fn an_empty_log_and_a_page_beyond_the_end() {
        let log = read_log(br#"{"data":[]}"#, 0).unwrap();
        assert_eq!((log.skipped, log.lines.len(), log.total), (0, 0, 0));
        let log = read_log(br#"{"data":[],"success":1,"total":71}"#, 100_000).unwrap();
        assert_eq!((log.lines.len(), log.total), (0, 71));
        assert!(read_log(br#"{"data":null}"#, 0).is_err());
    }

    #[test]
    fn what_was_not_measured_is_none() {
        let body = br#"{"data":[{"time":60,"mem":0,"maxmem":0,"cpu":"0.5"},{"time":1}]}"#;
        let points = read_guest(body).unwrap();
        assert_eq!(points.iter().map(|p| p.cpu).collect::<Vec<_>>(), [None, Some(0.5)]);
        assert_eq!(points.last().unwrap().memory, None);
        let body =
            br#"{"data":[{"time":1},{"time":2,"used":31406057472.25,"total":270553174016.0}]}"#;
        let points = read_store(body).unwrap();
        let usage = Usage { used: 31_406_057_472, total: 270_553_174_016 };
        assert_eq!(points.iter().map(|p| p.usage).collect::<Vec<_>>(), [None, Some(usage)]);
    }
}
