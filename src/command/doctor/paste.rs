//! A command as it is printed: within the page, and still one command wherever it is pasted.

use crate::command::report::plain::columns;

/// Columns before a command.
const INDENT: usize = 4;

/// The lines of a command. It is broken between words alone, with the shell's own sign that it
/// goes on; a word that is wider than the page stays whole.
pub(super) fn lines(command: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = " ".repeat(INDENT);
    let mut is_begun = false;
    for word in words(command) {
        // Two columns more for the sign that it goes on.
        if is_begun && columns(&line) + 1 + columns(word) + 2 > width {
            lines.push(format!("{line} \\"));
            line = " ".repeat(INDENT + 2);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push(line);
    lines
}

/// The words of a command; a blank within quotes parts none.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut begin, mut is_quoted, mut is_escaped) = (0, false, false);
    for (at, c) in command.char_indices() {
        let was_escaped = std::mem::replace(&mut is_escaped, c == '\\' && !is_quoted);
        match c {
            '\'' if was_escaped => {}
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => {
                words.extend(command.get(begin..at));
                begin = at + 1;
            }
            _ => {}
        }
    }
    words.extend(command.get(begin..));
    words
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::lines;
    use crate::command::report::plain::columns;
    use crate::shell::quote;

    fn echoed(script: &str) -> Vec<u8> {
        Command::new("sh").args(["-c", script]).output().unwrap().stdout
    }

    #[test]
    fn what_fits_stays_one_line() {
        let short = "pveum acl modify / --users vigie@pve --roles PVEAuditor";
        assert_eq!(lines(short, 80), [format!("    {short}")]);
        let long =
            "proxmox-backup-manager acl update /datastore Audit --auth-id 'vigie@pbs!bastion'";
        assert_eq!(
            lines(long, 80),
            [
                "    proxmox-backup-manager acl update /datastore Audit --auth-id \\",
                "      'vigie@pbs!bastion'"
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shell_reads_the_lines_as_the_command(
            texts in prop::collection::vec("[a-z/@!' ]{1,30}", 1..9),
        ) {
            let words: Vec<String> = texts.iter().map(|text| quote(text)).collect();
            let command = format!("printf '%s|' {}", words.join(" "));
            let broken = lines(&command, 40);
            prop_assert_eq!(echoed(&broken.join("\n")), echoed(&command));
            for line in broken.iter().filter(|line| line.trim().contains(' ')) {
                let longest = words.iter().map(|word| columns(word)).max().unwrap_or(0);
                prop_assert!(columns(line) <= 40.max(longest + 6 + 2), "{}", line);
            }
        }
    }
}
