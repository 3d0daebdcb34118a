//! The edge towards Proxmox servers: HTTP and JSON.
//!
//! [`client`] asks one endpoint (GET only), [`tls`] decides whom it believes, [`error`] says on
//! which layer it went wrong. [`pve`] and [`pbs`] hold the calls, endpoint by endpoint: path, wire struct, conversion to fleet
//! types; [`look`] what is asked only while somebody looks. [`scalar`], [`property`] and [`upid`] read what Proxmox writes. Texts are cleaned here,
//! where wire becomes fleet.

pub mod account;
pub mod client;
pub mod error;
pub mod look;
pub mod needs;
pub mod pbs;
pub mod property;
pub mod pve;
pub mod rights;
pub mod scalar;
pub mod tls;
pub mod upid;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::fleet::host::Usage;

/// What is wrong with an answer that came whole and cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl Malformed {
    /// Says that something the API promises is missing.
    pub fn missing(what: &str) -> Self {
        Self(format!("{what} is missing"))
    }
}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        // The error names line, column and expectation; it may quote the answer: cleaned.
        Self(crate::fleet::text::clean(&error.to_string()).into_owned())
    }
}

/// Every good answer: `{"data": …}`, on both products.
#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

/// Reads the `data` of an answer straight from its bytes.
///
/// # Errors
/// When it is not the JSON that the endpoint promises.
pub(crate) fn data<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    Ok(serde_json::from_slice::<Envelope<T>>(body)?.data)
}

/// Used and total, when both were told and make sense.
pub(crate) fn usage(used: Option<u64>, total: Option<u64>) -> Option<Usage> {
    match (used, total) {
        (Some(used), Some(total)) if total > 0 => Some(Usage { used, total }),
        _ => None,
    }
}

/// SHA-256 fingerprint: 32 hex pairs, with colons or without, in either case.
pub fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b':').collect();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (slot, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *slot = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(out)
}

/// Percent-encodes a text for one segment of a path, or a value of a query.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{encoded, fingerprint};

    #[test]
    fn fingerprints_are_read_as_both_products_write_them() {
        let upper = "7C:D8:F5:CE:B8:AF:E2:46:73:86:40:21:01:27:B5:AD:04:89:6C:67:F2:70:8E:48:A4:\
                     2A:5F:17:99:F2:F0:43";
        let lower = upper.to_lowercase();
        let bare = lower.replace(':', "");
        assert_eq!(fingerprint(upper).unwrap()[..2], [0x7c, 0xd8]);
        assert_eq!(fingerprint(upper), fingerprint(&lower));
        assert_eq!(fingerprint(upper), fingerprint(&bare));
        for bad in
            ["", "7C", bare.trim_start_matches('7'), &bare.replace('7', "g"), &format!("{bare}00")]
        {
            assert_eq!(fingerprint(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_goes_into_a_path_is_encoded() {
        assert_eq!(
            encoded("UPID:a:1:backup:s\\x3avm-1:r@pam!t:"),
            "UPID%3Aa%3A1%3Abackup%3As%5Cx3avm-1%3Ar%40pam%21t%3A"
        );
        assert_eq!(encoded("prod/dc1"), "prod%2Fdc1");
        assert_eq!(encoded("é"), "%C3%A9");
    }
}

#[cfg(test)]
mod recorded;
