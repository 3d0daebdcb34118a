//! What lies over a view: the help, the evidence.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::alike;
use super::chrome::context_below;
use super::cx::Cx;
use super::detail;
use super::text::{Line, wrap};
use crate::fleet::part::PartView;
use crate::fleet::subject::Subject;
use crate::judge::Problem;
use crate::keymap::{self, Chord, Context};
use crate::lang::Label;
use crate::runbook::{Piece, Runbook, pieces};
use crate::shell::quote;
use crate::state::{AlikeId, Goal, Item, Jump, Overlay, Target, View, Way};
use crate::theme::Role;

/// Problems whose evidence is told one by one; the rest as a number.
const MOST: usize = 50;

/// Draws the overlay, if there is one.
pub(super) fn draw(cx: &Cx<'_>, body: Rect, buf: &mut Buffer) {
    match &cx.state.overlay {
        Overlay::None | Overlay::Filter(_) => {}
        Overlay::Runbook(scroll, book) => {
            let title = cx.lang().hint(keymap::Help::Runbook);
            framed(cx, body, buf, title, (runbook(cx, book), 7), *scroll);
        }
        Overlay::Jump(jump) => palette(cx, body, buf, jump),
        Overlay::Help(scroll) => {
            let lines = help(cx);
            framed(cx, body, buf, cx.lang().hint(keymap::Help::Help), (lines, 17), *scroll);
        }
        Overlay::Evidence(scroll) => {
            let lines = evidence(cx, usize::from(body.width.saturating_sub(8)).min(92));
            framed(cx, body, buf, cx.lang().hint(keymap::Help::Evidence), (lines, 4), *scroll);
        }
    }
}

/// Text within a border, from a line on.
fn framed(
    cx: &Cx<'_>,
    body: Rect,
    buf: &mut Buffer,
    title: &str,
    (lines, hang): (Vec<Line<'_>>, usize),
    scroll: u16,
) {
    let room = usize::from(body.width.saturating_sub(4));
    let lines: Vec<Line<'_>> = lines.into_iter().flat_map(|l| l.wrapped(room, hang)).collect();
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    let width = u16::try_from(widest.saturating_add(4)).unwrap_or(u16::MAX).max(24).min(body.width);
    let height =
        u16::try_from(lines.len().saturating_add(2)).unwrap_or(u16::MAX).max(3).min(body.height);
    let area = Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 2,
        width,
        height,
    };
    frame(cx, area, buf, title);
    let room = usize::from(height.saturating_sub(2));
    let reach = lines.len().saturating_sub(room);
    cx.note(|note| note.reach = u16::try_from(reach).unwrap_or(u16::MAX));
    let from = usize::from(scroll).min(reach);
    for (i, y) in (area.y + 1..area.bottom() - 1).enumerate() {
        if let Some(line) = lines.get(from + i) {
            line.draw(cx, buf, area.x + 2, y, width.saturating_sub(4));
        }
    }
    if reach > from {
        let more = format!(" {} {} ", cx.lang().more(reach - from), cx.glyphs().more[1]);
        let line = Line::of(more, Role::Muted);
        let width = u16::try_from(line.width()).unwrap_or(0).min(area.width.saturating_sub(4));
        line.draw(cx, buf, area.right() - 2 - width, area.bottom() - 1, width);
    }
}

/// An empty box with a title.
fn frame(cx: &Cx<'_>, area: Rect, buf: &mut Buffer, title: &str) {
    Clear.render(area, buf);
    cx.note(|d| d.zone((area.x, area.y), (area.width, area.height), Target::Text));
    buf.set_style(area, cx.skin.theme.style(Role::Text));
    let [across, down, a, b, c, d] = cx.glyphs().border;
    let inner = usize::from(area.width.saturating_sub(2));
    let edge = |left: &str, right: &str| {
        Line::of(format!("{left}{}{right}", across.repeat(inner)), Role::Rule)
    };
    edge(a, b).draw(cx, buf, area.x, area.y, area.width);
    edge(d, c).draw(cx, buf, area.x, area.bottom() - 1, area.width);
    for y in area.y + 1..area.bottom() - 1 {
        Line::of(down, Role::Rule).draw(cx, buf, area.x, y, 1);
        Line::of(down, Role::Rule).draw(cx, buf, area.right() - 1, y, 1);
    }
    let titled = Line::of(format!(" {title} "), Role::Title);
    titled.draw(cx, buf, area.x + 2, area.y, area.width.saturating_sub(4));
}

/// The keys that work here, what is most useful first; then, under heads, those that work
/// elsewhere and were not told yet.
fn help<'a>(cx: &Cx<'_>) -> Vec<Line<'a>> {
    let here = context_below(cx);
    let mut told: Vec<(Vec<Chord>, keymap::Help)> = Vec::new();
    let mut lines = Vec::new();
    for context in std::iter::once(here).chain(Context::ALL.into_iter().filter(|c| *c != here)) {
        let mut keys = cx.state.keys.help(context);
        keys.retain(|(chords, help)| {
            let is_told = |(known, of): &(Vec<Chord>, _)| {
                of == help && chords.iter().all(|chord| known.contains(chord))
            };
            !told.iter().any(is_told)
        });
        if keys.is_empty() {
            continue;
        }
        if context != here {
            lines.push(Line::of(" ", Role::Text));
            lines.push(Line::of(cx.lang().context(context), Role::Head));
        }
        lines.extend(keys.iter().map(|(chords, help)| {
            let ascii = cx.glyphs().is_ascii();
            let signs: Vec<String> = chords.iter().map(|c| c.sign(ascii)).collect();
            Line::of(signs.join(" "), Role::Key)
                .pad(16)
                .and(" ", Role::Text)
                .and(cx.lang().help(*help), Role::Text)
        }));
        told.extend(keys);
    }
    lines
}

/// Lines of the palette below what is typed.
const PALETTE: u16 = 12;

/// The jump palette: what is typed, and what it may mean, the best first.
fn palette(cx: &Cx<'_>, body: Rect, buf: &mut Buffer, jump: &Jump) {
    let width = body.width.min(64);
    let height = (PALETTE + 3).min(body.height);
    let area = Rect { x: body.x + (body.width - width) / 2, y: body.y, width, height };
    frame(cx, area, buf, cx.lang().hint(keymap::Help::Jump));
    let inner = width.saturating_sub(4);
    let mut x = Line::of(": ", Role::Accent).draw(cx, buf, area.x + 2, area.y + 1, inner);
    let room = usize::from((area.right() - 2).saturating_sub(x + 1));
    let skip = jump.input.cursor().saturating_sub(room);
    let typed: String = jump.input.value().chars().skip(skip).collect();
    let (before, under, rest) = around(&typed, jump.input.cursor() - skip);
    for (text, role) in [(before, Role::Text), (under, Role::Selected), (rest, Role::Text)] {
        x = Line::of(text, role).draw(cx, buf, x, area.y + 1, (area.right() - 2).saturating_sub(x));
    }
    let lines = usize::from(height.saturating_sub(3));
    let shown = jump.len().min(lines);
    let (first, shown) = (jump.first_shown(lines), u16::try_from(shown).unwrap_or(0));
    cx.note(|d| {
        d.zone((area.x + 1, area.y + 2), (width.saturating_sub(2), shown), Target::Goal(first));
    });
    for (y, (goal, chosen)) in (area.y + 2..area.bottom() - 1).zip(jump.shown(lines)) {
        let (kind, name, place) = called(cx, goal);
        let role = if chosen { Role::Title } else { Role::Text };
        let line = Line::of(if chosen { cx.glyphs().cursor } else { " " }, Role::Cursor)
            .and(kind, Role::Muted)
            .pad(13)
            .and(name, role)
            .and("  ", Role::Text)
            .and(place, Role::Muted);
        line.draw(cx, buf, area.x + 1, y, width.saturating_sub(3));
    }
    if jump.is_empty() {
        let nothing = Line::of(cx.lang().nothing_called_so(), Role::Muted);
        nothing.draw(cx, buf, area.x + 4, area.y + 2, width.saturating_sub(6));
    }
    let count = Line::of(format!(" {} ", jump.len()), Role::Muted);
    let wide = u16::try_from(count.width()).unwrap_or(0);
    count.draw(cx, buf, area.right().saturating_sub(wide + 2), area.bottom() - 1, wide);
}

/// A text before a character, that character, and what is behind it.
fn around(text: &str, at: usize) -> (String, String, String) {
    let before = text.chars().take(at).collect();
    let mut rest = text.chars().skip(at);
    let under = rest.next().map_or_else(|| " ".to_owned(), String::from);
    (before, under, rest.collect())
}

/// What a goal is, how it is called, and where it is; of what can be done its key, how it is called,
/// and what it does.
fn called(cx: &Cx<'_>, goal: &Goal) -> (String, String, String) {
    let view = match &goal.way {
        Way::To(view) => view,
        Way::Do(action) => {
            let keys = &cx.state.keys;
            let Some(bound) = keys.of(context_below(cx)).find(|b| b.action == *action) else {
                return Default::default();
            };
            let sign = |chord: &Chord| chord.sign(cx.glyphs().is_ascii());
            let key = bound.chords.first().map(sign).unwrap_or_default();
            let (hint, help) = (cx.lang().hint(bound.help), cx.lang().help(bound.help));
            return (key, hint.to_owned(), help.to_owned());
        }
    };
    match view {
        View::Tab(tab) => (tab.number().to_string(), cx.lang().tab(*tab).to_owned(), String::new()),
        View::Site(name) => {
            (cx.lang().label(Label::Site).to_owned(), name.to_string(), String::new())
        }
        View::Subject(subject) => {
            let site = subject.source().and_then(|s| cx.site_of(s)).map(ToString::to_string);
            let site = site.unwrap_or_default();
            let place = match subject.source().filter(|_| !matches!(subject, Subject::Source(_))) {
                Some(source) => format!("{site} {source}"),
                None => site,
            };
            (cx.lang().kind(subject).to_owned(), cx.title(subject), place)
        }
        View::Problem(_) | View::Alike(_) | View::WhatIf(_) | View::Task(_) => Default::default(),
    }
}

/// A runbook, to be read; and the command that prints it.
fn runbook<'a>(cx: &Cx<'_>, book: &Runbook) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for piece in pieces(book, cx.lang(), &cx.when()) {
        let line = match piece {
            Piece::Title(title) => {
                lines.push(Line::of(title, Role::Title));
                match book.case.asked() {
                    Some(asked) => {
                        let command = format!("vigie runbook {} -o FILE", quote(&asked));
                        Line::of(command, Role::Muted)
                    }
                    None => continue,
                }
            }
            Piece::Said(said) => Line::of(said, Role::Muted),
            Piece::Head(head) => {
                lines.push(Line::of(" ", Role::Text));
                Line::of(head, Role::Head)
            }
            Piece::Step(number, said) => {
                Line::of(format!("{number:>3}. "), Role::Muted).and(said, Role::Text)
            }
            Piece::Command(command) => Line::of("     # ", Role::Rest).and(command, Role::Accent),
            Piece::Expected(said) => {
                Line::of(format!("     {} {said}", cx.lang().expect()), Role::Muted)
            }
            Piece::Fact(fact) => Line::of(format!("   {fact}"), Role::Muted),
        };
        lines.push(line);
    }
    lines
}

/// Which calls said what is shown, and when; and the rule of each verdict.
fn evidence<'a>(cx: &Cx<'a>, width: usize) -> Vec<Line<'a>> {
    let (problems, subject) = shown(cx);
    let mut lines = Vec::new();
    let left = problems.len().saturating_sub(MOST);
    for problem in problems.into_iter().take(MOST) {
        let (sign, role) = cx.sign(problem.severity.verdict());
        lines.push(Line::of(format!("{sign} {}", problem.code), role));
        for text in wrap(&cx.lang().short(problem, &cx.when()), width.saturating_sub(2)) {
            lines.push(Line::text("  ").and(text, Role::Text));
        }
        lines.push(
            Line::of(format!("  {} ", cx.lang().label(Label::Rule)), Role::Muted)
                .and(cx.lang().code(problem.code), Role::Muted),
        );
        for seen in &problem.evidence {
            lines.push(
                Line::of(format!("  GET {}  ", seen.call), Role::Text)
                    .and(cx.lang().ago(&cx.age(seen.seen)), Role::Muted),
            );
        }
        if problem.evidence.is_empty() {
            lines.push(Line::of(format!("  {}", cx.lang().label(Label::NotKnown)), Role::Muted));
        }
    }
    if left > 0 {
        lines.push(Line::of(format!("  {}", cx.lang().more(left)), Role::Muted));
    }
    // What was asked because somebody looks.
    if let Some(part) = cx.state.log_of(&cx.state.page().view) {
        lines.extend(detail::of_parts(cx, &[part.view(false, cx.now())], width));
    }
    if let Some(survey) = subject.as_ref().and_then(Subject::source).and_then(|s| cx.survey(s)) {
        lines.push(Line::of(cx.lang().label(Label::Parts), Role::Head));
        if let Some(endpoint) = survey.link.endpoint() {
            lines.push(Line::of(format!("https://{}/api2/json", endpoint.address), Role::Muted));
        }
        let parts = survey.parts(cx.now());
        let own = parts.into_iter().filter(|p| subject.as_ref().is_some_and(|s| concerns(s, p)));
        let wanted = subject.as_ref().map(|s| cx.state.wanted_of(s)).unwrap_or_default();
        let seen = wanted.iter().filter(|want| !want.look.is_log());
        let seen = seen.filter_map(|want| cx.state.looks.get(&want.look));
        let seen = seen.map(|part| part.view(false, cx.now()));
        lines.extend(detail::of_parts(cx, &own.chain(seen).collect::<Vec<_>>(), width));
    }
    if lines.is_empty() {
        lines.push(Line::of(cx.lang().label(Label::NotKnown), Role::Muted));
    }
    lines
}

/// What the evidence is asked of: the detail that is shown, else the selected row.
pub(super) fn shown<'a>(cx: &Cx<'a>) -> (Vec<&'a Problem>, Option<Subject>) {
    let of = |subject: Subject| (cx.problems_of(&subject).collect(), Some(subject));
    match &cx.state.page().view {
        View::Problem(id) => (cx.state.problem(id).into_iter().collect(), Some(id.subject.clone())),
        View::Subject(subject) => of(subject.clone()),
        View::Task(id) => (Vec::new(), Some(Subject::Source(id.source.clone()))),
        View::Alike(id) => (alike::members(cx, id), alike::source(id)),
        View::Tab(_) | View::Site(_) | View::WhatIf(_) => match cx.state.selected() {
            Some(Item::Alike(problem, _)) => {
                let id = AlikeId::of(problem);
                (alike::members(cx, &id), alike::source(&id))
            }
            Some(Item::Problem(problem) | Item::Notice(problem)) => {
                (vec![problem], Some(problem.subject.clone()))
            }
            Some(Item::Site(site)) => {
                let problems = cx.index().problems_at(&site.name, cx.judged).collect();
                (problems, site.sources.first().map(|s| Subject::Source(s.name.clone())))
            }
            Some(item) => item.subject().map_or((Vec::new(), None), of),
            None => (Vec::new(), None),
        },
    }
}

/// Whether a part says something of a subject. Calls name nodes, guests and stores in their path.
fn concerns(subject: &Subject, part: &PartView<'_>) -> bool {
    let call: &str = part.call;
    let holds = |what: String| call.contains(&what) || call.ends_with(what.trim_end_matches('/'));
    match subject {
        Subject::Viewer => false,
        Subject::Source(_) | Subject::Cluster(_) => true,
        Subject::Node(_, node) => holds(format!("/nodes/{node}/")) || call == "/cluster/resources",
        Subject::Guest(key) => {
            holds(format!("/qemu/{}/", key.vmid))
                || holds(format!("/lxc/{}/", key.vmid))
                || matches!(call, "/cluster/resources" | "/cluster/backup" | "/cluster/replication")
        }
        Subject::BackupJob(_, id) => {
            call == "/cluster/backup" || holds(format!("/cluster/backup/{id}/"))
        }
        Subject::Replication(..) => {
            call == "/cluster/replication" || call.ends_with("/replication")
        }
        Subject::Storage(_, _, name) => {
            matches!(call, "/storage" | "/cluster/resources") || holds(format!("/storage/{name}/"))
        }
        Subject::Datastore(_, store) => {
            !call.starts_with("/admin/datastore/") && !call.starts_with("/nodes/")
                || holds(format!("/admin/datastore/{store}/"))
        }
        Subject::Group(key) => holds(format!("/admin/datastore/{}/", key.store)),
    }
}
