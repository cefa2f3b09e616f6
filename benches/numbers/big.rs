//! Big: a world of hundreds of environments: how soon it is there, and what its time costs while nothing happens.
//! Invariant: the same world file for the same counts.
//! Used by: `main`.

use std::{fmt::Write, sync::Arc, time::Duration};

use firedrill::{
    clock::{self, Clock},
    lab::world::{
        World,
        blueprint::read::{REFERENCE, read_text},
    },
};

use super::{broken::Broken, ratio};

const ENVIRONMENTS: usize = 500;
/// Besides the two that Beanstalk makes for each environment.
const GROUPS: usize = 1_000;
const START_MS: f64 = 300.0;
/// How much of the world's time goes by.
const HOURS: u64 = 6;

/// Prints how long it takes from the file to a running world, and how much more an idle hour of it costs than one of the
/// reference deployment: what nothing happens to should cost nothing.
pub(crate) fn measure() -> Result<(), Broken> {
    let text = world(ENVIRONMENTS, GROUPS);
    let clock = Clock::real_time();
    let mut big = start(&text)?;
    let started = clock.now().mono;
    let what = format!("{ENVIRONMENTS} environments, {} groups: a world", GROUPS + 2 * ENVIRONMENTS);
    ratio::line("big", &what, started.as_secs_f64() * 1e3, START_MS, "ms");
    let mut small = start(REFERENCE)?;
    let (big, small) = (idle(&mut big), idle(&mut small));
    let value = |took: Duration| format!("{:>9.3} ms an hour", took.as_secs_f64() * 1e3 / HOURS as f64);
    ratio::fact("big", "idle, the reference deployment", &value(small));
    ratio::fact("big", &format!("idle, {ENVIRONMENTS} environments"), &value(big));
    Ok(())
}

fn start(text: &str) -> Result<World, Broken> {
    let blueprint = read_text("world.yaml", text)
        .map_err(|problems| Broken::Otherwise(format!("the world file is refused: {problems:?}")))?;
    Ok(World::build(Arc::new(blueprint), 1, Clock::real_time().now().wall))
}

/// How long it takes to let the hours go by, second by second, as a door does.
fn idle(world: &mut World) -> Duration {
    let clock = Clock::real_time();
    for _ in 0..HOURS * 3_600 {
        let then = clock::later(world.now(), Duration::from_secs(1));
        world.advance(then);
    }
    clock.now().mono
}

/// A world file: half of the environments and groups in each region.
pub(crate) fn world(environments: usize, groups: usize) -> String {
    let mut text = String::from("world: big\naccount: \"111122223333\"\nregions:\n");
    for (octet, region) in [(10, "ap-northeast-2"), (20, "ap-northeast-1")] {
        let _ = write!(
            text,
            "  - region: {region}\n    vpcs:\n      - name: all\n        cidr: 10.{octet}.0.0/16\n        subnets:\n          \
             - {{ name: a, zone: a, cidr: 10.{octet}.0.0/18, public: true }}\n          \
             - {{ name: c, zone: c, cidr: 10.{octet}.64.0/18, public: true }}\n    security_groups:\n"
        );
        for group in 0..groups / 2 {
            let _ = writeln!(
                text,
                "      - {{ name: g{group}, vpc: all, ingress: [ {{ port: 22, from: 203.0.113.0/26 }} ] }}"
            );
        }
        text.push_str("    environments:\n");
        for environment in 0..environments / 2 {
            let _ = writeln!(
                text,
                "      - {{ name: e{octet}-{environment}, application: many, vpc: all, balancer: {{ subnets: [a, c] }}, \
                 instances: {{ subnets: [a, c] }} }}"
            );
        }
    }
    text
}
