//! Build: the identities that a world begins with.
//! Invariant: every part by the same way as a call makes it, and felt from the beginning.
//! Used by: `World::build`.

use super::{
    create, fault,
    lagged::Lagged,
    model::{Held, Kind, Role, Tags},
    policy::Use,
};
use crate::lab::world::{
    World,
    call::AwsFault,
    reference::{ACCESS_KEY, SECRET_KEY},
    rng::Rng,
};

/// AWS's own policies that the lab has, with the documents that AWS publishes for them (AWS Managed Policy Reference
/// Guide), by path and name.
const AWS_POLICIES: &[(&str, &str, &str)] = &[
    (
        "/",
        "AdministratorAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "/",
        "AmazonSSMManagedInstanceCore",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:DescribeAssociation","ssm:GetDeployablePatchSnapshotForInstance","ssm:GetDocument","ssm:DescribeDocument","ssm:GetManifest","ssm:GetParameter","ssm:GetParameters","ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory","ssm:PutComplianceItems","ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus","ssm:UpdateInstanceAssociationStatus","ssm:UpdateInstanceInformation"],"Resource":"*"},{"Effect":"Allow","Action":["ssmmessages:CreateControlChannel","ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"],"Resource":"*"},{"Effect":"Allow","Action":["ec2messages:AcknowledgeMessage","ec2messages:DeleteMessage","ec2messages:FailMessage","ec2messages:GetEndpoint","ec2messages:GetMessages","ec2messages:SendReply"],"Resource":"*"}]}"#,
    ),
    (
        "/",
        "AWSElasticBeanstalkWebTier",
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"BucketAccess","Action":["s3:Get*","s3:List*","s3:PutObject"],"Effect":"Allow","Resource":["arn:aws:s3:::elasticbeanstalk-*","arn:aws:s3:::elasticbeanstalk-*/*"]},{"Sid":"XRayAccess","Action":["xray:PutTraceSegments","xray:PutTelemetryRecords","xray:GetSamplingRules","xray:GetSamplingTargets","xray:GetSamplingStatisticSummaries"],"Effect":"Allow","Resource":"*"},{"Sid":"CloudWatchLogsAccess","Action":["logs:PutLogEvents","logs:CreateLogStream","logs:DescribeLogStreams","logs:DescribeLogGroups"],"Effect":"Allow","Resource":["arn:aws:logs:*:*:log-group:/aws/elasticbeanstalk*"]},{"Sid":"ElasticBeanstalkHealthAccess","Action":["elasticbeanstalk:PutInstanceStatistics"],"Effect":"Allow","Resource":["arn:aws:elasticbeanstalk:*:*:application/*","arn:aws:elasticbeanstalk:*:*:environment/*"]}]}"#,
    ),
    (
        "/service-role/",
        "AWSElasticBeanstalkEnhancedHealth",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["elasticloadbalancing:DescribeInstanceHealth","elasticloadbalancing:DescribeLoadBalancers","elasticloadbalancing:DescribeTargetHealth","ec2:DescribeInstances","ec2:DescribeInstanceStatus","ec2:GetConsoleOutput","ec2:AssociateAddress","ec2:DescribeAddresses","ec2:DescribeSecurityGroups","sqs:GetQueueAttributes","sqs:GetQueueUrl","autoscaling:DescribeAutoScalingGroups","autoscaling:DescribeAutoScalingInstances","autoscaling:DescribeScalingActivities","autoscaling:DescribeNotificationConfigurations","sns:Publish"],"Resource":["*"]}]}"#,
    ),
];

/// What a world says of a role.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewRole<'a> {
    /// Its name.
    pub(in crate::lab) name: &'a str,
    /// Its path: `/`.
    pub(in crate::lab) path: &'a str,
    /// Who may assume it: a trust policy.
    pub(in crate::lab) trust: &'a str,
    /// Its description.
    pub(in crate::lab) description: Option<&'a str>,
    /// The longest session, in seconds.
    pub(in crate::lab) longest: u32,
    /// Its tags.
    pub(in crate::lab) tags: Tags,
}

impl World {
    /// Sets the service up in the blueprint's account: the lab's own user, the role for drills, and the roles of Beanstalk's
    /// and the bastions' instances.
    pub(in crate::lab) fn iam_start(&mut self) {
        // What cannot be built is a bug of the lab; a test builds it.
        let built = self.iam_standard();
        debug_assert!(built.is_ok(), "{built:?}");
    }

    fn iam_standard(&mut self) -> Result<(), AwsFault> {
        let own = self.account().to_owned();
        self.iam_account(&own, None);
        self.iam_user("firedrill", "/", Tags::new())?;
        self.iam_key("firedrill", ACCESS_KEY, SECRET_KEY)?;
        self.iam_attach(Kind::User, "firedrill", "arn:aws:iam::aws:policy/AdministratorAccess")?;
        let role = |name, trust, description| NewRole {
            name,
            path: "/",
            trust,
            description: Some(description),
            longest: 3_600,
            tags: Tags::new(),
        };
        let account = trust_of("AWS", &format!("arn:aws:iam::{own}:root"));
        let instances = trust_of("Service", "ec2.amazonaws.com");
        let beanstalk = trust_of("Service", "elasticbeanstalk.amazonaws.com");
        let web = "aws-elasticbeanstalk-ec2-role";
        let service = "aws-elasticbeanstalk-service-role";
        for (role, policy) in [
            (role("firedrill", &account, "Assumed for a drill"), "AdministratorAccess"),
            (role(web, &instances, "Instances of the web tier"), "AWSElasticBeanstalkWebTier"),
            (role("bastion", &instances, "The way in for operators"), "AmazonSSMManagedInstanceCore"),
            (role(service, &beanstalk, "Beanstalk itself"), "service-role/AWSElasticBeanstalkEnhancedHealth"),
        ] {
            let name = role.name;
            self.iam_role(role)?;
            self.iam_attach(Kind::Role, name, &format!("arn:aws:iam::aws:policy/{policy}"))?;
        }
        self.iam_profile(web, "/", Some(web))?;
        self.iam_profile("bastion", "/", Some("bastion"))
    }

    /// The account itself, with AWS's own policies.
    pub(in crate::lab) fn iam_account(&mut self, account: &str, alias: Option<&str>) {
        self.iam.rng = Rng::stream(self.seed(), "iam");
        self.iam.account = account.to_owned();
        self.iam.alias = alias.map(str::to_owned);
        let now = self.now();
        for (path, name, text) in AWS_POLICIES {
            let made = self.iam.create_policy("aws", name, path, text, None, Tags::new(), now);
            debug_assert!(made.is_ok(), "{name}");
        }
    }

    /// A user.
    pub(in crate::lab) fn iam_user(&mut self, name: &str, path: &str, tags: Tags) -> Result<(), AwsFault> {
        let now = self.now();
        self.iam.create_identity(Kind::User, name, path, None, tags, now).map(drop)
    }

    /// A group and its members.
    #[cfg(test)]
    pub(in crate::lab) fn iam_group(
        &mut self,
        name: &str,
        path: &str,
        members: &[&str],
    ) -> Result<(), AwsFault> {
        let now = self.now();
        self.iam.create_identity(Kind::Group, name, path, None, Tags::new(), now)?;
        members.iter().try_for_each(|user| {
            self.iam_hold(Kind::User, user, |held| {
                held.groups.insert(name.to_owned());
            })
        })
    }

    /// A role.
    pub(in crate::lab) fn iam_role(&mut self, role: NewRole<'_>) -> Result<(), AwsFault> {
        let own = Role {
            trust: Lagged::new(create::document(role.trust, Use::Trust)?),
            description: role.description.map(str::to_owned),
            longest: role.longest,
            used: None,
        };
        let now = self.now();
        self.iam.create_identity(Kind::Role, role.name, role.path, Some(own), role.tags, now).map(drop)
    }

    /// A user's access key, known from the beginning.
    pub(in crate::lab) fn iam_key(&mut self, user: &str, id: &str, secret: &str) -> Result<(), AwsFault> {
        let now = self.now();
        self.iam.create_key(user, Some((id, secret)), now).map(drop)
    }

    /// A managed policy of the account's; its ARN.
    #[cfg(test)]
    pub(in crate::lab) fn iam_policy(
        &mut self,
        name: &str,
        path: &str,
        text: &str,
    ) -> Result<String, AwsFault> {
        let (now, account) = (self.now(), self.iam.account.clone());
        let made = self.iam.create_policy(&account, name, path, text, None, Tags::new(), now)?;
        Ok(made.arn.clone())
    }

    /// An inline policy.
    #[cfg(test)]
    pub(in crate::lab) fn iam_inline(
        &mut self,
        kind: Kind,
        name: &str,
        policy: &str,
        text: &str,
    ) -> Result<(), AwsFault> {
        let document = create::document(text, Use::Identity)?;
        self.iam_hold(kind, name, |held| drop(held.inline.insert(policy.to_owned(), document)))
    }

    /// A managed policy's attachment.
    pub(in crate::lab) fn iam_attach(&mut self, kind: Kind, name: &str, arn: &str) -> Result<(), AwsFault> {
        if !self.iam.policies.contains_key(arn) {
            return Err(fault::absent(format!("Policy {arn} does not exist or is not attachable.")));
        }
        self.iam_hold(kind, name, |held| {
            held.attached.insert(arn.to_owned());
        })
    }

    /// A permissions boundary.
    #[cfg(test)]
    pub(in crate::lab) fn iam_bound(&mut self, kind: Kind, name: &str, arn: &str) -> Result<(), AwsFault> {
        if !self.iam.policies.contains_key(arn) {
            return Err(fault::absent(format!("Policy {arn} does not exist or is not attachable.")));
        }
        self.iam_hold(kind, name, |held| held.boundary = Some(arn.to_owned()))
    }

    /// An instance profile and its role.
    pub(in crate::lab) fn iam_profile(
        &mut self,
        name: &str,
        path: &str,
        role: Option<&str>,
    ) -> Result<(), AwsFault> {
        let now = self.now();
        self.iam.create_profile(name, path, Tags::new(), now)?.role = role.map(str::to_owned);
        Ok(())
    }

    fn iam_hold(&mut self, kind: Kind, name: &str, change: impl FnOnce(&mut Held)) -> Result<(), AwsFault> {
        let key = (kind, name.to_owned());
        let own = self.iam.identities.get_mut(&key).ok_or_else(|| fault::nobody(kind, name))?;
        let mut held = own.held.written().clone();
        change(&mut held);
        own.held = Lagged::new(held);
        Ok(())
    }
}

/// A trust policy for one principal.
fn trust_of(kind: &str, name: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"{kind}":"{name}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_and_every_policy_of_awss_can_be_read() {
        let mut world = crate::lab::world::testing::world();
        assert_eq!(world.iam.policies.len(), AWS_POLICIES.len());
        assert!(world.iam.identity(Kind::Role, "bastion").is_some() && world.iam.profiles.len() == 2);
        assert!(world.iam_group("admins", "/", &["firedrill"]).is_ok());
        assert!(world.iam_group("more", "/", &["nobody"]).is_err());
    }
}
