//! Verdict: what a web ACL makes of a request.
//! Invariant: rules in order of priority, the first that ends decides; what the lab cannot know of a request matches
//! nothing.
//! Not here: what the balancer does otherwise (see `site`).
//! Used by: `site`.
//!
//! AWS: WAF Developer Guide, "Using rule actions", "Rate-based rule statement", "String match rule statement".

use std::{net::IpAddr, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::lab::world::{World, site::SiteRequest};

/// An answer that a web ACL gives instead of the site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Block {
    /// The status.
    pub(in crate::lab) status: u16,
    /// The headers, with the content type.
    pub(in crate::lab) headers: Vec<(String, String)>,
    /// The body.
    pub(in crate::lab) body: String,
}

impl World {
    /// What the web ACL of a balancer answers in place of the site; `None` if the request may pass. Counts the request
    /// for rate-based rules.
    pub(in crate::lab) fn waf_verdict(&mut self, balancer: &str, request: &SiteRequest) -> Option<Block> {
        let now = self.now();
        let acl = self.waf.associations.get(balancer)?.felt(now).clone()?;
        // The rules are read while requests are counted: the pointer is cloned, not what it leads to.
        let members = Arc::clone(self.waf.acls.get(&acl)?.members.felt(now));
        let mut rules: Vec<&Value> =
            members.get("Rules").and_then(Value::as_array).into_iter().flatten().collect();
        rules.sort_by_key(|rule| rule.get("Priority").and_then(Value::as_i64));
        for rule in rules {
            let name = rule.get("Name").and_then(Value::as_str).unwrap_or_default();
            let hit = rule.get("Statement").and_then(|own| self.waf_matches(&acl, name, own, request));
            let action = rule.get("Action").and_then(Value::as_object);
            let Some((kind, body)) = action.and_then(|own| own.iter().next()).filter(|_| hit == Some(true))
            else {
                continue;
            };
            match kind.as_str() {
                "Allow" => return None,
                "Count" => {}
                other => return Some(block(other, body, &members)),
            }
        }
        let default = members.get("DefaultAction").and_then(|own| own.get("Block"));
        default.map(|body| block("Block", body, &members))
    }

    /// Whether a statement matches; `None` if the lab cannot know.
    fn waf_matches(
        &mut self,
        acl: &str,
        rule: &str,
        statement: &Value,
        request: &SiteRequest,
    ) -> Option<bool> {
        let (kind, body) = statement.as_object()?.iter().next()?;
        match kind.as_str() {
            "IPSetReferenceStatement" => {
                let set = self.waf.sets.get(body.get("ARN")?.as_str()?)?;
                Some(set.addresses.felt(self.now()).iter().any(|network| within(network, request.from)))
            }
            "ByteMatchStatement" => byte_match(body, request),
            "RateBasedStatement" => self.waf_rate(acl, rule, body, request),
            "NotStatement" => self.waf_matches(acl, rule, body.get("Statement")?, request).map(|hit| !hit),
            "AndStatement" => {
                let hits = self.waf_all(acl, rule, body, request);
                if hits.contains(&Some(false)) {
                    Some(false)
                } else {
                    hits.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            "OrStatement" => {
                let hits = self.waf_all(acl, rule, body, request);
                if hits.contains(&Some(true)) {
                    Some(true)
                } else {
                    hits.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            _ => None,
        }
    }

    fn waf_all(&mut self, acl: &str, rule: &str, body: &Value, request: &SiteRequest) -> Vec<Option<bool>> {
        let all = body.get("Statements").and_then(Value::as_array).into_iter().flatten();
        all.map(|statement| self.waf_matches(acl, rule, statement, request)).collect()
    }

    /// AWS: counts requests of the last minutes per client, every few seconds; blocks while they are above the limit.
    fn waf_rate(&mut self, acl: &str, rule: &str, body: &Value, request: &SiteRequest) -> Option<bool> {
        if let Some(scope) = body.get("ScopeDownStatement")
            && self.waf_matches(acl, rule, scope, request) != Some(true)
        {
            return Some(false);
        }
        let limit = usize::try_from(body.get("Limit")?.as_u64()?).ok()?;
        let window =
            SignedDuration::from_secs(body.get("EvaluationWindowSec").and_then(Value::as_i64).unwrap_or(300));
        let client = match body.get("AggregateKeyType").and_then(Value::as_str) {
            Some("IP") | None => request.from.to_string(),
            Some("CONSTANT") => String::new(),
            Some(_) => return None,
        };
        let now = self.now();
        let every = self.waf.settings.rate_check_seconds.max(1);
        let tick = jiff::Timestamp::from_second(now.as_second().div_euclid(every) * every).ok()?;
        let oldest = tick - window;
        let counted = self.waf.counts.entry((acl.to_owned(), rule.to_owned(), client)).or_default();
        while counted.front().is_some_and(|at| *at <= oldest) {
            counted.pop_front();
        }
        let before = counted.iter().filter(|at| **at <= tick).count();
        counted.push_back(now);
        Some(before > limit)
    }
}

fn within(network: &str, address: IpAddr) -> bool {
    let Some((base, bits)) = network.split_once('/') else { return false };
    let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let shift = 32_u32.saturating_sub(bits);
            base.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let shift = 128_u32.saturating_sub(bits);
            base.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
        }
        _ => false,
    }
}

/// AWS: the search string is base64 on the wire; transformations are applied to the request in order.
fn byte_match(body: &Value, request: &SiteRequest) -> Option<bool> {
    let wanted = STANDARD.decode(body.get("SearchString")?.as_str()?).ok()?;
    let wanted = String::from_utf8(wanted).ok()?;
    let (field, inside) = body.get("FieldToMatch")?.as_object()?.iter().next()?;
    let (path, query) = request.path.split_once('?').unwrap_or((request.path.as_str(), ""));
    let mut found = match field.as_str() {
        "UriPath" => path.to_owned(),
        "QueryString" => query.to_owned(),
        "Method" => request.method.clone(),
        "SingleHeader" if inside.get("Name")?.as_str()?.eq_ignore_ascii_case("host") => request.host.clone(),
        _ => return None,
    };
    let mut changes: Vec<&Value> =
        body.get("TextTransformations").and_then(Value::as_array).into_iter().flatten().collect();
    changes.sort_by_key(|own| own.get("Priority").and_then(Value::as_i64));
    for change in changes {
        match change.get("Type").and_then(Value::as_str)? {
            "NONE" => {}
            "LOWERCASE" => found = found.to_lowercase(),
            "URL_DECODE" => found = percent_decode_str(&found).decode_utf8_lossy().into_owned(),
            "COMPRESS_WHITE_SPACE" => found = found.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => return None,
        }
    }
    Some(match body.get("PositionalConstraint")?.as_str()? {
        "EXACTLY" => found == wanted,
        "STARTS_WITH" => found.starts_with(&wanted),
        "ENDS_WITH" => found.ends_with(&wanted),
        "CONTAINS" => found.contains(&wanted),
        "CONTAINS_WORD" => {
            found.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == wanted)
        }
        _ => return None,
    })
}

/// The answer of an action that ends. AWS: 403 unless the action says otherwise; 405 for a CAPTCHA and 202 for a
/// challenge, each with a header that names the action.
fn block(kind: &str, body: &Value, members: &Map<String, Value>) -> Block {
    let html = |status: u16, text: &str| Block {
        status,
        headers: vec![("Content-Type".to_owned(), "text/html".to_owned())],
        body: format!(
            "<html>\r\n<head><title>{status} {text}</title></head>\r\n<body>\r\n<center><h1>{status} {text}</h1></center>\r\n\
             </body>\r\n</html>\r\n"
        ),
    };
    let named = |mut own: Block, action: &str| {
        own.headers.push(("x-amzn-waf-action".to_owned(), action.to_owned()));
        own
    };
    match kind {
        "Captcha" => return named(html(405, "Human Verification"), "captcha"),
        "Challenge" => return named(html(202, "Challenge"), "challenge"),
        _ => {}
    }
    let Some(custom) = body.get("CustomResponse") else { return html(403, "Forbidden") };
    let status = custom.get("ResponseCode").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let key = custom.get("CustomResponseBodyKey").and_then(Value::as_str);
    let own = key.and_then(|key| members.get("CustomResponseBodies")?.get(key));
    let kind = match own.and_then(|own| own.get("ContentType")).and_then(Value::as_str) {
        Some("APPLICATION_JSON") => "application/json",
        Some("TEXT_PLAIN") => "text/plain",
        _ => "text/html",
    };
    let content = own.and_then(|own| own.get("Content")).and_then(Value::as_str).unwrap_or_default();
    let mut headers = vec![("Content-Type".to_owned(), kind.to_owned())];
    let more = custom.get("ResponseHeaders").and_then(Value::as_array).into_iter().flatten();
    headers.extend(more.filter_map(|own| {
        let name = own.get("Name")?.as_str()?;
        Some((name.to_owned(), own.get("Value")?.as_str()?.to_owned()))
    }));
    Block { status: status.unwrap_or(403), headers, body: content.to_owned() }
}
