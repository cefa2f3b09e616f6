//! Application: what a healthy application answers.
//! Invariant: a page comes from its own region; a write goes to the database that the environment behind the balancer was
//! given.
//! Used by: `site`, and `elb` for what health checks find.

use super::{ConnectionId, SiteOutcome, SiteRequest};
use crate::lab::world::{World, rds::WriteRefused};

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

    /// The cluster, by ARN, that the application behind a balancer uses.
    fn application_database(&self, region: &str, balancer: &str) -> Option<String> {
        let found = match self.environment_behind(balancer) {
            Some((region, name)) => self.database_of_environment(region, name),
            None => self.database_of(region),
        };
        found.map(str::to_owned)
    }

    /// Commits the next row through the database of the application behind a balancer.
    fn write_behind(&mut self, region: &str, balancer: &str) -> Result<u64, WriteRefused> {
        match self.application_database(region, balancer) {
            Some(arn) => self.commit_row(&arn),
            None => Err(WriteRefused { reason: "this application has no database".to_owned() }),
        }
    }

    /// What the application behind a balancer answers: a page, or a write through its database's writer.
    pub(super) fn application(
        &mut self,
        region: &str,
        balancer: &str,
        request: &SiteRequest,
    ) -> (u16, String) {
        let path = request.path.split('?').next().unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST" | "GET", "/write-check") => match self.write_behind(region, balancer) {
                Ok(row) => (200, format!("{{\"region\":\"{region}\",\"row\":{row}}}")),
                Err(refused) => {
                    let reason = refused.reason.replace(['"', '\\'], "'");
                    (503, format!("{{\"region\":\"{region}\",\"error\":\"{reason}\"}}"))
                }
            },
            ("GET", "/write-check/newest") => {
                let database = self.application_database(region, balancer);
                let row = database
                    .and_then(|arn| self.newest_row_of(&arn))
                    .map_or("null".to_owned(), |row| row.to_string());
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
