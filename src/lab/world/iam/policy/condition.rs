//! Condition: operators, and when a request satisfies them.
//! Invariant: several values of one operator are alternatives; a negated operator must fail for all of them.
//! Used by: `parse` makes them; `evaluate` asks.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys".

use std::{net::IpAddr, str::FromStr};

use jiff::Timestamp;

use super::{
    context::Context,
    pattern::{filled, fits, fits_arn, literal, plain},
};

/// One operator, one key, its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    quantifier: Quantifier,
    operator: Operator,
    negated: bool,
    if_exists: bool,
    /// The key, as the document spells it.
    pub(super) key: String,
    /// The values, any of which will do.
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    One,
    AllValues,
    AnyValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Order::Equal => left == right,
            Order::Less => left < right,
            Order::LessOrEqual => left <= right,
            Order::Greater => left > right,
            Order::GreaterOrEqual => left >= right,
        }
    }
}

impl Condition {
    /// The condition of an operator's name; `None` if there is no such operator.
    pub(super) fn new(name: &str, key: &str, values: Vec<String>) -> Option<Condition> {
        let name = name.to_ascii_lowercase();
        let (quantifier, name) = match name.split_once(':') {
            Some(("forallvalues", name)) => (Quantifier::AllValues, name),
            Some(("foranyvalue", name)) => (Quantifier::AnyValue, name),
            Some(_) => return None,
            None => (Quantifier::One, name.as_str()),
        };
        let (name, if_exists) = name.strip_suffix("ifexists").map_or((name, false), |name| (name, true));
        let (operator, negated) = operator(name)?;
        // AWS: IfExists goes with every operator but Null.
        if operator == Operator::Null && (if_exists || quantifier != Quantifier::One) {
            return None;
        }
        Some(Condition { quantifier, operator, negated, if_exists, key: key.to_owned(), values })
    }

    /// True if the request satisfies it. `variables`: values may have them. Keys that the request does not have go to
    /// `missing`.
    pub(super) fn holds(&self, context: &Context, variables: bool, missing: &mut Vec<String>) -> bool {
        let found = context.get(&self.key).filter(|values| !values.is_empty());
        if self.operator == Operator::Null {
            let absent = found.is_none().to_string();
            return self.values.iter().any(|value| value.eq_ignore_ascii_case(&absent));
        }
        let Some(found) = found else {
            missing.push(self.key.clone());
            return match self.quantifier {
                // AWS: ForAllValues is true if there are no keys in the request; ForAnyValue is false.
                Quantifier::AllValues => true,
                Quantifier::AnyValue => self.if_exists,
                Quantifier::One => self.if_exists || self.negated,
            };
        };
        let mut fits = |given: &String| {
            let any =
                self.values.iter().any(|wanted| self.compare(wanted, given, context, variables, missing));
            any != self.negated
        };
        match self.quantifier {
            Quantifier::AllValues => found.iter().all(&mut fits),
            Quantifier::One if self.negated => found.iter().all(&mut fits),
            Quantifier::One | Quantifier::AnyValue => found.iter().any(&mut fits),
        }
    }

    fn compare(
        &self,
        wanted: &str,
        given: &str,
        context: &Context,
        variables: bool,
        missing: &mut Vec<String>,
    ) -> bool {
        let pieces = match variables.then(|| filled(wanted, context)) {
            None => plain(wanted),
            Some(Ok(pieces)) => pieces,
            Some(Err(absent)) => {
                missing.push(absent);
                return false;
            }
        };
        match self.operator {
            Operator::Equals => exact(wanted, given, variables, context, false),
            Operator::EqualsIgnoreCase => exact(wanted, given, variables, context, true),
            Operator::Like => fits(&pieces, given, false),
            Operator::Arn => fits_arn(&pieces, given),
            Operator::Number(order) => both::<f64>(wanted, given).is_some_and(|(w, g)| order.holds(&g, &w)),
            Operator::Date(order) => {
                moment(wanted).zip(moment(given)).is_some_and(|(w, g)| order.holds(&g, &w))
            }
            Operator::Bool => wanted.eq_ignore_ascii_case(given),
            Operator::Binary => wanted == given,
            Operator::Ip => within(wanted, given),
            Operator::Null => false,
        }
    }
}

/// Equality: wildcards mean themselves, variables are filled in.
fn exact(wanted: &str, given: &str, variables: bool, context: &Context, fold: bool) -> bool {
    if !(variables && wanted.contains("${")) {
        return fits(&literal(wanted), given, fold);
    }
    // Wildcards outside of variables are literal here, so they are written as variables before filling in.
    let mut escaped = String::new();
    let mut inside = false;
    for character in wanted.chars() {
        match character {
            '*' | '?' if !inside => escaped.push_str(&format!("${{{character}}}")),
            other => {
                inside = if other == '{' { escaped.ends_with('$') } else { inside && other != '}' };
                escaped.push(other);
            }
        }
    }
    filled(&escaped, context).is_ok_and(|pieces| fits(&pieces, given, fold))
}

fn operator(name: &str) -> Option<(Operator, bool)> {
    Some(match name {
        "stringequals" => (Operator::Equals, false),
        "stringnotequals" => (Operator::Equals, true),
        "stringequalsignorecase" => (Operator::EqualsIgnoreCase, false),
        "stringnotequalsignorecase" => (Operator::EqualsIgnoreCase, true),
        "stringlike" => (Operator::Like, false),
        "stringnotlike" => (Operator::Like, true),
        // AWS: ArnEquals and ArnLike behave identically.
        "arnequals" | "arnlike" => (Operator::Arn, false),
        "arnnotequals" | "arnnotlike" => (Operator::Arn, true),
        "bool" => (Operator::Bool, false),
        "binaryequals" => (Operator::Binary, false),
        "ipaddress" => (Operator::Ip, false),
        "notipaddress" => (Operator::Ip, true),
        "null" => (Operator::Null, false),
        _ => {
            let numeric =
                name.strip_prefix("numeric").map(|order| (Operator::Number as fn(Order) -> _, order));
            let date = name.strip_prefix("date").map(|order| (Operator::Date as fn(Order) -> _, order));
            let (make, order) = numeric.or(date)?;
            let (order, negated) = match order {
                "equals" => (Order::Equal, false),
                "notequals" => (Order::Equal, true),
                "lessthan" => (Order::Less, false),
                "lessthanequals" => (Order::LessOrEqual, false),
                "greaterthan" => (Order::Greater, false),
                "greaterthanequals" => (Order::GreaterOrEqual, false),
                _ => return None,
            };
            (make(order), negated)
        }
    })
}

fn both<T: FromStr>(wanted: &str, given: &str) -> Option<(T, T)> {
    Some((wanted.trim().parse().ok()?, given.trim().parse().ok()?))
}

/// A moment: ISO 8601, a day alone, or seconds since 1970.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let day = || format!("{text}T00:00:00Z").parse().ok();
    let epoch = || text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    text.parse().ok().or_else(epoch).or_else(day)
}

/// True if the address is in the network, or is the address, that the policy names.
fn within(network: &str, address: &str) -> bool {
    let (base, length) = network.split_once('/').map_or((network, None), |(base, bits)| (base, Some(bits)));
    let (Ok(base), Ok(address)) = (base.parse::<IpAddr>(), address.parse::<IpAddr>()) else { return false };
    let (base, address, width) = match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            (u128::from(base.to_bits()), u128::from(address.to_bits()), 32)
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => (base.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let length = length.map_or(Some(width), |bits| bits.parse::<u32>().ok().filter(|bits| *bits <= width));
    length.is_some_and(|length| {
        let shift = width - length;
        base.checked_shr(shift).unwrap_or(0) == address.checked_shr(shift).unwrap_or(0)
    })
}
