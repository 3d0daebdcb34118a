//! Limits that the system sets to a process.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// From here on a file that may grow no more (`ulimit -f`, a quota of the service manager) is an
/// error of the write, which is told, and not the end of the program by SIGXFSZ.
///
/// The signal is caught, not ignored: programs that are started get it as it was.
pub fn survive() {
    let signal = rustix::process::Signal::XFSZ.as_raw();
    // Where it cannot be caught, it is as it was.
    let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
}
