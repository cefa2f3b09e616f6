//! Plain: text from anywhere as text that a page can show: what a letterless mark would hide is written out.
//! Invariant: nothing is dropped in silence: a character that no face has, or that would steer the reader's eye unseen
//! (right-to-left marks, joiners, controls), is shown as its number, `⟨U+202E⟩`.
//! Not here: which faces there are (see `fonts`).
//! Used by: shape; file, for titles.

use std::{borrow::Cow, fmt::Write};

use crate::text::is_hidden;

/// Text with everything in it visible; `has` says whether there is a letter for a character.
pub(super) fn visible<'a>(text: &'a str, has: &impl Fn(char) -> bool) -> Cow<'a, str> {
    let shown = |c: char| c == ' ' || c == '\u{a0}' || (!hidden(c) && has(c));
    if text.chars().all(shown) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if shown(c) => out.push(c),
            // Writing to a String cannot fail.
            c => drop(write!(out, "⟨U+{:04X}⟩", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// For places that no face is asked about, such as the title in a window's frame; cut where it gets too long.
pub(super) fn title(text: &str, most: usize) -> String {
    let visible = visible(text, &|_| true);
    match visible.chars().count() <= most {
        true => visible.into_owned(),
        false => visible.chars().take(most).chain(['…']).collect(),
    }
}

/// What shows nothing, and the private areas, whose meaning no reader can know.
fn hidden(c: char) -> bool {
    let unseen = matches!(
        c,
        '\u{034f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}'
            | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{fffe}'..='\u{ffff}'
    );
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}');
    unseen || private || is_hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_hide_or_steer_is_written_out() {
        let all = |_: char| true;
        assert_eq!(visible("plain 한글", &all), "plain 한글");
        assert_eq!(visible("a\u{202e}b\u{0}c\nd", &all), "a⟨U+202E⟩b⟨U+0000⟩c d");
        assert_eq!(visible("\u{e000}\u{feff}\u{200d}", &all), "⟨U+E000⟩⟨U+FEFF⟩⟨U+200D⟩");
    }

    #[test]
    fn what_no_face_has_is_named_by_its_number() {
        assert_eq!(visible("fire \u{1f525}", &|c: char| c.is_ascii() || "⟨⟩".contains(c)), "fire ⟨U+1F525⟩");
    }

    #[test]
    fn a_long_title_is_cut_visibly() {
        assert_eq!(title("abcdef", 3), "abc…");
        assert_eq!(title("abc", 3), "abc");
    }
}
