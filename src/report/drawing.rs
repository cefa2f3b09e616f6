//! Drawing: a picture as shapes, before it is SVG or PDF.
//! Invariant: a shape says what it means (its [`Look`]), never which colour it has; shapes are painted in the order in which
//! they stand; every text is plain, so that whoever writes it escapes it.
//! Not here: what is drawn (see `chart`), how it becomes a file (see `svg`, `pdf`), colours (see `ink`).
//! Used by: chart makes drawings; html and pdf write them.

/// A picture. One unit is one CSS pixel on the screen that it is made for; `y` grows downwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    /// Stable and unique among the drawings of a page: names its parts.
    pub(crate) id: &'static str,
    /// How wide.
    pub(crate) width: f64,
    /// How high.
    pub(crate) height: f64,
    /// What it is, in a few words.
    pub(crate) title: String,
    /// What can be seen on it, for those who cannot see it.
    pub(crate) description: String,
    /// What it is made of, the lowest first.
    pub(crate) shapes: Vec<Shape>,
}

/// One piece of a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// Its form and place.
    pub(crate) form: Form,
    /// What it means.
    pub(crate) look: Look,
    /// What a reader who points at it is told.
    pub(crate) says: Option<String>,
    /// The name of the place in the same document that it leads to, without `#`.
    pub(crate) leads_to: Option<String>,
}

/// The form of a shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Form {
    /// An upright rectangle, filled.
    Rect {
        /// Left edge.
        x: f64,
        /// Upper edge.
        y: f64,
        /// Width, at least zero.
        width: f64,
        /// Height, at least zero.
        height: f64,
        /// The radius of its corners.
        round: f64,
    },
    /// A straight line.
    Line {
        /// Where it begins.
        from: Point,
        /// Where it ends.
        to: Point,
    },
    /// Points joined in their order: filled when `closed`, else a line.
    Path {
        /// The points; fewer than two draw nothing.
        points: Vec<Point>,
        /// Whether it is an area.
        closed: bool,
    },
    /// Upright strokes of one height, one for each place: many looks of one watch in one shape.
    Strokes {
        /// Where each stroke stands.
        at: Vec<f64>,
        /// Upper end.
        y: f64,
        /// Height.
        height: f64,
    },
    /// A filled circle.
    Dot {
        /// Its middle.
        at: Point,
        /// Its radius.
        radius: f64,
    },
    /// One line of text; `at` is on its baseline.
    Words {
        /// Where.
        at: Point,
        /// Which part of the text stands there.
        anchor: Anchor,
        /// The height of its letters.
        size: f64,
        /// The text.
        text: String,
    },
}

/// A place in a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// From the left.
    pub(crate) x: f64,
    /// From the top.
    pub(crate) y: f64,
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// What a shape means. The page's style and `ink` say how each looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    // Stretches of lanes.
    /// Served from the primary.
    Primary,
    /// Served from the standby.
    Standby,
    /// Working.
    Ok,
    /// Changing, or in a warning.
    Busy,
    /// Failing.
    Bad,
    /// Not known; hatched.
    Unknown,
    /// A change in force.
    Force,
    /// A change being put back.
    Restoring,
    /// The quiet ground of a lane on which its looks stand.
    Track,
    /// The ground of a lane while its looks fail; the failed looks stand on it as [`Look::FailedSample`].
    BadGround,

    // Phases.
    /// A phase of the drill.
    Phase,
    /// A phase whose end was not seen.
    PhaseOpen,
    /// The time in which users were interrupted, through all lanes; nearly clear.
    Interruption,
    /// The time in which the standby had to prove itself, through all lanes; nearly clear.
    Soak,
    /// The time of putting back, through all lanes; nearly clear.
    Restoration,

    // Single looks.
    /// A failed look, as a stroke.
    FailedSample,
    /// A look that could not tell, as a stroke.
    UnknownSample,

    // Curves.
    /// A measured curve.
    Curve,
    /// The area below a curve, or between its least and its greatest.
    Spread,

    // Objectives.
    /// What was measured, when the objective was met.
    Met,
    /// And when it was missed.
    Missed,
    /// And when that is not known, or there is no objective.
    Unsure,
    /// Between the bounds of what was measured.
    Doubt,
    /// The limit, a line.
    Limit,

    // Moments.
    /// A line through all lanes at a moment.
    Flag,
    /// A moment that leads to its row in a table.
    Moment,
    /// A change was applied.
    Applied,
    /// A change was verified as put back.
    Verified,

    // The frame.
    /// A line of the time axis.
    Grid,
    /// A line between groups of lanes.
    Rule,

    // Text.
    /// A lane's name.
    Label,
    /// The name of a group of lanes.
    Heading,
    /// A place on an axis.
    Tick,
    /// A number beside what it is about.
    Beside,
    /// On a stretch with a strong colour.
    Inside,
    /// On a stretch with a pale colour.
    InsidePale,
}

impl Shape {
    /// A shape that says nothing and leads nowhere.
    pub(crate) fn new(form: Form, look: Look) -> Shape {
        Shape { form, look, says: None, leads_to: None }
    }

    /// With what a reader who points at it is told.
    pub(crate) fn saying(mut self, words: impl Into<String>) -> Shape {
        self.says = Some(words.into());
        self
    }

    /// With the place that it leads to.
    pub(crate) fn leading_to(mut self, anchor: Option<String>) -> Shape {
        self.leads_to = anchor;
        self
    }
}
