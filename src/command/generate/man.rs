//! The manual page, made from the definition of the command line: what clap says of every
//! command and option, and by hand only what it cannot know.

use clap::{Arg, Command};

/// What surrounds the options: sections with their text, in macros of man(7).
const AFTER: &str = r#"
.SH ENVIRONMENT
.TP
.B VIGIE_CONFIG
The configuration to read, where \fB\-\-config\fR does not name one.
.TP
.BR XDG_CONFIG_HOME ", " XDG_STATE_HOME ", " XDG_DATA_HOME
Where configuration, state and the log of rehearsals are looked for, instead of \fI~/.config\fR,
\fI~/.local/state\fR and \fI~/.local/share\fR.
.TP
.B NO_COLOR
Set and not empty: the dashboard uses no colours.
.TP
.BR COLORTERM ", " TERM
How many colours the terminal has.
.TP
.B COLORFGBG
The terminal's own colours, such as 0;15: on a light one the theme is \fBlight\fR, where nobody
names another.
.SH FILES
.TP
.I ~/.config/vigie/config.toml
The configuration; else \fI/etc/vigie/config.toml\fR.
.TP
.I ~/.config/vigie/themes/NAME.toml
Themes of your own; those in the folder \fIthemes\fR beside the configuration in use come first.
.TP
.I ~/.local/state/vigie/
What was last known of every source, and the journal.
.TP
.I ~/.local/share/vigie/drills.jsonl
The log of rehearsed restores, a line of JSON each; or where \fBdrill\-log\fR in the configuration
has it.
.SH EXIT STATUS
.TP
.B 0
Done. A report was made, whatever it says.
.TP
.B 1
Of \fBvigie trust\fR: a certificate is shown that is not trusted, and nobody accepted it. Of
\fBvigie init\fR: nothing was written, because somebody said no or left, or because certificate or
token were not accepted. Of \fBvigie doctor\fR: warnings.
.TP
.B 2
A mistake of configuration or usage, told on standard error; nothing is on standard output. Of
\fBvigie init\fR and \fBvigie trust\fR also: no endpoint could be asked.
.TP
.B 3
Of \fBvigie init\fR: written, but the token may not read what it must; the commands that grant it are
on standard output.
.TP
.B 128 and more
The dashboard or \fB\-\-plain\fR was ended by a signal, as shells count: 130 by Ctrl\-C (of
\fB\-\-plain\fR; in the dashboard it quits, 0), 143 by SIGTERM, 129 when the terminal went away. Where
nobody reads what \fB\-\-plain\fR writes any more it ends with 0.
.SH EXAMPLES
.TP
.B vigie \-\-demo
Opens the dashboard on a simulated federation, without any server.
.TP
.B vigie init
Sets up what is watched, step by step.
.TP
.B vigie \-\-plain | grep \-\-line\-buffered critical
What is critical, and what becomes so, line by line.
.TP
.B vigie report \-\-format json | jq .verdict
The worst of all, for a script.
.TP
.B vigie report | mail \-s vigie admins@example.org
Sends the report by mail, from cron.
.TP
.B vigie drill start fi/101
Prints the steps of a harmless rehearsal of a restore.
.SH SEE ALSO
.BR pvesh (1),
.BR proxmox\-backup\-client (1)
"#;

/// The page of a command and all its commands that are not hidden.
pub(super) fn page(command: &Command) -> String {
    let mut page = Page(String::new());
    let name = command.get_name();
    let version = command.get_version().unwrap_or_default();
    page.request(&format!(
        ".TH {} 1 \"\" \"{} {}\" \"User Commands\"",
        name.to_uppercase(),
        escaped(name),
        escaped(version)
    ));
    page.request(".SH NAME");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let about = about.trim_end_matches('.');
    let mut first = about.chars();
    let about: String =
        first.next().map(|c| c.to_lowercase().chain(first).collect()).unwrap_or_default();
    page.request(&format!("{} \\- {}", escaped(name), escaped(&about)));
    page.request(".SH SYNOPSIS");
    page.request(&format!(".B {}", escaped(name)));
    page.request("[\\fIOPTIONS\\fR] [\\fICOMMAND\\fR]");
    page.request(".SH DESCRIPTION");
    page.paragraphs(&long(command));
    page.request(".SH OPTIONS");
    page.options(command.get_arguments());
    page.request(".SH COMMANDS");
    page.commands(name, command);
    page.0.push_str(AFTER.trim_start());
    page.0
}

fn long(command: &Command) -> String {
    let long = command.get_long_about().or(command.get_about());
    long.map(ToString::to_string).unwrap_or_default()
}

struct Page(String);

impl Page {
    /// A line that is roff already.
    fn request(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// The commands of a command that are not hidden, each with its own.
    fn commands(&mut self, name: &str, command: &Command) {
        for below in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            let name = format!("{name} {}", below.get_name());
            self.request(&format!(".SS {}", escaped(&name)));
            self.paragraphs(&long(below));
            self.options(below.get_arguments());
            self.commands(&name, below);
        }
    }

    fn paragraphs(&mut self, text: &str) {
        for (at, paragraph) in text.split("\n\n").enumerate() {
            if at > 0 {
                self.request(".PP");
            }
            self.text(paragraph);
        }
    }

    /// A text, so that no line of it is taken for a request.
    fn text(&mut self, text: &str) {
        let mut line = escaped(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        // Clap takes the last full stop of a help away.
        if !line.is_empty() && !line.ends_with(['.', '?', ':']) {
            line.push('.');
        }
        let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
        self.request(&format!("{guard}{line}"));
    }

    fn options<'a>(&mut self, arguments: impl Iterator<Item = &'a Arg>) {
        for argument in arguments.filter(|a| !a.is_hide_set()) {
            self.request(".TP");
            self.request(&spelled(argument));
            let help = argument.get_long_help().or(argument.get_help());
            self.text(&help.map(ToString::to_string).unwrap_or_default());
            // Every switch has `true` and `false`; only what takes a value is worth telling.
            let values = argument.get_possible_values();
            if argument.get_action().takes_values() && !values.is_empty() {
                for value in values.iter().filter(|v| !v.is_hide_set()) {
                    self.request(".RS");
                    self.request(".TP");
                    self.request(&format!("\\fB{}\\fR", escaped(value.get_name())));
                    let help = value.get_help().map(ToString::to_string).unwrap_or_default();
                    self.text(&help);
                    self.request(".RE");
                }
            }
            let defaults: Vec<_> =
                argument.get_default_values().iter().filter_map(|v| v.to_str()).collect();
            if argument.get_action().takes_values() && !defaults.is_empty() {
                self.request(".IP");
                self.text(&format!("Default: {}.", defaults.join(" ")));
            }
        }
    }
}

/// `-c, --config FILE`
fn spelled(argument: &Arg) -> String {
    let short = argument.get_short().map(|c| format!("\\fB\\-{}\\fR", escaped(&c.to_string())));
    let long = argument.get_long().map(|l| format!("\\fB\\-\\-{}\\fR", escaped(l)));
    let switch = short.into_iter().chain(long).collect::<Vec<_>>().join(", ");
    let names = argument.get_value_names().filter(|_| argument.get_action().takes_values());
    let values = names.unwrap_or_default().iter().map(|n| format!("\\fI{}\\fR", escaped(n)));
    let words = std::iter::once(switch).filter(|s| !s.is_empty()).chain(values);
    words.collect::<Vec<_>>().join(" ")
}

/// Text in which roff reads nothing but text.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, CommandFactory};

    use super::page;
    use crate::cli::Cli;

    #[test]
    fn every_command_and_option_is_in_the_page() {
        let mut command = Cli::command();
        command.build();
        let text = page(&Cli::command());
        let mut seen = 0;
        let mut commands: Vec<(String, &Command)> = vec![("vigie".to_owned(), &command)];
        let mut at = 0;
        while let Some((name, above)) = commands.get(at).cloned() {
            let below = above.get_subcommands().filter(|c| !c.is_hide_set());
            let below = below.filter(|c| c.get_name() != "help");
            commands.extend(below.map(|c| (format!("{name} {}", c.get_name()), c)));
            at += 1;
        }
        assert!(commands.iter().any(|(name, _)| name == "vigie drill done"));
        for (name, _) in commands.iter().skip(1) {
            assert!(text.contains(&format!(".SS {name}\n")), "{name}\n{text}");
        }
        let below = commands.iter().skip(1).flat_map(|(_, c)| c.get_arguments());
        for argument in command.get_arguments().chain(below) {
            let Some(long) = argument.get_long().filter(|l| !matches!(*l, "help" | "version"))
            else {
                continue;
            };
            seen += 1;
            let spelled = format!("\\fB\\-\\-{}\\fR", long.replace('-', "\\-"));
            assert!(text.contains(&spelled), "{spelled}\n{text}");
        }
        assert!(seen > 6, "{seen}");
    }

    #[test]
    fn no_word_of_the_help_is_taken_for_a_request() {
        let help = ".SH forged\n\n'tricky \\fBx-y";
        let command = Command::new("x").about(help).arg(Arg::new("o").long("a-b").help(help));
        let text = page(&command);
        assert!(!text.lines().any(|l| l.starts_with(".SH forged")), "{text}");
        assert!(text.contains("\\&.SH forged"), "{text}");
        assert!(text.contains("\\&'tricky \\efBx\\-y."), "{text}");
        assert!(text.contains("\\fB\\-\\-a\\-b\\fR"), "{text}");
    }
}
