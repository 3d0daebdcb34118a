//! The last tasks of something.

use super::{Cx, Line, Sheet};
use crate::fleet::task::Task;
use crate::lang::Label;
use crate::theme::Role;

/// Tasks that are told.
const MOST: usize = 5;

/// Writes the newest of some tasks, which come newest first; nothing where there are none.
/// `named`: with what each works on.
pub(super) fn last<'a>(
    cx: &Cx<'a>,
    sheet: &mut Sheet<'a>,
    tasks: impl Iterator<Item = &'a Task>,
    named: bool,
) {
    let mut tasks = tasks.take(MOST).peekable();
    if tasks.peek().is_none() {
        return;
    }
    sheet.title(cx, Label::Tasks);
    for task in tasks {
        sheet.line(one(cx, task, named));
    }
}

/// `02:00  vzdump  104  7m12s  OK`
fn one<'a>(cx: &Cx<'a>, task: &'a Task, named: bool) -> Line<'a> {
    let lang = cx.lang();
    let mut line = Line::of(lang.moment(task.start, &cx.when()), Role::Muted)
        .pad(13)
        .and(&*task.kind, Role::Text)
        .pad(28);
    if named {
        line = line.and(task.id.as_deref().unwrap_or_default(), Role::Text).pad(38);
    }
    let took = task.end.map(|end| lang.duration(end.since(task.start) as f64));
    line.put(format!("{:>6}  ", took.unwrap_or_default()), Role::Muted);
    match &task.result {
        None => line.put(lang.label(Label::RunsNow), Role::Accent),
        Some(result) => {
            let role = if result.is_done() { Role::Muted } else { Role::Warning };
            line.put(lang.result(result), role);
        }
    }
    line
}
