//! A server that says what it says with a text of its own behind every word: what a broken-into
//! or a careless one may send.

use bytes::Bytes;
use serde_json::Value;

use super::answer::{Answer, Ask};

/// Stands between a word and what is put behind it. It is harmless itself, so it comes back in
/// the paths that a client makes of spoilt names, where the server finds the name again.
pub const MARK: char = '§';

/// Where this stands in a text, bytes that are no UTF-8 are sent.
pub const NO_UTF8: char = '\u{e000}';

/// Where this stands in a text, an escape character is sent as it is, which JSON forbids.
pub const BARE_ESCAPE: char = '\u{e001}';

/// A longer text is put into an answer once, bytes.
const LONG: usize = 4096;

/// What is put behind the words of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoil {
    /// The texts; which one a word gets hangs on the word alone, so that what was one name before
    /// is one name after.
    pub texts: Vec<String>,
    /// Whether the words of the protocol are spoilt too (`running`, `vm`, times, fingerprints,
    /// the parts of a UPID), so that nothing of what is said makes sense any more.
    pub all: bool,
}

impl Spoil {
    /// The answer with every string, its reason phrase and its error spoilt.
    pub(super) fn spoilt(&self, answer: Answer) -> Answer {
        let mut long_used = false;
        let body = match serde_json::from_slice::<Value>(&answer.body) {
            Ok(mut document) => {
                self.walk(&mut document, &mut long_used);
                document.to_string()
            }
            Err(_) => self.word(&String::from_utf8_lossy(&answer.body), &mut long_used),
        };
        // No HTTP server sends a line break or another control character here; bytes beyond ASCII
        // it does.
        let reason = answer.reason.map(|reason| {
            let spoilt = self.word(&reason, &mut true);
            spoilt.chars().filter(|c| !c.is_ascii_control()).collect()
        });
        Answer { body: bytes(&body), reason, ..answer }
    }

    fn walk(&self, value: &mut Value, long_used: &mut bool) {
        match value {
            Value::String(text) => *text = self.said(text, long_used),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, long_used)),
            Value::Object(fields) => {
                fields.values_mut().for_each(|item| self.walk(item, long_used));
                if self.all {
                    self.keys(fields);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Keys that are names (paths of rights, parameters that are refused) are spoilt like values,
    /// and each object has one more key, which nobody knows.
    fn keys(&self, fields: &mut serde_json::Map<String, Value>) {
        let names: Vec<String> =
            fields.keys().filter(|key| key.contains(['/', '-'])).cloned().collect();
        for name in names {
            if let Some(value) = fields.remove(&name) {
                fields.insert(self.word(&name, &mut true), value);
            }
        }
        let unknown = self.word("unknown", &mut true);
        fields.insert(unknown.clone(), Value::String(unknown));
    }

    /// One string of a document.
    fn said(&self, text: &str, long_used: &mut bool) -> String {
        if self.all {
            return self.word(text, long_used);
        }
        if is_of_the_protocol(text) {
            return text.to_owned();
        }
        if let Some(fields) = text.strip_prefix("UPID:") {
            // Node, and at the end kind, what, who: servers write a colon in them otherwise.
            let count = fields.split(':').count();
            let spoilt = fields.split(':').enumerate().map(|(at, field)| {
                let is_name = at == 0 || at + 3 == count || at + 2 == count;
                if !is_name || field.is_empty() {
                    return field.to_owned();
                }
                self.word(field, &mut true).replace(':', ".")
            });
            return format!("UPID:{}", spoilt.collect::<Vec<_>>().join(":"));
        }
        self.word(text, long_used)
    }

    fn word(&self, text: &str, long_used: &mut bool) -> String {
        let hash = text
            .bytes()
            .fold(5381_usize, |hash, byte| hash.wrapping_mul(33).wrapping_add(usize::from(byte)));
        let from = hash.checked_rem(self.texts.len()).unwrap_or(0);
        let mut turned = self.texts.iter().cycle().skip(from).take(self.texts.len());
        let with = turned.find(|with| with.len() < LONG || !std::mem::replace(long_used, true));
        with.map_or_else(|| text.to_owned(), |with| format!("{text}{MARK}{with}"))
    }
}

/// Whether a text is one that the protocol knows, or a number, a time, a fingerprint.
fn is_of_the_protocol(text: &str) -> bool {
    const WORDS: &str = "OK ONLINE DEGRADED UNKNOWN PASSED active archive available backup ct \
        directory disabled dynamic enabled error images info inactive lxc mount namespace node \
        offline ok online qemu rootdir running started stopped storage sync synced vm vzdump \
        zfspool dir pbs nfs cluster local qmstart qmstop sdn network";
    text.is_empty()
        || WORDS.split(' ').any(|word| word == text)
        || text.contains("keep-")
        || text.starts_with(|c: char| c.is_ascii_digit() || c == '*')
        || (text.len() > 90 && text.matches(':').count() == 31)
}

/// The text as it goes over the wire.
fn bytes(text: &str) -> Bytes {
    if !text.contains([NO_UTF8, BARE_ESCAPE]) {
        return Bytes::copy_from_slice(text.as_bytes());
    }
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match c {
            NO_UTF8 => out.extend_from_slice(b"\xff\xc0\x80\x9b"),
            BARE_ESCAPE => out.push(0x1b),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Bytes::from(out)
}

/// The question as it was meant: names without what was put behind them.
pub(super) fn meant(ask: &mut Ask) {
    let values = ask.query.iter_mut().map(|(_, value)| value);
    for text in ask.segments.iter_mut().chain(values).filter(|text| text.contains(MARK)) {
        let own = |part: &str| part.split(MARK).next().unwrap_or_default().to_owned();
        *text = if text.starts_with("UPID:") {
            text.split(':').map(own).collect::<Vec<_>>().join(":")
        } else {
            // A namespace, a path: each step may be spoilt.
            own(text)
        };
    }
}
