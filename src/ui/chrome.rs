//! What stands around every view: first line, place, rule, last line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cx::Cx;
use super::text::{Line, wrap};
use crate::fleet::subject::Subject;
use crate::judge::timeline::About;
use crate::judge::{Severity, Verdict};
use crate::keymap::{Action, Context};
use crate::state::{Asking, Field, Filter, Overlay, Sort, Tab, Target, View};
use crate::theme::Role;
use crate::whatif::Fate;

/// The name of the program as the screen shows it.
const NAME: &str = "vigie";

/// The window is too small: says so, as far as there is room.
pub(super) fn too_small(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let said = cx.lang().too_small(area.width, area.height);
    let lines = wrap(&said, usize::from(area.width));
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        Line::text(line).draw(cx, buf, area.x, y, area.width);
    }
}

/// Program, verdicts, totals, clock: as much of it as fits.
pub(super) fn header(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width);
    let clock = cx.lang().moment(cx.now(), &cx.when());
    cx.note(|d| d.clock(cx.now()));
    let sites = &cx.judged.sites;
    let (hosts, guests, all) = (cx.index().hosts, cx.index().guests, cx.index().is_counted);
    // While it is still asking, that explains every `+` and `?` below.
    let totals = match cx.state.asking {
        Some(Asking { left, all: sources }) => {
            let asking = cx.lang().asking(left, sources);
            let short = cx.lang().totals_short(hosts, guests, all);
            [format!("{asking}  {short}"), asking, cx.lang().asking_short(left)]
        }
        None => [
            cx.lang().totals(sites.len(), hosts, guests, all),
            cx.lang().totals_short(hosts, guests, all),
            String::new(),
        ],
    };
    let choices = [(true, 0), (true, 1), (true, 2), (false, 1), (false, 2), (false, totals.len())];
    for (words, total) in choices {
        let left = Line::of(format!(" {NAME}  "), Role::Title).also(counts(cx, words));
        let total = totals.get(total).map_or("", String::as_str);
        let right = Line::of(total, Role::Muted).and(format!(" {clock} "), Role::Text);
        if left.width() + right.width() < width || (!words && total.is_empty()) {
            left.draw(cx, buf, area.x, area.y, area.width);
            let shift = u16::try_from(width.saturating_sub(right.width())).unwrap_or(0);
            right.draw(cx, buf, area.x + shift, area.y, area.width - shift);
            return;
        }
    }
}

fn counts(cx: &Cx<'_>, words: bool) -> Line<'static> {
    let mut line = Line::new();
    for (severity, verdict) in [
        (Severity::Critical, Verdict::Critical),
        (Severity::Warning, Verdict::Warning),
        (Severity::Unknown, Verdict::Unknown),
    ] {
        let count = cx.index().count(severity);
        if count == 0 {
            continue;
        }
        let (sign, role) = cx.sign(verdict);
        let said = match (words, severity) {
            (false, _) => count.to_string(),
            (true, Severity::Critical) => cx.lang().critical(count),
            (true, Severity::Unknown) => cx.lang().unknown(count),
            (true, _) => cx.lang().warning(count),
        };
        if !line.is_empty() {
            line.put("  ", Role::Text);
        }
        line.put(format!("{sign} {said}"), role);
    }
    if !line.is_empty() {
        return line;
    }
    // Without a problem there must be knowledge to call it well.
    let (sign, role) = cx.sign(cx.judged.verdict);
    let said = match cx.judged.verdict {
        Verdict::Ok => cx.lang().all_well(),
        _ if cx.judged.sites.is_empty() => cx.lang().waiting(),
        other => cx.lang().verdict(other),
    };
    Line::of(format!("{sign} {said}"), role)
}

/// The views, or where one is within them.
pub(super) fn place(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    match &cx.state.page().view {
        View::Tab(here) => {
            let width = |space| -> usize {
                Tab::ALL.iter().map(|tab| tab_line(cx, *here, *tab, space).width()).sum()
            };
            let fits = |space: &Tabs| width(*space) <= usize::from(area.width);
            let space = [Tabs::Wide, Tabs::Close, Tabs::Numbers]
                .into_iter()
                .find(fits)
                .unwrap_or(Tabs::Tight);
            let line = tabs(cx, *here, space);
            line.draw(cx, buf, area.x, area.y, area.width);
            let mut x = area.x;
            for tab in Tab::ALL {
                let width = u16::try_from(tab_line(cx, *here, tab, space).width()).unwrap_or(0);
                cx.note(|d| d.zone((x, area.y), (width, 1), Target::Tab(tab)));
                x = x.saturating_add(width);
            }
        }
        view => {
            let (names, verdict) = crumbs(cx, view);
            let (sign, role) = cx.sign(verdict);
            let told = Line::of(format!("{sign} {} ", word(cx, view, verdict)), role);
            let brief = Line::of(format!("{sign} "), role);
            let (crumbs, right) = fitting(cx, &names, usize::from(area.width), [told, brief]);
            let taken = u16::try_from(right.width()).unwrap_or(0).min(area.width);
            let room = area.width - taken;
            crumbs.draw(cx, buf, area.x, area.y, room.saturating_sub(1));
            right.draw(cx, buf, area.x + room, area.y, taken);
        }
    }
}

/// How much of the views is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tabs {
    /// Their names, two blanks apart.
    Wide,
    /// Their names, one blank apart.
    Close,
    /// Their numbers, and the name of the one that is shown.
    Numbers,
    /// The same as close together as can be.
    Tight,
}

fn tabs(cx: &Cx<'_>, here: Tab, space: Tabs) -> Line<'static> {
    let mut line = Line::new();
    for tab in Tab::ALL {
        line.append(tab_line(cx, here, tab, space));
    }
    line
}

fn tab_line(cx: &Cx<'_>, here: Tab, tab: Tab, space: Tabs) -> Line<'static> {
    let is_here = tab == here;
    let names = matches!(space, Tabs::Wide | Tabs::Close);
    let lead = if !is_here && space == Tabs::Numbers { "  " } else { " " };
    let mut line = Line::of(lead, Role::Text);
    line.put(tab.number().to_string(), if is_here { Role::Accent } else { Role::Muted });
    if names || is_here {
        let role = if is_here { Role::Title } else { Role::Muted };
        line.put(format!(" {}", cx.lang().tab(tab)), role);
    }
    if matches!(space, Tabs::Wide | Tabs::Numbers) {
        line.put(" ", Role::Text);
    }
    line
}

/// Where one is, and the verdict of it.
pub(super) fn crumbs(cx: &Cx<'_>, view: &View) -> (Vec<String>, Verdict) {
    let mut names: Vec<String> = Vec::new();
    let mut verdict = Verdict::Unknown;
    let subject = match view {
        View::Tab(tab) => {
            names.push(cx.lang().tab(*tab).to_owned());
            None
        }
        View::Site(name) => {
            names.push(name.to_string());
            verdict = cx.site(name).map_or(Verdict::Unknown, |s| s.verdict);
            None
        }
        View::Subject(subject) => Some(subject),
        View::Problem(id) => Some(&id.subject),
        View::Task(id) => {
            let story = cx.judged.timeline().and_then(|t| t.find(id)).map(|(_, story)| story);
            names.extend(cx.site_of(&id.source).map(ToString::to_string));
            let mut add = |name: &str| {
                if !matches!(name, "" | "localhost") && names.last().is_none_or(|n| n != name) {
                    names.push(name.to_owned());
                }
            };
            add(id.source.as_str());
            if let Some(story) = story {
                add(story.node.as_str());
                let kind = super::detail::task::name(cx, story);
                let about = match &story.about {
                    About::Guest(key) => format!(" {}", cx.guest_name(key)),
                    About::Named(name) => format!(" {name}"),
                    About::Nothing => String::new(),
                };
                names.push(format!("{kind}{about}"));
                verdict = story.verdict();
            }
            None
        }
        View::Alike(id) => {
            names.extend(id.site.as_ref().map(ToString::to_string));
            let source = id.source.as_ref().map(ToString::to_string);
            names.extend(source.filter(|source| names.last() != Some(source)));
            names.push(id.code.to_string());
            verdict = id.severity.verdict();
            None
        }
        View::WhatIf(lost) => {
            let lost: Vec<String> = lost.iter().map(super::detail::whatif::name).collect();
            names.push(cx.lang().if_lost(&lost));
            if let Some(asked) = cx.state.outlook().asked() {
                // Guests that nobody told of may be lost, too.
                let hidden = (!asked.what_if.told.is_whole()).then_some(Verdict::Unknown);
                let fates = asked.what_if.guests.iter().map(Fate::verdict);
                verdict = Verdict::worst(fates.chain(hidden));
            }
            None
        }
    };
    if let Some(subject) = subject {
        if let Some(site) = subject.source().and_then(|s| cx.site_of(s)) {
            names.push(site.to_string());
        }
        if let Some(source) =
            subject.source().filter(|s| names.last().is_none_or(|n| n != s.as_str()))
        {
            names.push(source.to_string());
        }
        if let Subject::Guest(key) = subject
            && let Some(row) = cx.guest(key)
            // A host by itself has the name of its source.
            && names.last().is_none_or(|last| last != row.node.as_str())
        {
            names.push(row.node.to_string());
        }
        let title = match subject {
            Subject::Datastore(_, store) => store.to_string(),
            Subject::Replication(_, id) => format!("{} {id}", cx.title(subject)),
            other => cx.title(other),
        };
        if names.last().is_none_or(|last| *last != title) {
            names.push(title);
        }
        verdict = super::detail::verdict(cx, subject);
    }
    if let View::Problem(id) = view {
        names.push(id.code.to_string());
        // Once it is over, how its subject stands is what counts.
        verdict = cx.state.problem(id).map_or(verdict, |p| p.severity.verdict());
    }
    (names, verdict)
}

/// The word for the verdict of a view; a task that runs has none yet.
pub(super) fn word(cx: &Cx<'_>, view: &View, verdict: Verdict) -> &'static str {
    let story = match view {
        View::Task(id) => cx.judged.timeline().and_then(|timeline| timeline.find(id)),
        _ => None,
    };
    match story {
        Some((_, story)) => super::detail::task::word(cx, story),
        None => cx.lang().verdict(verdict),
    }
}

/// Where one is, and the verdict of it, in words.
pub(super) fn told(cx: &Cx<'_>) -> String {
    let view = &cx.state.page().view;
    let (names, verdict) = crumbs(cx, view);
    cx.lang().said_of(word(cx, view, verdict), &names.join(" > "))
}

/// As much of where one is as there is room for, and of what stands to the right of it. The
/// innermost is what one looks at, and the site tells where on earth that is: what lies between
/// goes first, then the word for the verdict, then the site.
fn fitting<'a>(
    cx: &Cx<'_>,
    names: &'a [String],
    width: usize,
    [told, brief]: [Line<'static>; 2],
) -> (Line<'a>, Line<'static>) {
    let last = names.len().saturating_sub(1);
    let fits = |line: &Line<'_>, right: &Line<'_>| line.width() + right.width() < width;
    let mut choices = (last.min(1)..=last)
        .map(|from| (trail(cx, names, true, from), &told))
        .chain([(trail(cx, names, true, last), &brief), (trail(cx, names, false, last), &told)]);
    match choices.find(|(line, right)| fits(line, right)) {
        Some((line, right)) => (line, right.clone()),
        None => (trail(cx, names, false, last), told.clone()),
    }
}

/// The first name if that is told, and those from one on; a sign stands for what is left out.
fn trail<'a>(cx: &Cx<'_>, names: &'a [String], with_first: bool, from: usize) -> Line<'a> {
    let mut line = Line::of(" ", Role::Text);
    let next = format!(" {} ", cx.glyphs().crumb);
    let mut told = 0;
    if let Some(first) = names.first().filter(|_| with_first && from > 0) {
        line.put(first, Role::Muted);
        line.put(next.clone(), Role::Rest);
        told = 1;
    }
    if from > told {
        line.put(format!("{}{next}", cx.glyphs().cut), Role::Rest);
    }
    for (i, name) in names.iter().enumerate().skip(from) {
        if i > from {
            line.put(next.clone(), Role::Rest);
        }
        line.put(name, if i + 1 == names.len() { Role::Title } else { Role::Muted });
    }
    line
}

/// A thin line; at its right end what holds for the list below: sort, filter, held still; and how
/// many lines are `left` below the window of a detail: over a row that would cut a word, or make
/// another number of one.
pub(super) fn rule(cx: &Cx<'_>, area: Rect, buf: &mut Buffer, left: usize) {
    line_across(cx, area, buf);
    let listing = &cx.state.page().listing;
    let mut words = Vec::new();
    if let Some(frozen) = &cx.state.frozen {
        words.push((
            cx.lang().frozen(&cx.age(frozen.since), cx.key(Action::Freeze).as_deref()),
            Role::Warning,
        ));
    }
    // A timeline with holes in it does not pass for a whole one.
    if matches!(cx.state.page().view, View::Tab(Tab::Tasks)) && !cx.index().is_whole {
        words.push((cx.lang().not_all_seen().to_owned(), Role::Unknown));
    }
    if !cx.state.marked.is_empty() {
        let names: Vec<String> = cx.state.marked.iter().map(super::detail::whatif::name).collect();
        words.push((cx.lang().marked(&names), Role::Accent));
    }
    if cx.state.faults_only {
        words.push((cx.lang().only_faults().to_owned(), Role::Accent));
    }
    if !listing.filter().text().is_empty() && !matches!(cx.state.overlay, Overlay::Filter(_)) {
        words.push((cx.lang().filtered(listing.filter().text()), Role::Accent));
        words.extend(no_field(cx, listing.filter()).map(|said| (said, Role::Warning)));
    }
    if let Some(section) = listing.sorted_section() {
        let sort = listing.sort(section);
        if sort != Sort::default_of(&cx.state.page().view, section) {
            words.push((cx.lang().sorted(sort.column, sort.reversed), Role::Muted));
        }
    }
    if listing.told() < listing.total() {
        words.push((cx.lang().part_of(listing.told(), listing.total()), Role::Muted));
    }
    if left > 0 {
        words.push((cx.lang().more(left), Role::Muted));
    }
    if words.is_empty() {
        return;
    }
    let mut line = Line::of(" ", Role::Text);
    for (i, (word, role)) in words.into_iter().enumerate() {
        if i > 0 {
            line.put(format!(" {} ", cx.glyphs().ok), Role::Rest);
        }
        line.put(word, role);
    }
    line.put(" ", Role::Text);
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width.saturating_sub(2));
    line.draw(cx, buf, area.right().saturating_sub(width + 1), area.y, width);
}

/// A thin line from edge to edge.
pub(super) fn line_across(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let line = cx.glyphs().rule.repeat(usize::from(area.width));
    Line::of(line, Role::Rule).draw(cx, buf, area.x, area.y, area.width);
}

/// The filter while it is typed, the answer to the last key, else the keys that work here.
pub(super) fn footer(cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let mut x = area.x;
    if let Overlay::Filter(input) = &cx.state.overlay {
        let page = cx.state.page();
        let is_log = cx.state.has_log(&page.view);
        let count = if is_log {
            cx.lang().hits(page.seek.at(), page.seek.len())
        } else {
            cx.lang().part_of(page.listing.told(), page.listing.total())
        };
        // The end of what is typed stays in view.
        let room = usize::from(area.width / 2);
        let before: String = input.value().chars().take(input.cursor()).collect();
        let skip = input.cursor().saturating_sub(room);
        let mut line = Line::of(" / ", Role::Accent)
            .and(before.chars().skip(skip).collect::<String>(), Role::Text);
        let mut rest = input.value().chars().skip(input.cursor());
        let under = rest.next().map_or_else(|| " ".to_owned(), String::from);
        line.put(under, Role::Selected);
        line.put(rest.take(room).collect::<String>(), Role::Text);
        if input.value().is_empty() && !is_log {
            let fields = Field::ALL.map(Field::name);
            line.put(format!(" {}", cx.lang().filter_takes(&fields)), Role::Muted);
        } else {
            line.put(format!("  {count}  "), Role::Muted);
        }
        if let Some(said) = no_field(cx, page.listing.filter()).filter(|_| !is_log) {
            line.put(format!("{said}  "), Role::Warning);
        }
        x = line.draw(cx, buf, area.x, area.y, area.width);
    } else if let Some(said) = cx.state.said.as_ref().filter(|s| s.until > cx.now()) {
        let word = cx.lang().notice(&said.notice);
        x = Line::of(format!(" {word}  "), Role::Accent).draw(cx, buf, area.x, area.y, area.width);
    }
    for (chords, help) in cx.state.keys.footer(Context::of(cx.state)) {
        let ascii = cx.glyphs().is_ascii();
        let signs: Vec<String> = chords.iter().map(|c| c.sign(ascii)).collect();
        let line = Line::of(format!(" {}", signs.join(" ")), Role::Key)
            .and(format!(" {} ", cx.lang().hint(help)), Role::Muted);
        let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
        if x.saturating_add(width) > area.right() {
            break;
        }
        x = line.draw(cx, buf, x, area.y, width);
    }
}

/// That a filter asks for a field that there is not.
fn no_field(cx: &Cx<'_>, filter: &Filter) -> Option<String> {
    let (name, meant) = filter.unknown()?;
    Some(cx.lang().no_field(name, meant.map(Field::name)))
}

/// The context whose keys the help explains: that of the view below it.
pub(super) fn context_below(cx: &Cx<'_>) -> Context {
    Context::below(cx.state)
}
