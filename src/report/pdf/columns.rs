//! Columns: how wide each column of a table is, from what stands in it.
//! Invariant: together they are as wide as the page allows; short columns keep their lines whole before long ones do.
//! Not here: what a cell needs (see `table`).
//! Used by: table.

/// What a column would like.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Need {
    /// Without breaking a word.
    pub(super) least: f32,
    /// With every cell on one line.
    pub(super) most: f32,
}

impl Need {
    /// What two cells below each other need.
    pub(super) fn both(self, other: Need) -> Need {
        Need { least: self.least.max(other.least), most: self.most.max(other.most) }
    }
}

/// The widths; their sum is `all`.
pub(super) fn widths(needs: &[Need], all: f32) -> Vec<f32> {
    let most: f32 = needs.iter().map(|need| need.most).sum();
    let least: f32 = needs.iter().map(|need| need.least).sum();
    if most <= 0.0 {
        return needs.iter().map(|_| all / needs.len().max(1) as f32).collect();
    }
    if most <= all {
        return stretched(needs, all - most);
    }
    if least >= all {
        return needs.iter().map(|need| need.least * all / least).collect();
    }
    let level = level(needs, all);
    needs.iter().map(|need| at_level(need, level)).collect()
}

/// What is left over goes to the columns by the root of their width: long ones get more, short ones some.
fn stretched(needs: &[Need], left: f32) -> Vec<f32> {
    let share = |need: &Need| need.most.max(1.0).sqrt();
    let shares: f32 = needs.iter().map(share).sum();
    needs.iter().map(|need| need.most + left * share(need) / shares).collect()
}

fn at_level(need: &Need, level: f32) -> f32 {
    need.most.min(level).max(need.least)
}

/// The width at which long columns are cut off so that all fit; halved often enough to be exact.
fn level(needs: &[Need], all: f32) -> f32 {
    let (mut low, mut high) = (0.0_f32, all);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        let used: f32 = needs.iter().map(|need| at_level(need, middle)).sum();
        match used > all {
            true => high = middle,
            false => low = middle,
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(least: f32, most: f32) -> Need {
        Need { least, most }
    }

    fn near(widths: &[f32], all: f32) -> bool {
        (widths.iter().sum::<f32>() - all).abs() < 0.1
    }

    #[test]
    fn what_fits_is_stretched_over_the_page() {
        let widths = widths(&[need(10.0, 40.0), need(10.0, 90.0)], 200.0);
        assert!(near(&widths, 200.0) && widths[0] >= 40.0 && widths[1] > widths[0]);
    }

    #[test]
    fn the_long_column_gives_way_first() {
        let widths = widths(&[need(30.0, 50.0), need(40.0, 900.0), need(20.0, 60.0)], 300.0);
        assert!(near(&widths, 300.0));
        assert_eq!((widths[0], widths[2]), (50.0, 60.0));
    }

    #[test]
    fn no_column_is_narrower_than_its_words_while_there_is_room() {
        let widths = widths(&[need(100.0, 400.0), need(90.0, 95.0), need(20.0, 300.0)], 250.0);
        assert!(near(&widths, 250.0) && widths[0] >= 100.0 && widths[1] >= 90.0, "{widths:?}");
    }

    #[test]
    fn columns_of_words_that_are_too_wide_share_what_there_is() {
        assert_eq!(widths(&[need(300.0, 300.0), need(100.0, 100.0)], 200.0), [150.0, 50.0]);
        assert_eq!(widths(&[need(0.0, 0.0), need(0.0, 0.0)], 200.0), [100.0, 100.0]);
    }
}
