//! Call: an AWS request and its answer, without any wire.
//! Invariant: parameters are flat text by dotted path, whatever protocol they came by; an answer is a tree whose
//! lists know the element name that XML wants.
//! Not here: parsing and printing (see `lab::wire`).
//! Used by: `lab::wire` makes calls and prints replies; every service answers them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// The services the lab knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Security tokens.
    Sts,
    /// Networks and machines.
    Ec2,
    /// Elastic Beanstalk.
    Beanstalk,
    /// Elastic Load Balancing, version 2.
    Elb,
    /// Relational databases, Aurora.
    Rds,
    /// DNS; one for the whole world, whatever region signed.
    Route53,
    /// Metrics and alarms.
    CloudWatch,
    /// Auto Scaling groups.
    AutoScaling,
    /// Certificates.
    Acm,
    /// Web ACLs (WAFv2).
    Waf,
    /// Repositories.
    CodeCommit,
    /// Pipelines.
    CodePipeline,
    /// Parameters (Systems Manager).
    Ssm,
    /// Identities, policies and what they allow.
    Iam,
}

/// An operation that the lab answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its name, as AWS spells it.
    pub name: &'static str,
    /// What of it is not there; empty if a drill cannot tell it from AWS's.
    pub lacks: &'static str,
}

impl Operation {
    /// An operation that does what AWS's does.
    pub const fn real(name: &'static str) -> Operation {
        Operation { name, lacks: "" }
    }

    /// An operation of which something is missing: `lacks` says what, in a few words.
    pub const fn partial(name: &'static str, lacks: &'static str) -> Operation {
        Operation { name, lacks }
    }
}

/// One request to AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The service.
    pub service: Service,
    /// The operation, as AWS spells it: `DescribeSecurityGroupRules`.
    pub operation: String,
    /// The region that signed it.
    pub region: String,
    /// The access key that signed it.
    pub access_key: String,
    /// The parameters.
    pub params: Params,
}

/// Parameters as flat text by dotted path: `Filter.1.Name`, `IpPermissions.1.IpRanges.2.CidrIp`,
/// `ChangeBatch.Changes.1.Action`. Lists count from 1; wrapping elements (`member`, `Filter`, `Value`, `Change` …) are
/// left out by the wire, so that every protocol gives the same paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    values: BTreeMap<String, String>,
    longest_page: Option<usize>,
}

impl Params {
    /// Made from pairs of path and text.
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Params {
        Params { values: values.into_iter().collect(), longest_page: None }
    }

    /// The same, for a listing whose pages are to have `most` entries at most, whatever the client asked for.
    pub fn in_pages_of(self, most: usize) -> Params {
        Params { longest_page: Some(most), ..self }
    }

    /// How many entries a page may have, where the call asks for `asked`.
    pub fn page_of(&self, asked: usize) -> usize {
        self.longest_page.map_or(asked, |most| asked.min(most))
    }

    /// True if nothing is given.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The text at `path`.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.values.get(path).map(String::as_str)
    }

    /// True if `path` or anything below it is given.
    pub fn has(&self, path: &str) -> bool {
        let below = format!("{path}.");
        self.values.contains_key(path)
            || self.values.range(below.clone()..).next().is_some_and(|(k, _)| k.starts_with(&below))
    }

    /// The texts of the list at `path`, in order.
    pub fn texts(&self, path: &str) -> Vec<String> {
        self.indices(path)
            .into_iter()
            .filter_map(|i| self.text(&format!("{path}.{i}")).map(str::to_owned))
            .collect()
    }

    /// The structures of the list at `path`, in order, each with its own paths.
    pub fn list(&self, path: &str) -> Vec<Params> {
        self.indices(path).into_iter().map(|i| self.below(&format!("{path}.{i}"))).collect()
    }

    /// The structure at `path`, with its own paths.
    pub fn below(&self, path: &str) -> Params {
        let prefix = format!("{path}.");
        let own = self.values.range(prefix.clone()..).take_while(|(k, _)| k.starts_with(&prefix));
        let values = own.map(|(k, v)| (k[prefix.len()..].to_owned(), v.clone())).collect();
        Params { values, longest_page: self.longest_page }
    }

    fn indices(&self, path: &str) -> BTreeSet<u32> {
        let prefix = format!("{path}.");
        let own = self.values.range(prefix.clone()..).take_while(|(k, _)| k.starts_with(&prefix));
        own.filter_map(|(k, _)| k[prefix.len()..].split('.').next()?.parse().ok()).collect()
    }
}

/// A value of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Text, also ids and enum values.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A moment; each protocol has its own spelling.
    Time(Timestamp),
    /// A list; XML wraps each entry in an element of this name.
    List(&'static str, Vec<Tree>),
    /// Members by name, in the order of AWS's model.
    Map(Vec<(&'static str, Tree)>),
    /// Values by keys that users choose: tags, configurations. XML has an `entry` with `key` and `value` for each.
    Dict(Vec<(String, Tree)>),
}

impl Tree {
    /// A structure; members that are `None` are left out.
    pub fn map<const N: usize>(members: [(&'static str, Option<Tree>); N]) -> Tree {
        Tree::Map(members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }

    /// Text.
    pub fn text(value: impl Into<String>) -> Option<Tree> {
        Some(Tree::Text(value.into()))
    }

    /// A list.
    pub fn list(element: &'static str, items: impl IntoIterator<Item = Tree>) -> Option<Tree> {
        Some(Tree::List(element, items.into_iter().collect()))
    }
}

/// What an operation answers: the members of its output, or an error.
pub type Reply = Result<Tree, AwsFault>;

/// An error as AWS gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsFault {
    /// The HTTP status.
    pub status: u16,
    /// The code on the wire: `InvalidPermission.NotFound`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl AwsFault {
    /// An error with AWS's status, code and words.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> AwsFault {
        AwsFault { status, code, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_the_order_of_their_numbers() {
        let pairs = [
            ("Filter.2.Name", "b"),
            ("Filter.10.Name", "c"),
            ("Filter.1.Name", "a"),
            ("Filter.1.Value.1", "x"),
        ];
        let params = Params::new(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
        let names: Vec<_> =
            params.list("Filter").iter().map(|f| f.text("Name").unwrap().to_owned()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(params.list("Filter")[0].texts("Value"), ["x"]);
        assert!(params.has("Filter") && !params.has("Fil"));
    }
}
