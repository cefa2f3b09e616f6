//! Freeze: no change freeze is announced where the deployment says that one would be.
//! Invariant: what can not be read counts as a freeze.
//! Used by: guard.

use super::{Case, Finding};

/// What a place may read and still announce nothing.
const OFF: [&str; 4] = ["off", "false", "no", "0"];

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let freezes = &case.from.looked.freezes;
    if freezes.is_empty() {
        return vec![Finding::Idle("the deployment names no place where one would be announced")];
    }
    freezes.iter().filter_map(|(place, read)| announced(place, read)).collect()
}

fn announced(place: &str, read: &Result<Option<String>, String>) -> Option<Finding> {
    match read {
        Ok(None) => None,
        Ok(Some(text)) if OFF.contains(&text.trim().to_ascii_lowercase().as_str()) => None,
        Ok(Some(text)) => {
            let first: String = text.trim().lines().next().unwrap_or_default().chars().take(200).collect();
            let says = if first.is_empty() { "is there".to_owned() } else { format!("says: {first}") };
            Some(Finding::Refused(format!(
                "changes are frozen: {place} {says}; wait until the freeze is over: then remove it, or write `off` there"
            )))
        }
        Err(why) => Some(Finding::Untold(format!(
            "whether changes are frozen can not be told: {place} can not be read: {why}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_but_off_is_a_freeze_and_so_is_what_can_not_be_read() {
        let said = |text: &str| announced("the file F", &Ok(Some(text.to_owned())));
        let refused = |text: &str| match said(text) {
            Some(Finding::Refused(why)) => why,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(announced("the file F", &Ok(None)), None);
        for off in ["off", "OFF\n", " false ", "no", "0"] {
            assert_eq!(said(off), None, "{off:?}");
        }
        for on in ["", "on", "true", "offline", "year end\nuntil January"] {
            assert!(refused(on).starts_with("changes are frozen: the file F"), "{on:?}");
        }
        assert!(refused("year end\nuntil January").contains("says: year end;"));
        let unread = announced("the file F", &Err("denied".into()));
        assert!(matches!(unread, Some(Finding::Untold(why)) if why.contains("denied")));
    }
}
