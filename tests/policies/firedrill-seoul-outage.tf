# What a run of seoul-outage on wordpress calls, and no more. Elastic Beanstalk reads the services beneath it with the caller's own rights, and AWS does not say which it reads when: attach its managed policy AWSElasticBeanstalkReadOnly as well.

data "aws_iam_policy_document" "firedrill_seoul_outage" {
  # asks how far replication lags behind; AWS narrows these reads no further
  statement {
    sid = "ReadMetrics"
    actions = [
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds instances, security groups and their rules; AWS narrows these reads no further
  statement {
    sid = "ReadInstancesAndGroups"
    actions = [
      "ec2:DescribeInstances",
      "ec2:DescribeSecurityGroups",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds instances, security groups and their rules; AWS narrows these reads no further
  statement {
    sid = "ReadInstancesAndGroups2"
    actions = [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroupRules",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-2"]
    }
  }

  # finds balancers, and asks how their targets are; AWS narrows these reads no further
  statement {
    sid = "ReadBalancers"
    actions = [
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds the zone that holds the site's name; AWS narrows this read no further
  statement {
    sid       = "FindTheZone"
    actions   = ["route53:ListHostedZones"]
    resources = ["*"]
  }

  # finds both environments, and asks how they are
  statement {
    sid = "ReadEnvironments"
    actions = [
      "elasticbeanstalk:DescribeEnvironmentHealth",
      "elasticbeanstalk:DescribeEnvironmentResources",
      "elasticbeanstalk:DescribeEnvironments",
    ]
    resources = [
      "arn:aws:elasticbeanstalk:ap-northeast-1:111122223333:environment/wordpress/wordpress-tokyo",
      "arn:aws:elasticbeanstalk:ap-northeast-2:111122223333:environment/wordpress/wordpress-seoul",
    ]
  }

  # asks where the writer is, and what is moving
  statement {
    sid       = "ReadGlobalCluster"
    actions   = ["rds:DescribeGlobalClusters"]
    resources = ["arn:aws:rds::111122223333:global-cluster:wordpress-global"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds each region's own cluster and its instances
  statement {
    sid     = "ReadClusters"
    actions = ["rds:DescribeDBClusters"]
    resources = [
      "arn:aws:rds:ap-northeast-1:111122223333:cluster:wordpress-tokyo-db",
      "arn:aws:rds:ap-northeast-2:111122223333:cluster:wordpress-seoul-db",
    ]
  }

  # finds the records that lead users to each region
  statement {
    sid = "ReadZone"
    actions = [
      "route53:GetHostedZone",
      "route53:ListResourceRecordSets",
    ]
    resources = ["arn:aws:route53:::hostedzone/Z32536E34B10E9607CAED"]
  }

  # asks what Route 53's checkers see
  statement {
    sid       = "ReadHealthChecks"
    actions   = ["route53:ListTagsForResource"]
    resources = ["arn:aws:route53:::healthcheck/b3c0f1cd-781f-f9bb-1bec-1adac2f96edf"]
  }

  # asks what Route 53's checkers see
  statement {
    sid = "ReadHealthChecks2"
    actions = [
      "route53:GetHealthCheck",
      "route53:GetHealthCheckStatus",
    ]
    resources = [
      "arn:aws:route53:::healthcheck/b3c0f1cd-781f-f9bb-1bec-1adac2f96edf",
      "arn:aws:route53:::healthcheck/d0d1f6a7-47fe-1580-5cfd-9fd657a07568",
    ]
  }

  # looks for a lock, for what is outstanding, for the safety switch and a freeze
  statement {
    sid     = "ReadParameters"
    actions = ["ssm:GetParameter"]
    resources = [
      "arn:aws:ssm:ap-northeast-1:111122223333:parameter/firedrill/halt",
      "arn:aws:ssm:ap-northeast-1:111122223333:parameter/firedrill/wordpress/lock",
    ]
  }

  # looks for a lock, for what is outstanding, for the safety switch and a freeze
  statement {
    sid     = "ReadParameters2"
    actions = ["ssm:GetParametersByPath"]
    resources = [
      "arn:aws:ssm:ap-northeast-1:111122223333:parameter/firedrill/wordpress",
      "arn:aws:ssm:ap-northeast-1:111122223333:parameter/firedrill/wordpress/breadcrumb",
    ]
  }

  # asks IAM, before anything is touched, whether all of this is allowed
  statement {
    sid       = "AskForRights"
    actions   = ["iam:SimulatePrincipalPolicy"]
    resources = ["arn:aws:iam::111122223333:user/firedrill"]
  }

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

resource "aws_iam_policy" "firedrill_seoul_outage" {
  name   = "firedrill-seoul-outage"
  policy = data.aws_iam_policy_document.firedrill_seoul_outage.json
}
