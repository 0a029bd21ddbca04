//! How much of the server one client may have: connections and bodies that are arriving hold open files, and of
//! those a process has only so many. Who finds none left is told to come back.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More open files are not asked for, whatever the system would give.
#[cfg(unix)]
const MOST_FILES: u64 = 1 << 16;

/// How many open files are kept for the records, the log and what is refused.
const SPARE: usize = 64;

/// So many at once, and so many of them for one client.
pub(crate) struct Shares {
    most: usize,
    most_each: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// One of the shares, until it is dropped.
pub(crate) struct Share {
    shares: Arc<Shares>,
    client: IpAddr,
}

impl Shares {
    pub(crate) fn new(most: usize, most_each: usize) -> Self {
        Self {
            most,
            most_each,
            taken: Mutex::default(),
        }
    }

    /// A share for `client`, if there is one left for it.
    pub(crate) fn take(self: &Arc<Self>, client: IpAddr) -> Option<Share> {
        let mut taken = self.taken();
        if taken.all >= self.most {
            return None;
        }
        let own = taken.of.entry(client).or_default();
        if *own >= self.most_each {
            return None;
        }
        *own += 1;
        taken.all += 1;
        Some(Share {
            shares: Arc::clone(self),
            client,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Whose it is.
    pub(crate) fn client(&self) -> IpAddr {
        self.client
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.shares.taken();
        taken.all -= 1;
        if let Some(own) = taken.of.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                taken.of.remove(&self.client);
            }
        }
    }
}

/// How many connections there may be: each may hold a second open file, which it reads or writes.
pub(crate) fn most() -> usize {
    open_files().saturating_sub(SPARE).max(SPARE) / 2
}

/// How many files this process may open, once it has asked for more.
#[cfg(unix)]
fn open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(MOST_FILES).min(MOST_FILES);
    let current = current.unwrap_or(MOST_FILES);
    let more = Rlimit {
        current: Some(wanted),
        maximum,
    };
    let may = if current < wanted && setrlimit(Resource::Nofile, more).is_ok() {
        wanted
    } else {
        current
    };
    usize::try_from(may.min(MOST_FILES)).unwrap_or(usize::MAX)
}

/// Windows sets no limit that matters here.
#[cfg(not(unix))]
fn open_files() -> usize {
    1 << 14
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_share_and_leaves_the_others_theirs() {
        let shares = Arc::new(Shares::new(3, 2));
        let [one, other] = [1, 2].map(|last| IpAddr::from([127, 0, 0, last]));
        let held = [shares.take(one), shares.take(one)];
        assert!(held.iter().all(Option::is_some) && shares.take(one).is_none());
        let third = shares.take(other);
        assert!(third.is_some() && shares.take(other).is_none());
        drop(held);
        assert!(shares.take(one).is_some());
        drop(third);
        assert!(shares.taken().of.is_empty());
    }
}
