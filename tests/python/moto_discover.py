"""`firedrill discover` against moto, an AWS that nobody here wrote and that knows only a part of it: with nothing in it, and
with the deployment that the lab stands for. Nothing may be a crash, and what moto does not answer must be unknown.

Used by: `tests/it/discover`. Takes the folder to write into.
"""

import json
import os
import subprocess
import sys

import boto3

from lab import Lab, binary
from moto_both import SPEED, Both, Moto
from moto_mirror import Mirror

WORDS = ["--site", "https://www.example.com/", "--primary", "ap-northeast-2", "--standby", "ap-northeast-1", "--json"]


def discover(moto, out):
    """The exit code and what was said."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env |= {
        "AWS_ENDPOINT_URL": moto.url,
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        [binary(), "discover", *WORDS, "--out", out], env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode in (1, 2), f"ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    assert "panicked" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def nodes(tree):
    """Every node."""
    yield tree
    for child in tree.get("children", []):
        yield from nodes(child)


def main(out):
    account = "111122223333"
    moto = Moto(account)
    try:
        code, said = discover(moto, out)
        print("empty:", code, [gap["what"] for gap in said["missing"]], [gap["what"] for gap in said["unknown"]])
        assert code == 1 and "zone" in [gap["what"] for gap in said["missing"]], said
        assert all(file["state"] == "lacking" for file in said["files"]), said["files"]

        lab = Lab(binary(), "--speed", str(SPEED), "--seed", "1")
        try:
            both = Both(lab, moto, None, False, None)
            Mirror(both.lab, both.moto, both.regions, both.pairs).build()
        finally:
            lab.end()
        code, said = discover(moto, out)
        found = {node["name"]: node for node in nodes(said["tree"]) if node["state"] == "found"}
        print("mirrored:", code, sorted(found))
        for gap in said["missing"] + said["unknown"]:
            print("  ", gap["what"], "-", gap["why"][:160])
        assert found["account"]["says"] == account
        assert "example.com" in found["zone"]["says"]
        # moto does not say what an environment is made of: nobody knows whose the load balancer is.
        unknown = [gap["what"] for gap in said["unknown"]]
        assert "primary: environment" in unknown and "standby: environment" in unknown, said["unknown"]
        assert code == 2, code
        # What it does not route is nobody's answer, and never a no.
        for node in nodes(said["tree"]):
            unanswered = "501" in node["says"] or "not yet implemented" in node["says"].lower()
            assert not (unanswered and node["state"] == "not_found"), node
    finally:
        # It has nothing to put away, and takes its time to end on a busy machine.
        moto.process.kill()
        moto.end()


if __name__ == "__main__":
    boto3.setup_default_session(region_name="ap-northeast-2")
    main(sys.argv[1])
