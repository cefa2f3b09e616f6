//! Describe: certificates as they are shown.
//! Used by: `acm_operate`.

use super::model::{Certificate, Status, named};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{Paging, page},
};

const PAGING: Paging = Paging {
    token: "NextToken",
    limit: "MaxItems",
    range: (1, 1000),
    default: 1000,
    bad_token: "ValidationException",
    bad_limit: "ValidationException",
};

/// `DescribeCertificate`.
pub(super) fn describe(world: &mut World, call: &Call) -> Reply {
    let own = named(world, &call.region, call.params.text("CertificateArn"))?.clone();
    let users: Vec<String> = world.certificate_shown_by(&own.arn).map(str::to_owned).collect();
    let now = world.now();
    let status = own.status(now);
    let issued = own.status == Status::Issued;
    let amazon = own.kind == "AMAZON_ISSUED";
    let validation = || amazon.then(|| options(world, &own));
    // AWS: renewed automatically from 60 days before the end on; imported certificates never are.
    let close = own.ends.is_some_and(|ends| ends.duration_since(now).as_hours() < 60 * 24);
    let renewal = (amazon && issued && close && !users.is_empty()).then(|| {
        Tree::map([
            ("RenewalStatus", Tree::text("PENDING_AUTO_RENEWAL")),
            ("DomainValidationOptions", validation()),
            ("UpdatedAt", Some(Tree::Time(now))),
        ])
    });
    // AWS: what a certificate is for is empty until it is issued.
    let usage = |name: &str| Tree::map([("Name", Tree::text(name))]);
    let usages = ["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"].map(usage).into_iter().filter(|_| issued);
    let extended = |name: &str, oid: &str| Tree::map([("Name", Tree::text(name)), ("OID", Tree::text(oid))]);
    let purposes = [
        extended("TLS_WEB_SERVER_AUTHENTICATION", "1.3.6.1.5.5.7.3.1"),
        extended("TLS_WEB_CLIENT_AUTHENTICATION", "1.3.6.1.5.5.7.3.2"),
    ];
    let purposes = purposes.into_iter().filter(|_| issued);
    let wishes = Tree::map([
        ("CertificateTransparencyLoggingPreference", Tree::text("ENABLED")),
        ("Export", Tree::text("DISABLED").filter(|_| amazon)),
    ]);
    let eligible = amazon && issued && !users.is_empty();
    let certificate = Tree::map([
        ("CertificateArn", Tree::text(&own.arn)),
        ("DomainName", Tree::text(own.domain())),
        (
            "SubjectAlternativeNames",
            Tree::list("member", own.names.iter().map(|name| Tree::Text(name.clone()))),
        ),
        ("DomainValidationOptions", validation()),
        ("Serial", Tree::text(&own.serial).filter(|_| issued)),
        ("Subject", Tree::text(format!("CN={}", own.domain()))),
        ("Issuer", Tree::text("Amazon")),
        ("CreatedAt", Some(Tree::Time(own.created)).filter(|_| amazon)),
        ("IssuedAt", own.issued.filter(|_| amazon).map(Tree::Time)),
        ("ImportedAt", Some(Tree::Time(own.created)).filter(|_| !amazon)),
        ("Status", Tree::text(status)),
        ("RevokedAt", own.issued.filter(|_| own.status == Status::Revoked).map(Tree::Time)),
        ("RevocationReason", Tree::text("UNSPECIFIED").filter(|_| own.status == Status::Revoked)),
        ("FailureReason", Tree::text("OTHER").filter(|_| own.status == Status::Failed)),
        ("NotBefore", own.issued.map(Tree::Time)),
        ("NotAfter", own.ends.map(Tree::Time)),
        ("KeyAlgorithm", Tree::text(&own.algorithm)),
        ("SignatureAlgorithm", Tree::text("SHA256WITHRSA")),
        ("InUseBy", Tree::list("member", users.into_iter().map(Tree::Text))),
        ("Type", Tree::text(&own.kind)),
        ("RenewalSummary", renewal),
        ("KeyUsages", Tree::list("member", usages)),
        ("ExtendedKeyUsages", Tree::list("member", purposes)),
        ("RenewalEligibility", Tree::text(if eligible { "ELIGIBLE" } else { "INELIGIBLE" })),
        ("Options", Some(wishes)),
    ]);
    Ok(Tree::map([("Certificate", Some(certificate))]))
}

/// How each name is proven.
fn options(world: &World, own: &Certificate) -> Tree {
    let status = match own.status {
        Status::Issued | Status::Revoked | Status::Inactive => "SUCCESS",
        Status::Pending => "PENDING_VALIDATION",
        Status::TimedOut | Status::Failed => "FAILED",
    };
    let option = |name: &String| {
        let dns = own.method.as_deref() != Some("EMAIL");
        let (record, value) = world.acm_validation(name);
        let record = Tree::map([
            ("Name", Tree::text(record)),
            ("Type", Tree::text("CNAME")),
            ("Value", Tree::text(value)),
        ]);
        Tree::map([
            ("DomainName", Tree::text(name)),
            ("ValidationDomain", Tree::text(name.trim_start_matches("*."))),
            ("ValidationStatus", Tree::text(status)),
            ("ResourceRecord", Some(record).filter(|_| dns)),
            ("ValidationMethod", own.method.clone().map(Tree::Text)),
        ])
    };
    Tree::List("member", own.names.iter().map(option).collect())
}

/// `ListCertificates`. AWS: without a filter on key types only RSA keys of 1024 and 2048 bits are listed.
pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let statuses = call.params.texts("CertificateStatuses");
    let types = call.params.texts("Includes.keyTypes");
    let now = world.now();
    let asked = |own: &&Certificate| {
        let shown = match types.is_empty() {
            true => ["RSA_1024", "RSA_2048"].contains(&own.algorithm.as_str()),
            false => types.contains(&own.algorithm),
        };
        own.region == call.region
            && shown
            && (statuses.is_empty() || statuses.iter().any(|status| status == own.status(now)))
    };
    let own: Vec<Certificate> = world.acm.certificates.values().filter(asked).cloned().collect();
    let (part, next) = page(own, &call.params, PAGING)?;
    let summary = |own: Certificate| {
        let amazon = own.kind == "AMAZON_ISSUED";
        let used = world.certificate_shown_by(&own.arn).next().is_some();
        let eligible = amazon && own.status == Status::Issued && used;
        Tree::map([
            ("CertificateArn", Tree::text(&own.arn)),
            ("DomainName", Tree::text(own.domain())),
            (
                "SubjectAlternativeNameSummaries",
                Tree::list("member", own.names.iter().map(|name| Tree::Text(name.clone()))),
            ),
            ("HasAdditionalSubjectAlternativeNames", Some(Tree::Bool(false))),
            ("Status", Tree::text(own.status(now))),
            ("Type", Tree::text(&own.kind)),
            ("KeyAlgorithm", Tree::text(&own.algorithm)),
            ("InUse", Some(Tree::Bool(used))),
            ("RenewalEligibility", Tree::text(if eligible { "ELIGIBLE" } else { "INELIGIBLE" })),
            ("NotBefore", own.issued.map(Tree::Time)),
            ("NotAfter", own.ends.map(Tree::Time)),
            ("CreatedAt", Some(Tree::Time(own.created)).filter(|_| amazon)),
            ("IssuedAt", own.issued.filter(|_| amazon).map(Tree::Time)),
            ("ImportedAt", Some(Tree::Time(own.created)).filter(|_| !amazon)),
        ])
    };
    let mut members =
        vec![("CertificateSummaryList", Tree::List("member", part.into_iter().map(summary).collect()))];
    members.extend(next.map(|token| ("NextToken", Tree::Text(token))));
    Ok(Tree::Map(members))
}

/// `DeleteCertificate`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let arn = named(world, &call.region, call.params.text("CertificateArn"))?.arn.clone();
    if world.certificate_shown_by(&arn).next().is_some() {
        let message = format!("Certificate {arn} in account {} is in use.", world.account());
        return Err(AwsFault::new(400, "ResourceInUseException", message));
    }
    world.acm.certificates.remove(&arn);
    Ok(Tree::Map(Vec::new()))
}
