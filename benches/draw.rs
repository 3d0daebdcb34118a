//! How long a frame takes: a fleet of 100 sites and 10,000 guests, every view, at 200×60. A frame
//! has to stay below 5 ms; what is found out once per judgement is measured beside it.

#![allow(missing_docs, reason = "made by a macro")]

#[path = "support/fleet.rs"]
mod fleet;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use vigie::fleet::site::Fleet;
use vigie::judge::{Judged, judge};
use vigie::keymap::Chord;
use vigie::state::State;
use vigie::ui::{Skin, paint};
use vigie::update::{Event, update};

const SIZE: (u16, u16) = (200, 60);

/// What is drawn, and the keys that lead there.
const VIEWS: [(&str, &str); 16] = [
    ("fleet", "1"),
    ("problems", "2"),
    ("hosts", "3"),
    ("guests", "4"),
    ("guests, the last", "4 G"),
    ("backups", "5"),
    ("replication", "6"),
    ("a site", "1 Enter"),
    ("a problem", "2 Enter"),
    ("a node", "3 Enter"),
    ("a guest", "4 Enter"),
    ("a datastore", "5 Enter"),
    ("a backup job", "5 } Enter"),
    ("a replication job", "6 Enter"),
    ("evidence of a site", "1 e"),
    ("help", "?"),
];

fn skin() -> Skin {
    let env = |name: &str| match name {
        "COLORTERM" => Some("truecolor".to_owned()),
        "LANG" => Some("C.UTF-8".to_owned()),
        _ => None,
    };
    Skin::of("dark", &env)
}

fn frame(state: &mut State, skin: &Skin, buf: &mut Buffer) {
    buf.reset();
    let drawn = paint(buf.area, buf, state, skin);
    state.settle(drawn);
}

fn shown(fleet: &Fleet, judged: &Arc<Judged>, keys: &str) -> State {
    let mut state = State::new(fleet.clone(), fleet::NOW, TimeZone::UTC, SIZE);
    update(&mut state, Event::Judged(Arc::clone(judged).into()));
    let mut buf = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    for key in keys.split(' ') {
        let chord: Chord = key.parse().unwrap_or_else(|_| unreachable!("{key} is a chord"));
        update(&mut state, Event::Key(chord));
        frame(&mut state, &skin(), &mut buf);
    }
    state
}

fn draw(c: &mut Criterion) {
    let fleet = fleet::MANY_SITES.fleet();
    let judged = Arc::new(judge(&fleet, fleet::NOW));
    let guests: usize = judged.sites.iter().map(|site| site.guests.len()).sum();
    assert_eq!((judged.sites.len(), guests), (100, 10_000));
    assert!(judged.problems.len() > 1000, "a fleet without problems costs less");
    let skin = skin();
    let mut group = c.benchmark_group("draw");
    for (name, keys) in VIEWS {
        let mut state = shown(&fleet, &judged, keys);
        let mut buf = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        group.bench_function(name, |b| {
            b.iter(|| frame(&mut state, &skin, black_box(&mut buf)));
        });
    }
    group.finish();
    // A key in a window that has room for the detail beside the list: the cursor goes down and up.
    let mut state = shown(&fleet, &judged, "4");
    update(&mut state, Event::Resize(160, 50));
    let mut buf = Buffer::empty(Rect::new(0, 0, 160, 50));
    frame(&mut state, &skin, &mut buf);
    let mut down = false;
    c.bench_function("step beside a detail", |b| {
        b.iter(|| {
            down = !down;
            let key = if down { "j" } else { "k" };
            let chord: Chord = key.parse().unwrap_or_else(|_| unreachable!("{key} is a chord"));
            update(&mut state, Event::Key(chord));
        });
    });
    // Once per judgement: sums, places, and the list that is shown.
    let mut state = shown(&fleet, &judged, "4");
    c.bench_function("judged", |b| {
        b.iter_batched(
            || Arc::new((*judged).clone()),
            |judged| update(&mut state, Event::Judged(judged.into())),
            criterion::BatchSize::LargeInput,
        );
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = draw
}
criterion_main!(benches);
