//! Ink: how each look is painted on white paper.
//! Invariant: every look has an ink; text on an ink of a bar can be read (4.5 to 1). The page's light style has the same
//! colours, which a test here holds it to.
//! Not here: the dark style (see `html/chart.css`).
//! Used by: pdf.

use super::drawing::Look;

/// A colour, red, green, blue.
pub(crate) type Rgb = [u8; 3];

/// How a look is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink {
    /// The colour of fillings, strokes or letters, whichever the shape has.
    pub(crate) colour: Rgb,
    /// How much of it covers what is below, 0 to 1.
    pub(crate) opacity: f64,
    /// How wide lines are.
    pub(crate) stroke: f64,
    /// Length of dashes and of the gaps between them.
    pub(crate) dashes: Option<(f64, f64)>,
    /// A second colour in stripes across the first.
    pub(crate) hatch: Option<Rgb>,
    /// Whether letters are bold.
    pub(crate) bold: bool,
}

const TEXT: Rgb = [0x16, 0x20, 0x2e];
const SOFT: Rgb = [0x5b, 0x67, 0x78];
const LINE: Rgb = [0xdf, 0xe3, 0xe9];
const RED: Rgb = [0xd0, 0x3b, 0x33];
const SLATE: Rgb = [0x46, 0x54, 0x6a];
const AMBER: Rgb = [0xe8, 0xa3, 0x3d];
const PURPLE: Rgb = [0xb7, 0x9b, 0xe0];
const GREEN: Rgb = [0x14, 0x80, 0x4a];
const WHITE: Rgb = [0xff, 0xff, 0xff];
const GREY: Rgb = [0xe4, 0xe7, 0xec];
const DARKER_GREY: Rgb = [0xaa, 0xb2, 0xbf];

const fn plain(colour: Rgb) -> Ink {
    Ink { colour, opacity: 1.0, stroke: 1.0, dashes: None, hatch: None, bold: false }
}

/// The ink of a look.
pub(crate) fn of(look: Look) -> Ink {
    match look {
        Look::Primary => plain([0x2f, 0x6f, 0xde]),
        Look::Standby => plain([0x0b, 0x7f, 0x73]),
        Look::Ok => plain([0x93, 0xc9, 0xa8]),
        Look::Busy => plain(AMBER),
        Look::Bad => plain(RED),
        Look::Unknown => Ink { hatch: Some(DARKER_GREY), ..plain(GREY) },
        Look::Force => plain(SLATE),
        Look::Restoring => plain(PURPLE),
        Look::Track => plain([0xf0, 0xf2, 0xf5]),
        Look::BadGround => plain([0xf8, 0xd9, 0xd6]),
        Look::Phase => plain([0x6b, 0x7a, 0x90]),
        Look::PhaseOpen => Ink { opacity: 0.35, ..plain([0x6b, 0x7a, 0x90]) },
        Look::Interruption => Ink { opacity: 0.08, ..plain(RED) },
        Look::Soak => Ink { opacity: 0.08, ..plain([0x0b, 0x7f, 0x73]) },
        Look::Restoration => Ink { opacity: 0.12, ..plain(PURPLE) },
        Look::FailedSample => plain(RED),
        Look::UnknownSample => plain(DARKER_GREY),
        Look::Curve => Ink { stroke: 1.5, ..plain(SLATE) },
        Look::Spread => Ink { opacity: 0.25, ..plain(SLATE) },
        Look::Met => plain(GREEN),
        Look::Missed => plain(RED),
        Look::Unsure => plain([0x9a, 0x62, 0x00]),
        Look::Doubt => Ink { stroke: 1.5, ..plain(TEXT) },
        Look::Limit => Ink { stroke: 2.0, ..plain(TEXT) },
        Look::Flag => Ink { opacity: 0.55, dashes: Some((3.0, 3.0)), ..plain(TEXT) },
        Look::Moment | Look::Applied => plain(SLATE),
        Look::Verified => plain(GREEN),
        Look::Grid | Look::Rule => plain(LINE),
        Look::Label | Look::InsidePale => plain(TEXT),
        Look::Heading => Ink { bold: true, ..plain(TEXT) },
        Look::Tick | Look::Beside => plain(SOFT),
        Look::Inside => plain(WHITE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSS: &str = include_str!("html/chart.css");

    /// The value of a variable in each of the page's styles: light, dark, print.
    fn values(name: &str) -> Vec<&'static str> {
        let named = format!("--{name}: ");
        let after = CSS.split(&named).skip(1);
        after.filter_map(|rest| rest.split(';').next()).collect()
    }

    fn hex(colour: Rgb) -> String {
        colour.iter().fold("#".to_owned(), |hex, part| format!("{hex}{part:02x}"))
    }

    #[test]
    fn paper_and_the_light_page_have_the_same_colours() {
        let same = [
            (Look::Primary, "primary"),
            (Look::Standby, "standby"),
            (Look::Ok, "ok"),
            (Look::Busy, "busy"),
            (Look::Bad, "bad"),
            (Look::BadGround, "bad-ground"),
            (Look::Unknown, "unknown-a"),
            (Look::UnknownSample, "unknown-b"),
            (Look::Force, "force"),
            (Look::Restoring, "restoring"),
            (Look::Phase, "phase"),
            (Look::Track, "track"),
            (Look::Grid, "grid"),
        ];
        for (look, name) in same {
            let [light, _, print] = values(name)[..] else { panic!("--{name} is not said thrice") };
            assert_eq!(hex(of(look).colour), light, "--{name}");
            assert_eq!(light, print, "--{name} is another in print");
        }
    }

    #[test]
    fn shades_cover_as_much_on_paper_as_on_the_light_page() {
        let shades = [
            (Look::Interruption, "shade-red"),
            (Look::Soak, "shade-teal"),
            (Look::Restoration, "shade-purple"),
        ];
        for (look, name) in shades {
            let light = values(name)[0];
            let ink = of(look);
            assert_eq!(hex(ink.colour), light[..7], "--{name}");
            let covers = f64::from(u8::from_str_radix(&light[7..], 16).unwrap()) / 255.0;
            assert!((ink.opacity - covers).abs() < 0.005, "--{name} covers {covers}");
        }
    }
}
