# What a run of seoul-outage on wordpress calls, and no more. Elastic Beanstalk reads the services beneath it with the caller's own rights, and AWS does not say which it reads when: attach its managed policy AWSElasticBeanstalkReadOnly as well.

data "aws_iam_policy_document" "firedrill_seoul_outage_ready" {
  # asks how many instances there may be
  statement {
    sid       = "ReadyScaling"
    actions   = ["autoscaling:DescribeAutoScalingGroups"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds the environments' pipelines
  statement {
    sid       = "ReadyFindPipelines"
    actions   = ["codepipeline:ListPipelines"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds instances, security groups and their rules; AWS narrows these reads no further
  statement {
    sid       = "ReadyInstancesAndGroups"
    actions   = ["ec2:DescribeSecurityGroupRules"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1"]
    }
  }

  # finds instances, security groups and their rules; AWS narrows these reads no further
  statement {
    sid = "ReadyInstancesAndGroups2"
    actions = [
      "ec2:DescribeManagedPrefixLists",
      "ec2:DescribeRouteTables",
      "ec2:DescribeVpcPeeringConnections",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds balancers, and asks how their targets are; AWS narrows these reads no further
  statement {
    sid       = "ReadyBalancers"
    actions   = ["elasticloadbalancing:DescribeListenerCertificates"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # asks which instances operators can reach
  statement {
    sid       = "ReadyManagedInstances"
    actions   = ["ssm:DescribeInstanceInformation"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["ap-northeast-1", "ap-northeast-2"]
    }
  }

  # finds both environments, and asks how they are
  statement {
    sid     = "ReadyEnvironments"
    actions = ["elasticbeanstalk:DescribeConfigurationSettings"]
    resources = [
      "arn:aws:elasticbeanstalk:ap-northeast-1:111122223333:environment/wordpress/wordpress-tokyo",
      "arn:aws:elasticbeanstalk:ap-northeast-2:111122223333:environment/wordpress/wordpress-seoul",
    ]
  }

  # asks how long the balancers' certificates last
  statement {
    sid     = "ReadyCertificates"
    actions = ["acm:DescribeCertificate"]
    resources = [
      "arn:aws:acm:ap-northeast-1:111122223333:certificate/*",
      "arn:aws:acm:ap-northeast-2:111122223333:certificate/*",
    ]
  }

  # asks which alarms watch the deployment
  statement {
    sid     = "ReadyAllAlarms"
    actions = ["cloudwatch:DescribeAlarms"]
    resources = [
      "arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:*",
      "arn:aws:cloudwatch:ap-northeast-2:111122223333:alarm:*",
    ]
  }

  # asks which revision both regions should have
  statement {
    sid     = "ReadyBranches"
    actions = ["codecommit:GetBranch"]
    resources = [
      "arn:aws:codecommit:ap-northeast-1:111122223333:*",
      "arn:aws:codecommit:ap-northeast-2:111122223333:*",
    ]
  }

  # asks what each pipeline delivered last
  statement {
    sid = "ReadyPipelines"
    actions = [
      "codepipeline:GetPipeline",
      "codepipeline:ListPipelineExecutions",
    ]
    resources = [
      "arn:aws:codepipeline:ap-northeast-1:111122223333:*",
      "arn:aws:codepipeline:ap-northeast-2:111122223333:*",
    ]
  }

  # compares security groups that name prefix lists
  statement {
    sid     = "ReadyPrefixLists"
    actions = ["ec2:GetManagedPrefixListEntries"]
    resources = [
      "arn:aws:ec2:ap-northeast-1:111122223333:prefix-list/*",
      "arn:aws:ec2:ap-northeast-1:aws:prefix-list/*",
      "arn:aws:ec2:ap-northeast-2:111122223333:prefix-list/*",
      "arn:aws:ec2:ap-northeast-2:aws:prefix-list/*",
    ]
  }

  # compares what protects both balancers
  statement {
    sid     = "ReadyWebAcls"
    actions = ["elasticloadbalancing:GetLoadBalancerWebACL"]
    resources = [
      "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:loadbalancer/app/awseb--AWSEB-S2BW8I1M9GLA/b8faee5b64895f48",
      "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/awseb--AWSEB-469G2J82P980/59fbadf6616660a8",
    ]
  }

  # compares instances and parameters of both clusters
  statement {
    sid     = "ReadyDatabases"
    actions = ["rds:DescribeDBClusterParameters"]
    resources = [
      "arn:aws:rds:ap-northeast-1:111122223333:cluster-pg:*",
      "arn:aws:rds:ap-northeast-2:111122223333:cluster-pg:*",
    ]
  }

  # compares instances and parameters of both clusters
  statement {
    sid     = "ReadyDatabases2"
    actions = ["rds:DescribeDBInstances"]
    resources = [
      "arn:aws:rds:ap-northeast-1:111122223333:db:*",
      "arn:aws:rds:ap-northeast-2:111122223333:db:*",
    ]
  }

  # compares instances and parameters of both clusters
  statement {
    sid     = "ReadyDatabases3"
    actions = ["rds:DescribeDBParameters"]
    resources = [
      "arn:aws:rds:ap-northeast-1:111122223333:pg:*",
      "arn:aws:rds:ap-northeast-2:111122223333:pg:*",
    ]
  }

  # compares what protects both balancers
  statement {
    sid     = "ReadyWebAcls2"
    actions = ["wafv2:GetWebACLForResource"]
    resources = [
      "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:loadbalancer/app/awseb--AWSEB-S2BW8I1M9GLA/b8faee5b64895f48",
      "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/awseb--AWSEB-469G2J82P980/59fbadf6616660a8",
      "arn:aws:wafv2:ap-northeast-1:111122223333:regional/webacl/*",
      "arn:aws:wafv2:ap-northeast-2:111122223333:regional/webacl/*",
    ]
  }

  # compares what protects both balancers
  statement {
    sid     = "ReadyWebAcls3"
    actions = ["wafv2:GetWebACL"]
    resources = [
      "arn:aws:wafv2:ap-northeast-1:111122223333:regional/webacl/*",
      "arn:aws:wafv2:ap-northeast-2:111122223333:regional/webacl/*",
    ]
  }
}

resource "aws_iam_policy" "firedrill_seoul_outage_ready" {
  name   = "firedrill-seoul-outage-ready"
  policy = data.aws_iam_policy_document.firedrill_seoul_outage_ready.json
}
