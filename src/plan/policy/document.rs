//! Document: statements as policies that IAM takes: no larger than a managed policy may be.
//! Invariant: the same statements give the same bytes; a document that would be too large is cut between statements, and
//! a statement that would be too large alone between its resources.
//! Not here: Terraform's form (see `terraform`).
//! Used by: cli, terraform.

use serde::Serialize;

use super::statement::Statement;

/// Characters of a managed policy at most; white space does not count (IAM user guide, "IAM and AWS STS quotas").
pub const LIMIT: usize = 6_144;

/// One policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What a policy of this content can be called.
    pub name: String,
    /// Its statements.
    pub statements: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Written<'a> {
    version: &'static str,
    statement: &'a [Statement],
}

impl Document {
    /// As IAM takes it, for people.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(&self.written()).unwrap_or_default()
    }

    /// As a value.
    pub fn value(&self) -> serde_json::Value {
        serde_json::to_value(self.written()).unwrap_or_default()
    }

    /// Its characters, as IAM counts them.
    pub fn characters(&self) -> usize {
        size(&self.statements)
    }

    fn written(&self) -> Written<'_> {
        Written { version: "2012-10-17", statement: &self.statements }
    }
}

fn size(statements: &[Statement]) -> usize {
    let text = serde_json::to_string(&Written { version: "2012-10-17", statement: statements });
    text.unwrap_or_default().chars().filter(|c| !c.is_whitespace()).count()
}

/// As many policies as it takes, in order; the first of several has a number, too. None for no statements.
pub fn documents(name: &str, statements: &[Statement]) -> Vec<Document> {
    let mut all: Vec<Vec<Statement>> = Vec::new();
    for statement in statements.iter().flat_map(cut) {
        match all.last_mut() {
            Some(last) if size(&[last.as_slice(), std::slice::from_ref(&statement)].concat()) <= LIMIT => {
                last.push(statement);
            }
            _ => all.push(vec![statement]),
        }
    }
    let several = all.len() > 1;
    let numbered = all.into_iter().enumerate().map(|(at, statements)| {
        let name = if several { format!("{name}-{}", at + 1) } else { name.to_owned() };
        Document { name, statements }
    });
    numbered.collect()
}

/// IAM asks for each resource by itself, so a statement's resources can be parted.
fn cut(statement: &Statement) -> Vec<Statement> {
    if size(std::slice::from_ref(statement)) <= LIMIT || statement.resource.len() < 2 {
        return vec![statement.clone()];
    }
    let (first, second) = statement.resource.split_at(statement.resource.len() / 2);
    let half = |resource: &[String], end: &str| {
        cut(&Statement {
            resource: resource.to_vec(),
            sid: format!("{}{end}", statement.sid),
            ..statement.clone()
        })
    };
    [half(first, "A"), half(second, "B")].concat()
}
