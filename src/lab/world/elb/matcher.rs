//! Matcher: the statuses that pass a health check, as `200`, `200,202` or `200-399`.
//! Invariant: what is read is printed again as it was written.
//! Used by: `target`, `checks`, and the operations on target groups.

use std::fmt;

/// Statuses and ranges of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher(String);

impl Matcher {
    /// Reads it. AWS: values from 200 to 499 for an Application Load Balancer, several by comma, ranges by hyphen
    /// (Matcher API reference).
    pub fn read(text: &str) -> Option<Matcher> {
        let status = |part: &str| part.parse::<u16>().ok().filter(|code| (200..=499).contains(code));
        let valid = |part: &str| match part.split_once('-') {
            Some((low, high)) => status(low).zip(status(high)).is_some_and(|(low, high)| low <= high),
            None => status(part).is_some(),
        };
        text.split(',').all(valid).then(|| Matcher(text.to_owned()))
    }

    /// The status 200 alone.
    pub fn ok() -> Matcher {
        Matcher("200".to_owned())
    }

    /// True if the status passes.
    pub fn passes(&self, status: u16) -> bool {
        self.0.split(',').any(|part| match part.split_once('-') {
            Some((low, high)) => {
                let bounds = low.parse::<u16>().ok().zip(high.parse::<u16>().ok());
                bounds.is_some_and(|(low, high)| (low..=high).contains(&status))
            }
            None => part.parse() == Ok(status),
        })
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "You can specify multiple values (for example, "200,202") or a range of values (for example, "200-299")".
    #[test]
    fn values_and_ranges_are_read() {
        let matcher = Matcher::read("200,301-399").unwrap();
        assert!(matcher.passes(200) && matcher.passes(302) && !matcher.passes(201) && !matcher.passes(404));
        assert_eq!(matcher.to_string(), "200,301-399");
        assert!(["", "199", "500", "300-200", "abc", "200,"].iter().all(|bad| Matcher::read(bad).is_none()));
    }
}
