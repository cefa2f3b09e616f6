//! Policy: the policy language of IAM: documents, what they match, and what many of them decide together.
//! Invariant: pure; an explicit deny beats every allow, and what nothing allows is denied.
//! Not here: whose policies they are (see `iam::model`), which action a call needs (see `iam::actions`).
//! Used by: `iam::enforce`, `iam::simulate`, `sts` and whoever takes a document.
//!
//! Facts are those of the IAM User Guide: "IAM JSON policy elements reference" and "Policy evaluation logic".

mod condition;
mod context;
mod evaluate;
mod json;
mod parse;
mod pattern;
#[cfg(test)]
mod tests;

use self::condition::Condition;
pub(in crate::lab) use self::{
    context::Context,
    evaluate::{Decision, Matched, Policies, Question, Source, SourceKind, Verdict, Where},
    parse::{Malformed, Use},
};

/// A document, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Policy {
    /// True from version 2012-10-17 on, which has variables.
    pub(in crate::lab) variables: bool,
    /// Its statements, in order.
    pub(in crate::lab) statements: Vec<Statement>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Statement {
    /// Its name, if it has one.
    pub(in crate::lab) sid: Option<String>,
    /// True for `Allow`.
    pub(in crate::lab) allows: bool,
    principals: Option<Principals>,
    actions: Listed,
    resources: Option<Listed>,
    conditions: Vec<Condition>,
    /// Where it begins in the document.
    pub(in crate::lab) start: Position,
    /// Where it ends: just behind its last character.
    pub(in crate::lab) end: Position,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    negated: bool,
    patterns: Vec<String>,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Principals {
    negated: bool,
    aws: Vec<String>,
    services: Vec<String>,
}

/// A place in a document, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) struct Position {
    /// The line.
    pub(in crate::lab) line: usize,
    /// The column.
    pub(in crate::lab) column: usize,
}

impl Policy {
    /// Reads a document for a use.
    pub(in crate::lab) fn parse(text: &str, used: Use) -> Result<Policy, Malformed> {
        parse::parse(text, used)
    }

    /// The condition keys it names, as it spells them, variables included.
    pub(in crate::lab) fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for statement in &self.statements {
            keys.extend(statement.conditions.iter().map(|condition| condition.key.clone()));
            let listed = statement.resources.iter().flat_map(|listed| &listed.patterns);
            let values = statement.conditions.iter().flat_map(|condition| &condition.values);
            if self.variables {
                keys.extend(listed.chain(values).flat_map(|text| pattern::variables(text)));
            }
        }
        keys.sort();
        keys.dedup();
        keys
    }
}
