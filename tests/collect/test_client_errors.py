"""Every way in which AWS cannot be read is one sentence that says what to do, and never shows a secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError

from sre_lib.collect.client_errors import Course, meaning, safe, said, unreadable
from sre_lib.collect.clients import closing, of_account
from sre_lib.collect.cloudwatch import fetch
from sre_lib.collect.queries import Metric, MetricRequest, Place
from sre_lib.collect.windows import Window
from sre_lib.demo.endpoint import serve
from sre_lib.demo.endpoint_faults import Fault, Faults
from sre_lib.demo.recorded import Recorded
from sre_lib.errors import SourceError
from sre_lib.params_file import CloudWatchSource

NOW = datetime(2026, 10, 5, 7, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
REQUEST = MetricRequest(Metric("AWS/ECS", "CPUUtilization", ()), ("Sum",), Window(NOW_S - 3600, NOW_S), 60)
KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105  # AWS's own example
ARN = "arn:aws:sts::123456789012:assumed-role/monitoring-readonly/review"
ASSUMED = f"""\
[profile batch]
role_arn = arn:aws:iam::123456789012:role/batch
source_profile = base
[profile base]
aws_access_key_id = {KEY}
aws_secret_access_key = {SECRET}
[profile login]
sso_session = company
sso_account_id = 123456789012
sso_role_name = readonly
[sso-session company]
sso_start_url = https://company.example/start
sso_region = us-east-1
[profile process]
credential_process = sh -c 'echo {SECRET} >&2; exit 1'
[profile half]
aws_access_key_id = {KEY}
"""


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch, tmp_path):
    """Retries of botocore do not wait here, and the profiles are these."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    (tmp_path / "config").write_text(ASSUMED)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))


def refused(code, message="", status=400, operation="GetMetricData"):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation
    )


def sentence(url, **settings):
    """Return how a collection from an address ends."""
    source = CloudWatchSource(type="cloudwatch", region="ap-northeast-1", endpoint=url)
    with closing(of_account(source.model_copy(update=settings))) as clients, pytest.raises(SourceError) as caught:
        list(fetch(clients, [(REQUEST,)]))
    text = str(caught.value)
    assert text.startswith("source: ")
    assert "\n" not in text
    assert KEY not in text
    assert SECRET not in text
    return text.removeprefix("source: ")


@contextmanager
def another_server(status, body, content_type="text/html") -> Iterator[str]:
    """Serve one answer to everything; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("ExpiredToken", "the AWS credentials have expired; sign in again"),
        ("ExpiredTokenException", "the AWS credentials have expired; sign in again"),
        ("UnrecognizedClientException", "AWS does not accept the credentials (UnrecognizedClientException); sign in"),
        ("InvalidClientTokenId", "AWS does not accept the credentials (InvalidClientTokenId); sign in"),
        ("AccessDenied", "AWS denied cloudwatch:GetMetricData; let an IAM policy of whom the review runs as allow it"),
        ("ThrottlingException", "CloudWatch throttled the call to the end; lower `calls_per_second`"),
        ("InternalServiceFault", "CloudWatch failed to the end; run the review again later (InternalServiceFault: "),
        ("UnknownOperationException", "the endpoint did not answer as CloudWatch does; check source.endpoint"),
        ("ValidationError", "ValidationError: "),
        ("SubscriptionRequiredException", "SubscriptionRequiredException: "),
    ],
)
def test_what_cloudwatch_answers_is_said(code, wanted):
    with serve(Recorded(), NOW, Faults(Fault("refused", code))) as url:
        assert sentence(url).startswith(wanted)


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (404, b"<html>not here</html>", "text/html"),
        (404, b'{"detail": "Not Found"}', "application/json"),
        (405, b"", "text/plain"),
        (501, b"<html>x</html>", "text/html"),
        (302, b"", "text/html"),
        (403, b"<html>proxy</html>", "text/html"),
        (200, b"<html>welcome</html>", "text/html"),
        (200, b"{}", "application/json"),
        (200, b"[1]", "application/json"),
        (200, b"<GetMetricDataResponse/>", "text/xml"),
    ],
)
def test_another_server_is_told_from_cloudwatch(status, body, content_type):
    with another_server(status, body, content_type) as url:
        assert sentence(url).startswith("the endpoint did not answer as CloudWatch does; check source.endpoint in the ")


def test_a_server_that_does_not_answer_in_time_is_said(monkeypatch):
    impatient = Config(read_timeout=0.05, retries={"mode": "standard", "total_max_attempts": 2})
    monkeypatch.setattr("sre_lib.collect.clients._CONFIG", impatient)
    with serve(Recorded(), NOW, Faults(Fault("silent"))) as url:
        assert sentence(url).startswith("CloudWatch did not answer in time; check the network")


def test_an_address_that_cannot_be_reached_is_said():
    assert sentence("http://127.0.0.1:1").startswith(
        "CloudWatch could not be reached; check the network, the proxy, and `region` and `endpoint` in the review file"
    )


def test_without_credentials_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert sentence("http://127.0.0.1:1").startswith("no AWS credentials were found; sign in")


def test_half_of_the_credentials_is_said(monkeypatch):
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert sentence(None).startswith("the AWS credentials are incomplete; add AWS_SECRET_ACCESS_KEY, or sign in")
    assert sentence(None, profile="half").startswith("the AWS credentials are incomplete; add aws_secret_access_key")


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ("nobody", "the AWS profile 'nobody' does not exist; run `aws configure list-profiles`"),
        ("login", "the AWS sign-in has expired or was never made; run `aws sso login`"),
        ("process", "the AWS credentials could not be fetched from custom-process; run what the profile names"),
    ],
)
def test_what_is_wrong_with_a_profile_is_said(profile, wanted):
    assert sentence("http://127.0.0.1:1", profile=profile).startswith(wanted)


def test_a_role_that_is_refused_is_said(monkeypatch):
    body = (
        b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/u is "
        b"not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"
    )
    with another_server(403, body, "text/xml") as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        text = sentence("http://127.0.0.1:1", profile="batch")
    assert text.startswith("AWS refused the role of the profile; check `role_arn` and `source_profile`")
    assert "User: arn:aws:iam::1:user/u is not authorized to perform: sts:AssumeRole" in text


def test_the_missing_action_and_who_lacks_it_are_named():
    error = refused("AccessDenied", f"User: {ARN} is not authorized to perform: cloudwatch:ListMetrics", 403)
    assert said(error, Place("batch", "us-east-1")) == (
        "profile batch, region us-east-1: AWS denied cloudwatch:ListMetrics; let an IAM policy of whom the review runs "
        f"as allow it (AccessDenied: User: {ARN} is not authorized to perform: cloudwatch:ListMetrics)"
    )


@pytest.mark.parametrize(
    ("error", "course"),
    [
        (refused("Throttling", status=503), Course.SLOWER),
        (refused("429", status=429), Course.SLOWER),
        (refused("503", status=503), Course.AGAIN),
        (refused("InvalidNextToken"), Course.AGAIN),
        (refused("Throttling", operation="AssumeRole"), Course.SLOWER),
        (refused("ExpiredToken", operation="AssumeRole"), Course.END),
        (refused("SubscriptionRequired"), Course.KEEP),
        (exceptions.ConnectTimeoutError(endpoint_url="https://x"), Course.AGAIN),
        (exceptions.ConnectionClosedError(endpoint_url="https://x"), Course.AGAIN),
        (exceptions.SSLError(endpoint_url="https://x", error="self-signed"), Course.END),
        (exceptions.ParamValidationError(report="bad"), Course.SPLIT),
        (ValueError("odd"), Course.KEEP),
    ],
)
def test_what_to_do_after_an_error(error, course):
    assert meaning(error).course is course


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"the key {KEY} is not\nknown", "the key *** is not known"),
        (f"got '{SECRET}'", "got '***'"),
        (f"x-amz-security-token:{SECRET * 3} and", "x-amz-security-token:*** and"),
        ("Signature=abc123, more", "Signature=***, more"),
        ("proxy http://user:pass@proxy:3128", "proxy http://***@proxy:3128"),
        (f"User: {ARN} is", f"User: {ARN} is"),
        ("https://monitoring.ap-northeast-1.amazonaws.com/", "https://monitoring.ap-northeast-1.amazonaws.com/"),
    ],
)
def test_no_secret_is_shown(text, wanted):
    assert safe(text) == wanted


def test_a_signed_request_that_aws_repeats_is_not_shown():
    text = said(refused("SignatureDoesNotMatch", f"should have been 'POST / x-amz-security-token:{SECRET}'"), Place())
    assert SECRET not in text
    assert "should have been" not in text


def test_reasons_are_said_once_each_and_not_endlessly():
    failures = [(ValueError(f"why {at}"), Place()) for at in (1, 1, 2, 3, 4, 5)]
    assert str(unreadable(failures)) == "source: why 1; why 2; why 3; and 2 more reasons"
