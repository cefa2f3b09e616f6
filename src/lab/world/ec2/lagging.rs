//! Lagging: a value that is true at once, shown by reads a little later, and felt by packets later still.
//! Invariant: neither view ever goes back to an earlier write, in whatever order the news arrives.
//! Not here: how long the news takes (see `settings`), who brings it (see `spread`).
//! Used by: rules, ACL entries, routes, and what subnets are bound to.

use std::collections::BTreeMap;

/// A value with its three views.
#[derive(Debug, Clone, Default)]
pub struct Lagging<T> {
    /// As written: what every mutating call is judged by.
    pub configured: T,
    /// As reads show it.
    pub described: T,
    /// As packets meet it.
    pub effective: T,
    writes: u64,
    described_write: u64,
    effective_write: u64,
    pending: BTreeMap<u64, T>,
}

impl<T: Clone> Lagging<T> {
    /// A value that has been there for long.
    pub fn settled(value: T) -> Lagging<T> {
        Lagging {
            configured: value.clone(),
            described: value.clone(),
            effective: value,
            writes: 0,
            described_write: 0,
            effective_write: 0,
            pending: BTreeMap::new(),
        }
    }

    /// Writes; the number of the write is what `show` and `apply` want when the news has arrived.
    pub fn write(&mut self, value: T) -> u64 {
        self.writes += 1;
        self.configured.clone_from(&value);
        self.pending.insert(self.writes, value);
        self.writes
    }

    /// Lets reads show a write; false if they show a later one already.
    pub fn show(&mut self, write: u64) -> bool {
        let Some(value) = self.pending.get(&write).filter(|_| write > self.described_write) else {
            return false;
        };
        self.described.clone_from(value);
        self.described_write = write;
        self.forget();
        true
    }

    /// Lets packets feel a write; what they felt before, or `None` if they feel a later write already.
    pub fn apply(&mut self, write: u64) -> Option<T> {
        let value = self.pending.get(&write).filter(|_| write > self.effective_write)?.clone();
        let before = std::mem::replace(&mut self.effective, value);
        self.effective_write = write;
        self.forget();
        Some(before)
    }

    fn forget(&mut self) {
        let arrived = self.described_write.min(self.effective_write);
        self.pending.retain(|write, _| *write > arrived);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_arrival_of_an_early_write_changes_nothing() {
        let mut value = Lagging::settled(0);
        let (first, second) = (value.write(1), value.write(2));
        assert_eq!((value.configured, value.described, value.effective), (2, 0, 0));
        assert!(value.show(second) && !value.show(first));
        assert_eq!(value.apply(first), Some(0));
        assert_eq!(value.apply(second), Some(1));
        assert_eq!(value.apply(first), None);
        assert_eq!((value.configured, value.described, value.effective), (2, 2, 2));
        assert!(value.pending.is_empty());
    }
}
