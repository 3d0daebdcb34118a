//! Words for keys.

use super::super::Keys;
use super::English;
use crate::keymap::{Context, Help};

impl Keys for English {
    fn key_heads(&self) -> [&'static str; 3] {
        ["Keys", "What they do", "In `[keys]`"]
    }

    fn help(&self, help: Help) -> &'static str {
        match help {
            Help::Move => "up and down",
            Help::Page => "a page up and down",
            Help::Ends => "to the first and the last",
            Help::Open => "open what is selected",
            Help::Back => "back; in a list, drop the filter",
            Help::History => "to where you were before, and forward again",
            Help::View => "to a view by its number",
            Help::NextView => "to the next view and the one before",
            Help::NextSection => "to the next section and the one before",
            Help::Jump => "go anywhere: type a few letters of its name",
            Help::Go => "go there",
            Help::Filter => "filter: words, !not, tag: state: site: node: pool: kind:",
            Help::Faults => "show only what is not well, or all",
            Help::NextFault => "to the next thing that is not well, and back",
            Help::Search => "search in the log",
            Help::NextHit => "to the next place found, else the next complaint, and back",
            Help::Sort => "sort by the next column, the one before; turn round",
            Help::Refresh => "ask the servers now",
            Help::Freeze => "hold the screen still, and let it go",
            Help::Evidence => "how is that known: which call, when",
            Help::WhatIf => "what if this died now, or all that is marked",
            Help::Mark => "mark what is to die together, or take the mark away",
            Help::Runbook => "the steps that bring it back",
            Help::Copy => "copy the row; what is wrong, for a chat",
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
            Help::History => "history",
            Help::View => "view",
            Help::NextView => "next view",
            Help::NextSection => "next section",
            Help::Jump => "jump",
            Help::Go => "go",
            Help::Filter => "filter",
            Help::Faults => "faults",
            Help::NextFault => "next problem",
            Help::Search => "search",
            Help::NextHit => "next",
            Help::Sort => "sort",
            Help::Refresh => "refresh",
            Help::Freeze => "hold",
            Help::Evidence => "evidence",
            Help::WhatIf => "what if",
            Help::Mark => "mark",
            Help::Runbook => "runbook",
            Help::Copy => "copy",
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

    fn context(&self, context: Context) -> &'static str {
        match context {
            Context::List => "in a list",
            Context::Detail => "in a detail",
            Context::Log => "in a log",
            Context::Reading => "over a text, such as this one",
            Context::Typing => "while a filter is typed",
            Context::Jumping => "in the jump palette",
        }
    }
}
