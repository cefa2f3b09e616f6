"""What AWS does outside its own models, so that `strict.py` does not take it for a mistake of the lab.

Every row carries its reason. A row without a source does not belong here: the lab is mended in its place.
"""

# Codes that any operation of a service can give, by the protocol's family (AWS: "Common Errors" of each service's
# API reference).
COMMON = {
    "AccessDenied": "an IAM policy does not allow the call (query and REST services)",
    "AccessDeniedException": "the same of the JSON services",
    "AuthFailure": "EC2's word for credentials that cannot be validated",
    "ExpiredToken": "a session token past its time (query services)",
    "ExpiredTokenException": "the same of the JSON services",
    "IncompleteSignature": "the signature lacks a part",
    "InternalError": "500, EC2 and REST services",
    "InternalFailure": "500, query and JSON services",
    "InternalServerError": "500, JSON services",
    "InvalidAction": "no such action (query services)",
    "InvalidClientTokenId": "the access key is not known",
    "InvalidParameterCombination": "parameters that cannot come together",
    "InvalidParameterValue": "a value that is out of range or malformed",
    "InvalidSignatureException": "the signature does not match (JSON services)",
    "MalformedQueryString": "the query string has a syntax error",
    "MissingAction": "no action given (query services)",
    "MissingAuthenticationToken": "no signature",
    "MissingAuthenticationTokenException": "no signature (JSON services)",
    "MissingParameter": "a required parameter is not given",
    "NotAuthorized": "the caller may not do this",
    "OptInRequired": "the account has not subscribed",
    "RequestExpired": "the request's date is more than 15 minutes off",
    "SerializationException": "the body cannot be read (JSON services)",
    "ServiceUnavailable": "503",
    "ServiceUnavailableException": "503, JSON services",
    "SignatureDoesNotMatch": "the signature does not match (query and REST services)",
    "Throttling": "too many calls (query and REST services)",
    "ThrottlingException": "too many calls (JSON services)",
    "UnauthorizedOperation": "EC2's word for a call that no policy allows",
    "UnknownOperationException": "no such operation (JSON services)",
    "UnrecognizedClientException": "the access key is not known (JSON services)",
    "ValidationError": "the input does not hold to the constraints (query services)",
    "ValidationException": "the same of the JSON services",
}

# EC2 has no error shapes in its model: these are from AWS: EC2 API reference, "Error codes".
EC2 = {
    "DependencyViolation",
    "DryRunOperation",
    "IncorrectInstanceState",
    "IncorrectState",
    "InvalidAMIID.Malformed",
    "InvalidAMIID.NotFound",
    "InvalidAllocationID.NotFound",
    "InvalidAssociationID.NotFound",
    "InvalidAttachmentID.NotFound",
    "InvalidAvailabilityZone",
    "InvalidFilter",
    "InvalidGroup.Duplicate",
    "InvalidGroup.InUse",
    "InvalidGroup.NotFound",
    "InvalidGroup.Reserved",
    "InvalidGroupId.Malformed",
    "InvalidID",
    "InvalidInstanceAttributeValue",
    "InvalidInstanceID.Malformed",
    "InvalidInstanceID.NotFound",
    "InvalidInternetGatewayID.NotFound",
    "InvalidInternetGatewayId.Malformed",
    "InvalidKeyPair.NotFound",
    "InvalidLaunchTemplateId.Malformed",
    "InvalidLaunchTemplateId.NotFound",
    "InvalidLaunchTemplateName.NotFoundException",
    "InvalidMaxResults",
    "InvalidNetworkAclEntry.NotFound",
    "InvalidNetworkAclID.NotFound",
    "InvalidNetworkAclId.Malformed",
    "InvalidNetworkInterface.InUse",
    "InvalidNetworkInterfaceID.NotFound",
    "InvalidNetworkInterfaceId.Malformed",
    "InvalidNextToken",
    "InvalidPaginationToken",
    "InvalidParameter",
    "InvalidParameterDependency",
    "InvalidPermission.Duplicate",
    "InvalidPermission.Malformed",
    "InvalidPermission.NotFound",
    "InvalidPrefixListID.NotFound",
    "InvalidPrefixListId.Malformed",
    "InvalidPrefixListId.NotFound",
    "InvalidRoute.InvalidState",
    "InvalidRoute.Malformed",
    "InvalidRoute.NotFound",
    "InvalidRouteTableID.NotFound",
    "InvalidRouteTableId.Malformed",
    "InvalidSecurityGroupID.NotFound",
    "InvalidSecurityGroupId.Malformed",
    "InvalidSecurityGroupRuleId.Malformed",
    "InvalidSecurityGroupRuleId.NotFound",
    "InvalidSubnet.Conflict",
    "InvalidSubnet.Range",
    "InvalidSubnetID.NotFound",
    "InvalidSubnetId.Malformed",
    "InvalidTagKey.Malformed",
    "InvalidVpcID.Malformed",
    "InvalidVpcID.NotFound",
    "InvalidVpcId.Malformed",
    "InvalidVpcPeeringConnectionID.Malformed",
    "InvalidVpcPeeringConnectionID.NotFound",
    "InvalidVpcPeeringConnectionId.Malformed",
    "InvalidVpcPeeringConnectionState.DoesNotExist",
    "NetworkAclEntryAlreadyExists",
    "NetworkAclEntryLimitExceeded",
    "NetworkAclLimitExceeded",
    "OperationNotPermitted",
    "RequestLimitExceeded",
    "RequestResourceCountExceeded",
    "RouteAlreadyExists",
    "RouteLimitExceeded",
    "RulesPerSecurityGroupLimitExceeded",
    "SecurityGroupLimitExceeded",
    "SecurityGroupsPerInterfaceLimitExceeded",
    "SecurityGroupsPerNetworkInterfaceLimitExceeded",
    "TagLimitExceeded",
    "TagPolicyViolation",
    "Unavailable",
    "UnknownParameter",
    "UnsupportedOperation",
    "VpcPeeringConnectionAlreadyExists",
}

# Codes that a service gives though the operation's model has none or other ones: (service, code) to the reason.
CODES = {
    ("elasticbeanstalk", "MissingRequiredParameter"): "AWS: Elastic Beanstalk, Errors of DescribeEnvironmentResources",
    ("elasticbeanstalk", "InvalidRequestException"): "AWS: Elastic Beanstalk, DescribeEnvironmentHealth (modelled there)",
    ("elasticloadbalancing", "TargetGroupNotFound"): "AWS: ELB, a rule's action that names a missing group",
    ("rds", "InvalidParameterValue"): "AWS: RDS, Common Errors",
    ("route53", "Throttling"): "AWS: Route 53, Throttling",
}

# Members that models require and that AWS leaves out: (service, shape, member).
MISSING = {
    ("route53", "ListHealthChecksResponse", "Marker"): "a first page has no marker to repeat (API reference's example)",
    ("route53", "ListHostedZonesResponse", "Marker"): "a first page has no marker to repeat (API reference's example)",
}

# Values outside the enums: (service, shape, value).
VALUES = {
    ("ec2", "AttachmentStatus", "available"): "an internet gateway's attachment is available while attached (EC2 API "
    "reference, InternetGatewayAttachment)",
    ("ec2", "NetworkInterfaceType", "nat_gateway"): "what DescribeNetworkInterfaces says of a NAT gateway's interface",
    ("elasticbeanstalk", "EnvironmentHealth", "Ready"): "Status of DescribeEnvironmentHealth is the operational status "
    "(Elastic Beanstalk API reference, example)",
    ("rds", "FailoverStatus", "switching-over"): "documented beside the enum (RDS API reference, FailoverState)",
}

# Errors that come without a message: (service, code).
SILENT = {
    ("ssm", "ParameterNotFound"): "the AWS CLI ends its line after 'operation: ' (GetParameter, DeleteParameter)",
}

# Sizes outside the bounds: (service, shape).
SIZES = {
    ("elbv2", "LoadBalancerAttributes"): "the bound is of a request; an Application Load Balancer has more attributes "
    "than that (ELB API reference, LoadBalancerAttribute)",
    ("route53", "TagList"): "the bound is of a request; an answer has an empty list where there are no tags",
    ("wafv2", "EntityDescription"): "the bound is of a request; without one an answer has an empty text (AWS CLI "
    "reference, create-ip-set, output)",
    ("ssm", "ParameterNameList"): "the bound is of a request; where every name was found InvalidParameters is an empty "
    "list (AWS CLI reference, delete-parameters, output)",
    ("ssm", "ParameterLabelList"): "the bound is of a request; a version may have no labels (API reference, "
    "GetParameterHistory, example)",
    ("elasticbeanstalk", "ManagedActionHistoryItems"): "the bound is of a page; an environment may have no history",
    ("route53", "ResourceId"): "the bound is for the bare id; answers carry it as /hostedzone/ID (API reference)",
}


def wire_code(shape):
    """The code that an error has on the wire."""
    return shape.metadata.get("error", {}).get("code", shape.name)


def code(service, operation, given):
    """True if the service is known to give this code though the operation's model lacks it."""
    return given in COMMON or (service == "ec2" and given in EC2) or (service, given) in CODES


def missing(service, shape, member):
    """True if AWS is known to leave this member out."""
    return (service, shape, member) in MISSING


def value(service, shape, given):
    """True if AWS is known to give this value."""
    return (service, shape, given) in VALUES


def size(service, shape, _given):
    """True if AWS is known to go out of these bounds."""
    return (service, shape) in SIZES


def silent(service, given):
    """True if AWS is known to say nothing with this error."""
    return (service, given) in SILENT
