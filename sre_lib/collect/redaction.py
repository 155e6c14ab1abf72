"""What of a text of boto3's or AWS's may be shown."""

import re

_LONGEST = 300
_SECRETS = (
    # Prefixes of keys: AWS IAM user guide, "IAM identifiers".
    (re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b"), "***"),
    (re.compile(r"(?i)\b(x-amz-security-token|signature|secret\w*|token|password)(\s*[:=]\s*)[^\s,;]+"), r"\1\2***"),
    (re.compile(r"//[^/@\s]+@"), "//***@"),
    # A secret key has 40 characters, a session token many more; an ARN's parts are divided by other signs.
    (re.compile(r"(?<![\w/+=:.-])[A-Za-z0-9/+=]{40,}(?![\w/+=:.-])"), "***"),
)  # fmt: skip


def safe(text: str) -> str:
    """Return a text of boto3's or AWS's in one short line, without access keys, tokens and passwords in addresses."""
    line = " ".join(text.split())
    for secret, instead in _SECRETS:
        line = secret.sub(instead, line)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
