//! What is compared of two rows.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::natural::natural;
use crate::fleet::time::Epoch;

/// What is compared.
pub(super) enum Key<'a> {
    /// There is none, or it is not known.
    Missing,
    /// Smallest first.
    Number(f64),
    Text(Cow<'a, str>),
}

impl<'a> Key<'a> {
    /// A text from its first letter on; an empty one is none.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Missing } else { Self::Text(text) }
    }

    /// The same of one that may be absent.
    pub(super) fn maybe(text: Option<&'a str>) -> Self {
        text.map_or(Self::Missing, Self::text)
    }

    /// The most first.
    pub(super) fn most(value: impl Into<Option<f64>>) -> Self {
        value.into().filter(|v| !v.is_nan()).map_or(Self::Missing, |v| Self::Number(-v))
    }

    /// The most first, of a count.
    pub(super) fn count(count: usize) -> Self {
        Self::most(count as f64)
    }

    /// The longest first; what has no end is the longest.
    pub(super) fn longest(seconds: Option<i64>) -> Self {
        Self::most(seconds.map_or(f64::INFINITY, |s| s as f64))
    }

    /// The longest first, of one that may not be known.
    pub(super) fn known(seconds: Option<i64>) -> Self {
        Self::most(seconds.map(|s| s as f64))
    }

    /// The earliest first.
    pub(super) fn earliest(at: Option<Epoch>) -> Self {
        at.map_or(Self::Missing, |at| Self::Number(at.0 as f64))
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => natural(a, b),
            // One column gives keys of one kind.
            _ => Ordering::Equal,
        }
    }
}
