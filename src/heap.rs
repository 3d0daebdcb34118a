//! How the system's allocator keeps what was let go of.

/// Largest piece that comes from a heap, bytes; a larger one comes from the system and goes back
/// there when it is let go of.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGEST: i32 = 128 << 10;

/// Heaps. The screen, the pollers and the judge take turns more than they meet.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: i32 = 2;

/// Gives memory back to the system when it is let go of.
///
/// Every round brings lists of megabytes that live for a moment. glibc learns from them to keep such
/// pieces, in a heap for each thread: with 10,000 guests a third of what was resident held nothing.
/// To be called before the first thread is started. Elsewhere than in glibc it does nothing.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "the only way to tell glibc")]
    for (what, value) in [
        (libc::M_MMAP_THRESHOLD, LARGEST),
        (libc::M_TRIM_THRESHOLD, LARGEST),
        (libc::M_ARENA_MAX, HEAPS),
    ] {
        // SAFETY: `mallopt` takes two numbers and touches nothing of ours. It is called before
        // there is a second thread; a number that it does not take changes nothing.
        unsafe {
            libc::mallopt(what, value);
        }
    }
}

/// Gives back what lies free between pieces in use, page by page; glibc never does so by itself.
///
/// Takes its time (milliseconds with hundreds of megabytes), and who asks for memory meanwhile may
/// wait for it: to be called now and then, where nobody waits. Elsewhere than in glibc it does
/// nothing.
pub fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "the only way to tell glibc")]
    // SAFETY: `malloc_trim` takes its own locks and touches only what nobody holds.
    unsafe {
        libc::malloc_trim(0);
    }
}
