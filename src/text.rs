//! Text: how numbers, durations and bytes read, and how long lines are broken, the same in every view.
//! Invariant: pure; nothing here knows what it formats.
//! Not here: tables and colours (see `cli::output`).
//! Used by: every view and every error message.

use std::time::Duration;

/// A duration as people say it: `0.35 s`, `42.1 s`, `3 m 05 s`, `1 h 02 m`.
pub fn duration(value: Duration) -> String {
    let seconds = value.as_secs_f64();
    let whole = value.as_secs();
    match whole {
        0 if seconds < 0.9995 => format!("{:.0} ms", seconds * 1000.0),
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} m {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} m", whole / 3600, whole % 3600 / 60),
    }
}

/// `1 rule`, `2 rules`: English plurals that only need an `s`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}

/// A text from the world with nothing hidden in it: letters that turn the direction of writing, have no width or are controls
/// are shown by their number, as `⟨U+202E⟩`. Line ends stay; a tab is a space.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => out.push('\n'),
            '\t' => out.push(' '),
            hidden if is_hidden(hidden) => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(hidden))),
            plain => out.push(plain),
        }
    }
    out
}

/// True for letters that show nothing, or change how others are shown.
pub fn is_hidden(letter: char) -> bool {
    let turns = matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let no_width = matches!(letter, '\u{00ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    let lines = matches!(letter, '\u{2028}' | '\u{2029}');
    turns || no_width || lines || letter.is_control() || ('\u{e0000}'..='\u{e007f}').contains(&letter)
}

/// The candidate nearest to `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // No name is that long, and the distance costs the product of both lengths.
    if word.len() > 200 {
        return None;
    }
    let limit = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (edits(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= limit || candidate.starts_with(word) && word.len() >= 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            rows[i][j] = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[a.len()][b.len()]
}

/// Two lower-case hex digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text in lines, the first of `first` letters at most and the others of `rest`; a word that is longer is cut.
pub fn wrapped(text: &str, first: usize, rest: usize) -> Vec<String> {
    let (first, rest) = (first.max(10), rest.max(10));
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let room = if lines.is_empty() { first } else { rest };
            let used = line.chars().count();
            let gap = usize::from(used > 0);
            if used + gap + word.len() <= room {
                line.extend([' '].iter().take(gap).chain(&word));
                break;
            }
            if used == 0 && word.len() > rest {
                line.extend(word.drain(..room));
            }
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let said = |ms| duration(Duration::from_millis(ms));
        assert_eq!(said(350), "350 ms");
        assert_eq!(said(42_130), "42.1 s");
        assert_eq!(said(185_000), "3 m 05 s");
        assert_eq!(said(3_720_000), "1 h 02 m");
    }

    #[test]
    fn what_hides_or_turns_round_is_shown() {
        assert_eq!(visible("a\u{202e}b\u{200b}c\td\r\n한글"), "a⟨U+202E⟩b⟨U+200B⟩c d⟨U+000D⟩\n한글");
    }

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("primray", ["primary", "standby"]), Some("primary"));
        assert_eq!(nearest("port", ["primary", "standby"]), None);
    }

    #[test]
    fn bytes_are_written_with_two_digits_each() {
        assert_eq!(hex(&[0, 0x0f, 0xa5]), "000fa5");
    }

    #[test]
    fn lines_are_as_long_as_they_may_be_and_a_word_that_is_longer_is_cut() {
        assert_eq!(wrapped("one two three four", 11, 10), ["one two", "three four"]);
        assert_eq!(wrapped("abcdefghijklm", 10, 10), ["abcdefghij", "klm"]);
        assert_eq!(wrapped("", 80, 80), [""]);
    }
}
