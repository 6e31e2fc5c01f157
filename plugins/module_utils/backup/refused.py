# SPDX-License-Identifier: GPL-3.0-or-later
"""What options cannot work with, told when they are installed: at night there is nobody to see it."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ..errors import RolloutError
from ..health.limits import check_range
from .checking import FRACTION
from .retention import PERIODS

Options = t.Mapping[str, t.Any]
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
#: As restic 0.14 takes it besides a fraction, each tried: per cent, or a size.
PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")
SIZE = re.compile(r"0*[1-9][0-9]*[bBkKmMgGtT]")
MOST_PARTS = 256
#: With fewer addresses there is no room for the containers of a drill.
LONGEST_PREFIX = 28


def check_options(spec: Options, params: Options) -> None:
    """Raises RolloutError with all that cannot work."""
    checks = (of_name, of_retention, of_clickhouse, of_objects, of_check, of_drill, of_window)
    found = [*of_numbers(spec, params), *(problem for check in checks for problem in check(params))]
    if found:
        raise RolloutError("; ".join(found))


def of_numbers(spec: Options, params: Options, place: str = "") -> t.Iterator[str]:
    """Nothing that is counted here is ever less than nothing."""
    for name, declared in spec.items():
        value = params[name]
        if declared["type"] in ("int", "float"):
            try:
                check_range(place + name, value, percent=False)
            except RolloutError as problem:
                yield str(problem)
        for inner in [value] if declared["type"] == "dict" else value if declared.get("elements") == "dict" else []:
            if inner and "options" in declared:
                yield from of_numbers(declared["options"], inner, f"{place}{name}.")


def of_name(params: Options) -> t.Iterator[str]:
    if not params["name"].strip():
        yield "name is empty, and no backup could be found by it; give one like posthog"


def of_retention(params: Options) -> t.Iterator[str]:
    rules = params["retention"]
    if rules["max_days"] == 0:
        yield "retention.max_days is 0, and no backup could stay for a day; give 1 or more"
    if rules["enabled"] and not any(rules[period] for period in PERIODS):
        yield f"retention keeps nothing: give at least one of {', '.join(PERIODS)}"


def of_clickhouse(params: Options) -> t.Iterator[str]:
    host, bucket = params["clickhouse"]["host"], params["clickhouse"]["bucket"]
    missing = [name for name in ("endpoint", "bucket", "access_key", "secret_key") if not bucket[name]]
    if host and missing:
        yield f"clickhouse: one at {host} makes its backups in a bucket, which has no {', '.join(missing)}"


def of_objects(params: Options) -> t.Iterator[str]:
    for store in params["objects"]:
        if not store["service"] and not store["endpoint"]:
            yield f"objects: {store['name']} has neither a service of the stack nor an endpoint"
        if bool(store["secret_key"]) == bool(store["secret_name"]):
            yield f"objects: {store['name']} needs one of secret_key and secret_name"


def of_check(params: Options) -> t.Iterator[str]:
    subset = params["check"]["subset"]
    if subset and not is_subset(subset):
        yield (
            f"check.subset is {subset!r}, which restic does not take; write a part like 1/12 (of {MOST_PARTS} at most),"
            " per cent like 5%, or a size like 500M"
        )


def is_subset(text: str) -> bool:
    if part := FRACTION.fullmatch(text):
        return 1 <= int(part[1]) <= int(part[2]) <= MOST_PARTS
    if percent := PERCENT.fullmatch(text):
        return 0 < float(percent[1]) <= 100
    return bool(SIZE.fullmatch(text))


def of_drill(params: Options) -> t.Iterator[str]:
    subnet = params["drill"]["subnet"]
    try:
        fits = ipaddress.IPv4Network(subnet).prefixlen <= LONGEST_PREFIX
    except ValueError:
        fits = False
    if not fits:
        yield (
            f"drill.subnet is {subnet!r}, which is no IPv4 network with room for a stack; write one of"
            f" /{LONGEST_PREFIX} or larger, from its first address, like 172.31.241.0/24"
        )


def of_window(params: Options) -> t.Iterator[str]:
    window = params["window"]
    for name, other in (("begin", "end"), ("end", "begin")):
        if window[name] and not TIME.fullmatch(window[name]):
            yield (
                f'window.{name} is {window[name]!r}, which is no time of the day; write it like "01:30", in quotes,'
                " for YAML makes a number of 12:30"
            )
        if window[other] and not window[name]:
            given = f"window.{other} is {window[other]!r}"
            yield f"window.{name} is empty, and {given}; give both, or none for the whole day"
