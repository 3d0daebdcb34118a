//! The keys that hold: those of the table, but for what the user wants otherwise.

use super::{Action, Binding, Chord, Context, Help, TABLE};

/// What always ends the program, whatever the configuration says.
pub const FIXED: Chord = Chord::ctrl('c');

/// The keys that hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    bound: Vec<Bound>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Where.
    pub contexts: Vec<Context>,
    /// Which chords; the first is the one the footer shows. None: no key does it there.
    pub chords: Vec<Chord>,
    /// What they mean.
    pub action: Action,
    /// Its line in the help.
    pub help: Help,
    /// Its place in the footer, most useful first; none: not there.
    pub footer: Option<u8>,
}

/// A chord that would mean two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Where.
    pub context: Context,
    /// Which chord.
    pub chord: Chord,
    /// What it means.
    pub first: Action,
    /// What it would mean too.
    pub second: Action,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::with(&[])
    }
}

impl Keymap {
    /// The table, with other chords for some actions. They hold wherever the action does; but where
    /// text is typed, a chord that types a character does not, and without any other one those of
    /// the table stay there. `Ctrl-c` stays what it is.
    pub fn with(wanted: &[(Action, Vec<Chord>)]) -> Self {
        let bound = TABLE.iter().flat_map(|binding| {
            let wanted = wanted.iter().find(|(action, _)| *action == binding.action);
            match wanted {
                Some((_, chords)) if !binding.chords.contains(&FIXED) => {
                    let (typing, free) =
                        binding.contexts.iter().partition(|context| context.types());
                    let mut wanted = chords.clone();
                    wanted.retain(|chord| *chord != FIXED);
                    let mut untyped = wanted.clone();
                    untyped.retain(|chord| chord.typed().is_none());
                    if untyped.is_empty() && !chords.is_empty() {
                        untyped = binding.chords.to_vec();
                    }
                    vec![of(binding, free, wanted), of(binding, typing, untyped)]
                }
                _ => vec![of(binding, binding.contexts.to_vec(), binding.chords.to_vec())],
            }
        });
        let mut keys = Self { bound: bound.filter(|b| !b.contexts.is_empty()).collect() };
        keys.say_once();
        keys
    }

    /// Two lines of one action that came to the same chords say them once.
    fn say_once(&mut self) {
        for at in 1..self.bound.len() {
            let (before, rest) = self.bound.split_at_mut(at);
            let Some(here) = rest.first_mut() else { continue };
            let same = before.iter().filter(|b| b.action == here.action);
            let same: Vec<&Bound> =
                same.filter(|b| b.contexts.iter().any(|c| here.contexts.contains(c))).collect();
            here.chords.retain(|chord| !same.iter().any(|b| b.chords.contains(chord)));
        }
    }

    /// What a chord means in a context.
    pub fn action(&self, context: Context, chord: Chord) -> Option<Action> {
        self.of(context).find(|b| b.chords.contains(&chord)).map(|b| b.action)
    }

    /// The lines of a context, in the order of the table.
    pub fn of(&self, context: Context) -> impl Iterator<Item = &Bound> {
        self.bound.iter().filter(move |b| b.contexts.contains(&context))
    }

    /// All chords of an action, wherever.
    pub fn chords(&self, action: Action) -> Vec<Chord> {
        let mut all = Vec::new();
        for chord in self.bound.iter().filter(|b| b.action == action).flat_map(|b| &b.chords) {
            if !all.contains(chord) {
                all.push(*chord);
            }
        }
        all
    }

    /// Every chord that would mean two things somewhere.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut clashes = Vec::new();
        for context in Context::ALL {
            let mut seen: Vec<(Chord, Action)> = Vec::new();
            for bound in self.of(context) {
                for chord in &bound.chords {
                    match seen.iter().find(|(known, _)| known == chord) {
                        Some((_, first)) if *first != bound.action => clashes.push(Clash {
                            context,
                            chord: *chord,
                            first: *first,
                            second: bound.action,
                        }),
                        Some(_) => {}
                        None => seen.push((*chord, bound.action)),
                    }
                }
            }
        }
        clashes
    }

    /// The footer of a context, most useful first: the first chords of what has one line in the
    /// help, and that line.
    pub fn footer(&self, context: Context) -> Vec<(Vec<Chord>, Help)> {
        let mut ranked: Vec<_> = self.of(context).filter_map(|b| Some((b.footer?, b))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut lines: Vec<(Vec<Chord>, Help)> = Vec::new();
        for (_, bound) in ranked {
            let Some(chord) = bound.chords.first().copied() else { continue };
            match lines.iter_mut().find(|(_, help)| *help == bound.help) {
                Some((chords, _)) => chords.push(chord),
                None => lines.push((vec![chord], bound.help)),
            }
        }
        lines
    }

    /// The help of a context: every chord, by what it does; what the footer shows first.
    pub fn help(&self, context: Context) -> Vec<(Vec<Chord>, Help)> {
        let lines = grouped(self.of(context)).into_iter();
        let mut lines: Vec<_> = lines.map(|line| (line.chords, line.help)).collect();
        let rank = |help: Help| {
            let ranks = self.of(context).filter(|b| b.help == help).filter_map(|b| b.footer);
            ranks.min().unwrap_or(u8::MAX)
        };
        lines.sort_by_key(|(_, help)| rank(*help));
        lines
    }

    /// The table of keys for the README, in Markdown, with the names of the actions. `words` says
    /// what a line of help reads.
    pub fn markdown(&self, heads: [&str; 3], words: impl Fn(Help) -> String) -> String {
        let mut text = format!("| {} |\n| --- | --- | --- |\n", heads.join(" | "));
        for line in grouped(self.bound.iter()) {
            let keys: Vec<String> = line
                .chords
                .iter()
                .map(|chord| match chord.to_string().as_str() {
                    // A bar would end the cell.
                    "|" => "`\\|`".to_owned(),
                    key => format!("`{key}`"),
                })
                .collect();
            let names: Vec<String> =
                line.actions.iter().map(|action| format!("`{}`", action.name())).collect();
            let words = words(line.help);
            let cells = [keys.join(" "), words, names.join(" ")];
            text.push_str("| ");
            text.push_str(&cells.join(" | "));
            text.push_str(" |\n");
        }
        text
    }
}

fn of(binding: &Binding, contexts: Vec<Context>, chords: Vec<Chord>) -> Bound {
    let Binding { action, help, footer, .. } = *binding;
    Bound { contexts, chords, action, help, footer }
}

/// What has one line in the help.
struct Line {
    chords: Vec<Chord>,
    actions: Vec<Action>,
    help: Help,
}

fn grouped<'a>(bound: impl Iterator<Item = &'a Bound>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for bound in bound.filter(|b| !b.chords.is_empty()) {
        let index = lines.iter().position(|line| line.help == bound.help).unwrap_or(lines.len());
        if index == lines.len() {
            lines.push(Line { chords: Vec::new(), actions: Vec::new(), help: bound.help });
        }
        let Some(line) = lines.get_mut(index) else { continue };
        for chord in &bound.chords {
            if !line.chords.contains(chord) {
                line.chords.push(*chord);
            }
        }
        if !line.actions.contains(&bound.action) {
            line.actions.push(bound.action);
        }
    }
    lines
}

#[cfg(test)]
mod tests;
