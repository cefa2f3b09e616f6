//! Acm: certificates.
//! Invariant: regional; a certificate that a listener shows cannot be deleted.
//! Not here: keys and the bytes of certificates (the site's door makes its own).
//! Used by: `World`.

mod describe;
pub(super) mod due;
mod model;
mod request;
mod settings;
pub(in crate::lab) mod start;
#[cfg(test)]
mod tests;
mod validate;

use self::due::Due;
pub(in crate::lab) use self::model::{Certificate, State};
pub use self::settings::Settings;
use super::{
    World,
    call::{Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AddTagsToCertificate"),
    Operation::real("DeleteCertificate"),
    Operation::partial("DescribeCertificate", "no renewal that fails, no update summary"),
    Operation::partial("ListCertificates", "no filters but status and key type; never sorted"),
    Operation::real("ListTagsForCertificate"),
    Operation::real("RemoveTagsFromCertificate"),
    Operation::partial(
        "RequestCertificate",
        "no mail arrives: what is validated by mail stays pending; no HTTP, no private CA",
    ),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn acm_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DescribeCertificate" => describe::describe(self, call),
            "ListCertificates" => describe::list(self, call),
            "DeleteCertificate" => describe::delete(self, call),
            "RequestCertificate" => request::request(self, call),
            "ListTagsForCertificate" => request::list_tags(self, call),
            "AddTagsToCertificate" => request::change_tags(self, call, true),
            "RemoveTagsFromCertificate" => request::change_tags(self, call, false),
            other => Err(World::unrouted(Service::Acm, other)),
        }
    }
}
