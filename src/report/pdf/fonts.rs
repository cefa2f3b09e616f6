//! Fonts: the letters that every report carries with it: Pretendard for words (Latin and all of Hangul), JetBrains Mono
//! for commands and digests. Both are under the SIL Open Font License, which lies beside them.
//! Invariant: the files are the makers' own, only packed; they are unpacked once.
//! Not here: which letter stands where (see `shape`).
//! Used by: shape, paint.

use std::{io::Read, sync::OnceLock};

use krilla::text::Font;

/// A cut of a font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// For words.
    Text,
    /// For headings and numbers that matter.
    Strong,
    /// For commands and digests.
    Code,
}

/// How many there are.
const COUNT: usize = 3;

const PACKED: [&[u8]; COUNT] = [
    include_bytes!("fonts/Pretendard-Regular.otf.gz"),
    include_bytes!("fonts/Pretendard-SemiBold.otf.gz"),
    include_bytes!("fonts/JetBrainsMono-Regular.ttf.gz"),
];

impl Face {
    /// All of them.
    pub(super) const ALL: [Face; COUNT] = [Face::Text, Face::Strong, Face::Code];

    /// Its place among them.
    pub(super) fn place(self) -> usize {
        match self {
            Face::Text => 0,
            Face::Strong => 1,
            Face::Code => 2,
        }
    }

    fn file(self) -> &'static [u8] {
        static UNPACKED: OnceLock<[Vec<u8>; COUNT]> = OnceLock::new();
        &UNPACKED.get_or_init(|| PACKED.map(unpack))[self.place()]
    }

    /// For measuring.
    pub(super) fn measure(self) -> Option<rustybuzz::Face<'static>> {
        rustybuzz::Face::from_slice(self.file(), 0)
    }

    /// For embedding.
    pub(super) fn embed(self) -> Option<Font> {
        Font::new(self.file().into(), 0)
    }
}

/// What is not packed rightly is empty, which no face can be made of; a test holds that all can.
fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match flate2::read::GzDecoder::new(packed).read_to_end(&mut out) {
        Ok(_) => out,
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_can_be_measured_and_embedded() {
        for face in Face::ALL {
            assert!(face.measure().is_some() && face.embed().is_some(), "{face:?}");
        }
    }

    #[test]
    fn the_words_faces_have_every_syllable_of_hangul() {
        for face in [Face::Text, Face::Strong] {
            let font = face.measure().unwrap();
            let missing = ('가'..='힣').filter(|c| font.glyph_index(*c).is_none()).count();
            assert_eq!((missing, ('가'..='힣').count()), (0, 11_172), "{face:?}");
        }
    }

    #[test]
    fn the_licence_lies_beside_each_font() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/pdf/fonts");
        for name in ["Pretendard", "JetBrainsMono"] {
            let licence = std::fs::read_to_string(folder.join(format!("LICENCE-{name}.txt"))).unwrap();
            assert!(licence.contains("SIL OPEN FONT LICENSE Version 1.1"), "{name}");
        }
    }
}
