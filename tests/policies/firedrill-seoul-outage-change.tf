# What a run of seoul-outage on wordpress calls, and no more. Elastic Beanstalk reads the services beneath it with the caller's own rights, and AWS does not say which it reads when: attach its managed policy AWSElasticBeanstalkReadOnly as well.

data "aws_iam_policy_document" "firedrill_seoul_outage_change" {
  # holds users in one region, and lets them go
  statement {
    sid       = "HoldTraffic"
    actions   = ["route53:UpdateHealthCheck"]
    resources = ["arn:aws:route53:::healthcheck/b3c0f1cd-781f-f9bb-1bec-1adac2f96edf"]
  }

  # keeps the lock and what restores everything, and takes both away again
  statement {
    sid = "KeepInTheAccount"
    actions = [
      "ssm:DeleteParameters",
      "ssm:PutParameter",
    ]
    resources = [
      "arn:aws:ssm:ap-northeast-1:111122223333:parameter/firedrill/wordpress/breadcrumb/*",
      "arn:aws:ssm:ap-northeast-1:111122223333:parameter/firedrill/wordpress/lock",
    ]
  }

  # closes the port and opens it again; no condition of IAM's can name the port
  statement {
    sid = "ChangeSecurityGroups"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
    ]
    resources = ["arn:aws:ec2:ap-northeast-2:111122223333:security-group/sg-02fe11f3b80b6ae6b"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/firedrill"
      values   = ["allowed"]
    }
  }

  # gives rules that are made again the tags that they had
  statement {
    sid = "TagNewRules"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateTags",
    ]
    resources = ["arn:aws:ec2:ap-northeast-2:111122223333:security-group-rule/*"]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["Name", "owner"]
    }
  }

  # moves the database's writer, and back
  statement {
    sid     = "MoveTheWriter"
    actions = ["rds:SwitchoverGlobalCluster"]
    resources = [
      "arn:aws:rds::111122223333:global-cluster:wordpress-global",
      "arn:aws:rds:ap-northeast-1:111122223333:cluster:wordpress-tokyo-db",
      "arn:aws:rds:ap-northeast-2:111122223333:cluster:wordpress-seoul-db",
    ]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }
}

resource "aws_iam_policy" "firedrill_seoul_outage_change" {
  name   = "firedrill-seoul-outage-change"
  policy = data.aws_iam_policy_document.firedrill_seoul_outage_change.json
}
