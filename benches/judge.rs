//! How long it takes from a survey to a list that can be drawn: a fleet of 10,000 guests with
//! their copies and replicas. A survey and the judgement have to stay below 20 ms together; what of
//! it happens on the screen's own thread below 5, and opening a detail below 2; the loss of each of
//! its nodes in turn, worked out anew, below 50.

#![allow(missing_docs, reason = "made by a macro")]
#![allow(clippy::print_stdout, reason = "a bench says what it found")]

#[path = "support/fleet.rs"]
mod fleet;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use vigie::fleet::survey::Survey;
use vigie::judge::judge;
use vigie::judge::timeline::timeline;
use vigie::keymap::Chord;
use vigie::state::{Digest, Digester, Extras, State};
use vigie::update::{Event, update};
use vigie::whatif::{Loss, n_minus_one, what_if};

use fleet::{MANY_SITES, NOW, Size};

/// Ten sites of 1,000 guests: what is surveyed at once is larger.
const LARGE_SITES: Size = Size { sites: 10, guests: 1000 };

/// Everything is looked at.
const ALL: Extras = Extras { losses: true, lately: true };

fn shown(size: Size, view: &str) -> State {
    let fleet = size.fleet();
    let digest = Digester::default().digest(judge(&fleet, NOW), &fleet, ALL);
    assert!(digest.judged.problems.len() > 1000, "a fleet without problems costs less");
    let mut state = State::new(fleet, NOW, TimeZone::UTC, (200, 60));
    update(&mut state, Event::Judged(digest));
    press(&mut state, view);
    state
}

fn press(state: &mut State, key: &str) {
    let chord: Chord = key.parse().unwrap_or_else(|_| unreachable!("{key} is a chord"));
    update(state, Event::Key(chord));
}

/// What takes part in a round.
struct Round {
    state: State,
    digester: Digester,
    last: Option<Digest>,
}

impl Round {
    fn new(size: Size, key: &str) -> Self {
        Self { state: shown(size, key), digester: Digester::default(), last: None }
    }

    /// What is done with a survey; the time of each step: the survey taken, the fleet judged, all
    /// that follows prepared, and the judgement taken over. The first and the last are on the
    /// screen's thread. The judgement before is let go of elsewhere.
    fn go(&mut self, survey: Arc<Survey>, extras: Extras) -> [Duration; 4] {
        let start = Instant::now();
        update(&mut self.state, Event::Surveyed(survey));
        let surveyed = Instant::now();
        let judged = judge(self.state.newest(), NOW);
        let judging = Instant::now();
        let digest = self.digester.digest(judged, self.state.newest(), extras);
        let prepared = Instant::now();
        let before = self.last.replace(digest.clone());
        update(&mut self.state, Event::Judged(digest));
        let taken = prepared.elapsed();
        drop(before);
        [surveyed - start, judging - surveyed, prepared - judging, taken]
    }
}

fn rounds(c: &mut Criterion) {
    for (name, size) in [("100 sites of 100", MANY_SITES), ("10 sites of 1,000", LARGE_SITES)] {
        let mut group = c.benchmark_group(name);
        for (view, key) in [
            ("fleet", "1"),
            ("problems", "2"),
            ("guests", "4"),
            ("backups", "5"),
            ("recovery", "7"),
            ("tasks", "8"),
        ] {
            let mut round = Round::new(size, key);
            let source = "pve3".into();
            let survey = round.state.newest().survey(&source).map(|s| (**s).clone());
            let survey = survey.unwrap_or_else(|| unreachable!("it is one of them"));
            let fresh = || Arc::new(survey.clone());
            let extras = Extras { losses: view == "recovery", lately: view == "tasks" };
            round.go(fresh(), extras);
            let steps = round.go(fresh(), extras);
            println!("{name}, {view}: surveyed, judged, prepared, taken over: {steps:.2?}");
            group.bench_function(format!("on the screen's thread, {view}"), |b| {
                b.iter_custom(|times| {
                    let once = |_| {
                        let [surveyed, .., taken] = round.go(fresh(), extras);
                        surveyed + taken
                    };
                    (0..times).map(once).sum()
                });
            });
            group.bench_function(format!("survey to list, {view}"), |b| {
                b.iter_batched(
                    fresh,
                    |survey| black_box(round.go(survey, extras)),
                    BatchSize::PerIteration,
                );
            });
        }
        for (what, list) in [("guest", "4"), ("node", "3"), ("problem", "2")] {
            let mut state = shown(size, list);
            group.bench_function(format!("opening a {what}"), |b| {
                b.iter_custom(|times| {
                    let once = |_| {
                        let start = Instant::now();
                        press(&mut state, "Enter");
                        let opened = start.elapsed();
                        press(&mut state, "Esc");
                        press(&mut state, "j");
                        opened
                    };
                    (0..times).map(once).sum()
                });
            });
        }
        let fleet = size.fleet();
        group.bench_function("judge alone", |b| {
            b.iter_with_large_drop(|| judge(black_box(&fleet), NOW));
        });
        let judged = judge(&fleet, NOW);
        group.bench_function("any one node lost", |b| {
            b.iter_with_large_drop(|| n_minus_one(black_box(&fleet), &judged, NOW));
        });
        let told = timeline(&fleet, &judged);
        println!("{name}: {} stories", told.stories.len());
        group.bench_function("what was done lately", |b| {
            b.iter_with_large_drop(|| timeline(black_box(&fleet), &judged));
        });
        let site = [Loss::Site("site3".into())];
        group.bench_function("a site lost", |b| {
            b.iter_with_large_drop(|| what_if(black_box(&fleet), &judged, &site, NOW));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(2));
    targets = rounds
}
criterion_main!(benches);
