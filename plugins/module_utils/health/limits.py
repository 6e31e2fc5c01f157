# SPDX-License-Identifier: GPL-3.0-or-later
"""What the limits of a check can be, by their names and defaults alone, so that no check has rules of its own."""

from __future__ import annotations

import math
import typing as t

from ..errors import RolloutError
from .settings import Options

WARNING, FAILED = "warning", "failed"


def check_limits(check: str, spec: Options, options: Options, written: t.Container[str]) -> None:
    """`spec` is how the check declares its options, `written` which of them are no defaults. Raises RolloutError."""
    for name, declared in spec.items():
        if declared["type"] in ("int", "float"):
            check_range(f"{check}.{name}", options[name], name.endswith("_percent"))
    # Who writes the failure alone wants no warning before it.
    for name in spec:
        if name.split("_")[0] == WARNING and name in written:
            check_order(check, name, spec, options)


def check_range(option: str, value: float, percent: bool) -> None:
    """Raises RolloutError; not a number is in no range."""
    if not 0 <= value <= (100 if percent else math.inf) or value == math.inf:
        raise RolloutError(f"{option} is {value:g}; it can be {'0 to 100' if percent else '0 or more'}")


def check_order(check: str, warning: str, spec: Options, options: Options) -> None:
    """A warning comes before the failure, as it does by default. Raises RolloutError."""
    failed = FAILED + warning[len(WARNING) :]
    usual = spec[warning]["default"], spec[failed]["default"]
    if any(options[name] == spec[name]["default"] == 0 for name in (warning, failed)):
        return  # 0 is off
    # Those that are off by default are so because nothing is less than 0.
    less_is_worse = usual[0] >= usual[1]
    value, limit = options[warning], options[failed]
    if value < limit if less_is_worse else value > limit:
        raise RolloutError(
            f"{check}.{warning} is {value:g} and {check}.{failed} is {limit:g}, so there would never be a warning; "
            f"{warning} can be {limit:g} or {'more' if less_is_worse else 'less'}"
        )
