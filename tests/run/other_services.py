"""What a review asks of AWS beside CloudWatch, over HTTP on the loopback: each call is recorded, some are denied."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest

ARN = "arn:aws:ecs:ap-northeast-1:123456789012"
SERVICES = ("ECS", "RDS", "APPLICATION_AUTO_SCALING", "ELASTICACHE", "CLOUDTRAIL", "STS", "ACM")
XML = {
    "rds:DescribeEvents": "<Events/>",
    "rds:DescribeDBClusters": "<DBClusters/>",
    "rds:DescribeDBInstances": "<DBInstances/>",
    "rds:DescribePendingMaintenanceActions": "<PendingMaintenanceActions/>",
    "elasticache:DescribeEvents": "<Events/>",
    "elasticache:DescribeCacheClusters": "<CacheClusters/>",
    "elasticache:DescribeServerlessCaches": "<ServerlessCaches/>",
    "elasticache:DescribeUpdateActions": "<UpdateActions/>",
    "sts:GetCallerIdentity": "<Account>123456789012</Account><UserId>A:b</UserId>"
    "<Arn>arn:aws:sts::123456789012:assumed-role/review/monday</Arn>",
}


@dataclass
class OtherServices:
    """One deployment of every ECS service, nothing else; `now` is the answers' Date (None: the computer's clock)."""

    deployed: datetime
    denied: Collection[str] = ()
    now: datetime | None = None
    errors: dict[str, tuple[int, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def json(self, action: str) -> dict[str, Any]:
        """Return what a service with a protocol in JSON answers."""
        answers: dict[str, dict[str, Any]] = {
            "ecs:DescribeServices": {
                "services": [{"serviceName": "web", "taskDefinition": f"{ARN}:task-definition/w:1"}]
            },
            "ecs:ListServices": {"serviceArns": [f"{ARN}:service/shop/worker-1"]},
            "ecs:ListServiceDeployments": {
                "serviceDeployments": [{"serviceDeploymentArn": f"{ARN}:service-deployment/shop/web/d"}]
            },
            "ecs:DescribeServiceDeployments": {
                "serviceDeployments": [
                    {
                        "serviceDeploymentArn": f"{ARN}:service-deployment/shop/web/d",
                        "createdAt": self.deployed.timestamp(),
                        "status": "SUCCESSFUL",
                        "targetServiceRevision": {"arn": f"{ARN}:service-revision/shop/web/r"},
                    }
                ]
            },
            "ecs:DescribeServiceRevisions": {
                "serviceRevisions": [
                    {
                        "serviceRevisionArn": f"{ARN}:service-revision/shop/web/r",
                        "taskDefinition": f"{ARN}:task-definition/w:1",
                    }
                ]
            },
            "ecs:DescribeTaskDefinition": {"taskDefinition": {"cpu": "512", "memory": "1024"}},
            "application-autoscaling:DescribeScalingActivities": {"ScalingActivities": []},
            "application-autoscaling:DescribeScalableTargets": {"ScalableTargets": []},
            "cloudtrail:LookupEvents": {"Events": []},
            "acm:ListCertificates": {"CertificateSummaryList": []},
        }
        return answers[action]


class _Handler(BaseHTTPRequestHandler):
    """Answers as the protocols `query` and `json` of AWS do."""

    services: OtherServices
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one call, and record its IAM action as signed."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        signed_for = self.headers["Authorization"].split("/")[3]
        target = self.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]
        asked = orjson.loads(content) if target else parse_qs(content.decode())
        operation = target or asked["Action"][0]
        action = f"{signed_for}:{operation}"
        self.services.calls.append(action)
        self.services.asked.append((action, asked))
        status, code = self.services.errors.get(action, (400, "AccessDenied" if action in self.services.denied else ""))
        if code:
            self._send(status, _refused(code, action, as_json=bool(target)))
        elif target:
            self._send(200, orjson.dumps(self.services.json(action)))
        else:
            inside = f"<{operation}Result>{XML[action]}</{operation}Result>"
            self._send(200, f"<{operation}Response>{inside}</{operation}Response>".encode())

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header."""
        return super().date_time_string(self.services.now.timestamp() if self.services.now else timestamp)

    def _send(self, status: int, content: bytes) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing."""


def _refused(code: str, action: str, *, as_json: bool) -> bytes:
    """Return an error of AWS."""
    message = f"User: arn:aws:sts::123456789012:assumed-role/review/monday is not authorized to perform: {action}"
    if as_json:
        return orjson.dumps({"__type": code, "message": message})
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<ErrorResponse>{error}</ErrorResponse>".encode()


@contextmanager
def served(services: OtherServices, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve the services, and let boto3 ask them there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"services": services}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    for each in SERVICES:
        patch.setenv(f"AWS_ENDPOINT_URL_{each}", f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
