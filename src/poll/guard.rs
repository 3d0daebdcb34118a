//! What breaks in here is caught: one source whose poller panics takes nobody else with it, and
//! not the terminal either.

use std::any::Any;
use std::cell::Cell;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

thread_local! {
    /// Whether what runs on this thread now is caught should it panic.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// A future panicked; the panic hook has said why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broke;

impl From<Box<dyn Any + Send>> for Broke {
    fn from(_: Box<dyn Any + Send>) -> Self {
        Self
    }
}

/// Whether a panic of this thread is caught now: a panic hook has then nothing to end.
pub fn is_caught() -> bool {
    CAUGHT.get()
}

/// Runs a future; that it panicked is a result like another.
///
/// # Errors
/// When it panicked. What it had borrowed may be half changed.
pub async fn caught<F: Future>(future: F) -> Result<F::Output, Broke> {
    let mut future = std::pin::pin!(AssertUnwindSafe(future).catch_unwind());
    std::future::poll_fn(|cx| {
        let before = CAUGHT.replace(true);
        let polled = future.as_mut().poll(cx);
        CAUGHT.set(before);
        polled
    })
    .await
    .map_err(Broke::from)
}
