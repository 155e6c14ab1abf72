from typing import get_args

import pytest

from sre_lib.catalog import Unit
from sre_lib.wording import wording
from sre_lib.wording.metrics import value_text

EN, JA = wording("en"), wording("ja")
WRITTEN = {
    "Percent": (134.2, "134 %", "134%"),
    "Bytes": (2**31, "2.0 GiB", "2.0 GiB"),
    "Megabytes": (1536, "1.5 GiB", "1.5 GiB"),
    "Gigabytes": (0.5, "512 MiB", "512 MiB"),
    "Bytes/Second": (3 * 2**20, "3.0 MiB/s", "3.0 MiB/秒"),
    "Count": (1_230_000, "1.2M", "123万"),
    "Count/Second": (0.25, "0.25 per second", "毎秒0.25"),
    "Seconds": (0.254, "0.254 s", "0.254秒"),
    "Milliseconds": (90, "90 ms", "90ミリ秒"),
    "Microseconds": (412.4, "412 µs", "412 µs"),
    "None": (320, "320", "320"),
}


@pytest.mark.parametrize("unit", get_args(Unit))
def test_a_value_in_each_unit(unit):
    value, english, japanese = WRITTEN[unit]
    assert (value_text(value, unit, "Average", EN), value_text(value, unit, "Average", JA)) == (english, japanese)
