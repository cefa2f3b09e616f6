//! Wildcard: patterns in which `*` stands for anything and `?` for one character.
//! Invariant: no pattern takes more steps than the product of the lengths.
//! Used by: EC2's filters, the rules of balancers.

/// Whether `text` matches `pattern`.
pub(in crate::lab) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(own) if *own == '?' || own == letter => {
                p += 1;
                t += 1;
            }
            _ => {
                // Only the latest star is made longer.
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_anything_and_a_question_mark_is_one_character() {
        assert!(matches("awseb-*-stack", "awseb-e-x-stack"));
        assert!(matches("sg-?", "sg-1") && !matches("sg-?", "sg-12"));
        assert!(matches("*", "") && !matches("a", "") && !matches("", "a") && matches("", ""));
        assert!(matches("a*b*c", "aXbbXc") && !matches("a*b*c", "aXbbX"));
        assert!(matches("서?", "서울"));
        assert!(!matches(&"*a".repeat(200), &"a".repeat(199)));
    }
}
