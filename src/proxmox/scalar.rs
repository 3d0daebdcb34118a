//! Lenient scalars. PVE is Perl: numbers come as strings and the other way round, booleans as
//! 0, 1, "", true, or not at all. What cannot be read as what it should be is not known: `None`.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One JSON scalar, whatever it is.
#[derive(Clone, Debug, PartialEq)]
enum Scalar<'de> {
    Bool(bool),
    Int(i64),
    Big(u64),
    Float(f64),
    Text(Cow<'de, str>),
    /// null, a list, an object.
    None,
}

struct Lenient;

impl<'de> Visitor<'de> for Lenient {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(v).map_or(Scalar::Big(v), Scalar::Int))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Float(v))
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(v)))
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(v.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::None)
    }
}

fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar<'de>, D::Error> {
    deserializer.deserialize_any(Lenient)
}

/// A whole number.
pub fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match scalar(deserializer)? {
        Scalar::Bool(b) => Some(i64::from(b)),
        Scalar::Int(n) => Some(n),
        Scalar::Float(f) => whole(f),
        Scalar::Text(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
        }
        Scalar::Big(_) | Scalar::None => None,
    })
}

fn whole(f: f64) -> Option<i64> {
    (f.is_finite() && f.abs() < 9e15).then(|| f.trunc() as i64)
}

/// A whole number that is not negative: bytes, counts.
pub fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(int(deserializer)?.and_then(|n| u64::try_from(n).ok()))
}

/// A small whole number that is not negative: vmids, counts.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(int(deserializer)?.and_then(|n| u32::try_from(n).ok()))
}

/// A finite number.
pub fn float<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let value = match scalar(deserializer)? {
        Scalar::Bool(b) => Some(f64::from(u8::from(b))),
        Scalar::Int(n) => Some(n as f64),
        Scalar::Big(n) => Some(n as f64),
        Scalar::Float(f) => Some(f),
        Scalar::Text(text) => text.trim().parse().ok(),
        Scalar::None => None,
    };
    Ok(value.filter(|f| f.is_finite()))
}

/// A yes or no.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match scalar(deserializer)? {
        Scalar::Bool(b) => Some(b),
        Scalar::Int(n) => Some(n != 0),
        Scalar::Big(_) => Some(true),
        Scalar::Float(f) => Some(f != 0.0),
        Scalar::Text(text) => truth(&text),
        Scalar::None => None,
    })
}

/// A text's truth, as Perl and Proxmox's parsers see it.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "yes" | "on" | "true" => Some(true),
        "" | "0" | "no" | "off" | "false" => Some(false),
        _ => None,
    }
}

/// A text; a number becomes its digits. An empty text is none.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = match scalar(deserializer)? {
        Scalar::Bool(b) => Some(u8::from(b).to_string()),
        Scalar::Int(n) => Some(n.to_string()),
        Scalar::Big(n) => Some(n.to_string()),
        Scalar::Float(f) => Some(f.to_string()),
        Scalar::Text(text) => Some(text.into_owned()),
        Scalar::None => None,
    };
    Ok(text.filter(|t| !t.is_empty()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    struct All {
        #[serde(default, deserialize_with = "super::int")]
        int: Option<i64>,
        #[serde(default, deserialize_with = "super::size")]
        size: Option<u64>,
        #[serde(default, deserialize_with = "super::count")]
        count: Option<u32>,
        #[serde(default, deserialize_with = "super::float")]
        float: Option<f64>,
        #[serde(default, deserialize_with = "super::flag")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "super::text")]
        text: Option<String>,
    }

    fn all(json: &str) -> All {
        let keys = ["int", "size", "count", "float", "flag", "text"];
        let body = keys.map(|k| format!("\"{k}\":{json}")).join(",");
        serde_json::from_str(&format!("{{{body}}}")).unwrap()
    }

    #[test]
    fn a_scalar_is_read_as_what_it_should_be_or_not_at_all() {
        let row = |json: &str| {
            let a = all(json);
            (a.int, a.size, a.count, a.float, a.flag, a.text)
        };
        let t = |s: &str| Some(s.to_owned());
        assert_eq!(row("7"), (Some(7), Some(7), Some(7), Some(7.0), Some(true), t("7")));
        assert_eq!(row("\"7\""), (Some(7), Some(7), Some(7), Some(7.0), None, t("7")));
        assert_eq!(row("0"), (Some(0), Some(0), Some(0), Some(0.0), Some(false), t("0")));
        assert_eq!(row("-1"), (Some(-1), None, None, Some(-1.0), Some(true), t("-1")));
        assert_eq!(row("\"0.5\""), (Some(0), Some(0), Some(0), Some(0.5), None, t("0.5")));
        assert_eq!(row("true"), (Some(1), Some(1), Some(1), Some(1.0), Some(true), t("1")));
        assert_eq!(row("\"\""), (None, None, None, None, Some(false), None));
        assert_eq!(row("\"on\"").4, Some(true));
        assert_eq!(row("\"NaN\"").3, None);
        assert_eq!(row("\"inf\"").3, None);
        for nothing in ["null", "[1,[2]]", "{\"a\":{\"b\":1}}"] {
            assert_eq!(row(nothing), (None, None, None, None, None, None), "{nothing}");
        }
        assert_eq!(row("18446744073709551615").0, None);
        assert_eq!(row("9223372036854775807").0, Some(i64::MAX));
        assert_eq!(row("1e300").0, None);
    }

    #[test]
    fn what_is_absent_is_none() {
        let a: All = serde_json::from_str("{}").unwrap();
        assert_eq!((a.int, a.flag, a.text), (None, None, None));
    }

    proptest! {
        #[test]
        fn no_json_value_makes_the_rest_unreadable(value in "[0-9eE.+-]{1,8}|\"[a-z0-9 ]{0,6}\"|null|true|\\[\\]|\\{\\}") {
            if serde_json::from_str::<serde_json::Value>(&value).is_ok() {
                all(&value);
            }
        }
    }
}
