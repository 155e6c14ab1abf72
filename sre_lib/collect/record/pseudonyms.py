"""Pseudonyms for names, accounts and addresses, and factors for values; nobody can undo them without the secret.

A name is replaced word by word, so that what belongs together by its name (`orders`, `orders-reader`) still does.
"""

import re
from dataclasses import dataclass, field
from hashlib import blake2s
from secrets import token_bytes

_LEAST = 0.25
"""Factors are between this and 1: a percentage stays below 100."""
_WORD = re.compile(r"[^\W_]+|[^\x20-\x7e]")
_SHORT = re.compile(r"\d{1,3}", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_IP = re.compile(r"(?<!\d)\d{1,3}(?:[.-]\d{1,3}){3}(?!\d)", re.ASCII)
_REGION = r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-(?:gov|iso[a-z]?))?-(?:north|south)?(?:east|west|central)?-\d"
_SERVICES = (
    "apigateway|application-autoscaling|autoscaling|cloudfront|cloudwatch|dynamodb|ec2|ecs|eks|elasticache|"
    "elasticloadbalancing|events|iam|lambda|rds|sns|sqs|ssm|sts"
)
_ARN = re.compile(rf"arn:aws(?:-cn|-us-gov)?:(?:{_SERVICES}):(?:{_REGION})?:")
_TYPED = re.compile(r"(?P<type>[a-z-]+)(?=[/:])")
_TYPES = frozenset(
    {
        "alarm", "app", "assumed-role", "cluster", "container-instance", "db", "distribution", "function", "gwy",
        "instance", "loadbalancer", "net", "replicationgroup", "role", "serverlesscache", "service",
        "service-deployment", "service-revision", "table", "targetgroup", "task", "task-definition", "user",
    }
)  # fmt: skip
"""What stands before the name in an ARN or a resource's id, as AWS writes it (Service Authorization Reference)."""


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms of one recording: the same text has the same one everywhere; the secret is kept nowhere."""

    _secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    def text(self, text: str) -> str:
        """Return a name, path or ARN with every word replaced; numbers up to three digits and signs stay."""
        arn = _ARN.match(text)
        if arn:
            account, _, rest = text[arn.end() :].partition(":")
            return f"{arn[0]}{self._words(account)}:{self._typed(rest)}"
        return self._typed(text)

    def opaque(self, text: str) -> str:
        """Return a token in place of one whose content nobody should read, such as a NextToken."""
        return f"token-{self._digest('token', text)}"

    def factor(self, unit: str) -> float:
        """Return the factor of all values of a unit, in [0.25, 1)."""
        share = int.from_bytes(self._hash("factor", unit)[:6]) / 2**48
        return _LEAST + (1 - _LEAST) * share

    def _typed(self, text: str) -> str:
        """Return a text whose first part may be the type of a resource, which is no name."""
        found = _TYPED.match(text)
        if not found or found["type"] not in _TYPES:
            return self._words(text)
        rest = text[found.end() + 1 :]
        # loadbalancer/app/name/id has two of them.
        again = self._typed(rest) if found["type"] == "loadbalancer" else self._words(rest)
        return f"{text[: found.end() + 1]}{again}"

    def _words(self, text: str) -> str:
        """Return a text with its words replaced."""
        pieces = _IP.split(text)
        addresses = [f"x{self._digest('address', each)}" for each in _IP.findall(text)]
        words = [_WORD.sub(lambda found: self._word(found[0]), each) for each in pieces]
        return "".join(part for pair in zip(words, [*addresses, ""], strict=True) for part in pair)

    def _word(self, word: str) -> str:
        """Return what stands for a word."""
        if _SHORT.fullmatch(word):
            return word
        if _ACCOUNT.fullmatch(word):
            return f"{int.from_bytes(self._hash('account', word)[:8]) % 10**12:012}"
        return f"x{self._digest('word', word)}"

    def _digest(self, kind: str, text: str) -> str:
        """Return some hexadecimal digits of a text."""
        return self._hash(kind, text).hex()[:9]

    def _hash(self, kind: str, text: str) -> bytes:
        """Return the keyed hash of a text."""
        return blake2s(text.encode("utf-8", "surrogatepass"), key=self._secret, person=kind.encode()).digest()
