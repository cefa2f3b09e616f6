"""Both worlds of the comparison, the lab and moto: one call is made on each, and the answers are held together.

Used by: `moto_compare.py` and its steps.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from moto_differ import Account, normal, shown
from moto_mirror import Pairs

SPEED = 60
# A describe of the lab's may be this much older than the last write, in the world's seconds.
STALE = 6.0
LEAST_OPERATIONS = 60
NOT_THERE = {
    "vpc": "vpc-0123456789abcdef0",
    "subnet": "subnet-0123456789abcdef0",
    "group": "sg-0123456789abcdef0",
    "rule": "sgr-0123456789abcdef0",
    "instance": "i-0123456789abcdef0",
    "table": "rtb-0123456789abcdef0",
    "acl": "acl-0123456789abcdef0",
    "peering": "pcx-0123456789abcdef0",
    "interface": "eni-0123456789abcdef0",
    "list": "pl-0123456789abcdef0",
    "check": "01234567-89ab-cdef-0123-456789abcdef",
    "zone": "Z0123456789ABCDEFGHIJ",
}


class Moto:
    """moto's server on a loopback port of its own."""

    def __init__(self, account):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, "MOTO_ACCOUNT_ID": account, "AWS_EC2_METADATA_DISABLED": "true"},
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/moto-api/data.json", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, "moto's server ended; is moto[server] installed?"
                time.sleep(0.1)
        raise SystemExit("moto's server did not start within 30 s")

    def client(self, service, region):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="nothing",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.log.close()


class Both:
    """Both worlds: one call is made on each, and the answers are compared."""

    def __init__(self, lab, moto, account, is_loud, only):
        self.pairs = Pairs()
        self.account = account
        self.is_loud = is_loud
        self.only = only
        self.operations = set()
        self.not_routed = set()
        self.regions = lab.info["regions"]
        self.id = lab.info["account"]
        self._running, self._other = lab, moto
        self._clients = {}

    def lab(self, service, region):
        config = Config(parameter_validation=False, retries={"mode": "standard", "max_attempts": 8})
        return self._client("lab", service, region, lambda: self._running.client(service, region, config=config))

    def moto(self, service, region):
        return self._client("moto", service, region, lambda: self._other.client(service, region))

    def _client(self, side, service, region, make):
        key = (side, service, region)
        if key not in self._clients:
            self._clients[key] = make()
        return self._clients[key]

    def settle(self):
        """Waits until a describe of the lab's shows every write."""
        time.sleep(STALE / SPEED)

    def call(self, service, operation, case="", region=None, pair=None, settle=False, undo=None, **asked):
        """One call on both; the lab's answer, or None if it was refused.

        `pair` is a function from an answer to the ids of new things, which are from then on the same ones. `undo`
        takes a client, the parameters and the answer, and puts right what only moto accepted, so that both worlds
        stay alike."""
        if self.only and service not in self.only:
            return None
        region = region or self.regions[0]
        step = f"{service}.{operation}" + (f":{case}" if case else "")
        ours, refused = answer_of(self.lab(service, region), operation, asked)
        if refused and refused["status"] == 501:
            self.not_routed.add(f"{service}.{operation}")
            return None
        theirs, their_refusal = answer_of(self.moto(service, region), operation, self.pairs.for_moto(asked))
        self.operations.add(f"{service}.{operation}")
        if pair and ours is not None and theirs is not None:
            for number, (new, other) in enumerate(zip(pair(ours), pair(theirs))):
                self.pairs.add(new, other, f"new:{step}:{number}")
        labels = self.pairs.labels
        self.account.hold(
            step,
            normal(ours if refused is None else {"refused": refused}, labels["lab"]),
            normal(theirs if their_refusal is None else {"refused": their_refusal}, labels["moto"]),
        )
        if self.is_loud:
            print(step, "refused" if refused else "answered")
        if undo and refused and not their_refusal:
            undo(self.moto(service, region), self.pairs.for_moto(asked), theirs)
        if settle:
            self.settle()
        return ours

    def tell(self, as_toml):
        """Prints what is wrong; the exit code."""
        unlisted = self.account.unlisted
        for (step, path, kind), (ours, theirs) in unlisted.items():
            if as_toml:
                print(f'[[difference]]\nstep = "{step}"\npath = "{path}"\nkind = "{kind}"')
                print(f'by = "?"\nreason = "lab {shown(ours)} moto {shown(theirs)}"\n')
            else:
                print(f"NOT LISTED {step} {path}: {kind}\n    lab:  {shown(ours)}\n    moto: {shown(theirs)}")
        stale = self.account.stale(self.account.steps)
        for row in stale:
            print(f"NO LONGER THERE {row['step']} {row['path']}: take it from the list")
        for operation in sorted(self.not_routed):
            print("not compared, the lab has no such operation:", operation)
        rows = self.account.rows
        counts = {by: sum(row["by"] == by for row in rows) for by in Account.BY}
        print(
            f"{len(self.account.steps)} steps of {len(self.operations)} operations;"
            f" {len(rows)} listed differences {counts}, {len(unlisted)} not listed, {len(stale)} no longer there"
        )
        few = not self.only and len(self.operations) < LEAST_OPERATIONS
        if few:
            print(f"fewer than {LEAST_OPERATIONS} operations were compared")
        return 1 if unlisted or stale or few else 0


def answer_of(client, operation, asked):
    """(answer, None) or (None, refusal)."""
    try:
        return getattr(client, operation)(**asked), None
    except ClientError as error:
        response = error.response
        return None, {
            "code": response["Error"].get("Code"),
            "message": response["Error"].get("Message"),
            "status": response["ResponseMetadata"]["HTTPStatusCode"],
        }
    except ResponseParserError:
        # moto's server answers some mistakes with a page that no client can read.
        return None, {"code": "UNREADABLE", "message": "", "status": 500}
    except ParamValidationError as error:
        raise AssertionError(f"{operation} is asked wrongly: {error}") from error


def filters(**by):
    """EC2's filters; `_` in a name stands for `-`."""
    return [{"Name": name.replace("_", "-"), "Values": values} for name, values in by.items()]
