//! Flow: bricks laid below each other, on as many pages as they need.
//! Invariant: a brick stands whole on one page; a heading never stands alone at a page's end; a table that goes on on the
//! next page has its head there again.
//! Not here: what a brick is made of (see `blocks`, `table`).
//! Used by: document, and everything that makes bricks.

use std::{collections::HashMap, rc::Rc};

use super::{
    sheet::{At, Place, Put, Sheet},
    style::{BOTTOM, PAPER, SIDE, TOP},
};

/// Something that stands whole on one page, as wide as the page allows.
#[derive(Debug, Clone, Default)]
pub(super) struct Brick {
    /// Free space above it, except at a page's top.
    pub(super) above: f32,
    pub(super) height: f32,
    /// Marks, from its own upper left corner.
    pub(super) puts: Vec<Put>,
    /// What links to here are called, and how far down.
    pub(super) anchors: Vec<(String, f32)>,
    /// It stays with the one after it.
    pub(super) keeps: bool,
    /// What stands above it if it begins a page.
    pub(super) head: Option<Rc<Brick>>,
}

/// The pages so far.
pub(super) struct Flow {
    pub(super) sheets: Vec<Sheet>,
    pub(super) places: HashMap<String, Place>,
    y: f32,
    waiting: Vec<Brick>,
}

impl Flow {
    pub(super) fn new() -> Flow {
        let mut flow = Flow { sheets: Vec::new(), places: HashMap::new(), y: TOP, waiting: Vec::new() };
        flow.begin(PAPER);
        flow
    }

    /// How wide bricks are on upright pages.
    pub(super) fn width() -> f32 {
        PAPER.0 - 2.0 * SIDE
    }

    /// How high a brick can be.
    pub(super) fn most() -> f32 {
        PAPER.1 - TOP - BOTTOM
    }

    /// Lays a brick, once it is known what it must stay with.
    pub(super) fn lay(&mut self, brick: Brick) {
        let keeps = brick.keeps;
        self.waiting.push(brick);
        if !keeps {
            self.settle();
        }
    }

    /// The next brick begins a page, unless the page is still empty.
    pub(super) fn turn(&mut self) {
        self.settle();
        if !self.is_at_top() {
            self.begin(PAPER);
        }
    }

    /// The brick has a page of that size for itself.
    pub(super) fn alone(&mut self, bricks: Vec<Brick>, size: At) {
        self.settle();
        match self.is_at_top() {
            true => {
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.size = size;
                }
            }
            false => self.begin(size),
        }
        bricks.into_iter().for_each(|brick| self.place(brick));
        self.begin(PAPER);
    }

    /// Where an anchor stands, once its brick is laid.
    pub(super) fn find(&self, anchor: &str) -> Option<Place> {
        self.places.get(anchor).copied()
    }

    /// How much room is left on this page.
    pub(super) fn room(&mut self) -> f32 {
        self.settle();
        self.bottom() - self.y
    }

    /// All pages; a last one with nothing on it is left out.
    pub(super) fn finish(mut self) -> (Vec<Sheet>, HashMap<String, Place>) {
        self.settle();
        if self.sheets.len() > 1 && self.is_at_top() {
            self.sheets.pop();
        }
        (self.sheets, self.places)
    }

    fn begin(&mut self, size: At) {
        self.sheets.push(Sheet { size, puts: Vec::new() });
        self.y = TOP;
    }

    fn is_at_top(&self) -> bool {
        self.y <= TOP
    }

    fn bottom(&self) -> f32 {
        self.sheets.last().map_or(0.0, |sheet| sheet.size.1) - BOTTOM
    }

    /// Lays what waits: together, where that is possible.
    fn settle(&mut self) {
        let bricks = std::mem::take(&mut self.waiting);
        let whole: f32 = bricks.iter().map(|brick| brick.above + brick.height).sum();
        if whole <= Flow::most() {
            self.make_room(whole, bricks.first());
        }
        for brick in bricks {
            self.make_room(brick.above + brick.height, Some(&brick));
            self.place(brick);
        }
    }

    fn make_room(&mut self, height: f32, first: Option<&Brick>) {
        if self.is_at_top() || self.y + height <= self.bottom() {
            return;
        }
        self.begin(PAPER);
        if let Some(head) = first.and_then(|brick| brick.head.clone()) {
            self.place(Brick::clone(&head));
        }
    }

    fn place(&mut self, brick: Brick) {
        if !self.is_at_top() {
            self.y += brick.above;
        }
        let (top, sheet) = (self.y, self.sheets.len() - 1);
        for (name, down) in brick.anchors {
            self.places.entry(name).or_insert(Place { sheet, y: top + down });
        }
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.puts.extend(brick.puts.into_iter().map(|put| put.moved((SIDE, top))));
        }
        self.y += brick.height;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brick(name: &str, height: f32) -> Brick {
        Brick { height, anchors: vec![(name.to_owned(), 0.0)], ..Brick::default() }
    }

    fn sheets(bricks: Vec<Brick>) -> HashMap<String, usize> {
        let mut flow = Flow::new();
        bricks.into_iter().for_each(|brick| flow.lay(brick));
        flow.finish().1.into_iter().map(|(name, place)| (name, place.sheet)).collect()
    }

    #[test]
    fn a_heading_goes_to_the_next_page_with_what_it_heads() {
        let heading = Brick { keeps: true, ..brick("heading", 20.0) };
        let places = sheets(vec![brick("first", Flow::most() - 50.0), heading, brick("table", 60.0)]);
        assert_eq!((places["first"], places["heading"], places["table"]), (0, 1, 1));
    }

    #[test]
    fn a_table_has_its_head_again_on_the_next_page() {
        let head = Rc::new(brick("head again", 15.0));
        let rows = (0..80).map(|n| Brick { head: Some(head.clone()), ..brick(&format!("row {n}"), 20.0) });
        let places = sheets(rows.collect());
        assert_eq!((places["row 0"], places["head again"]), (0, 1));
        assert_eq!(places["row 79"], 2);
    }

    #[test]
    fn a_brick_alone_has_its_own_page_and_the_next_begins_another() {
        let mut flow = Flow::new();
        flow.lay(brick("before", 30.0));
        flow.alone(vec![brick("figure", 100.0)], (PAPER.1, PAPER.0));
        flow.lay(brick("after", 30.0));
        let (sheets, places) = flow.finish();
        assert_eq!((places["before"].sheet, places["figure"].sheet, places["after"].sheet), (0, 1, 2));
        assert!(sheets[1].size.0 > sheets[1].size.1 && sheets[2].size == PAPER);
    }

    #[test]
    fn an_empty_last_page_is_left_out() {
        let mut flow = Flow::new();
        flow.lay(brick("only", 30.0));
        flow.turn();
        assert_eq!(flow.finish().0.len(), 1);
    }
}
