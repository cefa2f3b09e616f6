"""Compares two answers that mean the same things by different names, and keeps the account of their differences.

Used by: `moto_compare.py`.
"""

import datetime
import fnmatch
import json
import re
import tomllib

# Ids of things that no step names: which one it is does not matter, only that there is one.
NAMELESS = re.compile(
    r"\b(sgr|rtbassoc|aclassoc|eni-attach|eni|eipalloc|eipassoc|vol|ami|subnet-cidr-assoc|vpc-cidr-assoc|dopt|"
    r"igw|nat|acl|rtb|sg|vpc|pcx|pl|subnet|i|r)-[0-9a-f]{8,32}\b"
)
# By these members, the first that both have, two elements of a list are the same thing.
IDENTITIES = (
    "SecurityGroupRuleId",
    "NetworkInterfaceId",
    "InstanceId",
    "SubnetId",
    "RouteTableId",
    "NetworkAclId",
    "GroupId",
    "VpcId",
    "Key",
    "ListenerArn",
    "RuleArn",
    "TargetGroupArn",
    "LoadBalancerArn",
    "RegionName",
    "ZoneName",
    "AlarmName",
    "DBClusterArn",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
    "DestinationCidrBlock",
    "EnvironmentName",
    "ApplicationName",
    "Id",
)
RECORD = ("Name", "Type", "SetIdentifier")
SHOWN = 160


def normal(value, labels):
    """An answer with labels for ids, without moments, and with lists in an order of their own."""
    if isinstance(value, dict):
        return {key: normal(item, labels) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return sorted((normal(item, labels) for item in value), key=canonical)
    if isinstance(value, datetime.datetime):
        return "<moment>"
    if isinstance(value, str):
        return words(value, labels)
    return value


def words(text, labels):
    """A text with labels for the ids in it."""
    if text in labels:
        return f"<{labels[text]}>"
    for known in sorted(labels, key=len, reverse=True):
        if len(known) > 10 and known in text:
            text = text.replace(known, f"<{labels[known]}>")
    return NAMELESS.sub(r"<\1>", text)


def canonical(value):
    return json.dumps(value, sort_keys=True, default=str)


def differences(lab, moto, path=""):
    """(path, kind, the lab's, moto's) for each place where two normal answers differ."""
    if isinstance(lab, dict) and isinstance(moto, dict):
        for key in sorted(lab.keys() | moto.keys()):
            where = f"{path}.{key}" if path else key
            if key not in moto:
                yield where, "only lab", lab[key], None
            elif key not in lab:
                yield where, "only moto", None, moto[key]
            else:
                yield from differences(lab[key], moto[key], where)
    elif isinstance(lab, list) and isinstance(moto, list):
        yield from of_lists(lab, moto, f"{path}[]")
    elif lab != moto:
        yield path, "differs", lab, moto


def of_lists(lab, moto, path):
    """Differences of two lists, element by element where they can be told apart."""
    lab, moto = list(lab), list(moto)
    for ours in list(lab):
        theirs = next((one for one in moto if same(ours, one)), None)
        if theirs is not None:
            lab.remove(ours)
            moto.remove(theirs)
            yield from differences(ours, theirs, path)
    structures = [item for item in lab + moto if isinstance(item, dict)]
    if structures and len(lab) == len(moto):
        for ours, theirs in zip(lab, moto):
            yield from differences(ours, theirs, path)
        return
    for ours in lab:
        yield path, "only lab", ours, None
    for theirs in moto:
        yield path, "only moto", None, theirs


def same(ours, theirs):
    """True if two elements of a list are the same thing."""
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return ours == theirs
    if "Instances" in ours and "Instances" in theirs:
        # A reservation is known by its first instance.
        return all(same(*pair) for pair in zip(ours["Instances"][:1], theirs["Instances"][:1]))
    if "Name" in ours and "Type" in ours and "Name" in theirs and "Type" in theirs:
        return [ours.get(key) for key in RECORD] == [theirs.get(key) for key in RECORD]
    for key in IDENTITIES:
        if key in ours and key in theirs:
            return ours[key] == theirs[key]
    return ours == theirs


class Account:
    """The listed differences; each must occur, and nothing else may.

    A listed difference may name a `choice`: both worlds are right and cannot be the same.
    """

    BY = ("moto", "lab", "choice")

    def __init__(self, file):
        with open(file, "rb") as text:
            self.rows = tomllib.load(text).get("difference", [])
        for row in self.rows:
            missing = {"step", "path", "by", "reason"} - row.keys()
            assert not missing, f"{file}: a difference lacks {', '.join(sorted(missing))}: {row}"
            assert row["by"] in self.BY, f"{file}: by is one of {', '.join(self.BY)}: {row}"
            row["met"] = 0
        self.unlisted = {}
        self.steps = set()

    def hold(self, step, lab, moto):
        """Compares the normal answers of one step."""
        self.steps.add(step)
        for path, kind, ours, theirs in differences(lab, moto):
            rows = [row for row in self.rows if matches(row, step, path, kind)]
            for row in rows:
                row["met"] += 1
            if not rows:
                self.unlisted.setdefault((step, path, kind), (ours, theirs))

    def stale(self, was_made):
        """Listed differences that no longer occur; those of steps that could not be made do not count."""
        return [
            row
            for row in self.rows
            if not row["met"] and any(fnmatch.fnmatchcase(step, row["step"]) for step in was_made)
        ]

    def prune(self, file):
        """Writes the list again without what no longer occurs; comments stay."""
        stale = {(row["step"], row["path"], row.get("kind")) for row in self.stale(self.steps)}
        head, *blocks = file.read_text(encoding="utf-8").split("[[difference]]\n")
        kept = []
        for block in blocks:
            row = tomllib.loads(block)
            if (row["step"], row["path"], row.get("kind")) not in stale:
                kept.append(block)
        file.write_text("[[difference]]\n".join([head, *kept]), encoding="utf-8")


def matches(row, step, path, kind):
    """True if a row speaks of this difference; `[]` in a path is no pattern."""
    if not fnmatch.fnmatchcase(step, row["step"]):
        return False
    if row.get("kind", kind) != kind:
        return False
    return fnmatch.fnmatchcase(path.replace("[]", "*"), row["path"].replace("[]", "*"))


def shown(value):
    """A value, cut to a line."""
    text = canonical(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
