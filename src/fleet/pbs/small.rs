//! What a snapshot knows, in few bytes: a fleet has hundreds of thousands of them.

use std::num::{NonZeroU32, NonZeroU64};

use crate::fleet::time::Epoch;

/// Logical bytes. Kept as one more than they are, so that none needs no room of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(NonZeroU64);

impl Size {
    /// So many bytes; the very last number counts as the one before it.
    pub fn of(bytes: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(bytes))
    }

    /// The bytes.
    pub fn bytes(self) -> u64 {
        self.0.get() - 1
    }
}

/// When a task began: whole seconds since 1970 in four bytes, as a UPID writes them. Packed, so
/// that what is beside it needs no padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(Rust, packed)]
pub struct Moment(NonZeroU32);

impl Moment {
    /// None before 1970 and after 2106.
    pub fn of(at: Epoch) -> Option<Self> {
        u32::try_from(at.0).ok().and_then(NonZeroU32::new).map(Self)
    }

    /// The same as time.
    pub fn epoch(self) -> Epoch {
        Epoch(i64::from({ self.0 }.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Epoch, Moment, Size};

    #[test]
    fn sizes_are_kept_as_they_are() {
        for bytes in [0, 1, 1 << 40, u64::MAX - 1] {
            assert_eq!(Size::of(bytes).bytes(), bytes);
        }
        assert_eq!(Size::of(u64::MAX).bytes(), u64::MAX - 1);
    }

    #[test]
    fn moments_are_kept_as_they_are_or_not_at_all() {
        for at in [1, 1_700_000_000, i64::from(u32::MAX)] {
            assert_eq!(Moment::of(Epoch(at)).map(Moment::epoch), Some(Epoch(at)));
        }
        for at in [i64::MIN, -1, 0, i64::from(u32::MAX) + 1, i64::MAX] {
            assert_eq!(Moment::of(Epoch(at)), None);
        }
    }
}
