"""What an expert asks about upkeep, does next and why, by kind: data, no code.

Sources: AWS Certificate Manager User Guide, "Managed certificate renewal" and "Importing certificates"; Amazon RDS and
Aurora User Guides, "Amazon RDS Extended Support" and "Maintaining a DB instance"; Amazon ElastiCache User Guide,
"Engine versions and upgrading" and "Service updates".
"""

from collections.abc import Mapping
from typing import NamedTuple

from sre_lib.upkeep import UpkeepItem
from sre_lib.wording import N_


class UpkeepAdvice(NamedTuple):
    """Texts for the catalogue: what it is, the question, the usual next action, and why experts look there."""

    name: str
    question: str
    action: str
    why: str


IMPORTED = UpkeepAdvice(
    N_("A certificate that nobody renews by itself"),
    N_("Who renews it, and where is it installed?"),
    N_("Renew and import it, or let ACM issue one that renews itself."),
    N_(
        "ACM does not renew what was imported. At its end browsers and apps refuse the connection that very minute: "
        "CPU, memory and 5xx look quiet, since nobody comes in any more. No alarm on load sees it coming."
    ),
)
MANAGED = UpkeepAdvice(
    N_("A certificate that ACM should have renewed"),
    N_("Are the records in DNS by which ACM proves that the name is ours still there?"),
    N_("ACM should have renewed it by now: look at its validation records in DNS."),
    N_(
        "ACM begins 60 days before the end and needs its DNS record, or somebody who answers its e-mail. So late a "
        "renewal has been failing for weeks: the record was tidied up, or the mailbox belongs to nobody."
    ),
)
ENGINE = UpkeepAdvice(
    N_("An engine near the end of its support"),
    N_("Who plans the upgrade, and what has to be tested before?"),
    N_("Try the upgrade on a copy, then put a date on it; or write down until when it is accepted."),
    N_(
        "After its end its makers mend nothing any more. AWS then charges extended support by the vCPU, or upgrades "
        "in a maintenance window that it picks. A major upgrade takes weeks of testing: 90 days are few."
    ),
)
UNKNOWN = UpkeepAdvice(
    N_("An engine whose end nobody here knows"),
    N_("Who looks up until when this version is supported?"),
    N_("Look it up at AWS and write it under `support:` in the review file."),
    N_(
        "Not in the table is not safe: a version may be newer than the table, or so old that nobody lists it any more. "
        "The server that stopped one day was known to one person only."
    ),
)
MAINTENANCE = UpkeepAdvice(
    N_("Maintenance that waits"),
    N_("Who picks the moment, before AWS does?"),
    N_("Apply it in a quiet window, or write down until when it is accepted."),
    N_(
        "It restarts the database or cache, or fails it over: seconds to minutes without writes. From its date on AWS "
        "may do it in the next window, whatever runs then. Whoever picks the moment keeps it far from a push or a sale."
    ),
)

LESSONS = (IMPORTED, MANAGED, ENGINE, UNKNOWN, MAINTENANCE)
"""In the order in which the learning page tells them."""

_BY_KIND: Mapping[str, UpkeepAdvice] = {"certificate": IMPORTED, "engine": ENGINE, "maintenance": MAINTENANCE}


def upkeep_advice(item: UpkeepItem, *, known: bool) -> UpkeepAdvice:
    """Return what an expert says of an item; `known` tells whether its day is known."""
    if item.managed:
        return MANAGED
    return UNKNOWN if item.kind == "engine" and not known else _BY_KIND[item.kind]
