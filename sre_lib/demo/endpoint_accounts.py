"""Who asks the endpoint, and which backend that shows: accounts, regions, and accounts linked to a monitoring one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sre_lib.demo.backend import Backend

_SCOPE = re.compile(r"Credential=([^/,]+)/\d+/([^/,]+)/")


class Caller(NamedTuple):
    """Account and region of a call; the access key stands for the account."""

    account: str = ""
    region: str = ""

    @classmethod
    def of(cls, authorization: str) -> "Caller":
        """Return who signed a call (AWS Signature Version 4: the credential scope); empty where it is not signed."""
        found = _SCOPE.search(authorization)
        return cls(*found.groups()) if found else cls()


@dataclass(frozen=True)
class Accounts:
    """Several accounts and regions behind one endpoint, as cross-account observability shows them.

    `backends` by account and region: where there is none nothing was ever published. `linked`: the source accounts
    that each monitoring account may read. The caller's account is its access key.
    """

    backends: Mapping[tuple[str, str], Backend]
    linked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def visible(self, caller: Caller) -> tuple[str, ...]:
        """Return the accounts that a caller may read, its own first."""
        return caller.account, *self.linked.get(caller.account, ())

    def readable(self, caller: Caller, account: str) -> bool:
        """Tell whether a caller may read an account (empty: its own)."""
        return not account or account in self.visible(caller)

    def backend(self, caller: Caller, account: str = "") -> Backend | None:
        """Return what a caller sees of an account in its region (empty: its own); None where nothing is there."""
        return self.backends.get((account or caller.account, caller.region))


@dataclass(frozen=True)
class Everywhere(Accounts):
    """One backend that every account and region shows."""

    backends: Mapping[tuple[str, str], Backend] = field(default_factory=dict, init=False)
    all: Backend = field(kw_only=True)

    def readable(self, caller: Caller, account: str) -> bool:  # noqa: ARG002  # the signature is the base class's
        """Tell that every account may be read."""
        return True

    def backend(self, caller: Caller, account: str = "") -> Backend | None:  # noqa: ARG002
        """Return the backend."""
        return self.all
