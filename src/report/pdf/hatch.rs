//! Hatch: slanting stripes inside a rectangle, so that what is not known is told from what is without colour.
//! Invariant: no stripe leaves the rectangle.
//! Used by: figure.

use super::sheet::At;

/// Stripes from lower left to upper right, `step` apart.
pub(super) fn hatch(corner: At, size: At, step: f32) -> Vec<(At, At)> {
    let (left, top, right, bottom) = (corner.0, corner.1, corner.0 + size.0, corner.1 + size.1);
    if step <= 0.0 || size.0 <= 0.0 || size.1 <= 0.0 {
        return Vec::new();
    }
    // On a stripe, x + y is the same everywhere.
    let first = ((left + top) / step).ceil() as i64;
    let last = ((right + bottom) / step).floor() as i64;
    (first..=last)
        .map(|n| n as f32 * step)
        .map(|sum| {
            let low = (sum - bottom).max(left);
            let high = (sum - top).min(right);
            ((low, sum - low), (high, sum - high))
        })
        .filter(|(from, to)| to.0 > from.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_stay_inside() {
        let lines = hatch((10.0, 20.0), (33.0, 9.0), 3.0);
        assert!(lines.len() > 8);
        let inside = |(x, y): At| (9.999..=43.001).contains(&x) && (19.999..=29.001).contains(&y);
        assert!(lines.iter().all(|(from, to)| inside(*from) && inside(*to)));
    }

    #[test]
    fn nothing_has_no_stripes() {
        assert!(hatch((0.0, 0.0), (0.0, 5.0), 3.0).is_empty());
    }
}
