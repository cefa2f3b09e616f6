//! Lagged: a value that is read at once as it was written, and felt a while later.
//! Invariant: what is felt goes through every written value, in order.
//! Used by: `model`.

use jiff::Timestamp;

/// A value and the values that are still felt instead of it.
#[derive(Debug, Clone, Default)]
pub(in crate::lab) struct Lagged<T> {
    written: T,
    /// Older values, each with the moment until which it is felt.
    before: Vec<(Timestamp, T)>,
}

impl<T: Clone> Lagged<T> {
    /// A value that has been felt for long.
    pub(in crate::lab) fn new(value: T) -> Lagged<T> {
        Lagged { written: value, before: Vec::new() }
    }

    /// The value as it was written last.
    pub(in crate::lab) fn written(&self) -> &T {
        &self.written
    }

    /// The value that decides at `now`.
    pub(in crate::lab) fn felt(&self, now: Timestamp) -> &T {
        self.before.iter().find(|(until, _)| now < *until).map_or(&self.written, |(_, value)| value)
    }

    /// Writes a value at `now`, felt from `effective` on, or when the write before it is, if that is later.
    pub(in crate::lab) fn write(&mut self, now: Timestamp, effective: Timestamp, value: T) {
        self.before.retain(|(until, _)| now < *until);
        let until = self.before.last().map_or(effective, |(until, _)| effective.max(*until));
        let old = std::mem::replace(&mut self.written, value);
        self.before.push((until, old));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_felt_later_and_in_order() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut value = Lagged::new('a');
        value.write(at(0), at(20), 'b');
        value.write(at(1), at(10), 'c');
        let felt: Vec<char> = [0, 19, 20].iter().map(|second| *value.felt(at(*second))).collect();
        assert_eq!((felt, *value.written()), (vec!['a', 'a', 'c'], 'c'));
    }
}
