//! What is copied: a row as one plain line, or what is wrong as a summary for a chat. Nothing but
//! what the screen shows; no sign or colour is needed to read it.

use super::alike;
use super::cx::Cx;
use super::detail::task;
use super::overlay::shown;
use super::tables::columns;
use super::{Skin, chrome};
use crate::fleet::id::SiteName;
use crate::fleet::subject::Subject;
use crate::fleet::text::{is_break, is_harmless};
use crate::judge::rows::Checked;
use crate::judge::{Problem, Verdict};
use crate::lang::{Head, Label, markdown};
use crate::state::{AlikeId, Copying, Item, Section, State, View};
use crate::theme::{GlyphSet, Glyphs};

/// Problems that a summary tells one by one; the rest as a number.
const MOST: usize = 12;

/// The text; none where there is nothing to tell.
pub fn copy(state: &State, skin: &Skin, what: Copying) -> Option<String> {
    let skin = in_words(skin);
    let cx = Cx::new(state, &skin);
    let text = match what {
        Copying::Row => row(&cx),
        Copying::Summary => Some(summary(&cx)),
    }?;
    let clean: String = text.chars().filter(|c| *c == '\n' || is_harmless(*c)).collect();
    (!clean.trim().is_empty()).then_some(clean)
}

/// What is selected, else what is shown, in one line.
fn row(cx: &Cx<'_>) -> Option<String> {
    let page = cx.state.page();
    if let View::Alike(id) = &page.view
        && cx.state.selected().is_none()
    {
        return line_of_all(cx, id);
    }
    if let View::Problem(id) = &page.view {
        let problem = cx.state.problem(id)?;
        return Some(line_of(cx, problem));
    }
    match (cx.state.selected(), page.listing.cursor_place()) {
        (Some(Item::Problem(problem) | Item::Notice(problem)), _) => Some(line_of(cx, problem)),
        (Some(Item::Alike(problem, _)), _) => line_of_all(cx, &AlikeId::of(problem)),
        (Some(item), Some((section, _))) => Some(cells(cx, &item, section)),
        // A list without a row has nothing to tell; a detail is something by itself.
        _ if matches!(page.view, View::Tab(_)) => None,
        _ => Some(chrome::told(cx)),
    }
}

/// A problem in one line: `critical: guest 104 (nextcloud) of fi, site helsinki: …, since …`.
fn line_of(cx: &Cx<'_>, problem: &Problem) -> String {
    let lang = cx.lang();
    let short = lang.short(problem, &cx.when());
    let severity = lang.severity(problem.severity);
    lang.said_of(
        severity,
        &lang.besides(&[&lang.said_of(&subject(cx, problem), short.as_str()), &since(cx, problem)]),
    )
}

/// Several that say the same in one line: `warning: 17 guests, site helsinki: …`.
fn line_of_all(cx: &Cx<'_>, id: &AlikeId) -> Option<String> {
    let lang = cx.lang();
    let title = alike::title(cx, id)?;
    let title = lang.titled(&title, id.site.as_ref().map(SiteName::as_str));
    let said = lang.said_of(&title, &alike::said(cx, id)?);
    Some(lang.said_of(lang.severity(id.severity), &said))
}

fn subject(cx: &Cx<'_>, problem: &Problem) -> String {
    cx.lang().titled(&named(cx, &problem.subject), problem.site.as_ref().map(SiteName::as_str))
}

/// A subject with the name of its guest.
fn named(cx: &Cx<'_>, subject: &Subject) -> String {
    let guest = match cx.item(subject) {
        Some(Item::Guest(_, row) | Item::Replication(_, row, _)) => row.name.as_deref(),
        _ => None,
    };
    match guest {
        Some(name) => cx.lang().named(subject, name),
        None => cx.lang().subject(subject),
    }
}

fn since(cx: &Cx<'_>, problem: &Problem) -> String {
    cx.lang().since_when(problem.since, &cx.when())
}

/// The columns of a row, all of them: names first as they stand, then each with its head.
fn cells(cx: &Cx<'_>, item: &Item<'_>, section: Section) -> String {
    let mut names = Vec::new();
    let mut told = Vec::new();
    for col in columns(&cx.state.page().view, section) {
        let text = tight(&col.line(cx, item).plain());
        // A strip of days, a letter and a number of the screen say nothing without it.
        if text.is_empty()
            || text == cx.glyphs().none
            || matches!(col.head(), Head::Days | Head::Kind | Head::Number | Head::Marks)
        {
            continue;
        }
        let head = cx.lang().head(col.head()).to_lowercase();
        if col.names() || matches!(col.head(), Head::Site | Head::Node) || head.is_empty() {
            names.push(text);
        } else {
            told.push(format!("{head} {text}"));
        }
    }
    let verdict = match item {
        Item::Story(story) => task::word(cx, story),
        _ => cx.lang().verdict(item.verdict_in(section)),
    };
    let names = cx.lang().said_of(verdict, &names.join(" "));
    std::iter::once(names).chain(told).collect::<Vec<_>>().join(", ")
}

/// The same skin with words and nothing for signs that say nothing by themselves: a text is read
/// far from the terminal whose characters these are.
fn in_words(skin: &Skin) -> Skin {
    let checked = |how| skin.lang.checked(how);
    let glyphs = Glyphs {
        verified: checked(Checked::Ok),
        bad_copy: checked(Checked::Failed),
        full: "",
        empty: "",
        spark: [""; 8],
        ..Glyphs::of(GlyphSet::Full)
    };
    Skin { glyphs, theme: skin.theme.clone(), lang: skin.lang }
}

/// A text without needless blanks.
fn tight(text: &str) -> String {
    let words: Vec<&str> = text.split(is_break).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// What is wrong with what is shown or selected, where, since when, what follows and what next; as
/// Markdown.
fn summary(cx: &Cx<'_>) -> String {
    let lang = cx.lang();
    let (mut problems, about) = shown(cx);
    let because = about.as_ref().and_then(|about| add_causes(cx, &mut problems, about));
    let mut lines = vec![format!("**{}**", markdown::escaped(&title(cx, &problems, about)))];
    lines.push(String::new());
    for problem in problems.iter().take(MOST) {
        let several = problems.len() > 1;
        let said = format!(
            "- **{}** {}",
            lang.severity(problem.severity),
            markdown::escaped(&if several {
                lang.said_of(&subject(cx, problem), &lang.short(problem, &cx.when()))
            } else {
                lang.short(problem, &cx.when())
            }),
        );
        lines.push(lang.besides(&[&said, &markdown::escaped(&since(cx, problem))]));
        let meaning = lang.meaning(problem, &cx.when());
        if !meaning.is_empty() {
            lines.push(format!("  - {}", markdown::escaped(&meaning)));
        }
        let next = lang.next(problem);
        if !next.is_empty() {
            let next: Vec<String> = next.iter().map(|line| markdown::escaped(line)).collect();
            let next: Vec<&str> = next.iter().map(String::as_str).collect();
            lines.push(format!("  - {} {}", lang.next_for(None), lang.besides(&next)));
        }
        // All of them: which one says it, only they say together.
        for seen in &problem.evidence {
            let ago = lang.ago(&lang.age(cx.now().since(seen.seen)));
            lines.push(format!("  - {}", markdown::escaped(&lang.as_told(&seen.call, &ago))));
        }
    }
    if problems.len() > MOST {
        lines.push(format!("- {}", lang.more(problems.len() - MOST)));
    }
    if problems.is_empty() {
        lines.push(format!("- {}", lang.no_problem_known()));
        if let Some(because) = because {
            lines.push(format!("- {}", markdown::escaped(&lang.because(because))));
        }
    }
    lines.push(String::new());
    let held = cx.state.frozen.as_ref().map(|frozen| lang.age(cx.now().since(frozen.since)));
    let taken = lang.taken(cx.now(), &cx.when());
    lines.push(format!("vigie, {}", markdown::escaped(&lang.made(&taken, held.as_deref()))));
    lines.join("\n")
}

/// Adds the problems of what is not well of a subject: a guest's replication jobs, and what explains
/// its verdict, which is given back.
fn add_causes<'a>(
    cx: &Cx<'a>,
    problems: &mut Vec<&'a Problem>,
    about: &Subject,
) -> Option<&'a Subject> {
    let is_listed = || {
        let item = cx.state.selected();
        matches!(item, Some(Item::Problem(_) | Item::Notice(_) | Item::Alike(..)))
    };
    match cx.state.page().view {
        View::Problem(_) | View::Alike(_) => return None,
        View::Subject(_) => {}
        _ if is_listed() => return None,
        _ => {}
    }
    let because = match cx.item(about)? {
        Item::Guest(_, row) => {
            for job in &row.replication.jobs {
                let job = Subject::Replication(job.source.clone(), job.id.clone());
                problems.extend(cx.problems_of(&job));
            }
            row.because.as_ref()
        }
        Item::Node(_, row) => row.because.as_ref(),
        Item::Storage(_, row) => row.because.as_ref(),
        Item::Datastore(_, row) => row.because.as_ref(),
        Item::BackupJob(_, row) => row.because.as_ref(),
        Item::Replication(_, _, row) => row.because.as_ref(),
        _ => None,
    }?;
    for problem in cx.problems_of(because) {
        if !problems.iter().any(|known| std::ptr::eq(*known, problem)) {
            problems.push(problem);
        }
    }
    Some(because)
}

/// The verdict and what the summary is about.
fn title(cx: &Cx<'_>, problems: &[&Problem], about: Option<Subject>) -> String {
    let worst = || Verdict::worst(problems.iter().map(|p| p.severity.verdict()));
    if let [only] = problems {
        return cx.lang().said_of(cx.lang().severity(only.severity), &subject(cx, only));
    }
    if let Some(Item::Site(site)) = cx.state.selected() {
        let verdict = cx.lang().verdict(site.verdict);
        return cx
            .lang()
            .said_of(verdict, &format!("{} {}", cx.lang().label(Label::Site), site.name));
    }
    if let Some(Item::Alike(problem, _)) = cx.state.selected() {
        let id = AlikeId::of(problem);
        if let Some(line) = line_of_all(cx, &id) {
            return line;
        }
    }
    let Some(about) = about else { return chrome::told(cx) };
    let verdict = cx.item(&about).map_or_else(worst, |item| item.verdict().max(worst()));
    let site = about.source().and_then(|source| cx.site_of(source)).map(SiteName::as_str);
    let named = cx.lang().titled(&named(cx, &about), site);
    cx.lang().said_of(cx.lang().verdict(verdict), &named)
}

#[cfg(test)]
mod tests;
