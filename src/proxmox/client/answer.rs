//! An answer, and the envelope around its data.

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::fleet::text::cleaned;
use crate::fleet::time::Epoch;
use crate::proxmox::error::Fault;
use crate::proxmox::scalar;

/// A 2xx answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The body, decoded.
    pub bytes: Bytes,
    /// The status code, 200 to 299.
    pub status: u16,
    /// The server's clock (`Date` header) when it began to answer; on PVE the clock of the node
    /// that was asked, also for calls it hands on.
    pub date: Option<Epoch>,
    /// From sending to the head of the answer: half of it is how far `date` may be off.
    pub waited: Duration,
    /// From sending to the last byte.
    pub elapsed: Duration,
}

/// What an answer said: `{"data": …}`.
#[derive(Clone, Debug)]
pub struct Said<T> {
    /// The data.
    pub data: T,
    /// `total` beside it. On PVE it is missing when 0; on PBS's task list it is the end of this
    /// page, plus one if there is more.
    pub total: Option<i64>,
    /// See [`Answer::date`].
    pub date: Option<Epoch>,
    /// See [`Answer::waited`].
    pub waited: Duration,
    /// See [`Answer::elapsed`].
    pub elapsed: Duration,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct Envelope<T> {
    #[serde(deserialize_with = "T::deserialize")]
    data: T,
    #[serde(default, deserialize_with = "scalar::int")]
    total: Option<i64>,
}

impl Answer {
    /// Reads the envelope. JSON that ends too early is [`Fault::Cut`]: a streamed answer that
    /// fails half-way (PBS: snapshots, tasks) just ends, with status 200.
    pub fn said<T: DeserializeOwned>(&self) -> Result<Said<T>, Fault> {
        let envelope = read::<Envelope<T>>(&self.bytes)?;
        Ok(Said {
            data: envelope.data,
            total: envelope.total,
            date: self.date,
            waited: self.waited,
            elapsed: self.elapsed,
        })
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_eof() { Fault::Cut } else { Fault::Malformed(cleaned(&error.to_string())) }
    })
}

/// Reads `{"data": T}` from the bytes of a 2xx answer, as recorded or replayed.
pub fn read_data<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    read::<Envelope<T>>(bytes).map(|envelope| envelope.data)
}
