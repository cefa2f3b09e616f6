//! Ratio: how a number is printed: what was measured, against what, one line each.
//! Invariant: a ratio of 1 is the bound itself; more is over it.
//! Used by: every number.

/// Prints a measured value against its bound, both in `unit`.
pub(crate) fn line(number: &str, what: &str, measured: f64, bound: f64, unit: &str) {
    let ratio = measured / bound;
    let over = if ratio > 1.0 { "  OVER" } else { "" };
    println!("{number:<9} {what:<46} {measured:>9.3} {unit:<3} of {bound} {unit}: ratio {ratio:.3}{over}");
}

/// Prints what has no bound.
pub(crate) fn fact(number: &str, what: &str, value: &str) {
    println!("{number:<9} {what:<46} {value}");
}

/// The middle value; of an even count, the upper of the two in the middle. Zero of none.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    percentile(values, 50)
}

/// The value that so many hundredths of all values do not exceed. Zero of none.
pub(crate) fn percentile(values: &mut [f64], hundredths: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() * hundredths / 100).min(values.len().saturating_sub(1));
    values.get(at).copied().unwrap_or_default()
}
