//! Content encodings, under a limit: a few kilobytes can unfold to gigabytes.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::read::{GzDecoder, ZlibDecoder};
use hyper::header::HeaderValue;

use crate::fleet::text::cleaned;
use crate::proxmox::error::Fault;

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
    /// HTTP's `deflate`, which is zlib.
    Zlib,
}

impl Encoding {
    pub(super) fn of(header: Option<&HeaderValue>) -> Result<Self, Fault> {
        let Some(header) = header else { return Ok(Self::Plain) };
        match header.as_bytes().trim_ascii() {
            name if name.eq_ignore_ascii_case(b"identity") || name.is_empty() => Ok(Self::Plain),
            name if name.eq_ignore_ascii_case(b"gzip") => Ok(Self::Gzip),
            name if name.eq_ignore_ascii_case(b"deflate") => Ok(Self::Zlib),
            name => {
                let name = String::from_utf8_lossy(name);
                Err(Fault::Malformed(cleaned(&format!("unknown content encoding {name}"))))
            }
        }
    }
}

/// The body unpacked, never more than `limit` bytes of it in memory.
pub(super) fn decode(encoding: Encoding, raw: Bytes, limit: usize) -> Result<Bytes, Fault> {
    let packed = &*raw;
    match encoding {
        Encoding::Plain => Ok(raw),
        // An error body may be empty in any encoding.
        _ if packed.is_empty() => Ok(raw),
        Encoding::Gzip => unpack(GzDecoder::new(packed), limit),
        Encoding::Zlib => unpack(ZlibDecoder::new(packed), limit),
    }
}

fn unpack(decoder: impl Read, limit: usize) -> Result<Bytes, Fault> {
    let mut out = Vec::new();
    let one_more = (limit as u64).saturating_add(1);
    decoder.take(one_more).read_to_end(&mut out).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Cut,
        _ => Fault::Malformed(cleaned(&error.to_string())),
    })?;
    if out.len() > limit { Err(Fault::TooLarge { limit }) } else { Ok(out.into()) }
}
