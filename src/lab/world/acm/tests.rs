use super::*;
use crate::lab::world::testing::{call, items, text, wait, world};

const SEOUL: &str = "ap-northeast-2";

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Acm, operation, SEOUL, params)
}

/// "InUseBy (ARNs)"; "ResourceInUseException: the certificate is in use by another AWS service".
#[test]
fn what_a_listener_shows_is_here_and_cannot_be_deleted() {
    let mut world = world();
    let list = ask(&mut world, "ListCertificates", &[]).unwrap();
    let arn = text(&list, "CertificateSummaryList.0.CertificateArn");
    let own = [("CertificateArn", arn.as_str())];
    let found = ask(&mut world, "DescribeCertificate", &own).unwrap();
    assert_eq!(text(&found, "Certificate.Status"), "ISSUED");
    assert_eq!(text(&found, "Certificate.RenewalEligibility"), "ELIGIBLE");
    assert!(text(&found, "Certificate.InUseBy.0").contains(":loadbalancer/app/"));
    assert_eq!(ask(&mut world, "DeleteCertificate", &own).unwrap_err().code, "ResourceInUseException");
    let other = call(&mut world, Service::Acm, "DescribeCertificate", "ap-northeast-1", &own).unwrap_err();
    assert_eq!((other.status, other.code), (400, "ResourceNotFoundException"), "certificates are regional");
    assert_eq!(
        ask(&mut world, "DescribeCertificate", &[("CertificateArn", "x")]).unwrap_err().code,
        "InvalidArnException"
    );
}

/// "PENDING_VALIDATION until the CNAME record is found"; "the request times out after 72 hours".
#[test]
fn a_requested_certificate_waits_for_its_record() {
    let mut world = world();
    let asked = [("DomainName", "new.example.com"), ("IdempotencyToken", "t")];
    let arn = text(&ask(&mut world, "RequestCertificate", &asked).unwrap(), "CertificateArn");
    assert_eq!(text(&ask(&mut world, "RequestCertificate", &asked).unwrap(), "CertificateArn"), arn);
    let own = [("CertificateArn", arn.as_str())];
    wait(&mut world, 600.0);
    let found = ask(&mut world, "DescribeCertificate", &own).unwrap();
    assert_eq!(text(&found, "Certificate.Status"), "PENDING_VALIDATION");
    let record =
        |member| text(&found, &format!("Certificate.DomainValidationOptions.0.ResourceRecord.{member}"));
    let zones = call(&mut world, Service::Route53, "ListHostedZones", "us-east-1", &[]).unwrap();
    let zone = text(&zones, "HostedZones.0.Id").replace("/hostedzone/", "");
    let (name, value) = (record("Name"), record("Value"));
    let change = [
        ("Id", zone.as_str()),
        ("ChangeBatch.Changes.1.Action", "CREATE"),
        ("ChangeBatch.Changes.1.ResourceRecordSet.Name", name.as_str()),
        ("ChangeBatch.Changes.1.ResourceRecordSet.Type", "CNAME"),
        ("ChangeBatch.Changes.1.ResourceRecordSet.TTL", "300"),
        ("ChangeBatch.Changes.1.ResourceRecordSet.ResourceRecords.1.Value", value.as_str()),
    ];
    call(&mut world, Service::Route53, "ChangeResourceRecordSets", "us-east-1", &change).unwrap();
    wait(&mut world, 400.0);
    let found = ask(&mut world, "DescribeCertificate", &own).unwrap();
    assert_eq!(text(&found, "Certificate.Status"), "ISSUED");
    ask(&mut world, "DeleteCertificate", &own).unwrap();

    assert_eq!(world.acm.settings.validation_timeout_seconds, 72 * 3_600);
    world.acm.settings.validation_timeout_seconds = 300;
    let never = text(
        &ask(&mut world, "RequestCertificate", &[("DomainName", "never.example.com")]).unwrap(),
        "CertificateArn",
    );
    wait(&mut world, 400.0);
    let found = ask(&mut world, "DescribeCertificate", &[("CertificateArn", &never)]).unwrap();
    assert_eq!(text(&found, "Certificate.Status"), "VALIDATION_TIMED_OUT");
}

/// "Default filtering returns only RSA_1024 and RSA_2048 certificates."
#[test]
fn an_elliptic_key_is_listed_only_if_asked_for() {
    let mut world = world();
    let asked = [("DomainName", "ec.example.com"), ("KeyAlgorithm", "EC_prime256v1")];
    ask(&mut world, "RequestCertificate", &asked).unwrap();
    let count = |world: &mut World, params: &[(&str, &str)]| {
        items(&ask(world, "ListCertificates", params).unwrap(), "CertificateSummaryList").len()
    };
    assert_eq!(count(&mut world, &[]), 1);
    assert_eq!(count(&mut world, &[("Includes.keyTypes.1", "EC_prime256v1")]), 1);
    assert_eq!(count(&mut world, &[("CertificateStatuses.1", "PENDING_VALIDATION")]), 0);
}

#[test]
fn a_certificate_expires_by_the_clock() {
    let mut world = world();
    world.acm.settings.valid_days = 61;
    let ends = crate::clock::later(world.now(), std::time::Duration::from_secs(86_400));
    let names = vec!["old.example.com".to_owned()];
    let plan = start::Plan { names, status: model::Status::Issued, ends, tags: Default::default() };
    let arn = world.acm_add(SEOUL, plan);
    assert_eq!(world.acm.certificates[&arn].status(world.now()), "ISSUED");
    let then = crate::clock::later(world.now(), std::time::Duration::from_secs(2 * 86_400));
    assert_eq!(world.acm.certificates[&arn].status(then), "EXPIRED");
}
