//! Paint: sheets as pages of a PDF.
//! Invariant: every mark is written as content of its leaf or as decoration; what was painted for a leaf is handed back.
//! Not here: how forms are drawn (see `forms`), what the file says about itself (see `file`).
//! Used by: file.

use std::collections::HashMap;

use krilla::{
    Document,
    annotation::{Annotation, LinkAnnotation, Target},
    destination::{Destination, XyzDestination},
    geom::{Point, Rect},
    page::{Page, PageSettings},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier},
    text::Font,
};

use super::{
    forms,
    lines::Line,
    sheet::{At, Mark, Place, Put, Sheet},
    structure::{Leaf, Painted},
    style::SIDE,
};
use crate::report::ink::Rgb;

/// A page whose every mark is known.
pub(super) struct Ready {
    pub(super) sheet: Sheet,
    /// What stands above and below the content of every page.
    pub(super) header: Vec<Put>,
    pub(super) footer: Vec<Put>,
}

/// What painting needs to know.
pub(super) struct Easel<'a> {
    pub(super) fonts: &'a [Font],
    pub(super) places: &'a HashMap<String, Place>,
}

/// Paints a page.
pub(super) fn page(document: &mut Document, ready: &Ready, easel: &Easel, painted: &mut Painted) {
    let (width, height) = ready.sheet.size;
    let Some(settings) = PageSettings::from_wh(width, height) else { return };
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let stretches = [
        (&ready.header, ArtifactType::Header),
        (&ready.sheet.puts, ArtifactType::Layout),
        (&ready.footer, ArtifactType::Footer),
    ];
    for (puts, kind) in stretches {
        stretch(&mut surface, puts, kind, easel, painted);
    }
    surface.finish();
    for put in &ready.sheet.puts {
        if let (Mark::Link { at, size, anchor, says }, Some(leaf)) = (&put.mark, put.leaf) {
            let linked = link(&mut page, (*at, *size), anchor, says, easel);
            linked.into_iter().for_each(|identifier| painted.add(leaf, identifier));
        }
    }
}

/// Paints marks one after the other; those of one leaf, or of none, are one stretch of content.
fn stretch(surface: &mut Surface, puts: &[Put], kind: ArtifactType, easel: &Easel, painted: &mut Painted) {
    let mut open: Option<Option<Leaf>> = None;
    for put in puts.iter().filter(|put| !matches!(put.mark, Mark::Link { .. } | Mark::PageOf { .. })) {
        if open != Some(put.leaf) {
            if open.is_some() {
                surface.end_tagged();
            }
            match put.leaf {
                Some(leaf) => painted.add(leaf, surface.start_tagged(ContentTag::Other)),
                None => drop(surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)))),
            }
            open = Some(put.leaf);
        }
        match &put.mark {
            Mark::Text { at, line, size, ink } => text(surface, *at, line, *size, *ink, easel.fonts),
            Mark::Form { form, look } => forms::draw(surface, form, *look),
            Mark::Link { .. } | Mark::PageOf { .. } => {}
        }
    }
    if open.is_some() {
        surface.end_tagged();
    }
}

fn text(surface: &mut Surface, at: At, line: &Line, size: f32, ink: Rgb, fonts: &[Font]) {
    surface.set_stroke(None);
    surface.set_fill(Some(forms::fill(ink, 1.0)));
    let mut x = at.0;
    for run in &line.runs {
        if let Some(font) = fonts.get(run.face.place()) {
            surface.draw_glyphs(Point::from_xy(x, at.1), &run.glyphs, font.clone(), &run.text, size, false);
        }
        x += run.glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * size;
    }
}

fn link(page: &mut Page, area: (At, At), anchor: &str, says: &str, easel: &Easel) -> Option<Identifier> {
    let place = easel.places.get(anchor)?;
    let rect = Rect::from_xywh(area.0.0, area.0.1, area.1.0, area.1.1)?;
    // A little above the row, so that a viewer shows it whole.
    let to = XyzDestination::new(place.sheet, Point::from_xy(SIDE, (place.y - 8.0).max(0.0)));
    let link = LinkAnnotation::new(rect, Target::Destination(Destination::Xyz(to)));
    Some(page.add_tagged_annotation(Annotation::new_link(link, Some(says.to_owned()))))
}
