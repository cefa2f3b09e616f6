//! Peerings: reading them, and their life from a request to an end.
//! Invariant: what has ended stays ended: a new peering has a new id; routes to the old one become black holes.
//! Not here: what packets meet (see `reach`).
//! Used by: `operate`, `ec2_due`.

use jiff::SignedDuration;

use super::{
    State,
    acls::needed,
    build,
    describe::{answer, tag_set},
    due::Due,
    filter::Filters,
    ids::formed,
    model::{Peering, PeeringSide, PeeringStatus},
    modify::done,
    tags,
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// AWS: a request expires after 7 days (VPC peering guide, lifecycle).
const EXPIRES: SignedDuration = SignedDuration::from_hours(7 * 24);

const FILTERS: &[&str] = &[
    "vpc-peering-connection-id",
    "status-code",
    "status-message",
    "expiration-time",
    "requester-vpc-info.vpc-id",
    "requester-vpc-info.cidr-block",
    "requester-vpc-info.owner-id",
    "accepter-vpc-info.vpc-id",
    "accepter-vpc-info.cidr-block",
    "accepter-vpc-info.owner-id",
];

/// `DescribeVpcPeeringConnections`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let (state, now) = (&world.ec2, world.now());
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, FILTERS)?;
    let shown = |peering: &Peering| peering.is_shown(&call.region, now);
    let ids = call.params.texts("VpcPeeringConnectionId");
    if let Some(missing) = ids.iter().find(|id| !state.peerings.get(*id).is_some_and(shown)) {
        return Err(no_peering(missing));
    }
    let found = state.peerings.iter().filter(|(id, peering)| {
        shown(peering)
            && (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| values(&network.account, id, peering, name))
    });
    let trees = found.map(|(id, peering)| tree(state, &call.region, id, peering));
    answer(call, "vpcPeeringConnectionSet", trees.collect())
}

fn values(account: &str, id: &str, peering: &Peering, name: &str) -> Vec<String> {
    let side = if name.starts_with("requester") { &peering.requester } else { &peering.accepter };
    vec![match name.rsplit('.').next().unwrap_or_default() {
        "vpc-peering-connection-id" => id.to_owned(),
        "status-code" => peering.status.code().to_owned(),
        "status-message" => peering.message.clone(),
        "vpc-id" => side.vpc.clone(),
        "cidr-block" => side.range.to_string(),
        "owner-id" => account.to_owned(),
        _ => return Vec::new(),
    }]
}

fn tree(state: &State, region: &str, id: &str, peering: &Peering) -> Tree {
    let network = state.network(region);
    let account = &network.account;
    let status =
        Tree::map([("code", Tree::text(peering.status.code())), ("message", Tree::text(&peering.message))]);
    let pending = peering.status == PeeringStatus::Pending;
    let expires = peering.since.checked_add(EXPIRES).ok().filter(|_| pending);
    Tree::map([
        ("accepterVpcInfo", Some(side_tree(account, peering, &peering.accepter))),
        ("expirationTime", expires.map(Tree::Time)),
        ("requesterVpcInfo", Some(side_tree(account, peering, &peering.requester))),
        ("status", Some(status)),
        ("tagSet", network.tags.get(id).and_then(tag_set)),
        ("vpcPeeringConnectionId", Tree::text(id)),
    ])
}

/// A side. AWS: ranges as a set and options are there only while the peering is active; before its answer nothing is
/// known of the accepter's ranges.
fn side_tree(account: &str, peering: &Peering, side: &PeeringSide) -> Tree {
    let active = peering.status == PeeringStatus::Active;
    let known = active || *side == peering.requester;
    let range = || side.range.to_string();
    let ranges = Tree::list("item", [Tree::map([("cidrBlock", Tree::text(range()))])]);
    Tree::map([
        ("cidrBlock", Tree::text(range()).filter(|_| known)),
        ("cidrBlockSet", ranges.filter(|_| active)),
        ("ownerId", Tree::text(account)),
        ("peeringOptions", active.then(|| options_tree(side, true))),
        ("vpcId", Tree::text(&side.vpc)),
        ("region", Tree::text(&side.region)),
    ])
}

fn options_tree(side: &PeeringSide, classic: bool) -> Tree {
    let no = classic.then_some(Tree::Bool(false));
    Tree::map([
        ("allowDnsResolutionFromRemoteVpc", Some(Tree::Bool(side.resolves))),
        ("allowEgressFromLocalClassicLinkToRemoteVpc", no.clone()),
        ("allowEgressFromLocalVpcToRemoteClassicLink", no),
    ])
}

/// No peering has this id, or can have it.
pub(super) fn no_peering(id: &str) -> AwsFault {
    if let Err(malformed) = formed(id, "pcx", "InvalidVpcPeeringConnectionId.Malformed") {
        return malformed;
    }
    let message = format!("The vpcPeeringConnection ID '{id}' does not exist");
    AwsFault::new(400, "InvalidVpcPeeringConnectionID.NotFound", message)
}

/// `CreateVpcPeeringConnection`. AWS: networks whose ranges overlap cannot be peered: the request has failed at once.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let account = world.account().to_owned();
    let region = params.text("PeerRegion").unwrap_or(&call.region).to_owned();
    let side = |region: &str, id: &str| {
        let vpc = world.ec2.network(region).vpcs.get(id);
        let vpc = vpc.map(|vpc| (vpc.range, id.to_owned(), region.to_owned()));
        vpc.map(|(range, vpc, region)| PeeringSide { region, vpc, range, resolves: false })
    };
    let no_vpc =
        |id: &str| AwsFault::new(400, "InvalidVpcID.NotFound", format!("The vpc ID '{id}' does not exist"));
    let own = needed(params, "VpcId", "vpcId")?;
    let other = needed(params, "PeerVpcId", "peerVpcId")?;
    let requester = side(&call.region, own).ok_or_else(|| no_vpc(own))?;
    let accepter = side(&region, other);
    let tags = tags::specified(params, "vpc-peering-connection")?;
    let between = |peering: &Peering| {
        let ends = (peering.side(&call.region, own), peering.side(&region, other));
        let alive = matches!(
            peering.status,
            PeeringStatus::Pending | PeeringStatus::Provisioning | PeeringStatus::Active
        );
        alive && ends.0.is_some() && ends.1.is_some()
    };
    if let Some((id, _)) = world.ec2.peerings.iter().find(|(_, peering)| between(peering)) {
        let message = format!("The VPC peering connection {id} between {own} and {other} already exists.");
        return Err(AwsFault::new(400, "VpcPeeringConnectionAlreadyExists", message));
    }
    let overlaps = accepter.as_ref().is_none_or(|other| other.range.overlaps(requester.range));
    let elsewhere = PeeringSide {
        region: region.clone(),
        vpc: other.to_owned(),
        range: requester.range,
        resolves: false,
    };
    let (status, message) = if overlaps {
        let message = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range";
        (PeeringStatus::Failed, message.to_owned())
    } else {
        (PeeringStatus::Pending, format!("Pending Acceptance by {account}"))
    };
    let accepter = accepter.unwrap_or(elsewhere);
    let made = Peering { requester, accepter, status, since: world.now(), message };
    let id = build::id(&mut world.ec2.rng, "pcx");
    // EC2 answers before it has looked at the other side.
    let mut shown = made.clone();
    shown.message = format!("Initiating Request to {account}");
    if let Some(network) = world.ec2.networks.get_mut(&call.region) {
        network.tags.insert(id.clone(), tags);
    }
    world.ec2.peerings.insert(id.clone(), made);
    if status == PeeringStatus::Pending
        && let Ok(expires) = world.now().checked_add(EXPIRES)
    {
        world.at(expires, agenda::Due::Ec2(Due::PeeringExpired { peering: id.clone() }));
    }
    let Tree::Map(mut members) = tree(&world.ec2, &call.region, &id, &shown) else { return Ok(done()) };
    for (name, value) in &mut members {
        if *name == "status" {
            *value = Tree::map([
                ("code", Tree::text("initiating-request")),
                ("message", Tree::text(&shown.message)),
            ]);
        }
    }
    Ok(Tree::map([("vpcPeeringConnection", Some(Tree::Map(members)))]))
}

/// The peering that a call names, if reads here show it.
fn named(world: &World, call: &Call) -> Result<(String, Peering), AwsFault> {
    let id = needed(&call.params, "VpcPeeringConnectionId", "vpcPeeringConnectionId")?;
    let found = world.ec2.peerings.get(id).filter(|peering| peering.is_shown(&call.region, world.now()));
    found.map(|peering| (id.to_owned(), peering.clone())).ok_or_else(|| no_peering(id))
}

fn wrong_state(id: &str, from: PeeringStatus, to: &str) -> AwsFault {
    let message =
        format!("Invalid state transition for {id}, attempted to transition from {} to {to}", from.code());
    AwsFault::new(400, "InvalidStateTransition", message)
}

/// The answer to a request must come from the accepter's region.
fn answered_here(call: &Call, id: &str, peering: &Peering, verb: &str) -> Result<(), AwsFault> {
    if peering.accepter.region == call.region {
        return Ok(());
    }
    let message = format!(
        "Incorrect region ({}) specified for this request.VPC peering connection {id} must be {verb} in region {}",
        call.region, peering.accepter.region
    );
    Err(AwsFault::new(400, "OperationNotPermitted", message))
}

/// `AcceptVpcPeeringConnection`.
pub(super) fn accept(world: &mut World, call: &Call) -> Reply {
    let (id, peering) = named(world, call)?;
    answered_here(call, &id, &peering, "accepted")?;
    if peering.status != PeeringStatus::Pending {
        return Err(wrong_state(&id, peering.status, "active"));
    }
    world.set_peering(&id, PeeringStatus::Provisioning, "Provisioning");
    let after = world.ec2.settings.peering_active.draw(&mut world.ec2.rng);
    world.after(after, agenda::Due::Ec2(Due::PeeringActive { peering: id.clone() }));
    let shown = world.ec2.peerings.get(&id).map(|peering| tree(&world.ec2, &call.region, &id, peering));
    Ok(Tree::map([("vpcPeeringConnection", shown)]))
}

/// `RejectVpcPeeringConnection`.
pub(super) fn reject(world: &mut World, call: &Call) -> Reply {
    let (id, peering) = named(world, call)?;
    answered_here(call, &id, &peering, "rejected")?;
    if peering.status != PeeringStatus::Pending {
        return Err(wrong_state(&id, peering.status, "rejected"));
    }
    world.set_peering(&id, PeeringStatus::Rejected, &format!("Rejected by {}", world.account()));
    Ok(done())
}

/// `DeleteVpcPeeringConnection`: by either side, and for good.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let (id, peering) = named(world, call)?;
    match peering.status {
        PeeringStatus::Pending | PeeringStatus::Provisioning | PeeringStatus::Active => {
            world.set_peering(&id, PeeringStatus::Deleted, &format!("Deleted by {}", world.account()));
            Ok(done())
        }
        ended => Err(wrong_state(&id, ended, "deleted")),
    }
}

/// `ModifyVpcPeeringConnectionOptions`. AWS: the options of a peering between regions are changed from each side's own
/// region, and only while it is active.
pub(super) fn modify_options(world: &mut World, call: &Call) -> Reply {
    let (id, peering) = named(world, call)?;
    if peering.status != PeeringStatus::Active {
        let message = format!("VPC peering connection {id} is not in the active state");
        return Err(AwsFault::new(400, "InvalidStateTransition", message));
    }
    let asked = |side: &str| resolves(&call.params, side);
    let (requester, accepter) =
        (asked("RequesterPeeringConnectionOptions"), asked("AccepterPeeringConnectionOptions"));
    let foreign = |side: &PeeringSide, asked: Option<bool>| asked.is_some() && side.region != call.region;
    if foreign(&peering.requester, requester) || foreign(&peering.accepter, accepter) {
        let message =
            format!("You can only modify the options of your own side of {id} in region {}", call.region);
        return Err(AwsFault::new(400, "OperationNotPermitted", message));
    }
    let mut after = peering;
    after.requester.resolves = requester.unwrap_or(after.requester.resolves);
    after.accepter.resolves = accepter.unwrap_or(after.accepter.resolves);
    let reply = Tree::map([
        ("accepterPeeringConnectionOptions", accepter.map(|_| options_tree(&after.accepter, false))),
        ("requesterPeeringConnectionOptions", requester.map(|_| options_tree(&after.requester, false))),
    ]);
    world.ec2.peerings.insert(id, after);
    Ok(reply)
}

fn resolves(params: &Params, side: &str) -> Option<bool> {
    params.text(&format!("{side}.AllowDnsResolutionFromRemoteVpc")).map(|text| text == "true")
}

impl World {
    /// Brings a peering to a status, and looks at the paths of both sides anew.
    pub(super) fn set_peering(&mut self, id: &str, status: PeeringStatus, message: &str) {
        let now = self.now();
        let Some(peering) = self.ec2.peerings.get_mut(id) else { return };
        (peering.status, peering.since, peering.message) = (status, now, message.to_owned());
        let regions = [peering.requester.region.clone(), peering.accepter.region.clone()];
        self.note("peering.status", [("peering", id.to_owned()), ("status", status.code().to_owned())]);
        self.paths_changed(&regions[0]);
        if regions[1] != regions[0] {
            self.paths_changed(&regions[1]);
        }
    }

    /// A peering comes to its next status by itself, if nobody has been faster.
    pub(super) fn peering_due(&mut self, id: &str, from: PeeringStatus, to: PeeringStatus, message: &str) {
        if self.ec2.peerings.get(id).is_some_and(|peering| peering.status == from) {
            self.set_peering(id, to, message);
        }
    }
}
