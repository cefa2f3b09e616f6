//! Operations: what of AWS's services the lab answers, against everything that there is.
//! Invariant: every operation that the lab answers is one of AWS's, under AWS's own name.
//! Not here: what operations do (see each service).
//! Used by: `World::unrouted`; cli.
//!
//! `operations.txt` lists every operation of these services, as botocore's models have them; `tests/python/operations.py`
//! writes it and checks it.

use std::collections::BTreeMap;

use super::{
    World,
    call::{AwsFault, Operation, Service},
    refusal,
};

const LIST: &str = include_str!("operations.txt");

/// How much of one service the lab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The service.
    pub service: Service,
    /// Operations that do what AWS's do.
    pub real: Vec<&'static str>,
    /// Operations of which something is missing, and what.
    pub partial: Vec<(&'static str, &'static str)>,
    /// Operations that are answered with an error that names them.
    pub unrouted: Vec<&'static str>,
}

/// Every operation that AWS has in these services.
fn list() -> impl Iterator<Item = (Service, &'static str)> {
    LIST.lines().filter_map(|line| {
        let (service, operation) = line.split_once(' ')?;
        Some((Service::named(service)?, operation))
    })
}

/// How much of each service the lab is, in the order of their names.
pub fn coverage() -> Vec<Coverage> {
    let answered: BTreeMap<(Service, &str), Operation> = World::routes()
        .into_iter()
        .map(|(service, operation)| ((service, operation.name), operation))
        .collect();
    let mut all: Vec<Coverage> = Service::all()
        .map(|service| Coverage { service, real: Vec::new(), partial: Vec::new(), unrouted: Vec::new() })
        .collect();
    for (service, name) in list() {
        let Some(own) = all.iter_mut().find(|coverage| coverage.service == service) else { continue };
        match answered.get(&(service, name)) {
            Some(operation) if operation.lacks.is_empty() => own.real.push(name),
            Some(operation) => own.partial.push((name, operation.lacks)),
            None => own.unrouted.push(name),
        }
    }
    all.sort_by_key(|coverage| coverage.service.scope());
    all
}

/// The error for an operation that the lab does not answer: loud where AWS has it, AWS's own where AWS has not.
pub(super) fn unanswered(service: Service, operation: &str) -> AwsFault {
    if !list().any(|known| known == (service, operation)) {
        return refusal::unknown_operation(service, operation);
    }
    let scope = service.scope();
    let message = format!(
        "the firedrill lab does not answer {scope} {operation}; `firedrill lab coverage` lists what it answers"
    );
    AwsFault::new(501, "UnroutedOperation", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_that_the_lab_answers_is_one_of_awss() {
        for (service, operation) in World::routes() {
            assert!(list().any(|known| known == (service, operation.name)), "{service:?} {}", operation.name);
        }
    }

    #[test]
    fn the_counts_of_a_service_add_up_to_what_aws_has() {
        let all = coverage();
        assert_eq!(all.len(), Service::all().count());
        for coverage in all {
            let sum = coverage.real.len() + coverage.partial.len() + coverage.unrouted.len();
            assert_eq!(sum, list().filter(|(service, _)| *service == coverage.service).count());
            assert!(sum > 0, "{:?}", coverage.service);
        }
    }

    #[test]
    fn an_operation_that_aws_has_not_is_refused_as_aws_refuses_it() {
        let fault = unanswered(Service::Ec2, "DescribeEverything");
        assert_eq!((fault.status, fault.code), (400, "InvalidAction"));
        let fault = unanswered(Service::Ec2, "DescribeSpotPriceHistory");
        assert_eq!((fault.status, fault.code), (501, "UnroutedOperation"));
        assert!(fault.message.contains("ec2 DescribeSpotPriceHistory"), "{}", fault.message);
    }
}
