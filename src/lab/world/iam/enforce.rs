//! Enforce: what a key may do, decided before anything happens.
//! Invariant: off, everything is allowed; on, a call that policies do not allow changes nothing and is refused in its
//! service's own words.
//! Not here: what policies say (see `policy`), which actions a call needs (see `actions`).
//! Used by: `World::handle`.

use super::{
    actions::{self, Resource},
    create,
    lagged::Lagged,
    model::{Held, Kind},
    policy::{Context, Decision, Question, Use, Verdict, Where},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Service, Tree},
    refusal,
    sts::Caller,
};

/// One thing that a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Need {
    action: String,
    arn: String,
}

/// Whether IAM would take this as an identity's policy.
///
/// # Errors
/// `MalformedPolicyDocument`, in IAM's words.
pub fn check_policy(policy: &str) -> Result<(), AwsFault> {
    create::document(policy, Use::Identity).map(drop)
}

impl World {
    /// Lets policies decide from now on what the lab's users may do, and gives every user of the lab this policy and
    /// no other.
    ///
    /// # Errors
    /// `MalformedPolicyDocument` if IAM would not take the document; nothing changes then.
    pub fn enforce(&mut self, policy: &str) -> Result<(), AwsFault> {
        let document = create::document(policy, Use::Identity)?;
        for own in self.iam.identities.values_mut().filter(|own| own.kind == Kind::User) {
            let inline = [("enforced".to_owned(), document.clone())].into();
            own.held = Lagged::new(Held { inline, ..Held::default() });
        }
        self.iam.settings.enforce = true;
        Ok(())
    }

    /// Whether policies decide; each key then may do what its own say.
    pub fn set_enforced(&mut self, enforced: bool) {
        self.iam.settings.enforce = enforced;
    }

    /// Refuses a call that its caller's policies do not allow.
    pub(in crate::lab) fn authorize(&mut self, call: &Call) -> Result<(), AwsFault> {
        let caller = self.caller(call);
        let now = self.now();
        let (service, region) = (refusal::action_prefix(call.service).to_owned(), call.region.clone());
        if let Some(key) = self.iam.keys.get_mut(&call.access_key) {
            key.used = Some((now, service, region));
        }
        if !self.iam.settings.enforce || is_free(call) {
            return Ok(());
        }
        let policies = self.policies_of_call(call, &caller);
        let names = self.names_of(&caller);
        let base = self.context_of_call(call, &caller);
        for Need { action, arn } in self.needs(call) {
            let mut context = base.clone();
            if action == "ec2:CreateTags" && call.operation != "CreateTags" {
                context.put("ec2:CreateAction", &call.operation);
            }
            self.context_of_resource(call, &arn, &mut context);
            let question = Question { action: &action, resource: &arn, caller: &names, context: &context };
            let verdict = policies.decide(question);
            if verdict.decision != Decision::Allowed {
                return Err(self.refusal(call, &caller, &action, &arn, &verdict, &context));
            }
        }
        Ok(())
    }

    /// What the caller may see of an answer. AWS: environments that one may not describe are left out of
    /// `DescribeEnvironments`, without an error (Beanstalk guide, "Managing user policies").
    pub(in crate::lab) fn visible(&mut self, call: &Call, reply: Reply) -> Reply {
        let lists = call.service == Service::Beanstalk && call.operation == "DescribeEnvironments";
        let Ok(Tree::Map(members)) = reply else { return reply };
        if !lists || !self.iam.settings.enforce {
            return Ok(Tree::Map(members));
        }
        let caller = self.caller(call);
        let (policies, names) = (self.policies_of_call(call, &caller), self.names_of(&caller));
        let base = self.context_of_call(call, &caller);
        let mut seen = |tree: &Tree| {
            let arn = super::look::text(tree, "EnvironmentArn").unwrap_or_default();
            let mut context = base.clone();
            application(&arn, &mut context);
            self.context_of_resource(call, &arn, &mut context);
            let action = "elasticbeanstalk:DescribeEnvironments";
            let question = Question { action, resource: &arn, caller: &names, context: &context };
            policies.decide(question).decision == Decision::Allowed
        };
        let kept = members.into_iter().map(|(name, value)| match value {
            Tree::List(element, items) => {
                (name, Tree::List(element, items.into_iter().filter(&mut seen).collect()))
            }
            other => (name, other),
        });
        Ok(Tree::Map(kept.collect()))
    }

    /// What a call needs, in the order in which it is asked.
    fn needs(&mut self, call: &Call) -> Vec<Need> {
        let action = format!("{}:{}", refusal::action_prefix(call.service), call.operation);
        let Some(row) = actions::find(call.service, &call.operation) else {
            return vec![Need { action, arn: "*".to_owned() }];
        };
        let mut needs = Vec::new();
        for (place, resource) in row.resources.iter().enumerate() {
            for arn in self.arns(call, *resource, place == 0) {
                needs.push(Need { action: action.clone(), arn });
            }
        }
        // AWS: what a call names by ARN alone needs no name; a call without either is on everything.
        if needs.len() > 1
            && needs.first().is_some_and(|first| first.arn.ends_with('*') && call.service == Service::Waf)
        {
            needs.remove(0);
        }
        for also in row.also.iter().filter(|also| call.params.has(also.with)) {
            for arn in self.arns(call, also.resource, true) {
                needs.push(Need { action: also.action.to_owned(), arn });
            }
        }
        needs
    }

    /// The ARNs that a call names. `whole`: without any, all of the kind are meant.
    fn arns(&mut self, call: &Call, resource: Resource, whole: bool) -> Vec<String> {
        let (region, account) = (call.region.clone(), self.iam.account.clone());
        let texts = |from: &[&str]| -> Vec<String> {
            from.iter()
                .flat_map(|path| actions::texts(&call.params, path))
                .filter(|text| !text.is_empty())
                .collect()
        };
        match resource {
            Resource::Any => vec!["*".to_owned()],
            Resource::Named(shape, from) => {
                let shape = shape.replace("{r}", &region).replace("{a}", &account);
                let mut names = texts(from);
                if names.is_empty() && (whole || from.is_empty()) {
                    names.push("*".to_owned());
                }
                names.iter().map(|name| self.arn_of(&shape, name)).collect()
            }
            Resource::Ec2(from) => {
                let mut ids = texts(from);
                if ids.is_empty() && whole {
                    ids.push("*".to_owned());
                }
                ids.iter().map(|id| format!("arn:aws:ec2:{region}:{account}:{}/{id}", kind_of(id))).collect()
            }
            Resource::Environment(from) => {
                let names = texts(from);
                if names.is_empty() && whole {
                    return vec![format!("arn:aws:elasticbeanstalk:{region}:{account}:environment/*")];
                }
                let found = names.iter().map(|name| {
                    let unknown =
                        || format!("arn:aws:elasticbeanstalk:{region}:{account}:environment/*/{name}");
                    self.environment_arn(&region, name).unwrap_or_else(unknown)
                });
                found.collect()
            }
            Resource::Route53Tagged => {
                let kind = call.params.text("ResourceType").unwrap_or("*");
                texts(&["ResourceId", "ResourceIds"])
                    .iter()
                    .map(|id| format!("arn:aws:route53:::{kind}/{id}"))
                    .collect()
            }
            Resource::GlobalMembers => {
                let id = call.params.text("GlobalClusterIdentifier").unwrap_or_default().to_owned();
                self.global_members(&region, &id)
            }
        }
    }

    fn arn_of(&self, shape: &str, name: &str) -> String {
        if name.starts_with("arn:") {
            return name.to_owned();
        }
        let name = if shape.contains(":parameter/") { name.trim_start_matches('/') } else { name };
        let arn = shape.replace("{}", name);
        // IAM's own resources may have paths.
        let kind = [(":user/", Kind::User), (":group/", Kind::Group), (":role/", Kind::Role)]
            .into_iter()
            .find(|(part, _)| arn.starts_with("arn:aws:iam:") && arn.contains(part));
        let own = kind.and_then(|(_, kind)| self.iam.identity(kind, name));
        own.map_or(arn, |own| own.arn.clone())
    }

    fn refusal(
        &mut self,
        call: &Call,
        caller: &Caller,
        action: &str,
        arn: &str,
        verdict: &Verdict,
        context: &Context,
    ) -> AwsFault {
        let place = match verdict.place {
            Where::Identity => "identity-based policy",
            Where::Boundary => "permissions boundary",
            Where::Session => "session policy",
            Where::Resource => "resource-based policy",
        };
        let because = if verdict.decision == Decision::ExplicitDeny {
            let article = if place.starts_with('i') { "an" } else { "a" };
            format!("with an explicit deny in {article} {place}")
        } else {
            format!("because no {place} allows the {action} action")
        };
        let ec2 = call.service == Service::Ec2;
        // EC2 names no resource where there is none to name.
        let on = if ec2 && arn == "*" { String::new() } else { format!(" on resource: {arn}") };
        let mut message =
            format!("User: {} is not authorized to perform: {action}{on} {because}", caller.arn);
        if ec2 && arn != "*" {
            let encoded = self.encoded(caller, action, arn, verdict, context);
            message.push_str(&format!(". Encoded authorization failure message: {encoded}"));
        }
        refusal::not_authorized(call.service, message)
    }
}

/// Calls that no policy can forbid. AWS: GetCallerIdentity works even with an explicit deny; GetSessionToken and
/// GetAccessKeyInfo need no permission. AssumeRole is free where the role trusts the caller itself, which STS decides.
fn is_free(call: &Call) -> bool {
    match call.service {
        Service::Sts => ["GetCallerIdentity", "GetSessionToken", "GetAccessKeyInfo", "AssumeRole"]
            .contains(&call.operation.as_str()),
        // It shows what the caller may see, see `visible`.
        Service::Beanstalk => call.operation == "DescribeEnvironments",
        _ => false,
    }
}

/// `elasticbeanstalk:InApplication` of an environment's ARN.
fn application(arn: &str, context: &mut Context) {
    if let Some((head, path)) = arn.split_once(":environment/") {
        let application = path.split('/').next().unwrap_or_default();
        context.put("elasticbeanstalk:InApplication", format!("{head}:application/{application}"));
    }
}

/// The kind of a resource of EC2's, as ARNs call it.
fn kind_of(id: &str) -> &'static str {
    match id.split_once('-').map_or("*", |(kind, _)| kind) {
        "sg" => "security-group",
        "sgr" => "security-group-rule",
        "acl" => "network-acl",
        "rtb" => "route-table",
        "i" => "instance",
        "eni" => "network-interface",
        "subnet" => "subnet",
        "vpc" => "vpc",
        "pcx" => "vpc-peering-connection",
        "pl" => "prefix-list",
        "igw" => "internet-gateway",
        "nat" => "natgateway",
        "vol" => "volume",
        "ami" => "image",
        "eipalloc" => "elastic-ip",
        _ => "*",
    }
}
