//! Checksums of large contents, computed by two threads at once.
//!
//! MD5, SHA-1, SHA-256 and SHA-512 of 1 GiB keep a core busy for 5 s, which was half of the time of a push. The first
//! two take about as long as the others.

use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use hc_core::checksum::{self, Algorithm, Checksums};

/// From which size on a second thread is worth its start, in bytes.
const LARGE: u64 = 4 << 20;

/// How much is handed over at a time, in bytes.
const PIECE: usize = 256 << 10;

/// How many pieces may wait.
const AHEAD: usize = 4;

/// Computes checksums while the bytes go by, as [`checksum::Hasher`] does. Half of those of a large content are
/// computed by a second thread, where the machine has a core to spare for it.
#[derive(Debug)]
pub struct Hasher {
    first: Half,
    second: checksum::Hasher,
    /// How many bytes went by.
    size: u64,
}

#[derive(Debug)]
enum Half {
    Here(checksum::Hasher),
    There(Helper),
    /// There is but one checksum, the other half's.
    Nothing,
}

impl Hasher {
    /// Begins these checksums.
    #[must_use]
    pub fn new(algorithms: &[Algorithm]) -> Self {
        let (first, second) = algorithms.split_at(algorithms.len() / 2);
        let hasher = |half: &[Algorithm]| checksum::Hasher::new(half.iter().copied());
        Self {
            first: match first {
                [] => Half::Nothing,
                first => Half::Here(hasher(first)),
            },
            second: hasher(second),
            size: 0,
        }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        if self.size > LARGE {
            self.first.hand_over();
        }
        match &mut self.first {
            Half::Here(hasher) => hasher.update(bytes),
            Half::There(helper) => helper.update(bytes),
            Half::Nothing => {}
        }
        self.second.update(bytes);
    }

    /// The checksums of all bytes so far, in the order in which they were asked for.
    #[must_use]
    pub fn finish(self) -> Checksums {
        let first = match self.first {
            Half::Here(hasher) => hasher.finish(),
            Half::There(helper) => helper.finish(),
            Half::Nothing => Checksums::default(),
        };
        first.and(self.second.finish())
    }
}

impl Half {
    /// Hands the work over to a thread, if there is a core for it.
    fn hand_over(&mut self) {
        if let Self::Here(hasher) = self
            && let Some(helper) = Helper::start(hasher)
        {
            *self = Self::There(helper);
        }
    }
}

/// A thread that computes checksums.
#[derive(Debug)]
struct Helper {
    /// What was not handed over yet.
    pending: Vec<u8>,
    pieces: SyncSender<Vec<u8>>,
    thread: JoinHandle<Checksums>,
}

impl Helper {
    /// Starts one that goes on with `hasher`, which then is a new one; `None` where no core is left, or no thread to be
    /// had.
    fn start(hasher: &mut checksum::Hasher) -> Option<Self> {
        let core = Core::take()?;
        let (begin, begun) = sync_channel::<checksum::Hasher>(1);
        let (pieces, queue) = sync_channel::<Vec<u8>>(AHEAD);
        let work = move || {
            let _core = core;
            let Ok(mut hasher) = begun.recv() else {
                return Checksums::default();
            };
            for piece in queue {
                hasher.update(&piece);
            }
            hasher.finish()
        };
        let thread = thread::Builder::new().spawn(work).ok()?;
        // It waits for this, so that it takes it.
        let _ = begin.send(std::mem::replace(hasher, checksum::Hasher::new([])));
        Some(Self {
            pending: Vec::new(),
            pieces,
            thread,
        })
    }

    fn update(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= PIECE {
            let next = Vec::with_capacity(self.pending.len());
            self.send(next);
        }
    }

    fn send(&mut self, next: Vec<u8>) {
        // A thread that is gone panicked, which its end tells.
        let _ = self.pieces.send(std::mem::replace(&mut self.pending, next));
    }

    fn finish(mut self) -> Checksums {
        self.send(Vec::new());
        drop(self.pieces);
        self.thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// A core that a helper may have for itself. All but one may be taken.
struct Core;

static TAKEN: AtomicUsize = AtomicUsize::new(0);

impl Core {
    fn take() -> Option<Self> {
        static SPARE: LazyLock<usize> =
            LazyLock::new(|| thread::available_parallelism().map_or(0, |cores| cores.get() - 1));
        let one_more = |taken: usize| (taken < *SPARE).then_some(taken + 1);
        TAKEN
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .ok()
            .map(|_| Self)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        TAKEN.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many at once, so that some get a core and others do not.
    #[test]
    fn checksums_are_those_of_one_thread() {
        let bytes: Vec<u8> = (0..10_000_019_u32).map(|i| (i / 251) as u8).collect();
        let of = |algorithms: &[Algorithm], size: usize, piece: usize| {
            let mut alone = checksum::Hasher::new(algorithms.iter().copied());
            let mut hasher = Hasher::new(algorithms);
            for piece in bytes[..size].chunks(piece) {
                alone.update(piece);
                hasher.update(piece);
            }
            assert_eq!(hasher.finish(), alone.finish(), "{algorithms:?} {size} {piece}");
        };
        thread::scope(|scope| {
            for size in [0, 1, LARGE as usize, LARGE as usize + 1, bytes.len()] {
                for piece in [1000, 64 << 10, 1 << 20, bytes.len()] {
                    scope.spawn(move || {
                        for algorithms in [
                            &Algorithm::ALL[..],
                            &Algorithm::ALL[1..],
                            &[Algorithm::Sha256],
                            &[],
                        ] {
                            of(algorithms, size, piece);
                        }
                    });
                }
            }
        });
    }

    #[test]
    fn a_core_is_free_again_when_a_content_breaks_off() {
        for _ in 0..100 {
            let mut hasher = Hasher::new(&Algorithm::ALL);
            hasher.update(&vec![0; LARGE as usize + 1]);
        }
        let mut left = 6000;
        while TAKEN.load(Ordering::Relaxed) > 0 {
            left -= 1;
            assert!(left > 0, "a core is still taken");
            thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}
