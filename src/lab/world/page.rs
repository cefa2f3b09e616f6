//! Page: long answers in parts.
//! Invariant: the parts of a listing that nobody changes add up to the listing; a token that was not given is refused;
//! no part is longer than the call's own longest page ([`Params::page_of`]).
//! Used by: every service that lists.

use super::{
    call::{AwsFault, Params},
    refusal,
};

/// How an operation pages.
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    /// The parameter that carries the token.
    pub token: &'static str,
    /// The parameter that limits a part.
    pub limit: &'static str,
    /// The limits that are allowed.
    pub range: (usize, usize),
    /// The limit where none is given.
    pub default: usize,
    /// The code for a wrong token.
    pub bad_token: &'static str,
    /// The code for a wrong limit.
    pub bad_limit: &'static str,
}

/// EC2's way: without a limit everything comes at once.
pub const EC2: Paging = Paging {
    token: "NextToken",
    limit: "MaxResults",
    range: (5, 1000),
    default: usize::MAX,
    bad_token: "InvalidNextToken",
    bad_limit: "InvalidParameterValue",
};

/// Elastic Load Balancing's way.
pub const ELB: Paging = Paging {
    token: "Marker",
    limit: "PageSize",
    range: (1, 400),
    default: 400,
    bad_token: "ValidationError",
    bad_limit: "ValidationError",
};

/// Elastic Beanstalk's way.
pub const BEANSTALK: Paging = Paging {
    token: "NextToken",
    limit: "MaxRecords",
    range: (1, 1000),
    default: 1000,
    bad_token: "InvalidParameterValue",
    bad_limit: "InvalidParameterValue",
};

/// The part of `items` that the call asks for, and the token of the next part.
pub fn page<T>(items: Vec<T>, params: &Params, how: Paging) -> Result<(Vec<T>, Option<String>), AwsFault> {
    let start = params.text(how.token).map_or(Ok(0), |token| offset(token, how))?;
    let limit = params.text(how.limit).map_or(Ok(how.default), |text| limit(text, how))?;
    let limit = params.page_of(limit);
    let rest = items.len().saturating_sub(start);
    let next = (rest > limit).then(|| token(start + limit));
    Ok((items.into_iter().skip(start).take(limit).collect(), next))
}

fn limit(text: &str, how: Paging) -> Result<usize, AwsFault> {
    let (low, high) = how.range;
    text.parse()
        .ok()
        .filter(|limit| (low..=high).contains(limit))
        .ok_or_else(|| AwsFault::new(400, how.bad_limit, outside(text, how)))
}

/// What a service says of a limit that it does not take.
fn outside(text: &str, how: Paging) -> String {
    let name = uncapitalised(how.limit);
    let (low, high) = how.range;
    let small = text.parse().is_ok_and(|number: usize| number < low);
    match (how.bad_limit, small) {
        ("ValidationError", true) => refusal::constraint(
            text,
            &name,
            &format!("Member must have value greater than or equal to {low}"),
        ),
        ("ValidationError", false) => {
            refusal::constraint(text, &name, &format!("Member must have value less than or equal to {high}"))
        }
        (_, true) => {
            format!("Value ( {text} ) for parameter {name} is invalid. Expecting a value greater than {low}.")
        }
        (_, false) => {
            format!("Value ( {text} ) for parameter {name} is invalid. Expecting a value less than {high}.")
        }
    }
}

fn uncapitalised(name: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or_default();
    first.to_lowercase() + rest
}

/// Tokens look opaque, so that no client learns to make its own.
const MASK: u64 = 0x5bd1_e995_9e37_79b9;

fn token(offset: usize) -> String {
    format!("eyJ{:016x}", offset as u64 ^ MASK)
}

fn offset(token: &str, how: Paging) -> Result<usize, AwsFault> {
    let number = token.strip_prefix("eyJ").and_then(|hex| u64::from_str_radix(hex, 16).ok());
    number
        .and_then(|number| usize::try_from(number ^ MASK).ok())
        .filter(|offset| *offset < 1_000_000)
        .ok_or_else(|| AwsFault::new(400, how.bad_token, format!("The token '{token}' is invalid.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_parts_add_up_to_the_whole() {
        let mut seen = Vec::new();
        let mut token = None;
        loop {
            let mut pairs = vec![("MaxResults", "5")];
            let last: Option<String> = token.clone();
            if let Some(last) = &last {
                pairs.push(("NextToken", last));
            }
            let (part, next) = page((0..12).collect::<Vec<_>>(), &params(&pairs), EC2).unwrap();
            seen.extend(part);
            token = next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn a_lab_with_small_pages_gives_small_pages_to_those_who_ask_for_large_ones() {
        for asked in [vec![], vec![("MaxResults", "1000")]] {
            let params = params(&asked).in_pages_of(2);
            let (part, next) = page((0..5).collect::<Vec<_>>(), &params, EC2).unwrap();
            assert_eq!(part, [0, 1]);
            assert!(next.is_some());
        }
    }

    #[test]
    fn wrong_tokens_and_limits_are_refused() {
        let code = |pairs: &[(&str, &str)]| page(vec![1], &params(pairs), EC2).unwrap_err().code;
        assert_eq!(code(&[("NextToken", "abc")]), "InvalidNextToken");
        assert_eq!(code(&[("MaxResults", "4")]), "InvalidParameterValue");
        let words = |limit, how| page(vec![1], &params(&[(limit, "0")]), how).unwrap_err().message;
        assert_eq!(
            words("MaxResults", EC2),
            "Value ( 0 ) for parameter maxResults is invalid. Expecting a value greater than 5."
        );
        assert_eq!(
            words("PageSize", ELB),
            "1 validation error detected: Value '0' at 'pageSize' failed to satisfy constraint: \
             Member must have value greater than or equal to 1"
        );
    }
}
