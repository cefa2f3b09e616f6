//! Zone change: hosted zones made, commented, given networks and taken away.
//! Invariant: a zone answers when the change that made it is in sync, and no longer when it is gone from the API.
//! Not here: its records (see `batch`, `change`).
//! Used by: `route53`.

use std::collections::BTreeMap;

use super::{
    Due, invalid,
    params::either,
    record::RecordSet,
    zone::{Vpc, Zone, new_servers},
    zone_list::no_delegation_set,
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Params, Reply, Tree},
    dns::{DnsKind, name, region},
};

impl World {
    /// AWS: CreateHostedZone: a caller reference makes one zone only; a public zone gets four name servers and their NS
    /// and SOA records.
    pub(super) fn create_zone(&mut self, params: &Params) -> Reply {
        let name = params.text("Name").ok_or_else(|| invalid("Missing Name"))?;
        let reference = params.text("CallerReference").filter(|text| (1..=128).contains(&text.len()));
        let reference = reference.ok_or_else(|| invalid("CallerReference must have 1 to 128 characters"))?;
        let name = name::canonical(name);
        if let Some(problem) =
            name::problem(&name).or_else(|| (name == ".").then(|| "Invalid domain name".to_owned()))
        {
            return Err(AwsFault::new(400, "InvalidDomainName", problem));
        }
        if let Some(set) = params.text("DelegationSetId") {
            return Err(no_delegation_set(set));
        }
        let mut zones = self.route53.zones.values();
        if zones.any(|zone| zone.caller_reference == reference) {
            let message = "A hosted zone has already been created with the specified caller reference.";
            return Err(AwsFault::new(409, "HostedZoneAlreadyExists", message));
        }
        let limit = self.route53.settings.hosted_zones;
        if self.route53.zones.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            return Err(AwsFault::new(
                400,
                "TooManyHostedZones",
                "Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.",
            ));
        }
        let vpc = if params.has("VPC") { Some(vpc(&params.below("VPC"))?) } else { None };
        if vpc.is_none() && params.text("HostedZoneConfig.PrivateZone") == Some("true") {
            return Err(invalid(
                "When you're creating a private hosted zone (when you specify true for PrivateZone), you must also specify values for VPCId and VPCRegion.",
            ));
        }
        if let Some(vpc) = &vpc {
            self.free_of(&name, vpc)?;
        }
        let servers = new_servers(&mut self.route53.rng);
        let head = Zone::head_records(&name, &servers);
        let records: BTreeMap<_, RecordSet> = head.into_iter().map(|set| (set.key(), set)).collect();
        let zone = Zone {
            id: format!("Z{}", self.route53.rng.hex(20).to_uppercase()),
            name,
            caller_reference: reference.to_owned(),
            comment: params.text("HostedZoneConfig.Comment").unwrap_or_default().to_owned(),
            private: vpc.clone().map(|vpc| vec![vpc]),
            servers,
            recovery: "",
            live: BTreeMap::new(),
            records,
            settles: self.now,
            busy: self.now,
            tags: BTreeMap::new(),
        };
        let (id, shown, set) = (zone.id.clone(), zone.tree(), zone.delegation_set());
        let is_public = zone.private.is_none();
        self.route53.add_zone(zone);
        let change = self.submit(&id, None);
        let location = format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{id}");
        Ok(Tree::map([
            ("HostedZone", Some(shown)),
            ("ChangeInfo", Some(change)),
            ("DelegationSet", is_public.then_some(set)),
            ("VPC", vpc.map(|vpc| vpc.tree())),
            ("Location", Tree::text(location)),
        ]))
    }

    /// AWS: DeleteHostedZone: only if it holds nothing but its own SOA and NS records.
    pub(super) fn delete_zone(&mut self, params: &Params) -> Reply {
        let zone = self.route53.zone(params.text("Id"))?;
        let id = zone.id.clone();
        let own = |set: &&RecordSet| set.name == zone.name && matches!(set.kind, DnsKind::Soa | DnsKind::Ns);
        if !zone.records.values().all(|set| own(&set)) {
            let message = "The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
            return Err(AwsFault::new(400, "HostedZoneNotEmpty", message));
        }
        let change = self.submit(&id, None);
        self.route53.remove_zone(&id);
        self.all_names_moved();
        Ok(Tree::map([("ChangeInfo", Some(change))]))
    }

    pub(super) fn comment_zone(&mut self, params: &Params) -> Reply {
        let id = self.route53.zone(params.text("Id"))?.id.clone();
        let comment = params.text("Comment").unwrap_or_default();
        if comment.len() > 256 {
            return Err(invalid("Comment must have at most 256 characters"));
        }
        let Some(zone) = self.route53.zones.get_mut(&id) else { return self.get_zone(params) };
        zone.comment = comment.to_owned();
        Ok(Tree::map([("HostedZone", Some(zone.tree()))]))
    }

    /// AWS: AssociateVPCWithHostedZone: private zones only, and one zone of a name in a network.
    pub(super) fn associate_vpc(&mut self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        let (id, name) = (zone.id.clone(), zone.name.clone());
        let vpc = vpc(&params.below("VPC"))?;
        if zone.private.is_none() {
            let message = "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.";
            return Err(AwsFault::new(400, "PublicZoneVPCAssociation", message));
        }
        self.free_of(&name, &vpc)?;
        let held = self.route53.zones.get_mut(&id).and_then(|zone| zone.private.as_mut());
        held.into_iter().for_each(|held| held.push(vpc.clone()));
        let change = self.submit(&id, params.text("Comment"));
        Ok(Tree::map([("ChangeInfo", Some(change))]))
    }

    /// AWS: DisassociateVPCFromHostedZone: never the last one.
    pub(super) fn disassociate_vpc(&mut self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        let id = zone.id.clone();
        let vpc = vpc(&params.below("VPC"))?;
        let held = zone.private.clone().unwrap_or_default();
        if !held.contains(&vpc) {
            let message = "The specified VPC and hosted zone are not currently associated.";
            return Err(AwsFault::new(404, "VPCAssociationNotFound", message));
        }
        if held.len() == 1 {
            let message = "The VPC that you're trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone. Amazon Route 53 doesn't support disassociating the last VPC from a hosted zone.";
            return Err(AwsFault::new(400, "LastVPCAssociation", message));
        }
        let left = held.into_iter().filter(|own| *own != vpc).collect();
        if let Some(zone) = self.route53.zones.get_mut(&id) {
            zone.private = Some(left);
        }
        let change = self.submit(&id, params.text("Comment"));
        Ok(Tree::map([("ChangeInfo", Some(change))]))
    }

    /// AWS: UpdateHostedZoneFeatures: public zones only; ENABLING, then ENABLED; DISABLING, then DISABLED.
    pub(super) fn feature_zone(&mut self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        let id = zone.id.clone();
        if zone.private.is_some() {
            return Err(invalid("Accelerated recovery is only supported for public hosted zones"));
        }
        let enable = params.text("EnableAcceleratedRecovery") == Some("true");
        let takes = self.route53.settings.recovery_enabled.draw(&mut self.route53.rng);
        if let Some(zone) = self.route53.zones.get_mut(&id) {
            zone.recovery = if enable { "ENABLING" } else { "DISABLING" };
        }
        self.after(takes, agenda::Due::Route53(Due::Featured { zone: id }));
        Ok(Tree::Map(Vec::new()))
    }

    /// What was begun with a zone's features is done.
    pub(super) fn featured(&mut self, zone: &str) {
        if let Some(zone) = self.route53.zones.get_mut(zone) {
            zone.recovery = match zone.recovery {
                "ENABLING" => "ENABLED",
                "DISABLING" => "DISABLED",
                other => other,
            };
        }
    }

    /// AWS: ConflictingDomainExists: one private zone of a name in a network.
    fn free_of(&self, name: &str, vpc: &Vpc) -> Result<(), AwsFault> {
        let mut zones = self.route53.zones.values().filter(|zone| zone.name == name);
        match zones.find(|zone| zone.private.iter().flatten().any(|own| own == vpc)) {
            None => Ok(()),
            Some(zone) => {
                let message = format!(
                    "The VPC {} in region {} has already been associated with the hosted zone {} with the same domain name.",
                    vpc.id, vpc.region, zone.id
                );
                Err(AwsFault::new(400, "ConflictingDomainExists", message))
            }
        }
    }
}

fn vpc(from: &Params) -> Result<Vpc, AwsFault> {
    let id = from.text("VPCId").filter(|id| id.starts_with("vpc-"));
    let region = from.text("VPCRegion").filter(|code| region::region(code).is_some());
    match (region, id) {
        (Some(region), Some(id)) => Ok(Vpc { region: region.to_owned(), id: id.to_owned() }),
        _ => Err(AwsFault::new(
            400,
            "InvalidVPCId",
            "The VPC ID that you specified either isn't a valid ID or the current account is not authorized to access this VPC.",
        )),
    }
}
