//! Known: the values of condition keys, and whose policies decide for a caller.
//! Invariant: a key that the lab does not know is absent, never guessed.
//! Used by: `enforce`, `sts`.
//!
//! AWS: IAM User Guide, "AWS global condition context keys"; the services' own keys as the Service Authorization
//! Reference has them.

use std::sync::Arc;

use super::{
    model::{Held, Identity, Kind},
    policy::{Context, Policies, Source, SourceKind},
};
use crate::lab::world::{
    World,
    call::{Call, Service},
    sts::Caller,
};

impl World {
    /// Every name that a policy may call the caller by.
    pub(in crate::lab) fn names_of(&self, caller: &Caller) -> Vec<String> {
        let mut names = vec![caller.arn.clone(), format!("arn:aws:iam::{}:root", self.iam.account)];
        let role = caller.role.as_ref().and_then(|name| self.iam.identity(Kind::Role, name));
        names.extend(role.map(|role| role.arn.clone()));
        names
    }

    /// What is known of a caller, whatever it asks.
    pub(in crate::lab) fn context_of(&self, caller: &Caller) -> Context {
        let now = self.now();
        let mut context = Context::default();
        context.put("aws:CurrentTime", now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        context.put("aws:EpochTime", now.as_second().to_string());
        context.put("aws:SecureTransport", "true");
        context.put("aws:ViaAWSService", "false");
        context.put("aws:PrincipalIsAWSService", "false");
        context.put("aws:SourceIp", self.iam.settings.source_ip.to_string());
        context.put("aws:PrincipalAccount", &self.iam.account);
        context.put("aws:userid", &caller.id);
        context.put("aws:PrincipalType", if caller.role.is_some() { "AssumedRole" } else { "User" });
        let kind = if caller.role.is_some() { Kind::Role } else { Kind::User };
        let name = caller.role.as_ref().or(caller.user.as_ref());
        if let Some(own) = name.and_then(|name| self.iam.identity(kind, name)) {
            context.put("aws:PrincipalArn", &own.arn);
            for (key, value) in &own.tags {
                context.put(&format!("aws:PrincipalTag/{key}"), value);
            }
        }
        if let Some(user) = &caller.user {
            context.put("aws:username", user);
        }
        context
    }

    /// What is known of a call, whatever it touches.
    pub(super) fn context_of_call(&self, call: &Call, caller: &Caller) -> Context {
        let mut context = self.context_of(caller);
        if let Some(session) = self.sts.sessions.get(&call.access_key) {
            let began = session.began.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            context.put("aws:TokenIssueTime", began);
            // AWS: the key is there for temporary credentials only.
            context.put("aws:MultiFactorAuthPresent", "false");
            for (key, value) in &session.tags {
                context.put(&format!("aws:PrincipalTag/{key}"), value);
            }
            if let Some(source) = &session.source {
                context.put("aws:SourceIdentity", source);
            }
        }
        // AWS: services with one endpoint for all regions are asked in us-east-1.
        let global = matches!(call.service, Service::Iam | Service::Route53);
        context.put("aws:RequestedRegion", if global { "us-east-1" } else { &call.region });
        if call.service == Service::Ec2 {
            context.put("ec2:Region", &call.region);
        }
        request_tags(call, &mut context);
        own_keys(call, &mut context);
        context
    }

    /// What is known of a resource that a call touches.
    pub(super) fn context_of_resource(&mut self, call: &Call, arn: &str, context: &mut Context) {
        if arn == "*" || arn.ends_with('*') {
            return;
        }
        let service = arn.split(':').nth(2).unwrap_or_default().to_owned();
        for (key, value) in self.tags_of(arn) {
            context.put(&format!("aws:ResourceTag/{key}"), &value);
            if ["ec2", "elasticloadbalancing", "autoscaling", "ssm", "iam"].contains(&service.as_str()) {
                context.put(&format!("{service}:ResourceTag/{key}"), &value);
            }
            let rds = [
                (":cluster:", "rds:cluster-tag"),
                (":db:", "rds:db-tag"),
                (":cluster-pg:", "rds:cluster-pg-tag"),
            ];
            for (part, own) in rds.into_iter().filter(|(part, _)| service == "rds" && arn.contains(part)) {
                let _ = part;
                context.put(&format!("{own}/{key}"), &value);
            }
        }
        context.put("aws:ResourceAccount", &self.iam.account);
        if let ("ec2", Some(id)) = (service.as_str(), arn.rsplit('/').next()) {
            if let Some(vpc) = self.vpc_of(&call.region, id) {
                context.put("ec2:Vpc", format!("arn:aws:ec2:{}:{}:vpc/{vpc}", call.region, self.iam.account));
            }
            let own = match id.split_once('-').map_or("", |(kind, _)| kind) {
                "sg" => "ec2:SecurityGroupID",
                "acl" => "ec2:NetworkAclID",
                "rtb" => "ec2:RouteTableID",
                "subnet" => "ec2:SubnetID",
                "i" => "ec2:InstanceID",
                _ => return,
            };
            context.put(own, id);
        }
    }

    /// Everything that limits and allows a call of this caller, as it is felt now.
    pub(in crate::lab) fn policies_of_call(&self, call: &Call, caller: &Caller) -> Policies {
        let own = match (&caller.role, &caller.user) {
            (Some(role), _) => self.iam.identity(Kind::Role, role),
            (None, Some(user)) => self.iam.identity(Kind::User, user),
            (None, None) => None,
        };
        let mut policies = own.map(|own| self.policies_of(own, true)).unwrap_or_default();
        let session = self.sts.sessions.get(&call.access_key).and_then(|session| session.policies.as_ref());
        policies.session = session.map(|own| {
            let source = |(id, policy): &(String, Arc<_>)| Source {
                id: id.clone(),
                kind: SourceKind::None,
                policy: Arc::clone(policy),
            };
            own.iter().map(source).collect()
        });
        policies
    }

    /// The policies of an identity: as they are felt now, or as they were written last.
    pub(super) fn policies_of(&self, own: &Identity, felt: bool) -> Policies {
        let held = |own: &Identity| {
            if felt { own.held.felt(self.now()).clone() } else { own.held.written().clone() }
        };
        let holds = held(own);
        let mut identity = self.sources(own, &holds, felt);
        for group in holds.groups.iter().filter_map(|name| self.iam.identity(Kind::Group, name)) {
            identity.extend(self.sources(group, &held(group), felt));
        }
        let boundary = holds.boundary.as_ref().map(|arn| self.managed(arn, felt).into_iter().collect());
        Policies { identity, boundary, ..Policies::default() }
    }

    fn sources(&self, own: &Identity, held: &Held, felt: bool) -> Vec<Source> {
        let kind = match own.kind {
            Kind::User => SourceKind::User,
            Kind::Group => SourceKind::Group,
            Kind::Role => SourceKind::Role,
        };
        // AWS: an inline policy is called by its owner's name and its own.
        let inline = held.inline.iter().map(|(name, document)| Source {
            id: format!("{}_{}_{name}", own.kind.word(), own.name),
            kind,
            policy: Arc::clone(&document.policy),
        });
        inline.chain(held.attached.iter().filter_map(|arn| self.managed(arn, felt))).collect()
    }

    fn managed(&self, arn: &str, felt: bool) -> Option<Source> {
        let own = self.iam.policies.get(arn)?;
        let number = if felt { own.default.felt(self.now()) } else { own.default.written() };
        let (document, _) = own.versions.get(number).or_else(|| own.versions.get(own.default.written()))?;
        let kind = if own.is_aws() { SourceKind::AwsManaged } else { SourceKind::UserManaged };
        Some(Source { id: own.name.clone(), kind, policy: Arc::clone(&document.policy) })
    }
}

/// `aws:RequestTag` and `aws:TagKeys`.
fn request_tags(call: &Call, context: &mut Context) {
    let mut keys = Vec::new();
    let lists = ["Tags", "Tag", "AddTags", "TagsToAdd", "tags"];
    let mut all: Vec<_> = lists.iter().flat_map(|list| call.params.list(list)).collect();
    all.extend(call.params.list("TagSpecification").iter().flat_map(|own| own.list("Tag")));
    for tag in all {
        let text = |name: &str| tag.text(name).or_else(|| tag.text(&name.to_lowercase())).map(str::to_owned);
        if let Some(key) = text("Key") {
            context.put(&format!("aws:RequestTag/{key}"), text("Value").unwrap_or_default());
            keys.push(key);
        }
    }
    keys.extend(["TagKeys", "TagsToRemove", "tagKeys"].iter().flat_map(|list| call.params.texts(list)));
    if !keys.is_empty() {
        context.set("aws:TagKeys", keys);
    }
}

/// The keys that a service has for one operation alone.
fn own_keys(call: &Call, context: &mut Context) {
    let params = &call.params;
    match call.service {
        Service::Route53 => {
            let changes = params.list("ChangeBatch.Changes");
            if changes.is_empty() {
                return;
            }
            let all = |path: &'static str| {
                changes.iter().filter_map(move |change| change.text(path)).map(str::to_owned)
            };
            // AWS: lower case, without the last dot, octal escapes for what is no letter, digit, hyphen, dot or `*`.
            let names = all("ResourceRecordSet.Name")
                .map(|name| name.to_lowercase().trim_end_matches('.').to_owned());
            context.set("route53:ChangeResourceRecordSetsNormalizedRecordNames", names);
            context.set("route53:ChangeResourceRecordSetsRecordTypes", all("ResourceRecordSet.Type"));
            context.set("route53:ChangeResourceRecordSetsActions", all("Action"));
        }
        Service::Iam => {
            if let Some(arn) = params.text("PolicyArn") {
                context.put("iam:PolicyARN", arn);
            }
            if let Some(arn) = params.text("PermissionsBoundary") {
                context.put("iam:PermissionsBoundary", arn);
            }
        }
        Service::Elb => {
            let groups = params.texts("SecurityGroups");
            if !groups.is_empty() {
                context.set("elasticloadbalancing:SecurityGroup", groups);
            }
        }
        Service::Sts => {
            for (key, param) in [("sts:RoleSessionName", "RoleSessionName"), ("sts:ExternalId", "ExternalId")]
            {
                if let Some(value) = params.text(param) {
                    context.put(key, value);
                }
            }
        }
        Service::Ssm => {
            if let Some(overwrite) = params.text("Overwrite") {
                context.put("ssm:Overwrite", overwrite);
            }
            if let Some(recursive) = params.text("Recursive") {
                context.put("ssm:Recursive", recursive);
            }
        }
        _ => {}
    }
}
