//! File: the PDF around the pages: what it says about itself, what is attached, and the standards that it keeps.
//! Invariant: PDF/A-3a (for archives) and PDF/UA-1 (for readers who do not see); no clock: the date is the run's own, and
//! the file's name for itself is made from its content.
//! Not here: pages (see `paint`).
//! Used by: document.

use jiff::{Timestamp, tz::Offset};
use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, Archival, Configuration, ConfigurationBuilder},
    destination::XyzDestination,
    embed::{AssociationKind, EmbeddedFile, MimeType},
    error::KrillaError,
    geom::Point,
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    text::Font,
};

use super::{
    fonts::Face,
    meta::Meta,
    paint::{self, Easel, Ready},
    plain,
    sheet::Place,
    structure::Structure,
    style::SIDE,
};
use crate::{report::Rendered, words::Phrase};

/// Everything that the file is written from.
pub(super) struct Bound<'a> {
    pub(super) meta: &'a Meta<'a>,
    pub(super) pages: Vec<Ready>,
    pub(super) places: std::collections::HashMap<String, Place>,
    pub(super) structure: Structure,
    /// Title and anchor of each bookmark.
    pub(super) bookmarks: Vec<(String, String)>,
}

/// The longest text that a file says about itself.
const LONGEST: usize = 500;

/// The file. Were a standard not kept by this report, it is written without the claim that it is, and that is said.
///
/// # Errors
/// Why it cannot be written at all.
pub(super) fn write(bound: &Bound) -> Result<Rendered, String> {
    let standards = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish();
    let why = match standards.map(|standards| written(bound, standards)) {
        Ok(Ok(bytes)) => return Ok(bytes.into()),
        Ok(Err(why)) => format!("{why:?}"),
        Err(why) => format!("{why:?}"),
    };
    let bytes = written(bound, Configuration::default()).map_err(|why| format!("{why:?}"))?;
    Ok(Rendered { bytes, short_of: Some(format!("PDF/A-3a and PDF/UA-1: {why}")) })
}

fn written(bound: &Bound, configuration: Configuration) -> Result<Vec<u8>, KrillaError> {
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let fonts: Vec<Font> = Face::ALL.iter().filter_map(|face| face.embed()).collect();
    let easel = Easel { fonts: &fonts, places: &bound.places };
    let mut painted = bound.structure.blank();
    for ready in &bound.pages {
        paint::page(&mut document, ready, &easel, &mut painted);
    }
    let meta = bound.meta;
    document.set_tag_tree(bound.structure.tree(meta.lang.code(), &painted));
    document.set_outline(outline(bound));
    document.set_metadata(metadata(meta));
    // Only a second file of the same name would be refused.
    let _ = document.embed_file(attached(meta));
    document.finish()
}

fn metadata(meta: &Meta) -> Metadata {
    Metadata::new()
        .title(plain::title(meta.title, LONGEST))
        .description(plain::title(meta.subject, LONGEST))
        .creator(meta.program.to_owned())
        .producer("krilla".to_owned())
        .keywords(vec![meta.run.to_owned(), meta.digest.to_owned()])
        .language(meta.lang.code().to_owned())
        .document_id(format!("{} {} {}", meta.run, meta.digest, meta.lang))
        .creation_date(date(meta.made))
}

fn date(at: Timestamp) -> DateTime {
    let at = Offset::UTC.to_datetime(at);
    let small = |value: i8| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn attached(meta: &Meta) -> EmbeddedFile {
    EmbeddedFile {
        path: "report.json".to_owned(),
        mime_type: MimeType::new("application/json"),
        description: Some(Phrase::new("pdf.attached").say(meta.lang)),
        association_kind: AssociationKind::Source,
        data: meta.json.to_vec().into(),
        modification_date: Some(date(meta.made)),
        compress: Some(true),
        location: None,
    }
}

fn outline(bound: &Bound) -> Outline {
    let mut outline = Outline::new();
    for (title, anchor) in &bound.bookmarks {
        if let Some(place) = bound.places.get(anchor) {
            let to = XyzDestination::new(place.sheet, Point::from_xy(SIDE, (place.y - 8.0).max(0.0)));
            outline.push_child(OutlineNode::new(plain::title(title, LONGEST), to));
        }
    }
    outline
}
