"""A lab for a test: starts `firedrill lab up`, makes clients of it, and ends it."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import time

import boto3
import dns.message
import dns.query
import dns.rdatatype
from botocore.config import Config

from strict import Strict

SITE = "www.example.com"
# A connection that nobody answers is given up after this many real seconds at least, however fast the world goes.
PATIENCE = 0.5


class Lab:
    """One running lab."""

    def __init__(self, binary, *arguments):
        self.process = subprocess.Popen(
            [binary, "lab", "up", "--json", *arguments], stdout=subprocess.PIPE, text=True
        )
        started = time.monotonic()
        line = self.process.stdout.readline()
        self.ready_after = time.monotonic() - started
        if not line:
            raise SystemExit("the lab did not start")
        self.info = json.loads(line)
        self.speed = self.info["speed"]
        self.strict = Strict()

    def end(self):
        """Ends the lab as a service manager would; it must end well."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=10)
        assert code == 0, f"the lab ended with {code}"

    def client(self, service, region=None, **more):
        """A boto3 client of the lab whose answers are all held against the models."""
        settings = {
            "endpoint_url": self.info["aws_endpoint"],
            "region_name": region or self.info["regions"][0],
            "aws_access_key_id": self.info["access_key_id"],
            "aws_secret_access_key": self.info["secret_access_key"],
            "config": Config(retries={"mode": "standard", "max_attempts": 8}),
        }
        return self.strict.watch(boto3.client(service, **{**settings, **more}))

    def resolve(self, name, kind="A", tcp=False, server=None, recursive=True):
        """Asks the lab's resolver, or one of its name servers by its address in the world."""
        where = self.info["connect_map"][f"{server}:53"] if server else self.info["dns"]
        host, port = where.split(":")
        query = dns.message.make_query(name, kind)
        if not recursive:
            query.flags &= ~dns.flags.RD
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(query, host, port=int(port), timeout=5)

    def addresses(self, name, **how):
        """The IPv4 addresses of a name."""
        found = []
        for rrset in self.resolve(name, **how).answer:
            if rrset.rdtype == dns.rdatatype.A:
                found += [item.address for item in rrset]
        return found

    def get(self, address, method="GET", path="/", tls=False, host=SITE, timeout=20.0):
        """One request on a new connection to an address of the world; `timeout` is in the world's seconds."""
        where = self.info["connect_map"][f"{address}:{443 if tls else 80}"]
        ip, port = where.split(":")
        limit = max(timeout / self.speed, PATIENCE)
        stream = socket.create_connection((ip, int(port)), timeout=limit)
        if tls:
            trusted = ssl.create_default_context(cadata=self.info["ca_pem"])
            stream = trusted.wrap_socket(stream, server_hostname=host)
        connection = http.client.HTTPConnection(host)
        connection.sock = stream
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), body

    def wait(self, what, test, within):
        """Waits until `test` is true; `within` is in the world's seconds. Returns the world's seconds it took.

        A test that gives up a connection takes real time, which is much of the world's at a high speed: two such
        tests more than `within` are allowed."""
        began = time.monotonic()
        while True:
            value = test()
            gone = (time.monotonic() - began) * self.speed
            if value:
                print(f"{gone:8.1f} s  {what}", flush=True)
                return gone
            assert gone < within + 2 * PATIENCE * self.speed, f"not within {within} s: {what}"
            time.sleep(0.05)


def binary():
    """The program under test."""
    return os.environ.get("FIREDRILL", "target/debug/firedrill")
