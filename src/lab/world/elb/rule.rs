//! Rule: which requests a listener treats in which way.
//! Invariant: all conditions of a rule must hold, of each one value; rules are tried by priority, the default last.
//! Not here: reading and printing them (see `rule_text`), what becomes of a forwarded request (see `site`).
//! Used by: `model`, `site`, and the operations on listeners and rules.

use std::{collections::BTreeMap, net::IpAddr};

use crate::lab::world::{cidr::Cidr, wildcard};

/// A rule other than a listener's default.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its ARN.
    pub arn: String,
    /// What a request must be.
    pub conditions: Vec<Condition>,
    /// What happens to it.
    pub actions: Vec<Action>,
}

/// One condition; any of its values will do.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The host, in any case, with wildcards.
    Host(Vec<String>),
    /// The path, with wildcards.
    Path(Vec<String>),
    /// A header, with wildcards.
    Header(String, Vec<String>),
    /// The method.
    Method(Vec<String>),
    /// Keys (perhaps none) and values of the query, with wildcards.
    Query(Vec<(Option<String>, String)>),
    /// Where the client is.
    Source(Vec<Cidr>),
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// It goes to one of these target groups.
    Forward(Vec<Weighted>),
    /// The client is sent elsewhere.
    Redirect(Redirect),
    /// The balancer answers itself.
    Fixed {
        /// The status.
        status: u16,
        /// The kind of the body.
        kind: String,
        /// The body.
        body: String,
    },
}

/// A target group's share of what is forwarded.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// Its ARN.
    pub group: String,
    /// Its weight.
    pub weight: u32,
}

/// Where a client is sent; each part may quote the request's own by `#{host}` and the like.
#[derive(Debug, Clone, PartialEq)]
pub struct Redirect {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    pub protocol: String,
    /// The host.
    pub host: String,
    /// The port.
    pub port: String,
    /// The path.
    pub path: String,
    /// The query.
    pub query: String,
    /// 301 or 302.
    pub status: u16,
}

/// A request as rules see it.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Asked<'a> {
    /// Where the client is.
    pub(in crate::lab) from: IpAddr,
    /// The `Host` header.
    pub(in crate::lab) host: &'a str,
    /// The method.
    pub(in crate::lab) method: &'a str,
    /// The path, with its query.
    pub(in crate::lab) target: &'a str,
}

impl Asked<'_> {
    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The host without its port.
    fn name(&self) -> &str {
        self.host.rsplit_once(':').map_or(self.host, |(name, _)| name)
    }
}

impl Action {
    /// The target groups that it forwards to.
    pub fn target_groups(&self) -> impl Iterator<Item = &str> {
        let own = if let Action::Forward(own) = self { own.as_slice() } else { &[] };
        own.iter().map(|weighted| weighted.group.as_str())
    }
}

impl Condition {
    pub(super) fn holds(&self, asked: Asked<'_>) -> bool {
        let any = |patterns: &[String], text: &str, fold: bool| {
            patterns.iter().any(|pattern| matches(pattern, text, fold))
        };
        match self {
            Condition::Host(names) => any(names, asked.name(), true),
            Condition::Path(paths) => any(paths, asked.path(), false),
            Condition::Header(name, values) => {
                name.eq_ignore_ascii_case("host") && any(values, asked.host, true)
            }
            Condition::Method(methods) => methods.iter().any(|method| method == asked.method),
            Condition::Query(pairs) => pairs.iter().any(|(key, value)| {
                asked.query().split('&').any(|own| {
                    let (own_key, own_value) = own.split_once('=').unwrap_or(("", own));
                    key.as_ref().is_none_or(|key| matches(key, own_key, true))
                        && matches(value, own_value, true)
                })
            }),
            Condition::Source(ranges) => ranges.iter().any(|range| range.contains(asked.from)),
        }
    }
}

/// Whether `text` matches a pattern with `*` and `?`; `fold` says that case does not matter.
fn matches(pattern: &str, text: &str, fold: bool) -> bool {
    match fold {
        true => wildcard::matches(&pattern.to_lowercase(), &text.to_lowercase()),
        false => wildcard::matches(pattern, text),
    }
}

impl Redirect {
    /// Where a request is sent, as the `Location` header has it.
    pub(in crate::lab) fn location(&self, asked: Asked<'_>, tls: bool, port: u16) -> String {
        let protocol = if tls { "https" } else { "http" };
        let own: BTreeMap<&str, String> = [
            ("#{protocol}", protocol.to_owned()),
            ("#{host}", asked.name().to_owned()),
            ("#{port}", port.to_string()),
            ("#{path}", asked.path().trim_start_matches('/').to_owned()),
            ("#{query}", asked.query().to_owned()),
        ]
        .into();
        let fill = |text: &str| {
            own.iter().fold(text.to_owned(), |text, (keyword, value)| text.replace(keyword, value))
        };
        let mut query = fill(&self.query);
        if !query.is_empty() {
            query.insert(0, '?');
        }
        let protocol = fill(&self.protocol).to_lowercase();
        format!("{protocol}://{}:{}{}{query}", fill(&self.host), fill(&self.port), fill(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<'a>(host: &'a str, target: &'a str) -> Asked<'a> {
        Asked { from: "192.0.2.1".parse().unwrap(), host, method: "GET", target }
    }

    /// "A host name is case insensitive"; "A path pattern is case-sensitive"; `*` matches 0 or more characters, `?`
    /// exactly one.
    #[test]
    fn conditions_hold_as_aws_says() {
        let host = Condition::Host(vec!["*.Example.com".to_owned()]);
        assert!(host.holds(asked("WWW.example.com:80", "/")) && !host.holds(asked("example.com", "/")));
        let path = Condition::Path(vec!["/img/*".to_owned(), "/a?c".to_owned()]);
        assert!(path.holds(asked("", "/img/?x=1")) && path.holds(asked("", "/abc")));
        assert!(!path.holds(asked("", "/IMG/a")) && !path.holds(asked("", "/ac")));
        let query =
            Condition::Query(vec![(Some("version".to_owned()), "v1".to_owned()), (None, "*exa*".to_owned())]);
        assert!(query.holds(asked("", "/?version=v1")) && query.holds(asked("", "/?q=an-example")));
        assert!(!query.holds(asked("", "/?version=v2")));
        let source = Condition::Source(vec![Cidr::v4([192, 0, 2, 0].into(), 24)]);
        assert!(source.holds(asked("", "/")));
    }

    /// "You can reuse URI components using the following reserved keywords"; "#{path} (the leading "/" is removed)".
    #[test]
    fn a_redirect_quotes_the_request() {
        let redirect = Redirect {
            protocol: "HTTPS".to_owned(),
            host: "#{host}".to_owned(),
            port: "443".to_owned(),
            path: "/new/#{path}".to_owned(),
            query: "#{query}".to_owned(),
            status: 301,
        };
        let to = redirect.location(asked("www.example.com", "/a/b?x=1"), false, 80);
        assert_eq!(to, "https://www.example.com:443/new/a/b?x=1");
    }
}
