//! Acm: certificates.
//! Invariant: names are lower case; a certificate is told apart by its ARN, which names its region.
//! Not here: which certificate a balancer shows (see `elb`).
//! Used by: survey, discover.

use aws_sdk_acm::types::{CertificateDetail, CertificateSummary, Filters, KeyAlgorithm};
use jiff::Timestamp;

use super::{Aws, AwsError, pages, text, time};
use crate::drill::model::Side;

/// One certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its ARN.
    pub arn: String,
    /// Every name that it is for, its domain first.
    pub names: Vec<String>,
    /// `ISSUED`, `PENDING_VALIDATION`, `EXPIRED` …
    pub status: String,
    /// `AMAZON_ISSUED`, `IMPORTED`, `PRIVATE`. Imported ones are never renewed by ACM (ACM user guide, "Managed certificate
    /// renewal").
    pub kind: String,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// How ACM's renewal of it stands: `PENDING_AUTO_RENEWAL`, `FAILED` …; `None` where none has begun, and in a list.
    pub renewal: Option<String>,
}

impl Certificate {
    /// True if a client that asks for `host` accepts it: a `*` stands for exactly one label (RFC 6125, 6.4.3).
    pub fn covers(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(parent) => {
                host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent)
            }
            None => *name == host,
        })
    }
}

impl Aws {
    /// The certificate with this ARN.
    ///
    /// # Errors
    /// `Absent` if there is none.
    pub async fn certificate(&self, side: Side, arn: &str) -> Result<Certificate, AwsError> {
        const OPERATION: &str = "acm:DescribeCertificate";
        let call = self.clients(side).await.acm.describe_certificate().certificate_arn(arn).send();
        let answer = self.send(&self.budgets(side).acm, OPERATION, call).await?;
        answer.certificate().map(described).ok_or_else(|| {
            AwsError::incomplete(OPERATION, format!("the answer for {arn} holds no certificate"))
        })
    }

    /// Every certificate of the region. Without a filter AWS would leave out all but RSA keys (ACM API reference,
    /// ListCertificates). More names than fit in a list are in `certificate` alone.
    pub async fn certificates(&self, side: Side) -> Result<Vec<Certificate>, AwsError> {
        const OPERATION: &str = "acm:ListCertificates";
        let client = self.clients(side).await.acm.clone();
        let every_key = KeyAlgorithm::values().iter().map(|name| KeyAlgorithm::from(*name)).collect();
        let includes = Filters::builder().set_key_types(Some(every_key)).build();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.list_certificates().includes(includes.clone()).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).acm, OPERATION, call).await?;
            let found = answer.certificate_summary_list().iter().map(listed).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }
}

fn described(from: &CertificateDetail) -> Certificate {
    Certificate {
        arn: text(from.certificate_arn()),
        names: names(from.domain_name(), from.subject_alternative_names()),
        status: text(from.status().map(|status| status.as_str())),
        kind: text(from.r#type().map(|kind| kind.as_str())),
        expires: time(from.not_after()),
        renewal: from.renewal_summary().map(|renewal| renewal.renewal_status().as_str().to_owned()),
    }
}

fn listed(from: &CertificateSummary) -> Certificate {
    Certificate {
        arn: text(from.certificate_arn()),
        names: names(from.domain_name(), from.subject_alternative_name_summaries()),
        status: text(from.status().map(|status| status.as_str())),
        kind: text(from.r#type().map(|kind| kind.as_str())),
        expires: time(from.not_after()),
        renewal: None,
    }
}

/// Each name once; AWS repeats the domain among the others.
fn names(domain: Option<&str>, others: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in domain.into_iter().chain(others.iter().map(String::as_str)) {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_exactly_one_label() {
        let names = names(Some("Example.com"), &["example.com".into(), "*.example.com".into()]);
        assert_eq!(names, ["example.com", "*.example.com"]);
        let own = Certificate {
            arn: String::new(),
            names,
            status: "ISSUED".into(),
            kind: String::new(),
            expires: None,
            renewal: None,
        };
        assert!(own.covers("www.example.com") && own.covers("EXAMPLE.com."));
        assert!(
            !own.covers("a.www.example.com") && !own.covers("example.org") && !own.covers(".example.com")
        );
    }
}
