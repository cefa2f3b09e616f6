//! Name: what the deployment is called, unless a person says.
//! Invariant: what comes out is a name as drills take it, or nothing.
//! Used by: `outcome`.

use super::facts::{Asked, Facts};
use crate::{
    drill::model::{PerSide, Side},
    grammar::rule::NAME,
};

/// Part of every file's and command's name: longer ones are cut.
const LONGEST: usize = 40;

/// What a person says; else what the environments' names have in common; else their application; else the site's host.
pub(super) fn of(facts: &Facts) -> String {
    if let Some(name) = &facts.asked.name {
        return name.clone();
    }
    let environment = |side: Side| facts.sides.of(side).environment.found().map(|own| &own.environment);
    let both = environment(Side::Primary).zip(environment(Side::Standby));
    let regions = PerSide {
        primary: facts.asked.regions.primary.region.as_str(),
        standby: facts.asked.regions.standby.region.as_str(),
    };
    let common = both.and_then(|(primary, standby)| common(&primary.name, &standby.name, &regions));
    let application = both.filter(|(primary, standby)| primary.application == standby.application);
    let application = application.and_then(|(primary, _)| fit(&primary.application));
    common.or(application).unwrap_or_else(|| of_host(&facts.asked))
}

/// The parts between dashes that both names begin with, or end in; a region's own name is no part of it.
fn common(primary: &str, standby: &str, regions: &PerSide<&str>) -> Option<String> {
    let parts = |name: &str, region: &str| -> Vec<String> {
        let name = name.to_ascii_lowercase().replace(region, "-");
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (ours, theirs) = (parts(primary, regions.primary), parts(standby, regions.standby));
    let same = |pairs: &mut dyn Iterator<Item = (&String, &String)>| -> Vec<String> {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.clone()).collect()
    };
    let mut shared = same(&mut ours.iter().zip(&theirs));
    if shared.is_empty() {
        shared = same(&mut ours.iter().rev().zip(theirs.iter().rev()));
        shared.reverse();
    }
    fit(&shared.join("-"))
}

/// The host without `www` and without what names the zone's owner's country.
fn of_host(asked: &Asked) -> String {
    let host = asked.site.host.trim_end_matches('.');
    let label = host.strip_prefix("www.").unwrap_or(host).split('.').next().unwrap_or_default();
    fit(label).unwrap_or_else(|| "site".to_owned())
}

/// The text as a name, if one can be made of it.
fn fit(text: &str) -> Option<String> {
    let made: String = text
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(LONGEST)
        .collect();
    let made = made.trim_matches('-').to_owned();
    (made.len() >= 2 && (NAME.check)(&made).is_ok()).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_names_have_in_common_is_the_deployments_name() {
        let regions = PerSide { primary: "ap-northeast-2", standby: "ap-northeast-1" };
        let of = |primary, standby| common(primary, standby, &regions);
        assert_eq!(of("wordpress-seoul", "wordpress-tokyo").as_deref(), Some("wordpress"));
        assert_eq!(of("shop", "shop").as_deref(), Some("shop"));
        assert_eq!(
            of("MyShop-prod-ap-northeast-2", "MyShop-prod-ap-northeast-1").as_deref(),
            Some("myshop-prod")
        );
        assert_eq!(of("ap-northeast-2-shop", "ap-northeast-1-shop").as_deref(), Some("shop"));
        assert_eq!(of("seoul-shop-web", "tokyo-shop-web").as_deref(), Some("shop-web"));
        assert_eq!(of("seoul", "tokyo"), None);
        assert_eq!(of("wordpress", "word"), None, "half a word is no name");
    }
}
