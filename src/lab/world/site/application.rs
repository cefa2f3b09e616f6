//! Application: what a healthy application answers.
//! Invariant: a page comes from its own region's reader, a write goes to its own region's writer.
//! Used by: `site`, and `elb` for what health checks find.

use super::{ConnectionId, SiteOutcome, SiteRequest};
use crate::lab::world::World;

/// The status of a page, for requests that leave nothing behind.
pub(in crate::lab) fn page_status(method: &str, path: &str) -> u16 {
    let path = path.split('?').next().unwrap_or_default();
    match (method, path) {
        ("GET" | "HEAD", "/" | "/health" | "/write-check" | "/write-check/newest") => 200,
        ("GET" | "HEAD", _) => 404,
        _ => 405,
    }
}

impl World {
    pub(super) fn application_answer(
        &mut self,
        region: &str,
        id: ConnectionId,
        status: u16,
        body: String,
    ) -> SiteOutcome {
        let after = self.elb.settings.application_answers.draw(&mut self.site.rng);
        let kind = if body.starts_with('{') { "application/json" } else { "text/html; charset=UTF-8" };
        let headers = [("Content-Type", kind), ("Server", "Apache"), ("X-Served-By", region)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        SiteOutcome::Answer { after, status, headers, body, connection: id }
    }

    /// What the application answers: a page from its own region's reader, or a write through its own region's writer.
    pub(super) fn application(&mut self, region: &str, request: &SiteRequest) -> (u16, String) {
        let path = request.path.split('?').next().unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST" | "GET", "/write-check") => match self.commit_write(region) {
                Ok(row) => (200, format!("{{\"region\":\"{region}\",\"row\":{row}}}")),
                Err(refused) => {
                    let reason = refused.reason.replace(['"', '\\'], "'");
                    (503, format!("{{\"region\":\"{region}\",\"error\":\"{reason}\"}}"))
                }
            },
            ("GET", "/write-check/newest") => {
                let row = self.newest_row(region).map_or("null".to_owned(), |row| row.to_string());
                (200, format!("{{\"region\":\"{region}\",\"row\":{row}}}"))
            }
            (method, _) => match page_status(method, path) {
                200 => (200, format!("<!doctype html><title>Wordpress</title><p>Served from {region}.\n")),
                404 => (404, "<!doctype html><title>Not found</title>\n".to_owned()),
                other => (other, "<!doctype html><title>Method not allowed</title>\n".to_owned()),
            },
        }
    }
}
