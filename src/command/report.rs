//! `vigie report`: the fleet judged once, as text, JSON or Markdown.

pub mod json;
