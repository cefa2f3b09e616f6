"""The operations of every service that the lab has, by botocore's models.

    python tests/python/operations.py            writes src/lab/world/operations.txt
    python tests/python/operations.py --check    ends with 1 if that file is not what botocore says

One operation a line, `service Operation`, the service as signatures call it.
"""

import argparse
import pathlib
import sys

import botocore.session

SERVICES = [
    "acm",
    "autoscaling",
    "cloudwatch",
    "codecommit",
    "codepipeline",
    "ec2",
    "elasticbeanstalk",
    "elbv2",
    "iam",
    "rds",
    "route53",
    "ssm",
    "sts",
    "wafv2",
]
FILE = pathlib.Path(__file__).parents[2] / "src/lab/world/operations.txt"


def operations():
    """Every line, in order."""
    session = botocore.session.get_session()
    for name in SERVICES:
        model = session.get_service_model(name)
        for operation in sorted(model.operation_names):
            yield f"{model.signing_name} {operation}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--check", action="store_true")
    text = "".join(line + "\n" for line in operations())
    if not arguments.parse_args().check:
        FILE.write_text(text)
        return 0
    if FILE.read_text() == text:
        return 0
    here, there = set(FILE.read_text().splitlines()), set(text.splitlines())
    for line in sorted(there - here):
        print("missing here:", line)
    for line in sorted(here - there):
        print("not in botocore:", line)
    print(f"{FILE.name} is not what botocore {botocore.__version__} says; write it anew and read the difference")
    return 1


if __name__ == "__main__":
    sys.exit(main())
