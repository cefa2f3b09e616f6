# What a run of seoul-outage on wordpress calls, and no more. Elastic Beanstalk reads the services beneath it with the caller's own rights, and AWS does not say which it reads when: attach its managed policy AWSElasticBeanstalkReadOnly as well.

data "aws_iam_policy_document" "firedrill_seoul_outage_read" {
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
}

resource "aws_iam_policy" "firedrill_seoul_outage_read" {
  name   = "firedrill-seoul-outage-read"
  policy = data.aws_iam_policy_document.firedrill_seoul_outage_read.json
}
