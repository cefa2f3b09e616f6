//! Rule text: conditions and actions as calls give them and describes show them.
//! Invariant: what is read is shown again with the same meaning; what the lab cannot do is refused, never ignored.
//! Used by: `listeners`, `rules`.

use super::{
    State,
    describe::{int, invalid, target_group, texts},
    rule::{Action, Condition, Redirect, Weighted},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Service, Tree},
    cidr::Cidr,
};

/// Values that all conditions of a rule may have together (AWS: Application Load Balancer quotas).
const VALUES: usize = 5;

/// The actions at `path` of a call, checked.
pub(super) fn actions(state: &State, call: &Call, path: &str) -> Result<Vec<Action>, AwsFault> {
    let asked = call.params.list(path);
    if asked.is_empty() {
        return Err(invalid(format!("At least one action must be specified in {path}")));
    }
    if asked.len() > 1 {
        let message = "Only one action that ends the processing of a request is allowed";
        return Err(AwsFault::new(400, "InvalidLoadBalancerAction", message));
    }
    asked.iter().map(|own| action(state, call, own)).collect()
}

fn action(state: &State, call: &Call, asked: &Params) -> Result<Action, AwsFault> {
    match asked.text("Type").unwrap_or_default() {
        "forward" => forward(state, call, asked),
        "redirect" => redirect(&asked.below("RedirectConfig")),
        "fixed-response" => fixed(&asked.below("FixedResponseConfig")),
        kind @ ("authenticate-oidc" | "authenticate-cognito" | "jwt-validation") => {
            Err(World::unrouted(Service::Elb, &format!("{} with an action {kind}", call.operation)))
        }
        other => Err(invalid(format!(
            "Action type '{other}' must be one of 'forward, redirect, fixed-response, authenticate-oidc, authenticate-cognito'"
        ))),
    }
}

fn forward(state: &State, call: &Call, asked: &Params) -> Result<Action, AwsFault> {
    let mut shares: Vec<Weighted> = Vec::new();
    for own in asked.below("ForwardConfig").list("TargetGroups") {
        let weight = own.text("Weight").map_or(Some(1), |text| text.parse().ok().filter(|own| *own <= 999));
        let weight = weight.ok_or_else(|| invalid("Target group weight must be between 0 and 999"))?;
        shares.push(Weighted { group: own.text("TargetGroupArn").unwrap_or_default().to_owned(), weight });
    }
    if let Some(group) = asked.text("TargetGroupArn") {
        if shares.iter().any(|share| share.group != group) {
            let message =
                "You cannot specify both TargetGroupArn and ForwardConfig with another target group";
            return Err(AwsFault::new(400, "InvalidLoadBalancerAction", message));
        }
        if shares.is_empty() {
            shares.push(Weighted { group: group.to_owned(), weight: 1 });
        }
    }
    if shares.is_empty() || shares.len() > 5 {
        let message = "A forward action needs from 1 to 5 target groups";
        return Err(AwsFault::new(400, "InvalidLoadBalancerAction", message));
    }
    for share in &shares {
        target_group(state, call, &share.group)?;
    }
    Ok(Action::Forward(shares))
}

fn redirect(asked: &Params) -> Result<Action, AwsFault> {
    let part = |name, default: &str| asked.text(name).unwrap_or(default).to_owned();
    let status = match asked.text("StatusCode") {
        Some("HTTP_301") => 301,
        Some("HTTP_302") => 302,
        _ => return Err(invalid("Redirect status code must be HTTP_301 or HTTP_302")),
    };
    let redirect = Redirect {
        protocol: part("Protocol", "#{protocol}"),
        host: part("Host", "#{host}"),
        port: part("Port", "#{port}"),
        path: part("Path", "/#{path}"),
        query: part("Query", "#{query}"),
        status,
    };
    let same =
        (redirect.protocol.as_str(), redirect.host.as_str(), redirect.port.as_str(), redirect.path.as_str())
            == ("#{protocol}", "#{host}", "#{port}", "/#{path}");
    if same {
        let message = "The redirect configuration is not valid because it creates a loop";
        return Err(AwsFault::new(400, "InvalidLoadBalancerAction", message));
    }
    Ok(Action::Redirect(redirect))
}

fn fixed(asked: &Params) -> Result<Action, AwsFault> {
    let status = asked.text("StatusCode").and_then(|text| text.parse().ok());
    let status = status.filter(|status: &u16| matches!(status, 200..=299 | 400..=599));
    let status = status.ok_or_else(|| invalid("Fixed-response status code must be 2XX, 4XX or 5XX"))?;
    let body = asked.text("MessageBody").unwrap_or_default().to_owned();
    if body.len() > 1_024 {
        return Err(invalid("The message body of a fixed response must not be longer than 1024 characters"));
    }
    let kind = asked.text("ContentType").unwrap_or("text/plain").to_owned();
    let known = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
    if !known.contains(&kind.as_str()) {
        return Err(invalid(format!("Content type '{kind}' must be one of '{}'", known.join(", "))));
    }
    Ok(Action::Fixed { status, kind, body })
}

/// The conditions of a call, checked.
pub(super) fn conditions(call: &Call) -> Result<Vec<Condition>, AwsFault> {
    let asked = call.params.list("Conditions");
    if asked.is_empty() {
        return Err(invalid("A condition must be specified"));
    }
    let all = asked.iter().map(|own| condition(call, own)).collect::<Result<Vec<_>, _>>()?;
    if all.iter().map(Condition::values).sum::<usize>() > VALUES {
        let message = format!("The rule cannot have more than {VALUES} condition values");
        return Err(invalid(message));
    }
    Ok(all)
}

fn condition(call: &Call, asked: &Params) -> Result<Condition, AwsFault> {
    let field = asked.text("Field").unwrap_or_default();
    let config = match field {
        "host-header" => "HostHeaderConfig",
        "path-pattern" => "PathPatternConfig",
        "http-header" => "HttpHeaderConfig",
        "http-request-method" => "HttpRequestMethodConfig",
        "query-string" => "QueryStringConfig",
        "source-ip" => "SourceIpConfig",
        other => {
            let message = format!(
                "Condition field '{other}' must be one of '[path-pattern, host-header, http-header, \
                 http-request-method, query-string, source-ip]'"
            );
            return Err(invalid(message));
        }
    };
    if asked.has("RegexValues") || asked.below(config).has("RegexValues") {
        return Err(World::unrouted(Service::Elb, &format!("{} with regular expressions", call.operation)));
    }
    let mut values = asked.below(config).texts("Values");
    values.extend(asked.texts("Values"));
    let pairs = asked.below("QueryStringConfig").list("Values");
    if values.is_empty() && pairs.is_empty() {
        return Err(invalid("A condition value must be specified"));
    }
    if let Some(long) = values.iter().find(|value| value.chars().count() > 128) {
        return Err(invalid(format!("Condition value '{long}' must not be longer than 128 characters")));
    }
    Ok(match field {
        "host-header" => Condition::Host(values),
        "path-pattern" => Condition::Path(values),
        "http-request-method" => Condition::Method(values),
        "http-header" => {
            let name = asked.below(config).text("HttpHeaderName").unwrap_or_default().to_owned();
            Condition::Header(name, values)
        }
        "query-string" => Condition::Query(
            pairs
                .iter()
                .map(|own| {
                    (own.text("Key").map(str::to_owned), own.text("Value").unwrap_or_default().to_owned())
                })
                .collect(),
        ),
        _ => Condition::Source(values.iter().map(|text| range(text)).collect::<Result<_, _>>()?),
    })
}

fn range(text: &str) -> Result<Cidr, AwsFault> {
    Cidr::parse(text).ok_or_else(|| invalid(format!("The value '{text}' is not a valid CIDR block")))
}

impl Condition {
    fn values(&self) -> usize {
        match self {
            Condition::Host(own)
            | Condition::Path(own)
            | Condition::Method(own)
            | Condition::Header(_, own) => own.len(),
            Condition::Query(own) => own.len(),
            Condition::Source(own) => own.len(),
        }
    }

    /// As describes show it.
    pub(super) fn tree(&self) -> Tree {
        let config = |values: Option<Tree>| Some(Tree::map([("Values", values)]));
        let (field, plain, name, config) = match self {
            Condition::Host(own) => ("host-header", texts(own), "HostHeaderConfig", config(texts(own))),
            Condition::Path(own) => ("path-pattern", texts(own), "PathPatternConfig", config(texts(own))),
            Condition::Method(own) => {
                ("http-request-method", None, "HttpRequestMethodConfig", config(texts(own)))
            }
            Condition::Header(name, own) => {
                let own = Tree::map([("HttpHeaderName", Tree::text(name)), ("Values", texts(own))]);
                ("http-header", None, "HttpHeaderConfig", Some(own))
            }
            Condition::Query(own) => {
                let pair = |(key, value): &(Option<String>, String)| {
                    Tree::map([("Key", key.clone().map(Tree::Text)), ("Value", Tree::text(value))])
                };
                let own = Tree::list("member", own.iter().map(pair));
                ("query-string", None, "QueryStringConfig", config(own))
            }
            Condition::Source(own) => {
                ("source-ip", None, "SourceIpConfig", config(texts(own.iter().map(ToString::to_string))))
            }
        };
        Tree::map([("Field", Tree::text(field)), ("Values", plain.or(texts::<String>([]))), (name, config)])
    }
}

impl Action {
    /// As describes show it.
    pub(super) fn tree(&self) -> Tree {
        match self {
            Action::Forward(shares) => forward_tree(shares),
            Action::Redirect(own) => {
                let config = Tree::map([
                    ("Protocol", Tree::text(&own.protocol)),
                    ("Port", Tree::text(&own.port)),
                    ("Host", Tree::text(&own.host)),
                    ("Path", Tree::text(&own.path)),
                    ("Query", Tree::text(&own.query)),
                    ("StatusCode", Tree::text(format!("HTTP_{}", own.status))),
                ]);
                Tree::map([
                    ("Type", Tree::text("redirect")),
                    ("Order", int(1)),
                    ("RedirectConfig", Some(config)),
                ])
            }
            Action::Fixed { status, kind, body } => {
                let config = Tree::map([
                    ("MessageBody", Tree::text(body)),
                    ("StatusCode", Tree::text(status.to_string())),
                    ("ContentType", Tree::text(kind)),
                ]);
                let kind = Tree::text("fixed-response");
                Tree::map([("Type", kind), ("Order", int(1)), ("FixedResponseConfig", Some(config))])
            }
        }
    }
}

fn forward_tree(shares: &[Weighted]) -> Tree {
    let one = if let [only] = shares { Tree::text(&only.group) } else { None };
    let share = |own: &Weighted| {
        Tree::map([("TargetGroupArn", Tree::text(&own.group)), ("Weight", int(own.weight.into()))])
    };
    let stickiness = Tree::map([("Enabled", Some(Tree::Bool(false)))]);
    let config = Tree::map([
        ("TargetGroups", Tree::list("member", shares.iter().map(share))),
        ("TargetGroupStickinessConfig", Some(stickiness)),
    ]);
    Tree::map([
        ("Type", Tree::text("forward")),
        ("TargetGroupArn", one),
        ("Order", int(1)),
        ("ForwardConfig", Some(config)),
    ])
}
