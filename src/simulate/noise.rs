//! Numbers that look alive and are the same for everybody who asks at the same time.

use std::fmt::Write as _;

/// A well mixed number from two others (splitmix64).
pub(super) fn hash(a: u64, b: u64) -> u64 {
    let mut z = a
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(b.wrapping_mul(0xD1B5_4A32_D192_ED03))
        .wrapping_add(0x2545_F491_4F6C_DD1D);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number from a text.
pub(super) fn seed(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// A fraction 0..1 that belongs to `who` and `what`.
pub(super) fn share(who: u64, what: u64) -> f64 {
    (hash(who, what) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A fraction 0..1 that wanders smoothly from one minute to the next.
pub(super) fn wander(who: u64, now: i64) -> f64 {
    let minute = now.div_euclid(60);
    let part = now.rem_euclid(60) as f64 / 60.0;
    let from = share(who, minute.unsigned_abs());
    let to = share(who, minute.unsigned_abs() + 1);
    from + (to - from) * part
}

/// How busy it is -0.5..0.5 at this time of day: more by day than by night, each a little
/// otherwise, with slow swells of half an hour.
pub(super) fn tide(who: u64, now: i64) -> f64 {
    let shift = share(who, 1) * 0.15;
    let day = (now.rem_euclid(86_400) as f64 / 86_400.0 + shift - 0.3) * std::f64::consts::TAU;
    day.sin() * 0.35 + (wander(who ^ 0x51, now / 30) - 0.5) * 0.3
}

/// So many pairs of hexadecimal digits from a seed: for digests and ids.
pub(super) fn hex(who: u64, bytes: usize) -> String {
    let words = bytes.div_ceil(8) as u64;
    let mut all = String::new();
    for word in 0..words {
        let _ = write!(all, "{:016x}", hash(who, word + 77));
    }
    all.truncate(bytes * 2);
    all
}
