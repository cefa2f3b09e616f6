//! Arn: the parts of an Amazon resource name.
//! Invariant: a part that is not there is empty.
//! Not here: whether a resource of that name exists (see each service).
//! Used by: services that are given ARNs.

/// The region that an ARN names.
pub(in crate::lab) fn region(arn: &str) -> &str {
    part(arn, 3)
}

/// The account that an ARN names.
pub(in crate::lab) fn account(arn: &str) -> &str {
    part(arn, 4)
}

/// What an ARN names in its region and account.
pub(in crate::lab) fn resource(arn: &str) -> &str {
    part(arn, 5)
}

/// The resource is all the rest, with colons of its own.
fn part(arn: &str, place: usize) -> &str {
    arn.splitn(6, ':').nth(place).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS: IAM user guide, "ARN format": `arn:partition:service:region:account-id:resource-type:resource-id`.
    #[test]
    fn a_resource_keeps_its_colons_and_a_missing_part_is_empty() {
        let arn = "arn:aws:rds:ap-northeast-2:111122223333:cluster:wordpress";
        assert_eq!(
            (region(arn), account(arn), resource(arn)),
            ("ap-northeast-2", "111122223333", "cluster:wordpress")
        );
        let arn = "arn:aws:iam::111122223333:role/a:b";
        assert_eq!((region(arn), account(arn), resource(arn)), ("", "111122223333", "role/a:b"));
        assert_eq!(region("nonsense"), "");
    }
}
