//! Text of servers within Markdown: none of it can be more than text.

use crate::fleet::text::{clean, is_break};

/// A text with every word cleaned and single blanks between them: one line, nothing that could
/// reach a terminal as more than text.
pub fn plain(text: &str) -> String {
    let words: Vec<_> = text.split(is_break).map(clean).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// A text that Markdown (and GitHub's) reads as nothing but text, wherever it stands: no markup,
/// no HTML, no entity, no link that makes itself, no end of a table's cell.
pub fn escaped(text: &str) -> String {
    let text = plain(text);
    let mut out = String::with_capacity(text.len());
    let mut only_digits = true;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let is_markup = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => true,
            // Heads, lists and rules, where a block begins.
            '#' | '+' | '-' | '=' => at == 0,
            // A numbered list.
            '.' | ')' if at > 0 && only_digits => rest.get(1..).is_none_or(ends_marker),
            // GitHub makes links of addresses.
            ':' => rest.starts_with("://"),
            '.' => text.get(..at).is_some_and(|before| before.to_lowercase().ends_with("www")),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        only_digits &= c.is_ascii_digit();
    }
    out
}

/// Whether what follows a number and its point makes it the number of a list's item.
fn ends_marker(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_becomes_text() {
        for (hostile, expected) in [
            ("plain - name 1.2.3 (ok)", "plain - name 1.2.3 (ok)"),
            ("a|b", "a\\|b"),
            ("a\\|b", "a\\\\\\|b"),
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("`code`", "\\`code\\`"),
            ("![x](http://e)", "!\\[x\\](http\\://e)"),
            ("www.example.org", "www\\.example.org"),
            ("# head\n# head", "\\# head # head"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("12.", "12\\."),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
            ("__x__ *y* ~~z~~", "\\_\\_x\\_\\_ \\*y\\* \\~\\~z\\~\\~"),
            ("a\n\n## b\u{2028}c", "a ## b c"),
        ] {
            assert_eq!(escaped(hostile), expected, "{hostile:?}");
        }
    }
}
