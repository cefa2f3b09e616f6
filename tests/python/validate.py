"""Holds every recorded answer of the lab against botocore's models.

    FIREDRILL_LAB_RECORD=DIR cargo test
    python tests/python/validate.py DIR [--table]

Every lab of the test suite records its AWS exchanges as JSON lines into the folder that FIREDRILL_LAB_RECORD names.
Here each is read as botocore reads it, and more strictly (see strict.py). Ends with 1 and a table of findings if an
answer is not as AWS's models have it, or if nothing was recorded; a finding that many answers share is told once,
with their number and where the first is.
"""

import argparse
import base64
import collections
import functools
import json
import pathlib
import re
import sys

import botocore.session

import strict

# Services by the name in a signature's scope where botocore calls them otherwise.
NAMES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}
REQUEST_ID = re.compile(rb"<(RequestId|requestId|RequestID)>[^<]*<")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--table", action="store_true", help="also print how many answers of which operation")
    given = arguments.parse_args()
    verdict = Verdict()
    files = sorted(given.folder.glob("*.jsonl"))
    for file in files:
        verdict.read(file)
    if given.table:
        for (operation, reply), count in sorted(verdict.answers.items()):
            print(f"{count:8} {reply:9} {operation}")
    verdict.tell(len(files))
    sys.exit(1 if verdict.findings or not verdict.judged else 0)


class Verdict:
    """What was seen so far."""

    def __init__(self):
        self.answers = collections.Counter()
        self.findings = {}
        self.skipped = collections.Counter()
        self.judged = 0
        self._known = {}

    def read(self, file):
        """Judges all exchanges of one file."""
        with file.open("rb") as lines:
            for number, text in enumerate(lines, 1):
                where = f"{file.name}:{number}"
                try:
                    line = json.loads(text)
                except ValueError as broken:
                    self._find(f"the record is no JSON: {broken}", where)
                    continue
                reason = why_not(line)
                if reason:
                    self.skipped[reason] += 1
                    continue
                for problem in self._problems(line):
                    self._find(problem, where)

    def _problems(self, line):
        """The problems of one answer; equal answers are judged once."""
        self.judged += 1
        self.answers[f"{line['service']} {line['operation']}", line["reply"]] += 1
        answer = line["response"]
        body = base64.b64decode(answer["body_base64"])
        protocol = protocol_of(line["request"])
        key = (line["service"], line["operation"], protocol, answer["status"], REQUEST_ID.sub(b"", body))
        if key not in self._known:
            self._known[key] = judge(line["service"], line["operation"], protocol, answer, body)
        return self._known[key]

    def _find(self, problem, where):
        count, first = self.findings.get(problem, (0, where))
        self.findings[problem] = (count + 1, first)

    def tell(self, files):
        """Prints the table."""
        for problem, (count, first) in sorted(self.findings.items()):
            print(f"{count:6}  {problem}  [first: {first}]")
        for reason, count in sorted(self.skipped.items()):
            print(f"{count:6}  not judged: {reason}")
        operations = len({operation for operation, _ in self.answers})
        print(
            f"{self.judged} answers of {operations} operations in {files} records judged,"
            f" {len(self._known)} different ones: {len(self.findings)} findings"
        )


def why_not(line):
    """Why an exchange is not judged, if it is not."""
    if line["response"] is None:
        return "no answer went out (the lab misbehaved as told)"
    rules = [rule.split() for rule in line.get("misbehaved") or []]
    if any("malformed" in rule or "html" in rule for rule in rules):
        return "a malformed answer was asked for"
    if line["reply"] == "unrouted":
        return "501, an operation that the lab has not got"
    if not line["service"] or not line["operation"]:
        return "the request names no service or no operation"
    return None


def judge(service, operation, protocol, answer, body):
    """All problems of one answer."""
    model = service_model(NAMES.get(service, service))
    if operation not in model.operation_names:
        if answer["status"] >= 400:
            return []
        return [f"{service} {operation}: AWS has no such operation, yet it was answered with {answer['status']}"]
    return strict.check(model.operation_model(operation), protocol, answer["status"], answer["headers"], body)


def protocol_of(request):
    """The protocol in which a request asks to be answered."""
    headers = request["headers"]
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor"
    if "x-amz-target" in headers:
        return "json"
    if re.match(r"/20\d\d-\d\d-\d\d/", request["uri"]):
        return "rest-xml"
    # EC2 shows only in the version that it is asked in.
    asked = request["uri"].encode() + b"&" + base64.b64decode(request["body_base64"])
    return "ec2" if b"Version=2016-11-15" in asked else "query"


@functools.cache
def service_model(name):
    """botocore's model of a service."""
    return botocore.session.get_session().get_service_model(name)


if __name__ == "__main__":
    main()
