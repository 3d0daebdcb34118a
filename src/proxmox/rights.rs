//! `/access/permissions`, alike on both products: path → privilege → whether it goes on below.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Malformed, data, scalar};
use crate::fleet::rights::Rights;
use crate::fleet::text::cleaned;

/// Where it is asked.
pub const PATH: &str = "/access/permissions";

#[derive(Deserialize)]
#[serde(transparent)]
struct Flag(#[serde(deserialize_with = "scalar::flag")] Option<bool>);

/// Reads the answer.
pub fn read(body: &[u8]) -> Result<Rights, Malformed> {
    let wire: BTreeMap<String, BTreeMap<String, Flag>> = data(body)?;
    let paths = wire
        .into_iter()
        .map(|(path, privileges)| {
            // A privilege that is listed is held; its value says whether it propagates.
            let held = privileges.into_iter().map(|(p, on)| (cleaned(&p), on.0.unwrap_or(false)));
            (cleaned(&path), held.collect())
        })
        .collect();
    Ok(Rights { paths })
}
