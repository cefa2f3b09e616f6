//! Extras: what belongs to the picture and no drill needs: certificates, web ACLs, pipelines, peering.
//! Used by: `read`.

use crate::{
    aws::{Aws, Listener},
    discover::{
        facts::{Item, SideFacts},
        find::Find,
    },
    drill::model::{PerSide, Side},
};

fn not_yet<T>() -> Find<T> {
    Find::NotFound("this version does not look for it".to_owned())
}

pub(super) async fn certificates(_: &Aws, _: Side, _: &Find<Vec<Listener>>) -> Find<Vec<Item>> {
    not_yet()
}

pub(super) async fn web_acl(_: &Aws, _: Side, _: &str) -> Find<Item> {
    not_yet()
}

pub(super) async fn pipelines(_: &Aws, _: Side, _: &str) -> Find<Vec<Item>> {
    not_yet()
}

pub(super) async fn peering(_: &Aws, _: &PerSide<SideFacts>) -> Find<Vec<Item>> {
    not_yet()
}
