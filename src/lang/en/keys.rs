//! Words for keys.

use super::super::Keys;
use super::English;
use crate::keymap::Help;

impl Keys for English {
    fn key_heads(&self) -> [&'static str; 2] {
        ["Keys", "What they do"]
    }

    fn help(&self, help: Help) -> &'static str {
        match help {
            Help::Move => "up and down",
            Help::Page => "a page up and down",
            Help::Ends => "to the first and the last",
            Help::Open => "open what is selected",
            Help::Back => "back; in a list, drop the filter",
            Help::View => "to a view by its number",
            Help::NextView => "to the next view and the one before",
            Help::NextSection => "to the next section and the one before",
            Help::Jump => "go anywhere: type a few letters of its name",
            Help::Go => "go there",
            Help::Filter => "filter: words must occur, !words must not",
            Help::Faults => "show only what is not well, or all",
            Help::NextFault => "to the next thing that is not well, and back",
            Help::Sort => "sort by the next column; the other way round",
            Help::Refresh => "ask the servers now",
            Help::Freeze => "hold the screen still, and let it go",
            Help::Evidence => "how is that known: which call, when",
            Help::WhatIf => "what if this died now, or all that is marked",
            Help::Mark => "mark what is to die together, or take the mark away",
            Help::Runbook => "the steps that bring it back",
            Help::Help => "this help",
            Help::Close => "close",
            Help::Accept => "keep the filter",
            Help::Cancel => "drop the filter",
            Help::Edit => "edit the filter",
            Help::Repaint => "paint the whole screen anew",
            Help::Suspend => "suspend; fg comes back",
            Help::Quit => "quit",
        }
    }

    fn hint(&self, help: Help) -> &'static str {
        match help {
            Help::Move => "move",
            Help::Page => "page",
            Help::Ends => "ends",
            Help::Open => "open",
            Help::Back => "back",
            Help::View => "view",
            Help::NextView => "next view",
            Help::NextSection => "next section",
            Help::Jump => "jump",
            Help::Go => "go",
            Help::Filter => "filter",
            Help::Faults => "faults",
            Help::NextFault => "next problem",
            Help::Sort => "sort",
            Help::Refresh => "refresh",
            Help::Freeze => "hold",
            Help::Evidence => "evidence",
            Help::WhatIf => "what if",
            Help::Mark => "mark",
            Help::Runbook => "runbook",
            Help::Help => "help",
            Help::Close => "close",
            Help::Accept => "keep",
            Help::Cancel => "drop",
            Help::Edit => "edit",
            Help::Repaint => "repaint",
            Help::Suspend => "suspend",
            Help::Quit => "quit",
        }
    }
}
