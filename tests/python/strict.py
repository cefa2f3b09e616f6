"""Holds every answer of the lab against botocore's own models, more strictly than botocore does.

botocore drops what it does not know and fills in what is missing, so a wrong element name shows only as an
empty list. Here each raw answer is walked beside the output shape of its operation: an element that the model
does not have, a required member that is missing and an enum value outside the model are all problems.
"""

import json
import xml.etree.ElementTree as ElementTree

from botocore.parsers import RpcV2CBORParser
from botocore.model import StructureShape

# Members that the models require and that AWS leaves out: a first page has no marker to repeat.
OPTIONAL = {"Marker"}


class Strict:
    """Watches clients; `problems` holds what the models do not allow, `seen` the operations answered."""

    def __init__(self):
        self.problems = []
        self.seen = set()

    def watch(self, client):
        """Checks every answer that this client gets from now on."""
        client.meta.events.register("before-parse.*.*", self._check)
        return client

    def _check(self, operation_model, response_dict, **_):
        service = operation_model.service_model.service_name
        protocol = operation_model.service_model.resolved_protocol
        where = f"{service} {operation_model.name}"
        for header in ("x-amzn-requestid", "date"):
            if header not in response_dict["headers"]:
                self.problems.append(f"{where}: no {header} header")
        if response_dict["status_code"] >= 300:
            return
        self.seen.add(f"{where} ({protocol})")
        shape = operation_model.output_shape
        body = response_dict["body"]
        if shape is None:
            return
        if protocol in ("query", "ec2", "rest-xml"):
            self._xml(operation_model, protocol, shape, body, where)
        elif protocol == "json":
            self._data(shape, json.loads(body), where)
        else:
            parser = RpcV2CBORParser()
            stream = parser.get_peekable_stream_from_bytes(body) if body else None
            if stream is not None:
                self._data(shape, parser.parse_data_item(stream), where)

    def _xml(self, operation_model, protocol, shape, body, where):
        root = ElementTree.fromstring(body)
        if protocol == "query":
            wrapper = shape.serialization.get("resultWrapper")
            found = [child for child in root if local(child) == wrapper]
            if len(found) != 1 or local(root) != f"{operation_model.name}Response":
                self.problems.append(f"{where}: no {wrapper} in {local(root)}")
                return
            root = found[0]
        ignored = {"requestId"} if protocol == "ec2" else set()
        self._structure(shape, root, where, ignored)

    def _structure(self, shape, element, where, ignored=frozenset()):
        members, in_headers = {}, set()
        for name, member in shape.members.items():
            if member.serialization.get("location") in ("header", "statusCode"):
                in_headers.add(name)
                continue
            flat_list = member.type_name == "list" and member.serialization.get("flattened")
            name_on_wire = member.serialization.get("name", name)
            if flat_list:
                name_on_wire = member.member.serialization.get("name", name_on_wire)
            members[name_on_wire] = (name, member)
        present = set()
        for child in element:
            tag = local(child)
            if tag in ignored:
                continue
            if tag not in members:
                self.problems.append(f"{where}: unknown element {tag}; known: {', '.join(sorted(members))}")
                continue
            name, member = members[tag]
            if name in present and not member.serialization.get("flattened"):
                self.problems.append(f"{where}: {tag} comes twice")
            present.add(name)
            self._element(member, child, f"{where}.{name}")
        for name in shape.required_members:
            if name not in present | in_headers | OPTIONAL:
                self.problems.append(f"{where}: required {name} is missing")

    def _element(self, shape, element, where):
        if isinstance(shape, StructureShape):
            self._structure(shape, element, where)
        elif shape.type_name == "list":
            entry = shape.member.serialization.get("name", "member")
            for child in element:
                if local(child) != entry:
                    self.problems.append(f"{where}: entry {local(child)} should be {entry}")
                else:
                    self._element(shape.member, child, f"{where}[]")
        else:
            self._scalar(shape, element.text or "", where)

    def _data(self, shape, value, where):
        if isinstance(shape, StructureShape):
            for name in value:
                if name not in shape.members:
                    self.problems.append(f"{where}: unknown member {name}")
                else:
                    self._data(shape.members[name], value[name], f"{where}.{name}")
            for name in shape.required_members:
                if name not in value:
                    self.problems.append(f"{where}: required {name} is missing")
        elif shape.type_name == "list":
            for item in value:
                self._data(shape.member, item, f"{where}[]")
        elif shape.type_name == "string":
            self._scalar(shape, value, where)

    def _scalar(self, shape, text, where):
        if shape.type_name == "boolean" and text not in ("true", "false"):
            self.problems.append(f"{where}: {text!r} is no boolean")
        if shape.type_name in ("integer", "long"):
            try:
                int(text)
            except ValueError:
                self.problems.append(f"{where}: {text!r} is no whole number")
        allowed = getattr(shape, "enum", None)
        if allowed and text not in allowed:
            self.problems.append(f"{where}: {text!r} is none of {', '.join(allowed)}")


def local(element):
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]
