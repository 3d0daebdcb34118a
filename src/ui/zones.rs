//! Zones of servers: a schedule is reckoned where its server is, which need not be where the
//! reader is.

use jiff::tz::TimeZone;

use super::cx::Cx;
use crate::fleet::calendar::CalendarEvent;
use crate::fleet::id::{NodeName, SourceName};
use crate::fleet::time::Epoch;
use crate::fleet::zone::Zone;

/// A zone with other times than the reader's.
pub(super) struct Foreign {
    zone: TimeZone,
    /// `Europe/Paris`
    pub(super) name: String,
}

/// The zone of a server, where it has other times now than the reader's; of a cluster, of all its
/// nodes, that of the first that is known to. None where it is the reader's, or nobody knows it.
pub(super) fn of(cx: &Cx<'_>, source: &SourceName, node: Option<&NodeName>) -> Option<Foreign> {
    let own = |zone: &Zone| foreign(&cx.state.zone, zone, cx.now());
    if let Some(pbs) = cx.pbs(source) {
        return own(pbs.timezone.known()?);
    }
    let pve = cx.pve(source)?;
    if let Some(node) = node {
        return own(pve.nodes.get(node)?.timezone.known()?);
    }
    pve.nodes.values().filter_map(|parts| parts.timezone.known()).find_map(own)
}

fn foreign(reader: &TimeZone, zone: &Zone, now: Epoch) -> Option<Foreign> {
    let rules = zone.rules()?;
    let now = now.timestamp()?;
    // Names differ more often than times.
    let is_foreign = rules.to_offset(now) != reader.to_offset(now);
    is_foreign.then(|| Foreign { zone: rules.clone(), name: zone.name().to_owned() })
}

/// The zone in which a schedule is reckoned, where it comes at another time there than it would
/// here: every quarter of an hour is that everywhere.
pub(super) fn of_schedule(
    cx: &Cx<'_>,
    schedule: &str,
    source: &SourceName,
    node: Option<&NodeName>,
) -> Option<Foreign> {
    of(cx, source, node)
        .filter(|foreign| comes_elsewhen(schedule, &foreign.zone, &cx.state.zone, cx.now()))
}

fn comes_elsewhen(schedule: &str, server: &TimeZone, reader: &TimeZone, now: Epoch) -> bool {
    let Ok(event) = CalendarEvent::parse(schedule) else {
        // What we cannot reckon may.
        return true;
    };
    // What names its zone itself needs no other.
    !event.is_utc() && event.next_after(now, server) != event.next_after(now, reader)
}

impl Foreign {
    /// `CET`, `UTC`, `-03`
    pub(super) fn short(&self, now: Epoch) -> String {
        let Some(now) = now.timestamp() else { return self.name.clone() };
        self.zone.to_offset_info(now).abbreviation().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{comes_elsewhen, foreign};
    use crate::fleet::time::Epoch;

    /// 22 November 2026, 12:00 UTC.
    const NOW: Epoch = Epoch(1_795_348_800);

    #[test]
    fn a_zone_is_foreign_where_its_times_are_others_now() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        for (name, expected) in [
            ("Europe/Paris", None),
            ("Europe/Berlin", None),
            ("UTC", Some("UTC")),
            ("America/Sao_Paulo", Some("-03")),
            ("no/such", None),
        ] {
            let found = foreign(&paris, &name.into(), NOW).map(|foreign| foreign.short(NOW));
            assert_eq!(found.as_deref(), expected, "{name}");
        }
        assert!(foreign(&TimeZone::UTC, &"Etc/UTC".into(), NOW).is_none());
    }

    #[test]
    fn a_schedule_names_its_zone_only_where_it_comes_at_another_time_there() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        for (schedule, expected) in [
            ("02:00", true),
            ("sat 18:15", true),
            ("daily", true),
            ("*/15", false),
            ("hourly", false),
            ("02:00 UTC", false),
            ("not a schedule", true),
        ] {
            let is = comes_elsewhen(schedule, &TimeZone::UTC, &paris, NOW);
            assert_eq!(is, expected, "{schedule}");
        }
    }
}
