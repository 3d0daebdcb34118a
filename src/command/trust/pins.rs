//! Which of the pinned fingerprints was that of an endpoint which shows another one now. The file
//! does not say which belongs to which; taking the wrong one away would lock another node out.

use super::look::Seen;
use crate::config::Trust;
use crate::fleet::link::PeerCertificate;

/// What was trusted at an endpoint before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Before<'a> {
    /// This pin, to be replaced; and the certificate itself, where it was seen.
    This([u8; 32], Option<&'a PeerCertificate>),
    /// One of these, if any: none of them is taken away.
    OneOf(Vec<[u8; 32]>),
}

/// The pins of a source.
pub(super) struct Pins<'a> {
    pinned: Vec<[u8; 32]>,
    /// Whether nothing but pins is trusted.
    is_alone: bool,
    /// What each endpoint shows, and whether that is trusted.
    shown: Vec<Option<([u8; 32], bool)>>,
    /// What each endpoint showed when it was trusted last.
    remembered: Vec<Option<&'a PeerCertificate>>,
}

impl<'a> Pins<'a> {
    pub(super) fn new(
        trust: &Trust,
        seen: &[Seen],
        remembered: &'a [Option<PeerCertificate>],
    ) -> Self {
        let shown = |seen: &Seen| {
            let shown = seen.found.as_ref().ok()?;
            Some((shown.certificate.fingerprint, shown.is_trusted))
        };
        Self {
            pinned: trust.fingerprints().to_vec(),
            is_alone: matches!(trust, Trust::Fingerprints(_)),
            shown: seen.iter().map(shown).collect(),
            remembered: remembered.iter().map(Option::as_ref).collect(),
        }
    }

    /// What was trusted at an endpoint before.
    pub(super) fn before(&self, index: usize) -> Before<'a> {
        let free: Vec<[u8; 32]> =
            self.pinned.iter().filter(|pin| !self.is_of_another(index, pin)).copied().collect();
        let own = self.remembered.get(index).copied().flatten();
        if let Some(own) = own.filter(|own| free.contains(&own.fingerprint)) {
            return Before::This(own.fingerprint, Some(own));
        }
        // What is left over is its own only where every other endpoint has one.
        let others = (0..self.shown.len()).filter(|other| *other != index);
        let all_settled = others.clone().all(|other| self.own(other).is_some());
        match free.as_slice() {
            [pin] if self.is_alone && all_settled => Before::This(*pin, None),
            _ => Before::OneOf(free),
        }
    }

    /// From now on this pin is that of these endpoints, in the place of the ones before.
    pub(super) fn replaced(&mut self, at: &[usize], new: [u8; 32]) {
        for &index in at {
            if let Before::This(old, _) = self.before(index) {
                self.pinned.retain(|pin| *pin != old);
            }
        }
        self.pinned.push(new);
        for &index in at {
            if let Some(shown) = self.shown.get_mut(index) {
                *shown = Some((new, true));
            }
        }
    }

    /// The pin that an endpoint is known to have.
    fn own(&self, index: usize) -> Option<[u8; 32]> {
        let shown = self.shown.get(index).copied().flatten();
        let is_trusted = shown.filter(|(_, is_trusted)| *is_trusted).map(|(pin, _)| pin);
        let before = || self.remembered.get(index).copied().flatten().map(|c| c.fingerprint);
        is_trusted.or_else(before).filter(|pin| self.pinned.contains(pin))
    }

    fn is_of_another(&self, index: usize, pin: &[u8; 32]) -> bool {
        let mut others = (0..self.shown.len()).filter(|other| *other != index);
        others.any(|other| self.own(other).as_ref() == Some(pin))
    }
}

#[cfg(test)]
mod tests {
    use super::{Before, Pins};
    use crate::fleet::link::PeerCertificate;

    fn certificate(byte: u8) -> PeerCertificate {
        PeerCertificate { fingerprint: [byte; 32], ..PeerCertificate::default() }
    }

    /// What is trusted is below 10; 0 stands for what is not known.
    fn before(pins: &[u8], shown: &[u8], remembered: &[u8], is_alone: bool) -> String {
        let remembered: Vec<PeerCertificate> = remembered.iter().map(|b| certificate(*b)).collect();
        let known = |c: &&PeerCertificate| c.fingerprint != [0; 32];
        let pins = Pins {
            pinned: pins.iter().map(|byte| [*byte; 32]).collect(),
            is_alone,
            shown: shown.iter().map(|&b| (b != 0).then_some(([b; 32], b < 10))).collect(),
            remembered: remembered.iter().map(|c| Some(c).filter(known)).collect(),
        };
        match pins.before(0) {
            Before::This(pin, _) => format!("{}", pin[0]),
            Before::OneOf(pins) => {
                format!("of {:?}", pins.iter().map(|p| p[0]).collect::<Vec<_>>())
            }
        }
    }

    #[test]
    fn which_pin_was_whose_judged_by_hand() {
        for (pins, shown, remembered, is_alone, expected) in [
            // The only one.
            (&[1][..], &[11][..], &[0][..], true, "1"),
            // The other endpoint shows its own.
            (&[1, 2], &[11, 2], &[0, 0], true, "1"),
            (&[2, 1], &[11, 2], &[0, 0], true, "1"),
            // The other is silent: it may be either.
            (&[1, 2], &[11, 0], &[0, 0], true, "of [1, 2]"),
            // But what it showed before is its own.
            (&[1, 2], &[11, 0], &[0, 2], true, "1"),
            (&[1, 2], &[11, 0], &[1, 0], true, "1"),
            // Both changed.
            (&[1, 2], &[11, 12], &[0, 0], true, "of [1, 2]"),
            (&[1, 2], &[11, 12], &[1, 0], true, "1"),
            (&[1, 2], &[11, 12], &[0, 2], true, "1"),
            // One certificate for all: others still need it.
            (&[1], &[11, 1], &[1, 1], true, "of []"),
            (&[1], &[11, 0], &[1, 1], true, "of []"),
            // What it showed is pinned no more.
            (&[1, 2, 3], &[11, 2], &[4, 0], true, "of [1, 3]"),
            // Beside a CA a pin may be for anything.
            (&[1], &[11], &[0], false, "of [1]"),
            (&[1], &[11], &[1], false, "1"),
            (&[], &[11, 5], &[0, 5], false, "of []"),
        ] {
            let told = before(pins, shown, remembered, is_alone);
            assert_eq!(told, expected, "{pins:?} {shown:?} {remembered:?}");
        }
    }
}
