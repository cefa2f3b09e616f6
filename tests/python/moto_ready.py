"""Asks moto, an AWS that nobody here wrote, whether a deployment in it is ready: whatever it can not answer is unknown.

Used by: `tests/it/clients.rs`, with the program in FIREDRILL.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile

from moto_both import Moto

REGIONS = {"primary": "ap-northeast-2", "standby": "ap-northeast-1"}
DEPLOYMENT = """\
deployment: shop
account: "123456789012"
site: https://www.example.com/
primary: { region: ap-northeast-2, environment: shop-seoul }
standby: { region: ap-northeast-1, environment: shop-tokyo }
database: { global_cluster: shop-global }
"""
# What moto does answer: who asks, two environments that are alike, and that there are no pipelines.
TELLABLE = {"account", "session", "platform", "version", "pipeline", "revision"}


def ready(moto, folder):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ENDPOINT_URL": moto.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    program = [os.environ["FIREDRILL"], "ready", str(folder / "shop.yaml"), "--json"]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode in (1, 2), (done.returncode, done.stdout, done.stderr)
    told = json.loads(done.stdout)
    return done.returncode, {answer["check"]: answer for answer in told["answers"]}


def main():
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ending:
        folder = pathlib.Path(folder)
        moto = Moto("123456789012")
        ending.callback(moto.end)
        (folder / "shop.yaml").write_text(DEPLOYMENT, encoding="utf-8")

        code, answers = ready(moto, folder)
        assert code == 1 and answers["names"]["verdict"] == "fail", answers["names"]

        for side, region in REGIONS.items():
            beanstalk = moto.client("elasticbeanstalk", region)
            beanstalk.create_application(ApplicationName="shop")
            name = "shop-seoul" if side == "primary" else "shop-tokyo"
            beanstalk.create_environment(ApplicationName="shop", EnvironmentName=name)
        code, answers = ready(moto, folder)
        for answer in answers.values():
            print(f"{answer['check']:24} {answer['verdict']:8} {answer['found'][:120]}")
        passed = {name for name, answer in answers.items() if answer["verdict"] == "pass"}
        assert passed <= TELLABLE, passed - TELLABLE
        unknown = [answer for answer in answers.values() if answer["verdict"] == "unknown"]
        assert len(unknown) > len(answers) / 2, len(unknown)
        assert all(answer["found"] for answer in unknown)


if __name__ == "__main__":
    main()
