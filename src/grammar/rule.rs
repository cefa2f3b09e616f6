//! Rule: texts of a known form, such as a region's name.
//! Invariant: a rule's check and its pattern accept the same texts; the pattern may be wider where a pattern
//! cannot say it.
//! Not here: kinds with a value of their own, such as times (see `scalar`).
//! Used by: every grammar.

/// A form that a text must have.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What is wanted, for a sentence: `a region's name`.
    pub wants: &'static str,
    /// The form as a regular expression of JSON Schema.
    pub pattern: &'static str,
    /// Why a text does not have the form: what to do about it.
    pub check: fn(&str) -> Result<(), String>,
}

/// The name of a drill, deployment, step or world: it becomes a part of file names and commands.
pub(crate) static NAME: Rule = Rule { wants: "a name", pattern: "^[a-z0-9][a-z0-9-]{0,59}$", check: name };
/// An AWS account.
pub(crate) static ACCOUNT: Rule = Rule {
    wants: "an AWS account",
    pattern: "^[0-9]{12}$",
    check: |text| match text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(()),
        false => Err("an account is twelve digits, in quotes: \"111122223333\"".to_owned()),
    },
};
/// An AWS region.
pub(crate) static REGION: Rule =
    Rule { wants: "a region's name", pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$", check: region };

fn name(text: &str) -> Result<(), String> {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !text.is_empty() && text.len() <= 60 && !text.starts_with('-') && text.bytes().all(inside) {
        return Ok(());
    }
    let made: String =
        text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let made: String = made.trim_matches('-').chars().take(60).collect();
    let form = "a name has small letters, digits and `-`, at most 60";
    if made.is_empty() { Err(form.to_owned()) } else { Err(format!("{form}, such as `{made}`")) }
}

fn region(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let good = match parts.as_slice() {
        [first, middle @ .., last] => {
            first.len() == 2
                && letters(first)
                && !middle.is_empty()
                && middle.iter().all(letters)
                && (1..=2).contains(&last.len())
                && last.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    };
    if good {
        return Ok(());
    }
    let zone = text.strip_suffix(|c: char| c.is_ascii_lowercase()).filter(|rest| region(rest).is_ok());
    Err(match zone {
        Some(region) => format!("this is a zone; its region is `{region}`"),
        None => "a region reads like `ap-northeast-2`".to_owned(),
    })
}
