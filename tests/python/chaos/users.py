"""A probe for Chaos Toolkit: a user of the site, seen through the lab's resolver and doors."""

import http.client
import json
import os
import socket
import ssl

import dns.message
import dns.query
import dns.rdatatype


def served_by():
    """The region that serves a user who asks now; None if none does."""
    with open(os.environ["CHAOS_LAB"], encoding="utf-8") as file:
        info = json.load(file)
    site = os.environ["CHAOS_SITE"]
    host, port = info["dns"].split(":")
    answer = dns.query.udp(dns.message.make_query(site, "A"), host, port=int(port), timeout=5)
    addresses = [item.address for rrset in answer.answer if rrset.rdtype == dns.rdatatype.A for item in rrset]
    if not addresses:
        return None
    ip, port = info["connect_map"][f"{addresses[0]}:443"].split(":")
    trusted = ssl.create_default_context(cadata=info["ca_pem"])
    try:
        with socket.create_connection((ip, int(port)), timeout=2) as stream:
            connection = http.client.HTTPSConnection(site)
            connection.sock = trusted.wrap_socket(stream, server_hostname=site)
            connection.request("GET", "/")
            response = connection.getresponse()
            response.read()
            connection.close()
    except OSError:
        return None
    return response.getheader("X-Served-By") if response.status == 200 else None


def are_served():
    """True if some region serves."""
    return served_by() is not None
