//! One answer before it becomes HTTP, and the request it belongs to.

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

/// What a server says to one request.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// HTTP status, also the 595 and 596 of pveproxy.
    pub status: u16,
    /// The reason phrase, where it is not the usual one.
    pub reason: Option<String>,
    /// Body; empty with no content type when `kind` is `None`.
    pub body: Bytes,
    /// Content type.
    pub kind: Option<&'static str>,
    /// Deliberate delay at the real server (scaled by `Options::delays`).
    pub wait: Duration,
    /// Came from pvedaemon: two `Connection` headers.
    pub protected: bool,
    /// Streamed: no content length.
    pub chunked: bool,
}

/// The content type both products send.
pub(super) const JSON: &str = "application/json;charset=UTF-8";

impl Answer {
    /// 200 with this document.
    pub(super) fn json(document: &Value) -> Self {
        Self {
            status: 200,
            reason: None,
            body: Bytes::from(document.to_string()),
            kind: Some(JSON),
            wait: Duration::ZERO,
            protected: false,
            chunked: false,
        }
    }

    /// A status without a body.
    pub(super) fn bare(status: u16, reason: &str, wait: Duration) -> Self {
        Self {
            status,
            reason: Some(reason.to_owned()),
            body: Bytes::new(),
            kind: None,
            wait,
            protected: false,
            chunked: false,
        }
    }

    /// The same, as pveproxy passes it through from pvedaemon.
    #[must_use]
    pub(super) fn protected(mut self) -> Self {
        self.protected = true;
        self
    }

    /// The same, streamed.
    #[must_use]
    pub(super) fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }
}

/// A JSON object from the fields that are there.
pub(super) fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let there = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(there.collect())
}

/// Sets a field of a JSON object.
pub(super) fn put(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(key.to_owned(), value);
    }
}

/// Path segments and query of a request, percent-decoded.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask {
    /// Path below `/api2/json`, as sent.
    pub path: String,
    /// Its decoded segments.
    pub segments: Vec<String>,
    /// Decoded query, in the order sent.
    pub query: Vec<(String, String)>,
}

impl Ask {
    /// Takes a path and query apart; `None` outside of `/api2/json`.
    pub(super) fn parse(path: &str, query: Option<&str>) -> Option<Self> {
        let below = path.strip_prefix("/api2/json")?;
        if !below.is_empty() && !below.starts_with('/') {
            return None;
        }
        let segments = below.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let query = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
            })
            .filter(|(key, _)| key != "_dc")
            .collect();
        Some(Self { path: below.to_owned(), segments, query })
    }

    /// The value of a parameter.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// All values of a repeated parameter.
    pub(super) fn all(&self, key: &str) -> Vec<&str> {
        self.query.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect()
    }

    /// A parameter as a number, `None` when absent or no number.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.get(key)?.parse().ok()
    }

    /// A parameter as a boolean.
    pub(super) fn flag(&self, key: &str) -> bool {
        matches!(self.get(key), Some("1" | "true" | "yes" | "on"))
    }

    /// Names of parameters that are not in `known`, sorted and once each.
    pub(super) fn unknown(&self, known: &[&str]) -> Vec<&str> {
        let mut seen = HashSet::new();
        let mut names: Vec<&str> = self
            .query
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !known.contains(name) && seen.insert(*name))
            .collect();
        names.sort_unstable();
        names
    }
}

/// Percent-decodes; bytes that are no UTF-8 become replacement characters.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let pair = (*first == b'%').then(|| tail.get(..2)).flatten();
        let value = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let Some(value) = value {
            bytes.push(value);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_request_apart() {
        let ask = Ask::parse(
            "/api2/json/nodes/localhost/tasks/UPID:vm:1:a%5Cx3ab:/log",
            Some("limit=5&statusfilter=ok&statusfilter=error&_dc=1&ns=a%2Fb"),
        )
        .expect("an API path");
        assert_eq!(ask.segments, ["nodes", "localhost", "tasks", "UPID:vm:1:a\\x3ab:", "log"]);
        assert_eq!(ask.number("limit"), Some(5));
        assert_eq!(ask.all("statusfilter"), ["ok", "error"]);
        assert_eq!(ask.get("ns"), Some("a/b"));
        assert_eq!(ask.unknown(&["limit", "ns"]), ["statusfilter"]);
        assert!(Ask::parse("/api2/xml/version", None).is_none());
    }
}
