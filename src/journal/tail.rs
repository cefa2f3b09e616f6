//! Tail: what a crash or a power loss leaves at the end of a file of lines.
//! Invariant: only the last line can be torn; nothing before it is passed over.
//! Not here: what is said about it (see `warning`).
//! Used by: reader, samples.

use super::format;

/// The whole lines, and how many bytes a torn one after them has. The first line has nothing before it that could vouch
/// for the file, so it is torn only without its `\n`.
pub(super) fn split_torn(bytes: &[u8]) -> (&[u8], usize) {
    let whole = end_of_lines(bytes);
    if whole < bytes.len() || whole == 0 {
        return (&bytes[..whole], bytes.len() - whole);
    }
    let last = end_of_lines(&bytes[..whole - 1]);
    match last > 0 && is_debris(&bytes[last..whole - 1]) {
        true => (&bytes[..last], whole - last),
        false => (bytes, 0),
    }
}

/// Whether a last line with its `\n` is what a power loss left of one: a file may have its length before it has all its
/// blocks, and those it has not are zeros. A line that ends as records end, or has a whole record before the zeros, was
/// written whole once: what is wrong with it is damage, not a tear.
fn is_debris(line: &[u8]) -> bool {
    let before_zeros = line.split(|byte| *byte == 0).next().unwrap_or(line);
    format::split_tail(before_zeros).is_none()
}

/// Just after the last `\n`.
fn end_of_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

/// The whole lines of a file that has no hashes: without a last one that lacks its `\n` or holds zeros.
pub(super) fn whole_lines(bytes: &[u8]) -> &[u8] {
    let whole = &bytes[..end_of_lines(bytes)];
    let last = end_of_lines(&whole[..whole.len().saturating_sub(1)]);
    if whole[last..].contains(&0) { &whole[..last] } else { whole }
}
