//! Freeze: no change freeze is announced where the deployment says that one would be.
//! Invariant: what can not be read counts as a freeze.
//! Used by: guard.

use super::{Case, Finding};

/// What a place may read and still announce nothing.
const OFF: [&str; 4] = ["off", "false", "no", "0"];

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let freezes = case.from.looked.freezes.iter();
    freezes.filter_map(|(place, read)| announced(place, read).map(Finding::Refused)).collect()
}

fn announced(place: &str, read: &Result<Option<String>, String>) -> Option<String> {
    match read {
        Ok(None) => None,
        Ok(Some(text)) if OFF.contains(&text.trim().to_ascii_lowercase().as_str()) => None,
        Ok(Some(text)) => {
            let first: String = text.trim().lines().next().unwrap_or_default().chars().take(200).collect();
            let says = if first.is_empty() { "is there".to_owned() } else { format!("says: {first}") };
            Some(format!(
                "changes are frozen: {place} {says}; wait until the freeze is over: then remove it, or write `off` there"
            ))
        }
        Err(why) => {
            Some(format!("whether changes are frozen can not be told: {place} can not be read: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_but_off_is_a_freeze_and_so_is_what_can_not_be_read() {
        let said = |text: &str| announced("the file F", &Ok(Some(text.to_owned())));
        assert_eq!(announced("the file F", &Ok(None)), None);
        for off in ["off", "OFF\n", " false ", "no", "0"] {
            assert_eq!(said(off), None, "{off:?}");
        }
        for on in ["", "on", "true", "offline", "year end\nuntil January"] {
            assert!(said(on).is_some_and(|why| why.starts_with("changes are frozen: the file F")), "{on:?}");
        }
        assert!(said("year end\nuntil January").is_some_and(|why| why.contains("says: year end;")));
        assert!(announced("the file F", &Err("denied".into())).is_some_and(|why| why.contains("denied")));
    }
}
