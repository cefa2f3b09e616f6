//! Parse: from a document's text to its statements.
//! Invariant: strict: what IAM does not know is refused, never skipped.
//! Not here: the JSON itself (see `json`).
//! Used by: `Policy::parse`.
//!
//! AWS publishes the grammar ("Grammar of the IAM JSON policy language") but no list of the refusals; these are the
//! texts that IAM is seen to give.

use super::{
    Listed, Policy, Position, Principals, Statement,
    condition::Condition,
    json::{self, Node, Value},
};

/// What a document is for; each use has members of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Use {
    /// It hangs on a user, group or role, or limits a session: no principal, a resource.
    Identity,
    /// It says who may assume a role: a principal, no resource.
    Trust,
    /// It hangs on a resource: a principal and a resource.
    Resource,
}

/// Why a document is refused, in IAM's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Malformed(pub(in crate::lab) String);

const SYNTAX: &str = "Syntax errors in policy.";

fn refuse<T>(why: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(why.into()))
}

/// Reads a document.
pub(super) fn parse(text: &str, used: Use) -> Result<Policy, Malformed> {
    if text.starts_with(char::is_whitespace) {
        return refuse("JSON strings must not have leading spaces");
    }
    let Some(Node { value: Value::Map(members), .. }) = json::read(text) else {
        return refuse("This policy contains invalid Json");
    };
    let mut variables = false;
    let mut statements = None;
    for (name, node) in &members {
        match name.as_str() {
            "Version" => match node.text() {
                Some("2012-10-17") => variables = true,
                Some("2008-10-17") => {}
                _ => return refuse("The policy must contain a valid version string"),
            },
            "Id" if node.text().is_some() => {}
            "Statement" => statements = Some(node),
            _ => return refuse(SYNTAX),
        }
    }
    let Some(statements) = statements else { return refuse(SYNTAX) };
    let nodes = if let Value::List(nodes) = &statements.value {
        nodes.as_slice()
    } else {
        std::slice::from_ref(statements)
    };
    if nodes.is_empty() {
        return refuse(SYNTAX);
    }
    let statements: Vec<_> =
        nodes.iter().map(|node| statement(text, node, used)).collect::<Result<_, _>>()?;
    unique(&statements)?;
    Ok(Policy { variables, statements })
}

fn unique(statements: &[Statement]) -> Result<(), Malformed> {
    let mut sids: Vec<&str> = statements.iter().filter_map(|own| own.sid.as_deref()).collect();
    let all = sids.len();
    sids.sort_unstable();
    sids.dedup();
    if sids.len() == all { Ok(()) } else { refuse("Statement IDs (SID) in a single policy must be unique.") }
}

/// The members of a statement, as they are found.
#[derive(Default)]
struct Draft {
    sid: Option<String>,
    allows: Option<bool>,
    principals: Option<Principals>,
    actions: Option<Listed>,
    resources: Option<Listed>,
    conditions: Vec<Condition>,
}

fn statement(text: &str, node: &Node, used: Use) -> Result<Statement, Malformed> {
    let Value::Map(members) = &node.value else { return refuse(SYNTAX) };
    let mut draft = Draft::default();
    for (name, node) in members {
        draft.take(name, node)?;
    }
    draft.check(used)?;
    let (Some(allows), Some(actions)) = (draft.allows, draft.actions) else { return refuse(SYNTAX) };
    Ok(Statement {
        sid: draft.sid,
        allows,
        principals: draft.principals,
        actions,
        resources: draft.resources,
        conditions: draft.conditions,
        start: position(text, node.start),
        end: position(text, node.end),
    })
}

impl Draft {
    fn take(&mut self, name: &str, node: &Node) -> Result<(), Malformed> {
        let negated = name.starts_with("Not");
        match name {
            "Sid" => {
                let Some(sid) = node.text() else { return refuse(SYNTAX) };
                if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return refuse(
                        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                         expression [0-9A-Za-z]*",
                    );
                }
                // AWS: an empty Sid is none.
                self.sid = Some(sid.to_owned()).filter(|sid| !sid.is_empty());
            }
            "Effect" => {
                self.allows = match node.text() {
                    Some("Allow") => Some(true),
                    Some("Deny") => Some(false),
                    _ => return refuse(SYNTAX),
                };
            }
            "Principal" | "NotPrincipal" if self.principals.is_none() => {
                self.principals = Some(principals(node, negated)?);
            }
            "Action" | "NotAction" if self.actions.is_none() => {
                let Some(patterns) = node.texts() else { return refuse(SYNTAX) };
                patterns.iter().try_for_each(|pattern| action(pattern))?;
                self.actions = Some(Listed { negated, patterns });
            }
            "Resource" | "NotResource" if self.resources.is_none() => {
                let Some(patterns) = node.texts() else { return refuse(SYNTAX) };
                patterns.iter().try_for_each(|pattern| resource(pattern))?;
                self.resources = Some(Listed { negated, patterns });
            }
            "Condition" => self.conditions = conditions(node)?,
            _ => return refuse(SYNTAX),
        }
        Ok(())
    }

    /// What a use needs and forbids.
    fn check(&self, used: Use) -> Result<(), Malformed> {
        if self.allows.is_none() {
            return refuse("Missing required field Effect");
        }
        let Some(actions) = self.actions.as_ref().filter(|actions| !actions.patterns.is_empty()) else {
            return refuse("Policy statement must contain actions.");
        };
        match used {
            Use::Identity if self.principals.is_some() => {
                refuse("Policy document should not specify a principal.")
            }
            Use::Trust if self.resources.is_some() => refuse("Has prohibited field Resource"),
            Use::Trust | Use::Resource if self.principals.is_none() => {
                refuse("Missing required field Principal")
            }
            Use::Trust if !actions.patterns.iter().all(|pattern| is_of_trust(pattern)) => {
                refuse("AssumeRole policy may only specify STS AssumeRole actions.")
            }
            Use::Identity | Use::Resource
                if self.resources.as_ref().is_none_or(|own| own.patterns.is_empty()) =>
            {
                refuse("Policy statement must contain resources.")
            }
            Use::Identity | Use::Trust | Use::Resource => Ok(()),
        }
    }
}

fn is_of_trust(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    ["sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext", "sts:*"]
        .iter()
        .any(|own| action.starts_with(own))
}

fn action(pattern: &str) -> Result<(), Malformed> {
    if pattern == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = pattern.split_once(':') else {
        return refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    };
    if vendor.is_empty() || !vendor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return refuse(format!("Vendor {vendor} is not valid"));
    }
    if name.is_empty() || name.contains(':') {
        return refuse("Actions/Condition can contain only one colon.");
    }
    Ok(())
}

fn resource(pattern: &str) -> Result<(), Malformed> {
    if pattern == "*" {
        return Ok(());
    }
    if !pattern.starts_with("arn:") {
        return refuse(format!("Resource {pattern} must be in ARN format or \"*\"."));
    }
    let partition = pattern.split(':').nth(1).unwrap_or_default();
    if !["aws", "aws-cn", "aws-us-gov", "*"].contains(&partition) {
        return refuse(format!("Partition \"{partition}\" is not valid for resource \"{pattern}\"."));
    }
    Ok(())
}

fn principals(node: &Node, negated: bool) -> Result<Principals, Malformed> {
    let mut own = Principals { negated, aws: Vec::new(), services: Vec::new() };
    match &node.value {
        Value::Text(text) if text == "*" => own.aws.push(text.clone()),
        Value::Map(members) => {
            for (kind, node) in members {
                let Some(names) = node.texts() else { return refuse(SYNTAX) };
                let known = ["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str());
                let wrong = names.iter().find(|name| kind == "AWS" && !is_principal(name));
                if !known || wrong.is_some() {
                    let name = wrong.or(names.first()).cloned().unwrap_or_default();
                    return refuse(format!("Invalid principal in policy: \"{kind}\":\"{name}\""));
                }
                if kind == "AWS" { &mut own.aws } else { &mut own.services }.extend(names);
            }
        }
        _ => return refuse(SYNTAX),
    }
    Ok(own)
}

fn is_principal(name: &str) -> bool {
    let account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let arn = || {
        let parts: Vec<&str> = name.splitn(6, ':').collect();
        matches!(parts[..], ["arn", _, "iam" | "sts", "", own, rest] if account(own) && !rest.is_empty())
    };
    name == "*" || account(name) || arn()
}

fn conditions(node: &Node) -> Result<Vec<Condition>, Malformed> {
    let Value::Map(operators) = &node.value else { return refuse(SYNTAX) };
    let mut all = Vec::new();
    for (operator, keys) in operators {
        let Value::Map(keys) = &keys.value else { return refuse(SYNTAX) };
        for (key, values) in keys {
            if !key.contains(':') {
                return refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
            }
            let made = values.scalars().and_then(|values| Condition::new(operator, key, values));
            let Some(condition) = made else { return refuse(SYNTAX) };
            all.push(condition);
        }
    }
    Ok(all)
}

fn position(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}
