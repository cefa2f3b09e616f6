//! Spark: numbers as a row of bars.
//! Invariant: bars begin at zero: twice as high is twice as long; what was not measured is a dot.
//! Used by: shown.

use std::time::Duration;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NOTHING: char = '·';

/// One letter for each, the last `most` of them.
pub(super) fn line(values: &[Option<Duration>], most: usize) -> String {
    let shown = &values[values.len().saturating_sub(most)..];
    let highest = shown.iter().flatten().max().copied().unwrap_or_default().as_secs_f64();
    let bar = |value: &Option<Duration>| match value {
        None => NOTHING,
        Some(_) if highest <= 0.0 => BARS[0],
        Some(value) => {
            let eighths = (value.as_secs_f64() / highest * BARS.len() as f64).ceil() as usize;
            BARS[eighths.clamp(1, BARS.len()) - 1]
        }
    };
    shown.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_at_zero_and_what_was_not_measured_is_a_dot() {
        let seconds =
            |values: &[u64]| values.iter().map(|value| Some(Duration::from_secs(*value))).collect::<Vec<_>>();
        assert_eq!(line(&seconds(&[1, 2, 4, 8]), 30), "▁▂▄█");
        assert_eq!(line(&seconds(&[100, 101, 102]), 30), "███", "a small difference looks small");
        assert_eq!(line(&[Some(Duration::from_secs(8)), None, Some(Duration::ZERO)], 30), "█·▁");
        assert_eq!(line(&seconds(&[9, 9, 1, 2]), 2), "▄█", "the last ones");
        assert_eq!(
            (line(&[], 30), line(&[None], 30), line(&seconds(&[0]), 30)),
            (String::new(), "·".into(), "▁".into())
        );
    }
}
