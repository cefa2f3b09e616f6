//! Meta: what a document says of itself beside its pages.
//! Used by: `document` and `file`.

use jiff::Timestamp;

use crate::words::Lang;

/// What the document says beside the page.
pub(super) struct Meta<'a> {
    pub(super) lang: Lang,
    pub(super) title: &'a str,
    pub(super) subject: &'a str,
    pub(super) program: &'a str,
    pub(super) run: &'a str,
    /// The head of the journal's chain.
    pub(super) digest: &'a str,
    /// When the run ended.
    pub(super) made: Timestamp,
    /// `report.json`, attached.
    pub(super) json: &'a [u8],
}
