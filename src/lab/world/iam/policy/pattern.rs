//! Pattern: texts with wildcards and variables.
//! Invariant: what a variable stands for is literal, wildcards in it included; a variable that the request does not
//! have, without a default, matches nothing.
//! Used by: `evaluate`, `condition`.

use super::context::Context;

/// One piece of a pattern whose variables are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Exactly this character.
    Is(char),
    /// `?`: any one character.
    One,
    /// `*`: any number of characters.
    Any,
}

/// A pattern without variables.
pub(super) fn plain(text: &str) -> Vec<Piece> {
    text.chars().map(piece).collect()
}

/// Text that means itself.
pub(super) fn literal(text: &str) -> Vec<Piece> {
    text.chars().map(Piece::Is).collect()
}

fn piece(character: char) -> Piece {
    match character {
        '*' => Piece::Any,
        '?' => Piece::One,
        other => Piece::Is(other),
    }
}

/// A pattern with its variables filled in from the request; the name of a variable that it does not have otherwise.
/// AWS: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves (IAM User Guide, "IAM
/// policy elements: Variables and tags").
pub(super) fn filled(text: &str, context: &Context) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        pieces.extend(plain(before));
        let Some((inside, after)) = from.get(2..).and_then(|from| from.split_once('}')) else {
            rest = from;
            break;
        };
        pieces.extend(literal(&value(inside, context)?));
        rest = after;
    }
    pieces.extend(plain(rest));
    Ok(pieces)
}

fn value(inside: &str, context: &Context) -> Result<String, String> {
    if matches!(inside, "*" | "?" | "$") {
        return Ok(inside.to_owned());
    }
    let (name, default) = split(inside);
    match context.get(name) {
        // AWS: a key with several values cannot stand for one text.
        Some([one]) => Ok(one.clone()),
        _ => default.map(str::to_owned).ok_or_else(|| name.to_owned()),
    }
}

fn split(inside: &str) -> (&str, Option<&str>) {
    match inside.split_once(',') {
        Some((name, default)) => {
            let default = default.trim().strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            (name.trim(), default)
        }
        None => (inside.trim(), None),
    }
}

/// The names of the variables in a text.
pub(super) fn variables(text: &str) -> Vec<String> {
    let inside = text.split("${").skip(1).filter_map(|from| from.split_once('}')).map(|(inside, _)| inside);
    inside
        .filter(|inside| !matches!(*inside, "*" | "?" | "$"))
        .map(|inside| split(inside).0.to_owned())
        .collect()
}

/// True if the whole text fits the pattern; `fold` compares without case.
pub(super) fn fits(pattern: &[Piece], text: &str, fold: bool) -> bool {
    let text: Vec<char> = text.chars().collect();
    let same = |a: char, b: char| a == b || fold && a.to_lowercase().eq(b.to_lowercase());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` was, and how much of the text it holds so far: the only place ever gone back to.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let here = match (pattern.get(p), text.get(t)) {
            (Some(Piece::Is(wanted)), Some(found)) => same(*wanted, *found),
            (Some(Piece::One), Some(_)) => true,
            _ => false,
        };
        if here {
            (p, t) = (p + 1, t + 1);
        } else if pattern.get(p) == Some(&Piece::Any) {
            star = Some((p, t));
            p += 1;
        } else if let Some((at, held)) = star {
            star = Some((at, held + 1));
            (p, t) = (at + 1, held + 1);
        } else {
            return false;
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|piece| *piece == Piece::Any))
}

/// True if an ARN fits a pattern, part by part. AWS: parts that the pattern leaves out at its end match anything (IAM
/// User Guide, "IAM JSON policy elements: Resource").
pub(super) fn fits_arn(pattern: &[Piece], arn: &str) -> bool {
    if pattern == [Piece::Any] {
        return true;
    }
    let mut patterns = pattern.splitn(6, |piece| *piece == Piece::Is(':'));
    let mut parts = arn.splitn(6, ':');
    for _ in 0..6 {
        match (patterns.next(), parts.next()) {
            (Some(pattern), Some(part)) if fits(pattern, part, false) => {}
            (None, Some(_)) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wildcards_match_any_and_one() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("ec2:Describe*", "ec2:DescribeVpcs", true),
            ("ec2:Describe*", "ec2:CreateTags", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xxaxxbxxb", true),
            ("*a*b", "xxaxxbxxc", false),
        ] {
            assert_eq!(fits(&plain(pattern), text, false), expected, "{pattern} {text}");
        }
        assert!(fits(&plain("EC2:describe*"), "ec2:DescribeVpcs", true));
    }

    /// "${aws:username}", "${key, 'default'}", "${*}".
    #[test]
    fn variables_are_filled_in_literally() {
        let mut context = Context::default();
        context.put("aws:username", "a*b");
        let filled = |text| filled(text, &context);
        assert!(fits(&filled("home/${AWS:UserName}/*").unwrap(), "home/a*b/x", false));
        assert!(!fits(&filled("home/${aws:username}/*").unwrap(), "home/axb/x", false));
        assert!(fits(&filled("${aws:PrincipalTag/team, 'none'}").unwrap(), "none", false));
        assert!(!fits(&filled("${*}").unwrap(), "x", false));
        assert_eq!(filled("${aws:userid}").unwrap_err(), "aws:userid");
        assert_eq!(variables("a${b}c${d, 'e'}${*}"), ["b", "d"]);
    }

    /// "If you specify an incomplete ARN, AWS completes it with wildcards for all missing fields."
    #[test]
    fn arns_match_part_by_part() {
        let arn = "arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-1";
        for (pattern, expected) in [
            ("*", true),
            ("arn:aws:ec2", true),
            ("arn:aws:ec2:*:*:security-group/*", true),
            ("arn:aws:ec2:*:security-group/*", false),
            ("arn:aws:ec2:ap-northeast-1:*:*", false),
            ("arn:aws:ec2:*:111122223333:security-group/sg-?", true),
        ] {
            assert_eq!(fits_arn(&plain(pattern), arn), expected, "{pattern}");
        }
        assert!(!fits_arn(&plain("arn:aws:ec2:*:*:security-group/*"), "*"));
    }

    proptest! {
        #[test]
        fn a_text_fits_itself_and_what_its_parts_become(text in "[a-c:]{0,12}", cut in 0usize..12) {
            prop_assert!(fits(&literal(&text), &text, false));
            let cut = cut.min(text.len());
            let (head, tail) = (format!("{}*", &text[..cut]), format!("*{}", &text[cut..]));
            prop_assert!(fits(&plain(&head), &text, false) && fits(&plain(&tail), &text, false));
        }
    }
}
