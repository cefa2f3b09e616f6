//! Shrink: an input that fails, made as small as it goes.
//! Invariant: what comes out fails too.
//! Used by: this folder.

use super::Parts;

/// How often it is tried.
const TRIES: usize = 5_000;

/// The input with everything left out that can be without its failing any less.
pub(super) fn smallest(mut parts: Parts, fails: &dyn Fn(&[Vec<u8>]) -> bool) -> Parts {
    let mut left = TRIES;
    for which in 0..parts.len() {
        let mut size = parts[which].len();
        while size > 0 && left > 0 {
            let mut at = 0;
            while at < parts[which].len() && left > 0 {
                left -= 1;
                let end = (at + size).min(parts[which].len());
                let mut smaller = parts.clone();
                smaller[which].drain(at..end);
                if fails(&smaller) {
                    parts = smaller;
                } else {
                    at = end;
                }
            }
            size /= 2;
        }
    }
    parts
}
