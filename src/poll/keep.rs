//! Keeps surveys in memory on disk while they pass by, sparingly.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::fleet::id::SourceName;
use crate::fleet::survey::Survey;
use crate::fleet::time::Epoch;
use crate::memory::Memory;

/// A source's memory is written at most this often.
const EVERY: Duration = Duration::from_secs(60);

/// The first survey of a start is written this soon: a look that was short is remembered too.
const FIRST: Duration = Duration::from_secs(5);

/// Passes surveys on, and writes each source's latest to disk now and then and at the end.
///
/// Ends when the senders are gone or the receiver is. Writing is done beside the async work; a
/// memory that cannot be written is said in the log, once, and noted for whoever ends the program;
/// the program goes on.
pub async fn keep(
    memory: Option<Memory>,
    clock: impl Fn() -> Epoch,
    mut from: mpsc::Receiver<Arc<Survey>>,
    to: mpsc::Sender<Arc<Survey>>,
) {
    let mut waiting: BTreeMap<SourceName, Arc<Survey>> = BTreeMap::new();
    let mut next = Instant::now() + FIRST;
    loop {
        tokio::select! {
            survey = from.recv() => {
                let Some(survey) = survey else { break };
                if memory.is_some() {
                    waiting.insert(survey.source.clone(), Arc::clone(&survey));
                }
                if to.send(survey).await.is_err() {
                    break;
                }
            }
            () = sleep_until(next), if memory.is_some() => {
                next = Instant::now() + EVERY;
                write(memory.as_ref(), &mut waiting, clock()).await;
            }
        }
    }
    write(memory.as_ref(), &mut waiting, clock()).await;
}

async fn write(
    memory: Option<&Memory>,
    waiting: &mut BTreeMap<SourceName, Arc<Survey>>,
    now: Epoch,
) {
    let Some(memory) = memory.filter(|_| !waiting.is_empty()) else { return };
    let was_noted = memory.unkept().is_some();
    let mut failure = None;
    for survey in std::mem::take(waiting).into_values() {
        let memory = memory.clone();
        let written = tokio::task::spawn_blocking(move || memory.save(&survey, now)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                failure.get_or_insert(error);
            }
            Err(error) => tracing::error!(%error, "writing the memory ended badly"),
        }
    }
    if let Some(error) = failure.as_ref().filter(|_| !was_noted) {
        tracing::warn!(error = error as &dyn std::error::Error, "the memory is not written");
    }
    memory.note(failure, now);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::mpsc;
    use tokio::time::sleep;

    use super::{EVERY, keep};
    use crate::fleet::id::Product;
    use crate::fleet::policy::SourceFacts;
    use crate::fleet::survey::Survey;
    use crate::fleet::time::Epoch;
    use crate::memory::{Memory, MemoryError};

    fn survey(round: i64) -> Arc<Survey> {
        let mut survey = Survey::new("fi".into(), Product::Pve, &["a:8006".into()]);
        survey.link.round = Some(Epoch(round));
        Arc::new(survey)
    }

    fn kept(memory: &Memory) -> Option<i64> {
        let facts = SourceFacts {
            name: "fi".into(),
            product: Product::Pve,
            endpoints: vec!["a:8006".into()],
            fingerprints: Vec::new(),
            planned_off: Vec::new(),
        };
        memory.load(&facts).unwrap().and_then(|s| s.link.round).map(|e| e.0)
    }

    #[tokio::test]
    async fn all_pass_and_the_latest_stays_when_the_senders_are_gone() {
        let dir = tempfile::tempdir().unwrap();
        let memory = Memory::new(dir.path());
        let (from, surveys) = mpsc::channel(8);
        let (to, mut seen) = mpsc::channel(8);
        let keeping = keep(Some(memory.clone()), || Epoch(9), surveys, to);
        let sending = async {
            for round in 1..=3 {
                from.send(survey(round)).await.unwrap();
            }
            drop(from);
        };
        tokio::join!(keeping, sending);
        let mut rounds = Vec::new();
        while let Some(survey) = seen.recv().await {
            rounds.push(survey.link.round.unwrap().0);
        }
        assert_eq!(rounds, [1, 2, 3]);
        assert_eq!(kept(&memory), Some(3));
    }

    #[tokio::test]
    async fn a_disk_that_refuses_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("memory"), b"in the way").unwrap();
        let (from, surveys) = mpsc::channel(8);
        let (to, mut seen) = mpsc::channel(8);
        let memory = Memory::new(dir.path());
        let keeping = keep(Some(memory.clone()), || Epoch(9), surveys, to);
        let sending = async {
            from.send(survey(1)).await.unwrap();
            drop(from);
        };
        tokio::join!(keeping, sending);
        assert!(seen.recv().await.is_some());
        assert!(matches!(memory.failure(), Some(MemoryError::Unwritable { .. })), "it is told");
        // Whoever made room is not told of it again.
        std::fs::remove_file(dir.path().join("memory")).unwrap();
        memory.note(Some(MemoryError::NoFile { path: dir.path().into() }), Epoch(9));
        let (from, surveys) = mpsc::channel(8);
        let (to, _seen) = mpsc::channel(8);
        from.send(survey(2)).await.unwrap();
        drop(from);
        keep(Some(memory.clone()), || Epoch(9), surveys, to).await;
        assert!(memory.failure().is_none() && kept(&memory) == Some(2));
    }

    #[tokio::test(start_paused = true)]
    async fn writes_are_rare() {
        let (from, surveys) = mpsc::channel(8);
        let (to, mut seen) = mpsc::channel(64);
        let dir = tempfile::tempdir().unwrap();
        let memory = Memory::new(dir.path());
        let look = memory.clone();
        let keeping = keep(Some(memory), || Epoch(9), surveys, to);
        let sending = async {
            from.send(survey(1)).await.unwrap();
            sleep(Duration::from_secs(1)).await;
            assert_eq!(kept(&look), None, "not at once");
            from.send(survey(2)).await.unwrap();
            sleep(EVERY).await;
            from.send(survey(3)).await.unwrap();
            drop(from);
        };
        tokio::join!(keeping, sending);
        while seen.recv().await.is_some() {}
        assert_eq!(kept(&look), Some(3));
    }
}
