//! `vigie report`: the fleet judged once, as text, JSON or Markdown. Pure: the caller asks the
//! servers and prints.

pub mod json;
pub mod markdown;
pub(super) mod outline;
pub(super) mod plain;
#[cfg(test)]
mod tests;
pub mod text;

use jiff::tz::TimeZone;

use crate::cli::Format;
use crate::fleet::site::Fleet;
use crate::judge::rows::Judged;
use crate::lang::{self, Lang, When};

/// The whole report in one form, ending with a line break. `zone` is the reader's; the JSON is
/// in English whatever `lang` says, its times in UTC, its sentences in `zone`.
///
/// # Errors
/// When the document cannot be written as JSON; no value that the judge makes is known to cause
/// that.
pub fn render(
    judged: &Judged,
    fleet: &Fleet,
    format: Format,
    lang: &dyn Lang,
    zone: &TimeZone,
) -> Result<String, serde_json::Error> {
    match format {
        Format::Text => Ok(text::text(judged, fleet, lang, zone)),
        Format::Markdown => Ok(markdown::markdown(judged, fleet, lang, zone)),
        Format::Json => {
            let names = outline::Names::of(judged);
            let when = When { now: judged.taken, zone };
            let sentence = |p: &_| names.sentence(p, lang::english(), &when);
            let mut text = serde_json::to_string_pretty(&json::document(judged, fleet, &sentence))?;
            text.push('\n');
            Ok(text)
        }
    }
}
