//! Database hosts: which databases an environment is told to use, by the variables it gives its application.
//! Invariant: of a variable only its name and a host of RDS's in its value leave this file: values hold passwords.
//! Not here: the other options of an environment, what database a host belongs to (see `discover`).
//! Used by: discover.

use super::{Aws, AwsError, VARIABLES};
use crate::drill::model::Side;

/// What RDS's names end in after the region's name.
const ENDINGS: [&str; 2] = [".rds.amazonaws.com", ".rds.amazonaws.com.cn"];
/// What they end in in China, where the region's name stands between: `NAME.ID.rds.cn-north-1.amazonaws.com.cn`.
const CHINA: &str = ".amazonaws.com.cn";

/// A host of RDS's that a variable names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseHost {
    /// The variable.
    pub variable: String,
    /// The host, in small letters.
    pub host: String,
}

impl Aws {
    /// The hosts of RDS's that the deployed variables of an environment name.
    pub async fn database_hosts(
        &self,
        side: Side,
        application: &str,
        environment: &str,
    ) -> Result<Vec<DatabaseHost>, AwsError> {
        const OPERATION: &str = "elasticbeanstalk:DescribeConfigurationSettings";
        let call = self.clients(side).await.beanstalk.describe_configuration_settings();
        let call = call.application_name(application).environment_name(environment).send();
        let answer = self.send(&self.budgets(side).beanstalk, OPERATION, call).await?;
        // A second set stands for a change that is under way or failed; where nothing is said, the set is the one in force.
        let deployed = answer
            .configuration_settings()
            .iter()
            .filter(|set| set.deployment_status().is_none_or(|status| status.as_str() == "deployed"));
        let options = deployed.flat_map(|set| set.option_settings());
        let variables = options.filter(|option| option.namespace() == Some(VARIABLES));
        let named = variables.filter_map(|option| Some((option.option_name()?, option.value()?)));
        let hosts = named.flat_map(|(variable, value)| {
            hosts_in(value).into_iter().map(|host| DatabaseHost { variable: variable.to_owned(), host })
        });
        Ok(hosts.collect())
    }
}

/// The hosts of RDS's in a text, wherever they stand in it: alone, with a port, inside an address with a password.
fn hosts_in(value: &str) -> Vec<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let words = value.split(|c| !inside(c)).map(|word| word.trim_matches('.').to_ascii_lowercase());
    let mut hosts: Vec<String> = words.filter(|word| is_of_rds(word)).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

fn is_of_rds(host: &str) -> bool {
    let before_region = |host: &str| host.rsplit_once('.').is_some_and(|(name, _)| name.ends_with(".rds"));
    ENDINGS.iter().any(|ending| host.ends_with(ending)) || host.strip_suffix(CHINA).is_some_and(before_region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_rds_come_out_of_a_value() {
        let writer = "shop.cluster-abc1.eu-west-1.rds.amazonaws.com";
        assert_eq!(hosts_in(writer), [writer]);
        assert_eq!(
            hosts_in(&format!("mysql://root:p@ss.word@{}:3306/shop?x=1", writer.to_uppercase())),
            [writer]
        );
        assert_eq!(hosts_in(&format!("{{\"host\":\"{writer}.\"}}")), [writer]);
        let both = hosts_in("a.x.cn-north-1.rds.amazonaws.com.cn,b.global-1.global.rds.amazonaws.com");
        assert_eq!(both, ["a.x.cn-north-1.rds.amazonaws.com.cn", "b.global-1.global.rds.amazonaws.com"]);
        let china = "shop.cluster-abc1.rds.cn-north-1.amazonaws.com.cn";
        assert_eq!(hosts_in(&format!("mysql://root:p@{china}:3306/shop")), [china]);
        for other in [
            "",
            "localhost:3306",
            "correct horse battery staple",
            "rds.amazonaws.com",
            "x.rds.amazonaws.com.evil",
            "shop.cn-north-1.elb.amazonaws.com.cn",
            "rds.cn-north-1.amazonaws.com.cn",
        ] {
            assert!(hosts_in(other).is_empty(), "{other}");
        }
    }
}
