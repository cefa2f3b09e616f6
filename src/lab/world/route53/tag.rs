//! Tag: tags of hosted zones and health checks.
//! Invariant: a tag is by its key.
//! Used by: `route53`.

use std::collections::BTreeMap;

use super::{State, invalid};
use crate::lab::world::{
    World,
    call::{AwsFault, Params, Reply, Tree},
};

/// AWS: Route 53 API reference, ChangeTagsForResource and ListTagsForResources: ten at a time.
const LIMIT: usize = 10;

impl World {
    pub(super) fn change_tags(&mut self, params: &Params) -> Reply {
        let (kind, id) = resource(params)?;
        let added = params.list("AddTags");
        let removed = params.texts("RemoveTagKeys");
        if added.is_empty() && removed.is_empty() {
            return Err(invalid("AddTags or RemoveTagKeys is required"));
        }
        if added.len() > LIMIT || removed.len() > LIMIT {
            return Err(invalid("At most ten tags can be added and ten removed at a time"));
        }
        let tags = self.route53.tags_mut(&kind, &id)?;
        tags.retain(|key, _| !removed.contains(key));
        for tag in added {
            let key = tag.text("Key").ok_or_else(|| invalid("A tag needs a Key"))?;
            tags.insert(key.to_owned(), tag.text("Value").unwrap_or_default().to_owned());
        }
        Ok(Tree::Map(Vec::new()))
    }

    pub(super) fn list_tags(&self, params: &Params) -> Reply {
        let (kind, id) = resource(params)?;
        Ok(Tree::map([("ResourceTagSet", Some(self.route53.tag_set(&kind, &id)?))]))
    }

    pub(super) fn list_tags_of_many(&self, params: &Params) -> Reply {
        let kind = params.text("ResourceType").unwrap_or_default();
        let ids = params.texts("ResourceIds");
        if ids.is_empty() || ids.len() > LIMIT {
            return Err(invalid("One to ten ResourceIds are required"));
        }
        let sets: Result<Vec<Tree>, AwsFault> = ids.iter().map(|id| self.route53.tag_set(kind, id)).collect();
        Ok(Tree::map([("ResourceTagSets", Tree::list("ResourceTagSet", sets?))]))
    }
}

fn resource(params: &Params) -> Result<(String, String), AwsFault> {
    let field =
        |name: &str| params.text(name).map(str::to_owned).ok_or_else(|| invalid(format!("Missing {name}")));
    Ok((field("ResourceType")?, field("ResourceId")?))
}

impl State {
    fn tags_mut(&mut self, kind: &str, id: &str) -> Result<&mut BTreeMap<String, String>, AwsFault> {
        self.tags(kind, id)?;
        let zone = self.zones.get_mut(id).map(|zone| &mut zone.tags);
        let check = self.checks.get_mut(id).map(|check| &mut check.tags);
        let tags = if kind == "hostedzone" { zone } else { check };
        tags.ok_or_else(|| invalid(format!("Invalid ResourceId '{id}'")))
    }

    fn tags(&self, kind: &str, id: &str) -> Result<&BTreeMap<String, String>, AwsFault> {
        match kind {
            "hostedzone" => self.zone(Some(id)).map(|zone| &zone.tags),
            "healthcheck" => self.check(id).map(|check| &check.tags),
            other => Err(invalid(format!("Invalid ResourceType '{other}': hostedzone or healthcheck"))),
        }
    }

    fn tag_set(&self, kind: &str, id: &str) -> Result<Tree, AwsFault> {
        let tag = |(key, value): (&String, &String)| {
            Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
        };
        Ok(Tree::map([
            ("ResourceType", Tree::text(kind)),
            ("ResourceId", Tree::text(id)),
            ("Tags", Tree::list("Tag", self.tags(kind, id)?.iter().map(tag))),
        ]))
    }
}
