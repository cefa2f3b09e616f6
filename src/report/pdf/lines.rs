//! Lines: text broken into lines of a given width.
//! Invariant: no line is wider than asked for, save where a single letter is; every character is on exactly one line.
//! Not here: where lines stand (see `blocks`, `table`).
//! Used by: blocks, table, summary, contents, figure, furniture.
//!
//! Lines end at spaces, in Korean too, where words are short. A word that is wider than a whole line (a resource name, a
//! digest) is broken: after a mark that parts it if one is near the end, else anywhere.

use super::{
    fonts::Face,
    shape::{Run, Shaper, Word},
};

/// Sums of widths differ in their last digits: so much wider than asked for is not wider, in points.
const SLACK: f32 = 0.05;

/// One line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// In points, without spaces at its end.
    pub(super) width: f32,
}

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Type {
    pub(super) face: Face,
    /// In points.
    pub(super) size: f32,
}

impl Line {
    fn push(&mut self, runs: &[Run], width: f32) {
        for run in runs {
            match self.runs.last_mut().filter(|last| last.face == run.face) {
                Some(last) => extend(last, run),
                None => self.runs.push(run.clone()),
            }
        }
        self.width += width;
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// What it says.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

fn extend(run: &mut Run, more: &Run) {
    let offset = run.text.len();
    run.text.push_str(&more.text);
    run.glyphs.extend(more.glyphs.iter().cloned().map(|mut glyph| {
        glyph.text_range = glyph.text_range.start + offset..glyph.text_range.end + offset;
        glyph
    }));
}

impl Shaper {
    /// All of it on one line.
    pub(super) fn line(&mut self, text: &str, kind: Type) -> Line {
        self.lines(text, kind, f32::INFINITY).into_iter().next().unwrap_or_default()
    }

    /// The text in lines of at most `width` points; none for empty text.
    pub(super) fn lines(&mut self, text: &str, kind: Type, width: f32) -> Vec<Line> {
        let (text, width) = (self.visible(text), width + SLACK);
        let space = self.word(" ", kind.face);
        let gap = space.width * kind.size;
        let (mut lines, mut line) = (Vec::new(), Line::default());
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let word = self.word(word, kind.face);
            let wide = word.width * kind.size;
            if !line.is_empty() {
                // The space belongs to the line that it ends: a reader's copy keeps words apart.
                let room = width - line.width - gap;
                line.push(&space.runs, if wide <= room { gap } else { 0.0 });
                if wide > room {
                    lines.push(std::mem::take(&mut line));
                }
            }
            match wide <= width {
                true => line.push(&word.runs, wide),
                false => line = broken(&word, kind.size, width, &mut lines),
            }
        }
        lines.extend(Some(line).filter(|line| !line.is_empty()));
        lines
    }

    /// How wide the text is on one line, and how wide its widest word.
    pub(super) fn needs(&mut self, text: &str, kind: Type) -> (f32, f32) {
        let text = self.visible(text);
        let gap = self.word(" ", kind.face).width * kind.size;
        let (mut whole, mut widest) = (0.0_f32, 0.0_f32);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let wide = self.word(word, kind.face).width * kind.size;
            whole += if whole > 0.0 { wide + gap } else { wide };
            widest = widest.max(wide);
        }
        (whole, widest)
    }
}

/// The word in pieces, each as wide as fits; the last piece is handed back, as more may follow it.
fn broken(word: &Word, size: f32, width: f32, lines: &mut Vec<Line>) -> Line {
    let letters = letters(word);
    let mut rest = letters.as_slice();
    loop {
        let fits = fitting(rest, size, width);
        let (piece, after) = rest.split_at(fits);
        let mut line = Line::default();
        for (run, wide) in piece {
            line.push(std::slice::from_ref(run), wide * size);
        }
        if after.is_empty() {
            return line;
        }
        lines.push(line);
        rest = after;
    }
}

/// How many letters fit, at least one; up to a mark that parts words if there is one in the last half.
fn fitting(letters: &[(Run, f32)], size: f32, width: f32) -> usize {
    let mut used = 0.0;
    let fits = letters.iter().take_while(|(_, wide)| {
        used += wide * size;
        used <= width
    });
    let most = fits.count().max(1);
    if most == letters.len() {
        return most;
    }
    let parts = |(run, _): &(Run, f32)| run.text.ends_with(['-', '/', ':', '.', ',', '_', '=', '&', '?']);
    (most / 2..most).rev().find(|at| parts(&letters[*at])).map_or(most, |at| at + 1)
}

/// Each letter, with the marks upon it, and how wide it is.
fn letters(word: &Word) -> Vec<(Run, f32)> {
    let mut out: Vec<(Run, f32)> = Vec::new();
    for run in &word.runs {
        let mut last = None;
        for glyph in &run.glyphs {
            let range = glyph.text_range.clone();
            if last != Some(range.start) {
                let text = run.text.get(range.clone()).unwrap_or_default().to_owned();
                out.push((Run { face: run.face, text, glyphs: Vec::new() }, 0.0));
            }
            last = Some(range.start);
            if let Some((letter, wide)) = out.last_mut() {
                let mut glyph = glyph.clone();
                glyph.text_range = 0..letter.text.len();
                *wide += glyph.x_advance;
                letter.glyphs.push(glyph);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Type = Type { face: Face::Text, size: 10.0 };

    fn said(text: &str, width: f32) -> Vec<String> {
        Shaper::new().lines(text, KIND, width).iter().map(Line::text).collect()
    }

    #[test]
    fn lines_end_at_spaces_in_both_languages() {
        assert_eq!(said("the site answered from Tokyo", 60.0).join("|"), "the site |answered |from Tokyo");
        assert_eq!(
            said("도쿄에서 응답하기 시작했습니다", 60.0).join("|"),
            "도쿄에서 |응답하기 |시작했습니다"
        );
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_near_its_marks_and_loses_nothing() {
        let name =
            "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/a/50dc6c495c0c9188";
        let lines = said(name, 110.0);
        assert!(lines.len() > 3 && lines[1].ends_with(':') && lines[3].ends_with('/'), "{lines:?}");
        assert_eq!(lines.concat(), name);
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(said(digest, 50.0).concat(), digest);
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        let text = "서울 리전 ap-northeast-2 가용영역 장애 시 복구시간 58.4 s sg-0123456789abcdef0 (tcp 80 from 203.0.113.0/24)";
        let mut shaper = Shaper::new();
        for width in [30.0, 55.0, 90.0, 200.0] {
            assert!(shaper.lines(text, KIND, width).iter().all(|line| line.width <= width + SLACK));
        }
    }

    #[test]
    fn a_space_that_holds_words_together_ends_no_line() {
        assert_eq!(said("or to be", 30.0), ["or to ", "be"]);
        assert_eq!(said("or to\u{a0}be", 30.0), ["or ", "to be"]);
    }
}
