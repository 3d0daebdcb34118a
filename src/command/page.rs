//! What is printed, 80 columns wide.

use std::io::{self, Write};

use super::report::plain::{columns, wrap};

const WIDTH: usize = 80;

/// Lines to be printed.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// A line as it is.
    pub(super) fn line(&mut self, line: &str) -> &mut Self {
        self.0.push_str(line);
        self.0.push('\n');
        self
    }

    /// Lines that are broken already.
    pub(super) fn lines(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> &mut Self {
        self.line("")
    }

    /// What is typed into a shell.
    pub(super) fn typed(&mut self, command: &str) -> &mut Self {
        self.line(&format!("  {command}"))
    }

    /// A sentence.
    pub(super) fn sentence(&mut self, text: &str) -> &mut Self {
        for line in wrap(text, WIDTH) {
            self.line(&line);
        }
        self
    }

    /// Facts under each other, their names in a column of their own; an empty one parts them.
    pub(super) fn facts(&mut self, facts: &[(&'static str, String)]) -> &mut Self {
        let wide = facts.iter().map(|(mark, _)| columns(mark)).max().unwrap_or(0);
        for (mark, value) in facts {
            if value.is_empty() {
                self.blank();
                continue;
            }
            let mut mark = *mark;
            for part in wrap(value, WIDTH.saturating_sub(wide + 4)) {
                let blanks = " ".repeat(wide.saturating_sub(columns(mark)));
                self.line(&format!("  {mark}{blanks}  {part}"));
                mark = "";
            }
        }
        self
    }

    /// Prints it.
    pub(super) fn print(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(self.0.as_bytes()).and_then(|()| out.flush())
    }
}
