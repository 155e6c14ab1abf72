"""A notice as Slack's Block Kit, sent to an incoming webhook."""

import http.client
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from sre_lib.run.notice.message import Line, Notice, Part
from sre_lib.run.notice.sending import Patience, Tried, sent
from sre_lib.wording import Wording

Block = dict[str, Any]

HEADER_CHARACTERS, TEXT_CHARACTERS, LINK_CHARACTERS, MOST_BLOCKS = 150, 3000, 1000, 50
"""Limits of Block Kit: https://docs.slack.dev/reference/block-kit/blocks; an address longer than ours links nothing."""

MOST_LINES, LINE_CHARACTERS = 15, 600
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CODE = re.compile(r"[a-z_]{3,40}")
"""Slack answers with such a word why it refused; whatever else an answer holds may repeat the secret address."""


def wrong_address(url: str) -> str:
    """Return what is wrong with the address of a webhook; empty where it can be used. Shows nothing of it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "is not a web address"
    if not host or parts.scheme not in {"https", "http"}:
        return "is not a web address such as https://hooks.slack.com/services/…"
    if parts.scheme == "http" and host not in _LOOPBACK:
        return "is http, which anybody on the way can read; use https"
    return ""


def send(url: str, notice: Notice, say: Wording, patience: Patience) -> str:
    """Send a notice to an incoming webhook; return why it failed (empty: it was taken), without the address."""
    from slack_sdk.errors import SlackClientError  # noqa: PLC0415  nobody waits for it who has no Slack
    from slack_sdk.webhook import WebhookClient  # noqa: PLC0415  as above

    # The client logs addresses and, at a failure, whatever its libraries say.
    silent = logging.Logger("silent", logging.CRITICAL + 1)
    client = WebhookClient(url, timeout=patience.timeout_s, logger=silent, retry_handlers=[])  # type: ignore[arg-type]  # it is handed to urllib, which takes floats
    blocks = blocks_of(notice, say)
    text = escaped(cut(f"{notice.title}: {notice.line}", LINE_CHARACTERS))

    def attempt() -> Tried:
        try:
            answer = client.send(text=text, blocks=blocks, unfurl_links=False)
        except (OSError, ValueError, LookupError, http.client.HTTPException, SlackClientError) as error:
            return Tried(_trouble(error), again=True)
        return _answered(answer.status_code, answer.body, answer.headers.get("Retry-After"))

    return sent(attempt, patience)


def blocks_of(notice: Notice, say: Wording) -> list[Block]:
    """Return a notice as blocks within Slack's limits; what is too long is cut, and said to be."""
    head = f"❌ {notice.title}" if notice.failed else notice.title
    line, pages = f"*{escaped(cut(notice.line, LINE_CHARACTERS * 2))}*", say("Open the pages")
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(head, HEADER_CHARACTERS), "emoji": False}},
        _section(f"{line}\n{_link(notice.href, pages)}" if notice.href else line),
        *(_section(text) for part in notice.parts for text in _texts(part, say)),
    ]
    foot = [_markdown(escaped(cut(notice.foot, LINE_CHARACTERS)))] if notice.foot else []
    return [*blocks[: MOST_BLOCKS - 1], *({"type": "context", "elements": [each]} for each in foot)]


def escaped(text: str) -> str:
    """Return a text from outside as mrkdwn that shows it: no link, no mention, no line of its own.

    https://docs.slack.dev/messaging/formatting-message-text#escaping names &, < and >; a zero-width space behind what
    would begin bold, italic, struck or code text keeps that from Slack too.
    """
    plain = " ".join(text.split())
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        plain = plain.replace(sign, entity)
    return re.sub(r"(?<!\w)([*_~`])(?=\S)", "\\1\u200b", plain)


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters; one that was cut ends in an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _texts(part: Part, say: Wording) -> Iterator[str]:
    """Yield the texts of a part: its lines packed into as few as Slack's limit allows."""
    lines = [_bullet(line) for line in part.lines[:MOST_LINES]]
    if more := len(part.lines) - len(lines):
        lines.append(say.plural("and {n} more", "and {n} more", more))
    text = f"*{escaped(part.heading)}*"
    for line in lines:
        if len(text) + len(line) >= TEXT_CHARACTERS:
            yield text
            text = line
        else:
            text = f"{text}\n{line}"
    yield text


def _bullet(line: Line) -> str:
    """Return a line of a list."""
    text = escaped(cut(line.text, LINE_CHARACTERS))
    if not line.label:
        return f"• {text}"
    label = cut(line.label, LINE_CHARACTERS // 4)
    return f"• {_link(line.href, label) if line.href else escaped(label)}: {text}"


def _link(href: str, label: str) -> str:
    """Return a link; its label alone where the address is longer than any of ours."""
    address = href.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{address}|{escaped(label).replace('|', '/')}>" if len(address) <= LINK_CHARACTERS else escaped(label)


def _section(text: str) -> Block:
    """Return a block of mrkdwn."""
    return {"type": "section", "text": _markdown(text)}


def _markdown(text: str) -> Block:
    """Return a text as mrkdwn; Slack must not look for links and mentions in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _answered(status: int, body: str, retry_after: str | None) -> Tried:
    """Return what an answer means."""
    if status == http.client.OK:
        page = body.lstrip().startswith("<")
        return Tried("it answered with a page; is a proxy on the way, or is it another address?" if page else "")
    code = f" ({body.strip()})" if _CODE.fullmatch(body.strip()) else ""
    why = f"it answered {status}{code}"
    if status == http.client.TOO_MANY_REQUESTS:
        return Tried(why, again=True, wait_s=_seconds(retry_after))
    return Tried(why, again=status >= http.client.INTERNAL_SERVER_ERROR)


def _seconds(text: str | None) -> float | None:
    """Return what Retry-After asks for; None where it is no number of seconds."""
    return float(text) if text and text.isascii() and text.isdigit() else None


def _trouble(error: Exception) -> str:
    """Return why nothing was answered, without any text that a library made of the address."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "it did not answer in time"
    told = reason.strerror if isinstance(reason, OSError) and reason.strerror else type(reason).__name__
    return f"it could not be reached ({told})"
