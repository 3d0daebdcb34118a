//! `vigie generate`: pages of documentation made from the program itself, so that they cannot
//! tell of another one.

mod man;

use clap::CommandFactory;

use super::report::markdown::escaped;
use crate::cli::{Cli, Page};
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::fleet::time::Epoch;
use crate::judge::problem::{Facts, Problem, Severity};
use crate::keymap::Keymap;
use crate::lang::Lang;

/// A page, ending with a line break. The manual page is in English whatever `lang` says, as the
/// help of the command line is.
pub fn page(page: Page, lang: &dyn Lang) -> String {
    match page {
        Page::Keys => {
            Keymap::default().markdown(lang.key_heads(), |help| lang.help(help).to_owned())
        }
        Page::Codes => codes(lang),
        Page::Man => man::page(&Cli::command()),
    }
}

/// Every problem code: its family, what it means and what follows.
fn codes(lang: &dyn Lang) -> String {
    let [code, family, meaning] = lang.code_heads();
    let head = format!("| {code} | {family} | {meaning} |\n| --- | --- | --- |\n");
    let row = |code: &Code| {
        let said = capital(lang.code(*code));
        let follows = lang.consequence(&example(*code));
        let meaning = escaped(&format!("{said}. {follows}"));
        format!("| `{code}` | {} | {meaning} |\n", code.family())
    };
    std::iter::once(head).chain(Code::ALL.iter().map(row)).collect()
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|c| c.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// A problem of this code as it mostly is.
fn example(code: Code) -> Problem {
    Problem {
        code,
        severity: Severity::Warning,
        site: None,
        source: None,
        subject: Subject::Viewer,
        detail: None,
        facts: Facts { newest: Some(Epoch(0)), other: Some("".into()), ..Facts::default() },
        since: None,
        evidence: Vec::new(),
        accepted: None,
    }
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::cli::Page;
    use crate::fleet::code::Code;
    use crate::keymap::TABLE;
    use crate::lang::english;

    #[test]
    fn every_code_has_one_row_of_three_cells() {
        let page = page(Page::Codes, english());
        for code in Code::ALL {
            assert_eq!(page.matches(&format!("| `{code}` | {} | ", code.family())).count(), 1);
        }
        assert_eq!(page.lines().count(), Code::ALL.len() + 2);
        for line in page.lines() {
            assert_eq!(line.replace("\\|", "").matches('|').count(), 4, "{line}");
            assert!(!line.contains(".."), "{line}");
        }
    }

    #[test]
    fn every_key_has_its_row() {
        let page = page(Page::Keys, english());
        for binding in TABLE {
            assert!(page.contains(&format!("| {} |", english().help(binding.help))), "{page}");
        }
    }

    #[test]
    fn the_pages_read_as_they_did() {
        insta::assert_snapshot!("codes", page(Page::Codes, english()));
        insta::assert_snapshot!("keys", page(Page::Keys, english()));
        let man = page(Page::Man, english()).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!("man", man);
    }
}
