//! Unit: durations with the units of a language.
//! Invariant: the figures are the same in every language; only the units differ.
//! Not here: which precision a number deserves (each function says its own).
//! Used by: phrase; report, for numbers outside sentences.

use std::time::Duration;

use super::lang::Lang;
use crate::text;

const MICROS_PER_TENTH: u128 = 100_000;

/// As people say it: `350 ms`, `42.1 s`, `3 m 05 s`, `1 h 02 m`; `350 ms`, `42.1초`, `3분 05초`, `1시간 02분`.
pub fn duration(value: Duration, lang: Lang) -> String {
    let english = text::duration(value);
    match lang {
        Lang::En => english,
        Lang::Ko => korean(&english),
    }
}

/// The English words with Korean units: same figures by construction.
fn korean(english: &str) -> String {
    let mut out = String::new();
    let mut words = english.split(' ');
    while let (Some(figure), Some(unit)) = (words.next(), words.next()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(figure);
        out.push_str(match unit {
            "h" => "시간",
            "m" | "min" => "분",
            "s" => "초",
            _ => " ms",
        });
    }
    out
}

/// How a number that is not exact is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// To the nearest tenth.
    Nearest,
    /// Down: a lower bound stays one.
    Down,
    /// Up: an upper bound stays one.
    Up,
}

/// To a tenth of a second: `42.1 s`, `1 min 58.2 s`, `1 h 02 min 03.0 s`; `42.1초`, `1분 58.2초`.
pub fn tenths(value: Duration, round: Round, lang: Lang) -> String {
    let micros = value.as_micros();
    let tenths = match round {
        Round::Nearest => (micros + MICROS_PER_TENTH / 2) / MICROS_PER_TENTH,
        Round::Down => micros / MICROS_PER_TENTH,
        Round::Up => micros.div_ceil(MICROS_PER_TENTH),
    };
    let (hours, minutes, seconds, tenth) =
        (tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
    let english = match (hours, minutes) {
        (0, 0) => format!("{seconds}.{tenth} s"),
        (0, _) => format!("{minutes} min {seconds}.{tenth} s"),
        _ => format!("{hours} h {minutes:02} min {seconds:02}.{tenth} s"),
    };
    match lang {
        Lang::En => english,
        Lang::Ko => korean(&english),
    }
}

/// The same text with each figure and its unit on one line, wherever lines are broken.
pub fn kept_together(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = "";
    for word in text.split_inclusive(' ') {
        if let Some(held) = before.strip_suffix(' ') {
            out.push_str(held);
            out.push(if belongs(held, word) { '\u{a0}' } else { ' ' });
        }
        before = word;
    }
    out.push_str(before);
    out
}

/// A unit after its figure, or the next figure after a larger unit.
fn belongs(before: &str, after: &str) -> bool {
    let is_figure = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let bare = after.trim_end().trim_end_matches(|c: char| c.is_ascii_punctuation());
    let unit = is_figure(before.trim_start_matches(['(', '-', '+', '−', '–']))
        && ["ms", "s", "m", "min", "h"].contains(&bare);
    let larger = ["h", "min"].contains(&before) || (is_figure(before) && before.ends_with(['분', '간']));
    unit || (larger && is_figure(after))
}

/// A limit that a person wrote: `10 min`, `1 h 30 min`, `5 s`; `10분`, `1시간 30분`, `5초`. What is not whole seconds is
/// written as [`tenths`] does.
pub fn limit(value: Duration, lang: Lang) -> String {
    let whole = value.as_secs();
    if value.subsec_nanos() != 0 || whole == 0 {
        return tenths(value, Round::Nearest, lang);
    }
    let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    match lang {
        Lang::En => said.join(" "),
        Lang::Ko => korean(&said.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_their_units_are_kept_together_and_nothing_else() {
        let kept = |text: &str| kept_together(text).replace('\u{a0}', "_");
        assert_eq!(kept("took 3 min 24.0 s, then 5 of 6"), "took 3_min_24.0_s, then 5 of 6");
        assert_eq!(kept("(350 ms) and 1 h 02 min 03.0 s."), "(350_ms) and 1_h_02_min_03.0_s.");
        assert_eq!(kept("1분 58.2초, 3 회"), "1분_58.2초, 3 회");
        assert_eq!(kept("a s 3 sheep "), "a s 3 sheep ");
        assert_eq!(kept(""), "");
    }
}
