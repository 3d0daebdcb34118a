//! Faults of the finished answer: its head, and bodies too large to be made at once.

use std::io;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};

use super::fault::Fault;

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What is sent over and over.
static BLANKS: [u8; 65_536] = [b' '; 65_536];

/// The answer as these faults leave it.
pub(super) fn dress(mut response: Response<Body>, faults: &[Fault]) -> Response<Body> {
    for fault in faults {
        match fault {
            Fault::Redirect(to) => {
                *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
                put(&mut response, &header::LOCATION, to);
            }
            Fault::Kind(kind) => put(&mut response, &header::CONTENT_TYPE, kind),
            Fault::Flood(size) => {
                response.headers_mut().remove(header::CONTENT_LENGTH);
                response.headers_mut().remove(header::CONTENT_ENCODING);
                *response.body_mut() = blanks(*size);
            }
            Fault::Bomb(size) => {
                let packed = pack(*size);
                response.headers_mut().remove(header::CONTENT_LENGTH);
                put(&mut response, &header::CONTENT_ENCODING, "gzip");
                *response.body_mut() =
                    Full::new(packed).map_err(|never| match never {}).boxed_unsync();
            }
            _ => {}
        }
    }
    response
}

fn put(response: &mut Response<Body>, name: &header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// So many blanks, in pieces that are never all there.
fn blanks(size: usize) -> Body {
    let stream = futures_util::stream::unfold(size, |left| async move {
        let next = left.min(BLANKS.len());
        let piece = Bytes::from_static(BLANKS.get(..next).unwrap_or_default());
        (next > 0).then(|| (Ok(Frame::data(piece)), left - next))
    });
    StreamBody::new(Box::pin(stream)).boxed_unsync()
}

/// So many blanks, packed.
fn pack(size: usize) -> Bytes {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut left = size;
    while left > 0 {
        let next = left.min(BLANKS.len());
        let _ = encoder.write_all(BLANKS.get(..next).unwrap_or_default());
        left -= next;
    }
    Bytes::from(encoder.finish().unwrap_or_default())
}
