"""The protocols of the list calls beside CloudWatch's: AWS JSON, REST JSON, Query and EC2 (both XML)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

import botocore.session
import orjson

from sre_lib.demo.endpoint_request import RefusedError

_SERVICE = re.compile(r"Credential=[^/,]+/\d+/[^/,]+/([^/,]+)/")
_TARGETS = {
    "AmazonEC2ContainerServiceV20141113": "ecs",
    "AnyScaleFrontendService": "application-autoscaling",
    "ResourceGroupsTaggingAPI_20170126": "tag",
    "CertificateManager": "acm",
}
_QUERY = {"rds": "rds", "elasticache": "elasticache", "elasticloadbalancing": "elbv2", "ec2": "ec2", "sts": "sts"}
"""Services that are asked by form and answer XML: the name that signs -> botocore's."""
_FUNCTIONS = re.compile(r"/\d{4}-\d\d-\d\d/functions(?:/([^/]+)/concurrency)?/?")

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of a service other than CloudWatch: its IAM action, what it asked, and how the answer is written."""

    action: str
    asked: Answer
    protocol: str

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of an answer that its protocol wants."""
        types = {"json": "application/x-amz-json-1.1", "rest-json": "application/json"}
        return {"Content-Type": types.get(self.protocol, "text/xml")}

    def content(self, answer: Answer) -> bytes:
        """Return the bytes of an answer."""
        if self.protocol in {"query", "ec2"}:
            return _xml(self.action, self.protocol, answer)
        return orjson.dumps(answer)

    def error(self, code: str, message: str) -> bytes:
        """Return the bytes of an error."""
        if self.protocol in {"json", "rest-json"}:
            return orjson.dumps({"__type": code, "message": message})
        # EC2 has a shape of its own around the same error.
        root = Element("Response" if self.protocol == "ec2" else "ErrorResponse")
        error = SubElement(SubElement(root, "Errors") if self.protocol == "ec2" else root, "Error")
        for name, text in (("Type", "Sender"), ("Code", code), ("Message", message)):
            SubElement(error, name).text = text
        SubElement(root, "RequestId").text = "simulated"
        return tostring(root)


def call_of(path: str, headers: "Message[str, str]", content: bytes) -> Call | None:
    """Return the call that a request is; None where it is none of these services', RefusedError for broken JSON."""
    prefix, _, operation = headers.get("X-Amz-Target", "").partition(".")
    if prefix in _TARGETS:
        return Call(f"{_TARGETS[prefix]}:{operation}", _members(content), "json")
    if prefix:
        return None
    parts = urlsplit(path)
    if function := _FUNCTIONS.fullmatch(parts.path):
        named = {"FunctionName": unquote(function.group(1))} if function.group(1) else {}
        action = "GetFunctionConcurrency" if named else "ListFunctions"
        return Call(f"lambda:{action}", {**dict(parse_qsl(parts.query)), **named}, "rest-json")
    service = _SERVICE.search(headers.get("Authorization", ""))
    form = dict(parse_qsl(content.decode(errors="replace")))
    if service and service.group(1) in _QUERY and "Action" in form:
        return Call(f"{service.group(1)}:{form['Action']}", form, "ec2" if service.group(1) == "ec2" else "query")
    return None


def _members(content: bytes) -> Answer:
    """Return the members of a call in JSON; RefusedError where it is none."""
    try:
        members = orjson.loads(content or b"{}")
    except orjson.JSONDecodeError as error:
        raise RefusedError("SerializationException", str(error)) from None
    if not isinstance(members, dict):
        raise RefusedError("SerializationException", "A call wants an object.")
    return members


def _xml(action: str, protocol: str, answer: Answer) -> bytes:
    """Return an answer as XML, by the service's own model."""
    service, _, operation = action.partition(":")
    model = _model(_QUERY[service])
    if operation not in model.operation_names:
        raise RefusedError("InvalidAction", f"The action {operation} is not valid for this endpoint.")
    shape = model.operation_model(operation).output_shape
    root = Element(f"{operation}Response", {"xmlns": model.metadata["xmlNamespace"]})
    inner = root if protocol == "ec2" else SubElement(root, shape.serialization["resultWrapper"])
    _write(inner, shape, answer)
    return tostring(root)


@cache
def _model(service: str) -> Any:  # noqa: ANN401  # botocore ships no types
    """Return botocore's model of a service."""
    return botocore.session.Session().get_service_model(service)


def _write(element: Element, shape: Any, value: Any) -> None:  # noqa: ANN401  # botocore's shapes, and JSON of any shape
    """Write a value into an element."""
    if shape.type_name == "structure":
        for name, member in value.items():
            inner = shape.members[name]
            _write(SubElement(element, inner.serialization.get("name", name)), inner, member)
    elif shape.type_name == "list":
        for each in value:
            _write(SubElement(element, shape.member.serialization.get("name", "member")), shape.member, each)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
