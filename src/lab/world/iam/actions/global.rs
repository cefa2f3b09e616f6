//! Global: the actions of Route 53, certificates, web ACLs and parameters.

use super::{
    Also, Resource,
    Resource::{Any, Named, Route53Tagged},
    Row, row,
};

const CHECK: Resource = Named("arn:aws:route53:::healthcheck/{}", &["HealthCheckId"]);
const ZONE: Resource = Named("arn:aws:route53:::hostedzone/{}", &["Id", "HostedZoneId"]);
const TAGGED: Resource = Route53Tagged;

/// Route 53. Its lists of everything are on `*`.
pub(super) const ROUTE53: &[Row] = &[
    row("GetHealthCheck", &[CHECK]),
    row("GetHealthCheckStatus", &[CHECK]),
    row("GetHealthCheckLastFailureReason", &[CHECK]),
    row("UpdateHealthCheck", &[CHECK]),
    row("DeleteHealthCheck", &[CHECK]),
    row("CreateHealthCheck", &[Any]),
    row("ListResourceRecordSets", &[ZONE]),
    row("GetHostedZone", &[ZONE]),
    row("GetDNSSEC", &[ZONE]),
    row("GetHostedZoneLimit", &[ZONE]),
    row("ChangeResourceRecordSets", &[ZONE]),
    row("CreateHostedZone", &[Any]),
    row("DeleteHostedZone", &[ZONE]),
    row("UpdateHostedZoneComment", &[ZONE]),
    row("UpdateHostedZoneFeatures", &[ZONE]),
    row("AssociateVPCWithHostedZone", &[ZONE]),
    row("DisassociateVPCFromHostedZone", &[ZONE]),
    row("GetChange", &[Named("arn:aws:route53:::change/{}", &["Id"])]),
    row("ChangeTagsForResource", &[TAGGED]),
    row("ListTagsForResource", &[TAGGED]),
    row("ListTagsForResources", &[TAGGED]),
];

const CERTIFICATE: Resource = Named("{}", &["CertificateArn"]);

/// Certificates.
pub(super) const ACM: &[Row] = &[
    row("DescribeCertificate", &[CERTIFICATE]),
    row("GetCertificate", &[CERTIFICATE]),
    row("DeleteCertificate", &[CERTIFICATE]),
    row("RenewCertificate", &[CERTIFICATE]),
    row("ListTagsForCertificate", &[CERTIFICATE]),
    row("AddTagsToCertificate", &[CERTIFICATE]),
    row("RemoveTagsFromCertificate", &[CERTIFICATE]),
    row("RequestCertificate", &[Named("arn:aws:acm:{r}:{a}:certificate/*", &[])]),
    row("ImportCertificate", &[Named("arn:aws:acm:{r}:{a}:certificate/*", &[])]),
];

const ACL: Resource = Named("{}", &["ARN"]);
const ACL_NAMED: Resource = Named("arn:aws:wafv2:{r}:{a}:regional/webacl/{}/*", &["Name"]);
const SET_NAMED: Resource = Named("arn:aws:wafv2:{r}:{a}:regional/ipset/{}/*", &["Name"]);
const PROTECTED: Resource = Named("{}", &["ResourceArn"]);

const fn also(action: &'static str) -> Also {
    Also { action, with: "ResourceArn", resource: PROTECTED }
}

/// Web ACLs. AWS: what an association touches at the balancer is asked for, too.
pub(super) const WAF: &[Row] = &[
    row("GetWebACL", &[ACL_NAMED, ACL]),
    row("CreateWebACL", &[ACL_NAMED]),
    row("UpdateWebACL", &[ACL_NAMED]),
    row("DeleteWebACL", &[ACL_NAMED]),
    row("GetIPSet", &[SET_NAMED]),
    row("CreateIPSet", &[SET_NAMED]),
    row("UpdateIPSet", &[SET_NAMED]),
    row("DeleteIPSet", &[SET_NAMED]),
    Row {
        operation: "GetWebACLForResource",
        resources: &[PROTECTED],
        also: &[also("elasticloadbalancing:GetLoadBalancerWebACL")],
    },
    Row {
        operation: "AssociateWebACL",
        resources: &[Named("{}", &["WebACLArn"]), PROTECTED],
        also: &[also("elasticloadbalancing:SetWebACL")],
    },
    Row {
        operation: "DisassociateWebACL",
        resources: &[PROTECTED],
        also: &[also("elasticloadbalancing:SetWebACL")],
    },
    row("ListResourcesForWebACL", &[Named("{}", &["WebACLArn"])]),
    row("ListTagsForResource", &[Named("{}", &["ResourceARN"])]),
    row("TagResource", &[Named("{}", &["ResourceARN"])]),
    row("UntagResource", &[Named("{}", &["ResourceARN"])]),
];

const PARAMETER: Resource = Named("arn:aws:ssm:{r}:{a}:parameter/{}", &["Name"]);
const PARAMETERS: Resource = Named("arn:aws:ssm:{r}:{a}:parameter/{}", &["Names"]);
const PATH: Resource = Named("arn:aws:ssm:{r}:{a}:parameter/{}", &["Path"]);
const TAGGED_PARAMETER: Resource = Named("arn:aws:ssm:{r}:{a}:parameter/{}", &["ResourceId"]);

/// Parameters.
pub(super) const SSM: &[Row] = &[
    row("GetParameter", &[PARAMETER]),
    row("GetParameters", &[PARAMETERS]),
    row("GetParametersByPath", &[PATH]),
    row("GetParameterHistory", &[PARAMETER]),
    row("PutParameter", &[PARAMETER]),
    row("DeleteParameter", &[PARAMETER]),
    row("DeleteParameters", &[PARAMETERS]),
    row("LabelParameterVersion", &[PARAMETER]),
    row("UnlabelParameterVersion", &[PARAMETER]),
    row("AddTagsToResource", &[TAGGED_PARAMETER]),
    row("RemoveTagsFromResource", &[TAGGED_PARAMETER]),
    row("ListTagsForResource", &[TAGGED_PARAMETER]),
];
