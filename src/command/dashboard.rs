//! `vigie` without a command: the dashboard, over pollers on a thread of their own.

use std::collections::BTreeMap;
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::Frame;
use tokio::sync::mpsc;

use super::fleet::Start;
use crate::clock;
use crate::fleet::id::{SiteName, SourceName};
use crate::fleet::site::Fleet;
use crate::fleet::time::Epoch;
use crate::judge::judge;
use crate::poll::fleet::watch;
use crate::poll::keep::keep;
use crate::run::{Copier, Ending, Error, Parts, dashboard};
use crate::state::{Drawn, Poll, State};

/// Surveys under way to the screen: when it cannot follow, pollers wait.
const SURVEYS: usize = 64;

/// Orders under way to the pollers.
const ORDERS: usize = 16;

/// How long the end waits for the memory to be written.
const PATIENCE: Duration = Duration::from_secs(2);

/// Watches until the user leaves. With `mouse` the mouse is taken whatever the configuration says.
///
/// # Errors
/// When there is no terminal, or a part of the program broke.
pub fn watch_fleet(
    start: Start,
    mouse: bool,
    copy: Copier,
    draw: impl FnMut(&mut Frame<'_>, &State) -> Drawn,
) -> Result<Ending, Error> {
    let Start { shown, fleet, subjects, env, memory, demo, config, .. } = start;
    let (keys, mouse) = (config.keys, mouse || config.mouse);
    let (to_screen, surveys) = mpsc::channel(SURVEYS);
    let (polls, orders) = mpsc::channel(ORDERS);
    let (done, ended) = std_mpsc::channel();
    let sites = sites_of(&fleet);
    thread::Builder::new()
        .name("poll".into())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => return tracing::error!(%error, "nothing can be polled"),
            };
            runtime.block_on(async {
                let (to_memory, from_pollers) = mpsc::channel(SURVEYS);
                let concerns =
                    move |poll: &Poll, source: &SourceName| is_asked(poll, source, &sites);
                tokio::join!(
                    watch(subjects, env, to_memory, orders, concerns),
                    keep(memory, clock::now, from_pollers, to_screen),
                );
            });
            let _ = done.send(());
        })
        .map_err(Error::System)?;
    let judge = move |fleet: &Fleet, now: Epoch| judge(fleet, now).only(&shown);
    let zone = TimeZone::system();
    let ending = dashboard(Parts { fleet, zone, keys, surveys, polls, judge, draw, copy, mouse });
    // The dashboard has let go of both queues: the pollers end, and what they know is written.
    let _ = ended.recv_timeout(PATIENCE);
    drop(demo);
    ending
}

fn sites_of(fleet: &Fleet) -> BTreeMap<SourceName, SiteName> {
    let of_site = |site: &crate::fleet::site::Site| {
        let name = site.facts.name.clone();
        let sources = site.facts.sources.iter();
        sources.map(move |source| (source.name.clone(), name.clone())).collect::<Vec<_>>()
    };
    fleet.sites.iter().flat_map(of_site).collect()
}

fn is_asked(poll: &Poll, source: &SourceName, sites: &BTreeMap<SourceName, SiteName>) -> bool {
    match poll {
        Poll::All => true,
        Poll::Site(site) => sites.get(source) == Some(site),
        Poll::Source(asked) => asked == source,
    }
}
