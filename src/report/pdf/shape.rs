//! Shape: words as letters of a face, and how wide they are.
//! Invariant: a word is shaped once; every letter knows which characters it stands for, so that what is copied out of the
//! page is what was put in.
//! Not here: where a line ends (see `lines`).
//! Used by: lines.

use std::{collections::HashMap, ops::Range, rc::Rc};

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Feature, UnicodeBuffer, ttf_parser::Tag};

use super::{fonts::Face, plain};

/// Letters of one face, and the text that they stand for.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) face: Face,
    pub(super) text: String,
    /// Advances are shares of the letter's height.
    pub(super) glyphs: Vec<KrillaGlyph>,
}

/// A word, shaped.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) runs: Vec<Run>,
    /// In shares of the letter's height.
    pub(super) width: f32,
}

/// Shapes words, and remembers them.
pub(super) struct Shaper {
    faces: Vec<Option<rustybuzz::Face<'static>>>,
    known: [HashMap<String, Rc<Word>>; 3],
    features: [Feature; 2],
}

impl Shaper {
    pub(super) fn new() -> Shaper {
        // Digits of one width, so that numbers in a column line up; and no letters that change with their neighbours,
        // so that `->` stays what was written.
        let feature = |name: &[u8; 4], value| Feature::new(Tag::from_bytes(name), value, ..);
        Shaper {
            faces: Face::ALL.iter().map(|face| face.measure()).collect(),
            known: Default::default(),
            features: [feature(b"tnum", 1), feature(b"calt", 0)],
        }
    }

    /// The word in letters of that face, or of the first other one that has them.
    pub(super) fn word(&mut self, text: &str, face: Face) -> Rc<Word> {
        if let Some(known) = self.known[face.place()].get(text) {
            return Rc::clone(known);
        }
        let word = Rc::new(self.shape(text, face));
        self.known[face.place()].insert(text.to_owned(), Rc::clone(&word));
        word
    }

    /// Text in which everything can be seen.
    pub(super) fn visible(&self, text: &str) -> String {
        plain::visible(text, &|c| Face::ALL.iter().any(|face| self.has(*face, c))).into_owned()
    }

    fn has(&self, face: Face, c: char) -> bool {
        self.faces[face.place()].as_ref().is_some_and(|font| font.glyph_index(c).is_some())
    }

    fn face_for(&self, wanted: Face, c: char) -> Face {
        let other = if wanted == Face::Code { [Face::Text, Face::Strong] } else { [Face::Text, Face::Code] };
        [wanted, other[0], other[1]].into_iter().find(|face| self.has(*face, c)).unwrap_or(wanted)
    }

    fn shape(&self, text: &str, wanted: Face) -> Word {
        let mut stretches: Vec<(Face, String)> = Vec::new();
        for c in text.chars() {
            // A space that holds words together is drawn, and copied, as a space.
            let c = if c == '\u{a0}' { ' ' } else { c };
            let face = self.face_for(wanted, c);
            match stretches.last_mut().filter(|(last, _)| *last == face) {
                Some((_, stretch)) => stretch.push(c),
                None => stretches.push((face, c.to_string())),
            }
        }
        let runs: Vec<Run> = stretches.into_iter().filter_map(|(face, text)| self.run(face, text)).collect();
        let width = runs.iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.x_advance).sum();
        Word { runs, width }
    }

    fn run(&self, face: Face, text: String) -> Option<Run> {
        let font = self.faces[face.place()].as_ref()?;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(font, &self.features, buffer);
        let em = font.units_per_em() as f32;
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let letters = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).enumerate();
        let glyphs = letters
            .map(|(at, (info, place))| {
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    place.x_advance as f32 / em,
                    place.x_offset as f32 / em,
                    place.y_offset as f32 / em,
                    place.y_advance as f32 / em,
                    cluster(&starts, at, text.len()),
                    None,
                )
            })
            .collect();
        Some(Run { face, text, glyphs })
    }
}

/// The characters that a letter stands for: from its start to the next greater one.
fn cluster(starts: &[usize], at: usize, end: usize) -> Range<usize> {
    let start = starts[at];
    let next = starts[at..].iter().find(|next| **next > start).copied().unwrap_or(end);
    start..next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_of_one_width() {
        let mut shaper = Shaper::new();
        for face in Face::ALL {
            assert_eq!(shaper.word("1111", face).width, shaper.word("0808", face).width, "{face:?}");
        }
    }

    #[test]
    fn what_one_face_has_not_got_comes_from_another() {
        let mut shaper = Shaper::new();
        let word = shaper.word("aws서울", Face::Code);
        let faces: Vec<Face> = word.runs.iter().map(|run| run.face).collect();
        assert_eq!(faces, [Face::Code, Face::Text]);
    }

    #[test]
    fn every_letter_stands_for_its_characters_and_none_is_missing() {
        let mut shaper = Shaper::new();
        for text in ["recovery->time", "복구시간", "é\u{301}x", "fi ffl"] {
            let word = shaper.word(text, Face::Text);
            let said: String = word.runs.iter().map(|run| run.text.as_str()).collect();
            assert_eq!(said, text);
            for run in &word.runs {
                assert!(run.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0), "{text}");
                assert!(run.glyphs.iter().all(|glyph| run.text.get(glyph.text_range.clone()).is_some()));
            }
        }
    }
}
