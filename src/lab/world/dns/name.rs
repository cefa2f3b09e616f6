//! Name: how names of the DNS are compared, ordered and written.
//! Invariant: pure text.
//! Used by: `dns` and `route53`.

/// The one form of a name that the world compares: lower case, with the last dot, octal escapes undone.
pub(in crate::lab) fn canonical(name: &str) -> String {
    let mut plain = String::with_capacity(name.len() + 1);
    let mut rest = name.trim();
    while let Some(at) = rest.find('\\') {
        let (before, escaped) = rest.split_at(at);
        plain.push_str(before);
        match escaped.get(1..4).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if byte.is_ascii() => {
                plain.push(char::from(byte));
                rest = &escaped[4..];
            }
            _ => {
                plain.push('\\');
                rest = &escaped[1..];
            }
        }
    }
    plain.push_str(rest);
    plain.make_ascii_lowercase();
    if !plain.ends_with('.') {
        plain.push('.');
    }
    plain
}

/// The form in which Route 53 answers a canonical name: what is not a letter, a digit, `-`, `_` or `.` as an octal
/// escape, so `*` as `\052` (AWS: ListResourceRecordSets API reference).
pub(in crate::lab) fn escaped(name: &str) -> String {
    let escape = |c: char| match c {
        'a'..='z' | '0'..='9' | '-' | '_' | '.' => c.to_string(),
        other => other.to_string().bytes().map(|byte| format!("\\{byte:03o}")).collect(),
    };
    name.chars().map(escape).collect()
}

/// The labels of a canonical name, the last first: the order in which Route 53 lists names.
pub(in crate::lab) fn reversed(name: &str) -> Vec<String> {
    name.trim_end_matches('.').rsplit('.').filter(|label| !label.is_empty()).map(str::to_owned).collect()
}

/// True if `name` is `zone` or below it; both canonical.
pub(in crate::lab) fn is_within(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|front| front.ends_with('.'))
}

/// True if `name` can be the name of a record: labels of 1 to 63 bytes, 255 in all, nothing but printable ASCII.
pub(in crate::lab) fn is_valid(name: &str) -> bool {
    let labels = name.strip_suffix('.').unwrap_or(name).split('.');
    name.len() <= 255
        && name.bytes().all(|byte| byte.is_ascii_graphic())
        && labels.into_iter().all(|label| (1..=63).contains(&label.len()))
}

/// What Route 53 says of a name that no record can have; `None` for one that is well.
pub(in crate::lab) fn problem(name: &str) -> Option<String> {
    let (problem, meaning) = if name.strip_suffix('.').unwrap_or(name).split('.').any(str::is_empty) {
        ("DomainLabelEmpty", "Domain label is empty")
    } else if name.len() > 255 {
        ("DomainNameTooLong", "Domain name is too long")
    } else if name.split('.').any(|label| label.len() > 63) {
        ("DomainLabelTooLong", "Domain label is too long")
    } else if !is_valid(name) {
        ("UnsupportedCharacter", "Value contains unsupported characters")
    } else {
        return None;
    };
    Some(format!("FATAL problem: {problem} ({meaning}) encountered with '{}'", name.trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS: ListResourceRecordSets: `*` is answered as `\052`, and names are compared without case.
    #[test]
    fn names_have_one_form() {
        assert_eq!(canonical(r"\052.Example.COM"), "*.example.com.");
        assert_eq!(escaped("*.example.com."), r"\052.example.com.");
        assert_eq!(canonical(r"odd\zz"), r"odd\zz.");
        assert_eq!(reversed("www.example.com."), ["com", "example", "www"]);
        assert!(is_within("a.example.com.", "example.com.") && !is_within("notexample.com.", "example.com."));
        assert!(
            !is_valid("a..b.") && !is_valid(&format!("{}.", "a".repeat(64))) && is_valid("_x.example.com.")
        );
    }
}
