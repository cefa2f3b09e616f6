//! Cell: what stands in one cell of a table, line by line.
//! Invariant: the lines are no wider than the cell; a reference to a record or a sample leads to its row where there is one.
//! Not here: how wide cells are (see `columns`), rows and pages (see `table`).
//! Used by: table.

use krilla::tagging::Tag;

use super::{
    columns::Need,
    desk::Desk,
    icon::icon,
    lines::{Line, Type},
    sheet::{Form, Mark, Put, drawn},
    structure::Node,
    style::{self, Cells, INK, SOFT},
};
use crate::{
    report::{
        ink::Rgb,
        model::moment::Evidence,
        view::{Cell, Mood, anchor},
    },
    words::{Lang, Phrase},
};

/// One line of a cell.
pub(super) struct Piece {
    kind: Type,
    /// Its words, each with its place from the line's left.
    words: Vec<Said>,
    width: f32,
    mood: Option<Mood>,
}

struct Said {
    x: f32,
    line: Line,
    ink: Rgb,
    /// What it leads to, and how that is called.
    link: Option<(String, String)>,
}

/// The free space for the sign before a verdict, in shares of the letters' height.
const SIGN: f32 = 1.15;
/// A column of references is no wider than this without need.
const REFERENCES: f32 = 104.0;

fn sign(mood: Option<Mood>) -> Option<Mood> {
    mood.filter(|mood| *mood != Mood::Plain)
}

fn kind(cell: &Cell, first: bool, cells: &Cells) -> Type {
    match first || sign(cell.mood).is_some() {
        true => cells.first,
        false => cells.text,
    }
}

/// What a cell needs.
pub(super) fn need(desk: &mut Desk, cell: &Cell, first: bool, cells: &Cells) -> Need {
    // Names and digests are broken sooner than that they push all else off the page.
    const LONGEST: f32 = 92.0;
    let kind = kind(cell, first, cells);
    if let Some(evidence) = &cell.evidence {
        let (whole, widest) = desk.shaper.needs(&references(evidence).join(" "), cells.text);
        return Need { least: widest, most: whole.min(REFERENCES) };
    }
    let mut of = |text: &str, kind: Type| {
        let (whole, widest) = desk.shaper.needs(text, kind);
        Need { least: widest.min(LONGEST), most: whole }
    };
    let sign = if sign(cell.mood).is_some() { SIGN * kind.size } else { 0.0 };
    let text = of(&cell.text, kind);
    let text = Need { least: text.least + sign, most: text.most + sign };
    cell.below.as_ref().map_or(text, |below| text.both(of(below, cells.below)))
}

fn references(evidence: &Evidence) -> Vec<String> {
    let records = evidence.records.iter().map(|seq| seq.to_string());
    records.chain(evidence.samples.iter().map(|line| format!("s{line}"))).collect()
}

/// The cell in lines of that width.
pub(super) fn pieces(
    desk: &mut Desk,
    cell: &Cell,
    first: bool,
    cells: &Cells,
    width: f32,
    lang: Lang,
) -> Vec<Piece> {
    if let Some(evidence) = &cell.evidence {
        return linked(desk, evidence, cells.text, width, lang);
    }
    let kind = kind(cell, first, cells);
    let mood = sign(cell.mood);
    let indent = if mood.is_some() { SIGN * kind.size } else { 0.0 };
    let ink = mood.map_or(INK, |mood| style::colours(mood).0);
    let lines = desk.shaper.lines(&cell.text, kind, width - indent);
    let mut pieces: Vec<Piece> = lines
        .into_iter()
        .enumerate()
        .map(|(n, line)| Piece {
            kind,
            width: indent + line.width,
            words: vec![Said { x: indent, line, ink, link: None }],
            mood: mood.filter(|_| n == 0),
        })
        .collect();
    let below = cell.below.iter().flat_map(|below| desk.shaper.lines(below, cells.below, width));
    pieces.extend(below.map(|line| Piece {
        kind: cells.below,
        width: line.width,
        words: vec![Said { x: 0.0, line, ink: SOFT, link: None }],
        mood: None,
    }));
    pieces
}

/// References one after the other, each leading to its row.
fn linked(desk: &mut Desk, evidence: &Evidence, kind: Type, width: f32, lang: Lang) -> Vec<Piece> {
    let record = |seq: String| Phrase::new("pdf.record").with("seq", seq).say(lang);
    let sample = |line: usize| Phrase::new("pdf.sample").with("line", line.to_string()).say(lang);
    let records = evidence.records.iter().map(|seq| (anchor::record(*seq), record(seq.to_string())));
    let samples = evidence.samples.iter().map(|line| (anchor::sample(*line), sample(*line)));
    let links: Vec<(String, String)> = records.chain(samples).collect();
    let empty = || Piece { kind, words: Vec::new(), width: 0.0, mood: None };
    let (mut pieces, mut piece) = (Vec::new(), empty());
    for (text, link) in references(evidence).into_iter().zip(links) {
        let line = desk.shaper.line(&format!("{text} "), kind);
        let gap = desk.shaper.needs(" x", kind).0 - desk.shaper.needs("x", kind).0;
        let gap = if gap > 0.0 { gap } else { kind.size * 0.28 };
        let wide = line.width;
        let mut x = if piece.words.is_empty() { 0.0 } else { piece.width + gap };
        if x + wide > width + 0.05 && !piece.words.is_empty() {
            pieces.push(std::mem::replace(&mut piece, empty()));
            x = 0.0;
        }
        let link = Some(link).filter(|(anchor, _)| desk.anchors.contains(anchor));
        piece.words.push(Said { x, line, ink: INK, link });
        piece.width = x + wide;
    }
    pieces.extend(Some(piece).filter(|piece| !piece.words.is_empty()));
    pieces
}

/// How high a line of a cell is.
pub(super) fn height(piece: &Piece) -> f32 {
    style::leading(piece.kind)
}

/// Puts a line of a cell where it stands: `left` and `right` are the cell's edges, `y` the line's top.
pub(super) fn put(
    desk: &mut Desk,
    node: Node,
    piece: Piece,
    (left, right): (f32, f32),
    y: f32,
    numeric: bool,
) -> Vec<Put> {
    let start = if numeric { right - piece.width } else { left };
    let base = y + style::baseline(piece.kind);
    let size = piece.kind.size;
    let mut puts = Vec::new();
    if let Some(mood) = piece.mood {
        puts.extend(icon(mood, (start + size * 0.42, base - size * 0.34), size * 0.66));
    }
    for said in piece.words {
        let at = (start + said.x, base);
        let wide = said.line.width;
        let text = |line| Mark::Text { at, line, size, ink: said.ink };
        match said.link {
            None => {
                let leaf = desk.structure.leaf(node);
                puts.push(Put::content(leaf, text(said.line)));
            }
            Some((anchor, says)) => {
                let link = desk.structure.add(node, Tag::Link);
                let leaf = desk.structure.leaf(link);
                puts.push(Put::content(leaf, text(said.line)));
                let under = (at.0, base + size * 0.16);
                let line = Form::Lines(vec![(under, (under.0 + wide, under.1))]);
                puts.push(Put::form(line, drawn(style::RULE, 0.4)));
                let leaf = desk.structure.leaf(link);
                let at = (at.0, y);
                let area = Mark::Link { at, size: (wide, style::leading(piece.kind)), anchor, says };
                puts.push(Put::content(leaf, area));
            }
        }
    }
    puts
}
