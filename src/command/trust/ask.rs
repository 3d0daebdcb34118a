//! Asks a question on the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use rustix::termios::{QueueSelector, tcflush};

/// Whether there is somebody to ask.
pub(in crate::command) fn has_terminal() -> bool {
    io::stdin().is_terminal()
}

/// The answer, a line; none where the input has ended. What was typed before the question is no
/// answer to it. The question goes to standard error: what is on standard output may be read by
/// another program.
pub(in crate::command) fn ask(question: &str) -> io::Result<Option<String>> {
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
    let mut out = io::stderr().lock();
    out.write_all(question.as_bytes())?;
    out.flush()?;
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        out.write_all(b"\n")?;
        return Ok(None);
    }
    Ok(Some(answer))
}
