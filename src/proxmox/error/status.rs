//! From status line and body to a fault: pure, so that recorded answers can test it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::Fault;
use crate::fleet::id::Product;
use crate::fleet::text::cleaned;
use crate::proxmox::scalar;

/// PVE's error body. `message` is there since libpve-http-server-perl 5.2.0; before that the
/// reason phrase is all there is.
#[derive(Deserialize)]
struct PveError {
    #[serde(default, deserialize_with = "scalar::text")]
    message: Option<String>,
    #[serde(default)]
    errors: BTreeMap<String, Text>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Text(#[serde(deserialize_with = "scalar::text")] Option<String>);

/// The fault that an answer with a status other than 2xx means.
///
/// `reason` is the reason phrase of the status line, if the server wrote its own. The text comes
/// from the body first (PVE: JSON; PBS: plain text, whatever its content type says), else from
/// the reason phrase.
pub fn of_status(
    product: Product,
    code: u16,
    reason: Option<&[u8]>,
    location: Option<&str>,
    body: &[u8],
) -> Fault {
    if (300..400).contains(&code) {
        return Fault::Redirect { to: location.map(cleaned) };
    }
    if code == 401 {
        return Fault::Unauthorized;
    }
    let text = text(product, code, reason, body);
    // PBS answers some missing rights, those tested inside a handler, with 400.
    let denied = product == Product::Pbs && code == 400 && text.starts_with("missing permissions");
    if code == 403 || denied { Fault::Forbidden { text } } else { Fault::Status { code, text } }
}

fn text(product: Product, code: u16, reason: Option<&[u8]>, body: &[u8]) -> Arc<str> {
    let said = match product {
        Product::Pve => pve_text(body).map(Cow::Owned),
        Product::Pbs => Some(String::from_utf8_lossy(body)),
    };
    let said = said.filter(|text| !text.trim().is_empty());
    let text = said.unwrap_or_else(|| String::from_utf8_lossy(reason.unwrap_or_default()));
    if !text.trim().is_empty() {
        return cleaned(text.trim());
    }
    let code = hyper::StatusCode::from_u16(code).ok();
    code.and_then(|code| code.canonical_reason()).unwrap_or_default().into()
}

fn pve_text(body: &[u8]) -> Option<String> {
    let PveError { message, errors } = serde_json::from_slice(body).ok()?;
    let errors: Vec<String> = errors
        .iter()
        .map(|(name, text)| format!("{name}: {}", text.0.as_deref().unwrap_or_default().trim()))
        .collect();
    let errors = errors.join("; ");
    let message = message.as_deref().map(str::trim).unwrap_or_default();
    Some(match (message.is_empty(), errors.is_empty()) {
        (_, true) => message.to_owned(),
        (true, false) => errors,
        (false, false) => format!("{message} {errors}"),
    })
}
