//! One cause, one row: what follows from a PBS that is away stands behind it.

use std::sync::Arc;

use super::super::sample::{Mood, problem, state};
use super::{drawn, press, text};
use crate::fleet::code::Code;
use crate::fleet::subject::Subject;
use crate::judge::problem::{Facts, Severity};
use crate::judge::{Judged, Problem};
use crate::state::{State, Tab, View};
use crate::theme::GlyphSet;
use crate::update::{Event, update};

fn frame(state: &State) -> String {
    text(&drawn(state, state.size, GlyphSet::Full).0)
}

/// The PBS `home`, and a storage of each PVE that leads to it, as bad as told.
fn fleet(size: (u16, u16), view: View, away: Severity, storages: [Severity; 2]) -> State {
    let mut state = state(Mood::Healthy, size, view);
    let mut judged: Judged = (*state.judged).clone();
    let mut leads: Vec<Subject> = Vec::new();
    for store in judged.sites.iter().flat_map(|site| &site.datastores) {
        assert_eq!(store.source.as_str(), "home");
        leads.extend(
            store.writers.iter().map(|(source, storage, _)| {
                Subject::Storage(source.clone(), None, storage.clone())
            }),
        );
    }
    leads.dedup();
    assert!(leads.len() >= 2, "{leads:?}");
    let pbs = Subject::Source("home".into());
    let mut all: Vec<Problem> =
        vec![problem(Code::SourceUnreachable, away, "home", pbs, Facts::default())];
    for (subject, severity) in leads.into_iter().zip(storages) {
        let facts = Facts { names: vec!["some-node".into()], ..Facts::default() };
        all.push(problem(Code::StorageOffline, severity, "helsinki", subject, facts));
    }
    // A storage that leads elsewhere.
    let other = Subject::Storage("fi".into(), None, "nfs".into());
    let facts = Facts { names: vec!["other-node".into()], ..Facts::default() };
    all.push(problem(Code::StorageOffline, Severity::Warning, "helsinki", other, facts));
    judged.problems = all;
    update(&mut state, Event::Judged(Arc::new(judged).into()));
    state
}

fn rows(frame: &str) -> (usize, usize) {
    (frame.matches("not reached from some-node").count(), frame.matches("other-node").count())
}

#[test]
fn what_follows_from_a_pbs_that_is_away_stands_behind_it() {
    use Severity::{Critical, Unknown, Warning};
    for tab in [Tab::Problems, Tab::Fleet] {
        let mut state = fleet((120, 40), View::Tab(tab), Unknown, [Warning, Warning]);
        let folded = frame(&state);
        assert_eq!(rows(&folded), (0, 1), "{folded}");
        assert!(folded.contains("+2 due to it"), "{folded}");
        assert!(folded.contains("3 warning"), "all are counted: {folded}");
        // Whoever looks for one finds it.
        press(&mut state, "/");
        update(&mut state, Event::Paste("kind:storage.offline".into()));
        press(&mut state, "Enter");
        assert_eq!(rows(&frame(&state)), (2, 1), "{}", frame(&state));
        press(&mut state, "Esc");
        assert_eq!(rows(&frame(&state)), (0, 1));
    }
    // Opened, the cause lists them.
    let mut state = fleet((120, 40), View::Tab(Tab::Problems), Unknown, [Warning, Warning]);
    press(&mut state, "Enter");
    assert!(matches!(state.page().view, View::Problem(_)), "{:?}", state.page().view);
    let open = frame(&state);
    assert_eq!(rows(&open), (2, 0), "{open}");
    insta::assert_snapshot!("cause-120x40", open);
    // What is worse than its cause is seen beside it.
    let state = fleet((120, 40), View::Tab(Tab::Problems), Unknown, [Critical, Warning]);
    let worse = frame(&state);
    assert_eq!(rows(&worse), (1, 1), "{worse}");
    assert!(worse.contains("+1 due to it"), "{worse}");
    // And nothing that has no cause is hidden.
    let mut state = fleet((120, 40), View::Tab(Tab::Problems), Unknown, [Warning, Warning]);
    let mut judged = (*state.judged).clone();
    judged.problems.remove(0);
    update(&mut state, Event::Judged(Arc::new(judged).into()));
    assert_eq!(rows(&frame(&state)), (2, 1));
}

#[test]
fn a_pbs_that_was_never_reached_explains_the_storages_that_lead_to_it() {
    let mut state = state(Mood::Healthy, (120, 40), View::Tab(Tab::Problems));
    let mut judged: Judged = (*state.judged).clone();
    for site in &mut judged.sites {
        site.datastores.clear();
    }
    let pbs = Subject::Source("home".into());
    let away = problem(Code::SourceUnreachable, Severity::Unknown, "home", pbs, Facts::default());
    let offline = |name: &str, from: &str| {
        let subject = Subject::Storage("fi".into(), None, name.into());
        let facts = Facts { names: vec![from.into()], ..Facts::default() };
        problem(Code::StorageOffline, Severity::Warning, "helsinki", subject, facts)
    };
    judged.problems = vec![away, offline("pbs", "some-node"), offline("not-a-pbs", "other-node")];
    update(&mut state, Event::Judged(Arc::new(judged).into()));
    let folded = frame(&state);
    assert_eq!(rows(&folded), (0, 1), "{folded}");
    assert!(folded.contains("+1 due to it"), "{folded}");
}
