//! What can be made to go wrong at a server while it runs.

use std::time::Duration;

use super::spoil::Spoil;

/// One thing that goes wrong; of the whole server or of the paths that contain a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing listens: connections are refused. Whole server only.
    Down,
    /// Connections are accepted, TLS too; requests are never answered.
    Silent,
    /// TCP connections are accepted, the handshake is never answered. Whole server only.
    TlsSilent,
    /// The connection is reset; of a path: closed without an answer.
    Reset,
    /// Plain HTTP is spoken instead of HTTPS. Whole server only.
    PlainHttp,
    /// Answers come after this long.
    Delay(Duration),
    /// The body comes byte by byte, with this pause.
    Trickle(Duration),
    /// 401, after the usual delay.
    Unauthorized,
    /// 403 in the product's spelling, naming this privilege.
    Forbidden(String),
    /// Any status with a reason phrase and the product's error body.
    Status(u16, String),
    /// Any status with a reason phrase and no body: 595 and 596 of pveproxy.
    Bare(u16, String),
    /// The connection ends after so many bytes of the body.
    Cut(usize),
    /// 200 with half a document, complete for HTTP.
    Malformed,
    /// 200 with exactly this body.
    Body(String),
    /// 200 with so many bytes of white space before the document.
    Huge(usize),
    /// 200 with `{"data": []}`.
    Empty,
    /// 200 with a page of HTML, as a captive portal does.
    Html,
    /// 301 to this address.
    Redirect(String),
    /// Every string of an answer, its reason phrase and its error have a text behind them.
    Spoilt(Spoil),
    /// The content type is this one.
    Kind(String),
    /// 200 with so many bytes of white space, in pieces, their number not announced.
    Flood(usize),
    /// 200 with so many bytes of white space, packed to a thousandth.
    Bomb(usize),
    /// The connection is closed after each answer, whatever the answer said of keeping it. Whole
    /// server only.
    CloseAfter,
    /// A connection that has answered one request is closed instead of answering the next one.
    /// Whole server only.
    CloseInstead,
}

/// A fault and where it applies.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Part of the path; `None` is everything.
    pub path: Option<String>,
    /// What goes wrong.
    pub fault: Fault,
}

impl Rule {
    /// Whether the fault concerns this path.
    pub(super) fn concerns(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|part| path.contains(part.as_str()))
    }
}
