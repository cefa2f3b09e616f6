//! Chains: the journal and the follow-up, record by record, against what the report says of them.
//! Invariant: every fault of a chain is named by its record; what a chain cannot show alone, its end, is compared with the
//! report's word.
//! Not here: how a chain is examined (see `journal::chain`).
//! Used by: verify.

use super::trouble::{Kind, Trouble};
use crate::journal::{
    chain::{Chain, ChainBreak, ChainFault},
    followup::{FOLLOWUP_FILE, FollowUp},
    format::JOURNAL_FILE,
    integrity::Chained,
};

/// What is wrong with a file of chained records.
pub(super) fn troubles(file: &str, chain: &Chain, stated: Option<&Chained>) -> Vec<Trouble> {
    let mut all: Vec<Trouble> = chain.faults.iter().map(|fault| of_fault(file, fault)).collect();
    if let Some(stated) = stated {
        all.extend(end(file, chain, stated));
    }
    all
}

fn of_fault(file: &str, fault: &ChainFault) -> Trouble {
    let kind = match fault.what {
        ChainBreak::Altered => Kind::Altered,
        ChainBreak::Missing { .. } => Kind::Missing,
        ChainBreak::Moved => Kind::Moved,
        ChainBreak::Twice => Kind::Added,
        ChainBreak::Replaced => Kind::Replaced,
    };
    Trouble::of(file, kind, fault.to_string()).at(Some(fault.record), fault.line)
}

/// What only the report can tell: whether the end is where it was.
fn end(file: &str, chain: &Chain, stated: &Chained) -> Option<Trouble> {
    let (there, said) = (chain.records, stated.chain_length);
    let broken = !chain.faults.is_empty();
    if there < said && !broken {
        let torn = match chain.torn {
            0 => "",
            _ => ": the last line is not whole",
        };
        let which = match said - there {
            1 => format!("record #{there}, the last, is missing{torn}"),
            _ => format!("records #{there} to #{}, the last ones, are missing{torn}", said - 1),
        };
        return Some(Trouble::of(file, Kind::Missing, which).at(Some(there as u64), there + 1));
    }
    if there > said && !broken {
        let which = format!(
            "records from #{said} on were written or added after report.json was made: `firedrill report` makes it again \
             if they were written by `restore`, a note or a finding"
        );
        return Some(Trouble::of(file, Kind::Added, which).at(Some(said as u64), said + 1));
    }
    if !broken && chain.head != stated.chain_head {
        let which = format!(
            "its head is {}, and report.json says {}: the chain was written anew, or the report is of another run",
            chain.head, stated.chain_head
        );
        return Some(Trouble::of(file, Kind::Replaced, which).at(None, there));
    }
    None
}

/// Whether the follow-up is one of this run: what opens it names the run, and a beginning of its journal.
pub(super) fn anchor(opened: Option<&FollowUp>, run: Option<&str>, journal: &Chain) -> Option<Trouble> {
    let Some(FollowUp::Opened { run: named, journal_records, journal_head, .. }) = opened else {
        let what = "its first record does not say which run it is about".to_owned();
        return Some(Trouble::of(FOLLOWUP_FILE, Kind::Unreadable, what).at(Some(0), 1));
    };
    if run.is_some_and(|run| run != named.as_str()) {
        let what = format!("it is about the run {named}, not about this one");
        return Some(Trouble::of(FOLLOWUP_FILE, Kind::Differs, what).at(Some(0), 1));
    }
    let records = usize::try_from(*journal_records).unwrap_or(usize::MAX);
    match journal.head_at(records) {
        Some(head) if head == journal_head.to_string() => None,
        _ => {
            let what = format!(
                "{JOURNAL_FILE} is not the one that this was written about: its first {records} records had the head \
                 {journal_head}"
            );
            Some(Trouble::of(FOLLOWUP_FILE, Kind::Differs, what).at(Some(0), 1))
        }
    }
}
