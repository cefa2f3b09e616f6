"""The same calls on the lab and on moto; every difference must be accounted for.

    FIREDRILL=target/debug/firedrill python tests/python/moto_compare.py [--all] [--toml] [--prune] [--only SERVICES]

moto is an emulator that nobody here wrote. Its world is made like the lab's (moto_mirror.py), the same reads,
writes and errors are made on both (moto_steps*.py), and the answers are compared without ids and moments
(moto_differ.py). What differs is listed in moto_differences.toml with who is right and why. Ends with 1 on a
difference that is not listed, and on a listed one that no longer occurs. `--all` prints each step; `--toml` prints
what is not listed as rows to fill in; `--prune` takes what no longer occurs from the list; `--only` makes the steps
of some services, separated by commas.
"""

import argparse
import pathlib
import sys

import moto_steps as steps
import moto_steps_ec2 as ec2
import moto_steps_more as more
from lab import Lab, binary
from moto_both import SPEED, Both, Moto
from moto_differ import Account
from moto_mirror import Mirror

LISTED = pathlib.Path(__file__).with_name("moto_differences.toml")
STEPS = (
    steps.identity,
    ec2.reads_of_ec2,
    ec2.refusals_of_ec2,
    ec2.rules,
    ec2.tags,
    ec2.acls,
    ec2.routes,
    steps.balancers,
    steps.databases,
    steps.zones,
    steps.health_checks,
    steps.alarms,
    steps.beanstalk,
    steps.parameters,
    more.scaling,
    more.certificates,
    more.firewalls,
    more.repositories,
    more.pipelines,
    more.identities,
)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--all", action="store_true", help="print each step")
    arguments.add_argument("--toml", action="store_true", help="print what is not listed as rows of the list")
    arguments.add_argument("--prune", action="store_true", help="take what no longer occurs from the list")
    arguments.add_argument("--only", default="", help="the services whose steps are made, separated by commas")
    given = arguments.parse_args()
    lab = Lab(binary(), "--speed", str(SPEED), "--seed", "1")
    moto = Moto(lab.info["account"])
    account = Account(LISTED)
    try:
        both = Both(lab, moto, account, given.all, set(filter(None, given.only.split(","))))
        Mirror(both.lab, both.moto, lab.info["regions"], both.pairs).build()
        for make in STEPS:
            make(both)
    finally:
        moto.end()
        lab.end()
    code = both.tell(given.toml)
    if given.prune:
        account.prune(LISTED)
    sys.exit(code)


if __name__ == "__main__":
    main()
