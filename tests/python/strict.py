"""Holds answers against botocore's own models, more strictly than botocore does.

botocore drops what it does not know and fills in what is missing, so a wrong element name shows only as an
empty list. Here each raw answer is walked beside the output shape of its operation: an element that the model
does not have, a required member that is missing, a value of the wrong type or outside its enum or its bounds, a
timestamp in another format than the protocol's and an error code that the operation cannot give are all findings.
What AWS is known to do outside its models is listed in `allowed.py`, each with its reason.

Used by: `lab.py` (every answer that a client gets), `validate.py` (every answer that was recorded).
"""

import base64
import binascii
import json
import re
import xml.etree.ElementTree as ElementTree

from botocore.model import StructureShape
from botocore.parsers import RpcV2CBORParser, create_parser

import allowed

XML = ("query", "ec2", "rest-xml")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


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
        protocol = operation_model.service_model.resolved_protocol
        service = operation_model.service_model.service_name
        if response_dict["status_code"] < 300:
            self.seen.add(f"{service} {operation_model.name} ({protocol})")
        self.problems += check(
            operation_model, protocol, response_dict["status_code"], response_dict["headers"], response_dict["body"]
        )


def check(operation, protocol, status, headers, body):
    """Everything about one answer that AWS's models do not allow, each with where it is."""
    answer = Answer(operation, protocol, status, {name.lower(): value for name, value in headers.items()}, body)
    answer.check()
    return answer.problems


class Answer:
    """One answer under examination."""

    def __init__(self, operation, protocol, status, headers, body):
        self.operation = operation
        self.service = operation.service_model
        self.protocol = protocol
        self.status = status
        self.headers = headers
        self.body = body
        self.problems = []
        self.name = f"{self.service.service_name} {operation.name}"

    def found(self, where, what):
        self.problems.append(f"{self.name}{where}: {what}")

    def check(self):
        for header in ("x-amzn-requestid", "date", "content-type"):
            if header not in self.headers:
                self.found("", f"no {header} header")
        self._content_type()
        if self.status == 501:
            # The lab says that it has no such operation; there is nothing of AWS's to hold it against.
            return
        try:
            if self.status >= 300:
                self._error()
            else:
                self._success()
            self._as_botocore_does()
        except (ElementTree.ParseError, ValueError) as broken:
            self.found("", f"the body is not readable as {self.protocol}: {broken}")

    def _content_type(self):
        given = self.headers.get("content-type", "").split(";")[0]
        if self.protocol in XML:
            expected = ("text/xml", "application/xml")
        elif self.protocol == "json":
            expected = ("application/x-amz-json-" + self.service.metadata.get("jsonVersion", "1.0"),)
        else:
            expected = ("application/cbor",)
        if given not in expected and self.body:
            self.found("", f"content type {given!r}, {' or '.join(expected)} expected")
        if self.protocol == "smithy-rpc-v2-cbor" and self.headers.get("smithy-protocol") != "rpc-v2-cbor":
            self.found("", "no smithy-protocol header")

    def _as_botocore_does(self):
        """botocore's own parser must get through it without an error."""
        parsed = create_parser(self.protocol).parse(
            {"status_code": self.status, "headers": self.headers, "body": self.body}, self.operation.output_shape
        )
        if not parsed.get("ResponseMetadata", {}).get("RequestId"):
            self.found("", "botocore finds no request id")
        error = parsed.get("Error", {})
        if self.status >= 300 and not error.get("Message"):
            if not allowed.silent(self.service.service_name, error.get("Code")):
                self.found("", "botocore finds no error message")

    # Errors.

    def _error(self):
        code = self._error_code()
        if not code:
            self.found("", f"a {self.status} without an error code")
            return
        shapes = {allowed.wire_code(shape): shape for shape in self.operation.error_shapes}
        if code in shapes:
            stated = shapes[code].metadata.get("error", {}).get("httpStatusCode")
            if stated and stated != self.status:
                self.found("", f"{code} comes with {self.status}; the model states {stated}")
        elif not allowed.code(self.service.service_name, self.operation.name, code):
            of_service = {allowed.wire_code(shape) for shape in self.service.error_shapes}
            other = "other operations of the service have it" if code in of_service else "unknown to the service"
            self.found("", f"error code {code} ({self.status}) is not the operation's: {other}")

    def _error_code(self):
        if self.protocol in XML:
            root = ElementTree.fromstring(self.body)
            path = ("Errors", "Error", "Code") if self.protocol == "ec2" else ("Error", "Code")
            top = "Response" if self.protocol == "ec2" else "ErrorResponse"
            if local(root) != top:
                self.found("", f"the error's root is {local(root)}, not {top}")
            for step in path:
                root = next((child for child in root if local(child) == step), None)
                if root is None:
                    return None
            return root.text
        data = self._data_of_body()
        query_error = self.headers.get("x-amzn-query-error")
        if query_error and "awsQueryCompatible" not in self.service.metadata:
            self.found("", "x-amzn-query-error comes from a service that never had the query protocol")
        if query_error:
            return query_error.split(";")[0]
        return str(data.get("__type", "")).rsplit("#", 1)[-1]

    # Successes.

    def _success(self):
        shape = self.operation.output_shape
        if self.protocol in XML:
            self._xml(shape)
        elif shape is not None:
            self._data(shape, self._data_of_body(), "")
        elif self.body.strip() not in (b"", b"{}", b"\xa0"):
            self.found("", f"a body where the model has none: {self.body[:80]!r}")

    def _data_of_body(self):
        if not self.body:
            return {}
        if self.protocol == "json":
            return json.loads(self.body)
        parser = RpcV2CBORParser()
        return parser.parse_data_item(parser.get_peekable_stream_from_bytes(self.body))

    def _xml(self, shape):
        if not self.body:
            if shape is not None and shape.members:
                self.found("", "no body")
            return
        root = ElementTree.fromstring(self.body)
        expected = f"{self.operation.name}Response"
        payload = shape.serialization.get("payload") if shape is not None else None
        if not payload and local(root) != expected:
            self.found("", f"the root is {local(root)}, not {expected}")
        self._namespace(root)
        ignored = set()
        if self.protocol == "ec2":
            ignored = {"requestId", "return"} if shape is None or "Return" not in shape.members else {"requestId"}
        if self.protocol == "query":
            if "ResponseMetadata" not in [local(child) for child in root]:
                self.found("", "no ResponseMetadata")
            wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
            results = [child for child in root if local(child) != "ResponseMetadata"]
            if wrapper is None:
                # A service sends an empty result or none at all where nothing is modelled.
                if any(len(child) for child in results):
                    self.found("", "a result where the model has none")
                return
            if [local(child) for child in results] != [wrapper]:
                self.found("", f"{[local(child) for child in results]} in place of {wrapper}")
                return
            root = results[0]
        if shape is None:
            for child in root:
                if local(child) not in ignored:
                    self.found("", f"unknown element {local(child)} where the model has no output")
        else:
            self._structure(shape, root, "", ignored)

    def _namespace(self, root):
        given = root.tag[1:].split("}")[0] if root.tag.startswith("{") else ""
        stated = self.service.metadata.get("xmlNamespace")
        stated = stated or self.operation.output_shape.serialization.get("xmlNamespace", {}).get("uri", "")
        if stated and given.rstrip("/") != stated.rstrip("/"):
            self.found("", f"namespace {given!r}, the model has {stated!r}")

    def _structure(self, shape, element, where, ignored=frozenset()):
        members, elsewhere = {}, set()
        for name, member in shape.members.items():
            if member.serialization.get("location") in ("header", "statusCode"):
                elsewhere.add(name)
                continue
            on_wire = member.serialization.get("name", name)
            if member.type_name == "list" and member.serialization.get("flattened"):
                on_wire = member.member.serialization.get("name", on_wire)
            members[on_wire] = (name, member)
        present = set()
        for child in element:
            tag = local(child)
            if tag in ignored:
                continue
            if tag not in members:
                self.found(where, f"unknown element {tag}; known: {', '.join(sorted(members))}")
                continue
            name, member = members[tag]
            if name in present and not member.serialization.get("flattened"):
                self.found(where, f"{tag} comes twice")
            present.add(name)
            self._element(member, child, f"{where}.{name}")
        self._required(shape, present | elsewhere, where)

    def _required(self, shape, present, where):
        for name in shape.required_members:
            if name not in present and not allowed.missing(self.service.service_name, shape.name, name):
                self.found(where, f"required {name} is missing")

    def _element(self, shape, element, where):
        if isinstance(shape, StructureShape):
            self._structure(shape, element, where)
        elif shape.type_name == "list" and not shape.serialization.get("flattened"):
            entry = shape.member.serialization.get("name", "member")
            for child in element:
                if local(child) != entry:
                    self.found(where, f"entry {local(child)} should be {entry}")
                else:
                    self._element(shape.member, child, f"{where}[]")
            self._bounds(shape, len(element), where)
        elif shape.type_name == "list":
            self._element(shape.member, element, f"{where}[]")
        elif shape.type_name == "map":
            self._map(shape, element, where)
        elif len(element):
            self.found(where, f"a {shape.type_name} has children: {[local(child) for child in element]}")
        else:
            self._text(shape, element.text or "", where)

    def _map(self, shape, element, where):
        key = shape.key.serialization.get("name", "key")
        value = shape.value.serialization.get("name", "value")
        for entry in element:
            parts = {local(part): part for part in entry}
            if local(entry) != "entry" or set(parts) != {key, value}:
                self.found(where, f"a map's entry is {local(entry)} with {sorted(parts)}")
            else:
                self._element(shape.value, parts[value], f"{where}{{}}")

    def _text(self, shape, text, where):
        """A scalar of XML."""
        kind = shape.type_name
        if kind == "boolean" and text not in ("true", "false"):
            self.found(where, f"{text!r} is no boolean")
        elif kind in ("integer", "long"):
            if not re.fullmatch(r"-?\d+", text):
                self.found(where, f"{text!r} is no whole number")
            else:
                self._bounds(shape, int(text), where)
        elif kind in ("float", "double"):
            try:
                float(text)
            except ValueError:
                self.found(where, f"{text!r} is no number")
        elif kind == "timestamp" and not INSTANT.fullmatch(text):
            self.found(where, f"{text!r} is no timestamp as {self.protocol} writes it")
        elif kind == "blob":
            self._blob(text, where)
        elif kind == "string":
            self._string(shape, text, where)

    def _data(self, shape, value, where):
        """A value of JSON or CBOR."""
        kind = shape.type_name
        if value is None:
            self.found(where, "is null; AWS leaves out what is not there")
        elif kind == "structure":
            if not isinstance(value, dict):
                self.found(where, f"{value!r} is no structure")
                return
            names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
            for name in value:
                if name not in names:
                    self.found(where, f"unknown member {name}")
                else:
                    self._data(shape.members[names[name]], value[name], f"{where}.{name}")
            self._required(shape, {names.get(name) for name in value}, where)
        elif kind == "list":
            if not isinstance(value, list):
                self.found(where, f"{value!r} is no list")
                return
            for item in value:
                self._data(shape.member, item, f"{where}[]")
            self._bounds(shape, len(value), where)
        elif kind == "map":
            if not isinstance(value, dict):
                self.found(where, f"{value!r} is no map")
                return
            for item in value.values():
                self._data(shape.value, item, f"{where}{{}}")
        else:
            self._scalar(shape, value, where)

    def _scalar(self, shape, value, where):
        kind = shape.type_name
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind == "string":
            if isinstance(value, str):
                self._string(shape, value, where)
            else:
                self.found(where, f"{value!r} is no string")
        elif kind == "boolean" and not isinstance(value, bool):
            self.found(where, f"{value!r} is no boolean")
        elif kind in ("integer", "long"):
            if not is_number or int(value) != value:
                self.found(where, f"{value!r} is no whole number")
            else:
                self._bounds(shape, value, where)
        elif kind in ("float", "double") and not is_number:
            self.found(where, f"{value!r} is no number")
        elif kind == "timestamp":
            # CBOR's tag 1 has become a datetime here; JSON has seconds since the epoch.
            well = is_number if self.protocol == "json" else hasattr(value, "isoformat")
            if shape.serialization.get("timestampFormat") == "iso8601":
                well = isinstance(value, str) and INSTANT.fullmatch(value)
            if not well:
                self.found(where, f"{value!r} is no timestamp as {self.protocol} writes it")
        elif kind == "blob" and self.protocol == "json":
            self._blob(value, where)

    def _string(self, shape, text, where):
        enum = getattr(shape, "enum", None)
        if enum and text not in enum and not allowed.value(self.service.service_name, shape.name, text):
            self.found(where, f"{text!r} is none of {', '.join(enum)}")
        self._bounds(shape, len(text), where)

    def _bounds(self, shape, size, where):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        outside = (low is not None and size < low) or (high is not None and size > high)
        if outside and not allowed.size(self.service.service_name, shape.name, size):
            self.found(where, f"{shape.name} of {size} is outside {low}..{high}")

    def _blob(self, text, where):
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, TypeError, ValueError):
            self.found(where, "is not base64")


def local(element):
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]
