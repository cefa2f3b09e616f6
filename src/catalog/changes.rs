//! Changes: every kind of change, described by the registries and by the change itself.
//! Invariant: reversibility and rights are what a change that was built says.
//! Used by: catalog.

use std::collections::BTreeSet;

use serde::Serialize;

use super::sample;
use crate::{
    change::{
        about::{self, Nearest},
        registry,
    },
    drill::manual::{self, Entry, Key},
    journal::event::Reversibility,
};

/// One kind of change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeItem {
    /// For example `ec2.revoke-ingress`.
    pub kind: &'static str,
    /// The key of the step that names it: `fault`, `recover`, `run`.
    pub step: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Its parameters.
    pub parameters: Vec<Key>,
    /// How it can be put back; `None`: the program was built without it.
    pub reversibility: Option<Reversibility>,
    /// The same, in words.
    pub way_back: &'static str,
    /// The IAM actions that it needs, putting back included, whatever its parameters.
    pub actions: BTreeSet<&'static str>,
    /// The nearest action of AWS FIS.
    pub nearest: Nearest,
}

/// Every kind, in the order of the registry.
pub fn changes() -> Vec<ChangeItem> {
    let entries = manual::changes();
    let entry = |kind: &&str| entries.iter().find(|entry| entry.name == *kind);
    registry::KINDS.iter().filter_map(entry).map(item).collect()
}

fn item(entry: &Entry) -> ChangeItem {
    let context = sample::context();
    let built: Vec<_> = sample::specs(entry)
        .iter()
        .filter_map(|spec| registry::build(spec, context.as_ref()?).ok())
        .collect();
    let about = about::of(entry.name);
    ChangeItem {
        kind: entry.name,
        step: entry.written,
        what: entry.what,
        parameters: entry.keys.clone(),
        reversibility: built.first().map(|change| change.reversibility()),
        way_back: about.map_or("", |about| about.way_back),
        actions: built.iter().flat_map(|change| change.permissions()).collect(),
        nearest: about.map_or(Nearest { action: None, but: "" }, |about| about.nearest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_described_and_says_of_itself_what_the_manual_says() {
        let all = changes();
        let kinds: Vec<&str> = all.iter().map(|item| item.kind).collect();
        assert_eq!(kinds, registry::KINDS);
        assert_eq!(kinds, about::ABOUT.iter().map(|about| about.kind).collect::<Vec<_>>());
        for item in &all {
            let said = item.reversibility.unwrap_or_else(|| panic!("{} was not built", item.kind));
            let word = match said {
                Reversibility::Exact => "exact",
                Reversibility::Failback => "failback",
                Reversibility::OneWay => "one way",
            };
            // A command is put back by a command of the user's own, whatever that is worth.
            assert!(
                item.way_back.starts_with(word) || item.kind == "run",
                "{}: {}",
                item.kind,
                item.way_back
            );
            assert!(item.what.ends_with('.') && !item.way_back.is_empty(), "{item:?}");
            let is_aws = item.kind.contains('.');
            assert_eq!(is_aws, !item.actions.is_empty(), "{item:?}");
            assert!(item.nearest.action.is_none_or(|action| action.starts_with("aws:")), "{item:?}");
        }
    }

    #[tokio::test]
    async fn both_ways_to_close_a_port_are_among_its_rights() {
        let all = changes();
        let close = all.iter().find(|item| item.kind == "ec2.revoke-ingress").unwrap();
        assert!(close.actions.contains("ec2:ModifySecurityGroupRules"), "{close:?}");
        assert!(close.actions.contains("ec2:RevokeSecurityGroupIngress"), "{close:?}");
    }
}
