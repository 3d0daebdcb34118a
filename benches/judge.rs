//! How long it takes from a survey to a list that can be drawn: a fleet of 10,000 guests with
//! their copies and replicas. A survey, the judgement and what follows from it have to stay below
//! 20 ms together; the loss of each of its nodes in turn, worked out anew, below 50.

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
use vigie::keymap::Chord;
use vigie::state::State;
use vigie::update::{Event, update};
use vigie::whatif::{Loss, n_minus_one, what_if};

use fleet::{MANY_SITES, NOW, Size};

/// Ten sites of 1,000 guests: what is surveyed at once is larger.
const LARGE_SITES: Size = Size { sites: 10, guests: 1000 };

fn shown(size: Size, view: &str) -> State {
    let fleet = size.fleet();
    let judged = Arc::new(judge(&fleet, NOW));
    assert!(judged.problems.len() > 1000, "a fleet without problems costs less");
    let mut state = State::new(fleet, NOW, TimeZone::UTC, (200, 60));
    update(&mut state, Event::Judged(judged));
    let chord: Chord = view.parse().unwrap_or_else(|_| unreachable!("{view} is a chord"));
    update(&mut state, Event::Key(chord));
    state
}

/// What the runner does with a survey; the time of each of its steps.
fn round(state: &mut State, survey: Arc<Survey>) -> [Duration; 3] {
    let start = Instant::now();
    update(state, Event::Surveyed(survey));
    let surveyed = Instant::now();
    let judged = judge(state.newest(), NOW);
    let judging = Instant::now();
    update(state, Event::Judged(Arc::new(judged)));
    [surveyed - start, judging - surveyed, judging.elapsed()]
}

fn rounds(c: &mut Criterion) {
    for (name, size) in [("100 sites of 100", MANY_SITES), ("10 sites of 1,000", LARGE_SITES)] {
        let mut group = c.benchmark_group(name);
        for (view, key) in [("fleet", "1"), ("problems", "2"), ("guests", "4"), ("backups", "5")] {
            let mut state = shown(size, key);
            let source = "pve3".into();
            let survey = state.newest().survey(&source).map(|s| (**s).clone());
            let survey = survey.unwrap_or_else(|| unreachable!("it is one of them"));
            let fresh = || Arc::new(survey.clone());
            let steps = round(&mut state, fresh());
            println!("{name}, {view}: surveyed, judge, judged: {steps:.2?}");
            group.bench_function(format!("survey to list, {view}"), |b| {
                b.iter_batched(
                    fresh,
                    |survey| black_box(round(&mut state, survey)),
                    BatchSize::PerIteration,
                );
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
