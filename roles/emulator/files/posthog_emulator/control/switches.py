"""Switches that change how the emulator behaves. They live in memory: a restart puts them back."""

import threading
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from posthog_emulator.control.faults import Fault

#: Licence features of a self-hosted server with everything on.
ALL_FEATURES = ("tagging", "organizations_projects", "evaluation_contexts", "early_exit", "multi_organization")


@dataclass
class RateLimit:
    """At most `per_minute` requests; `retry_after` is what a refused client is told, in seconds."""

    per_minute: int
    retry_after: int = 30


@dataclass
class Switches:
    """All switches with their defaults: a patient server with every licence feature."""

    delay_ms: float = 0
    rate_limit: RateLimit | None = None
    #: How long a second of the throttle's clock really takes: 0.01 lets tests wait 30 s in 0.3 s.
    time_scale: float = 1
    features: list[str] = field(default_factory=lambda: list(ALL_FEATURES))
    #: Project fields that PATCH accepts with 200 and does not store, as plan limits do.
    silently_ignored_settings: list[str] = field(default_factory=list)
    #: Refuse flag filters for the rules that production only logs.
    enforce_cross_field: bool = False
    #: Flag writes answer 409 with a change request.
    approval_required: bool = False
    #: `basic=true` lists of cohorts have no `filters`, as on some servers.
    basic_cohort_drops_filters: bool = False
    #: Capture answers as ever and keeps nothing, as when ingestion has stopped behind it.
    drop_events: bool = False
    #: What readiness and preflight say is broken: postgres, clickhouse, celery, ...
    broken: list[str] = field(default_factory=list)


class UnknownSwitchError(ValueError):
    """A name or a value that no switch has."""


class SwitchBoard:
    """The switches in force, and the faults that wait to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.switches = Switches()
        self.faults: list[Fault] = []

    def reset(self) -> None:
        """Back to the defaults."""
        with self._lock:
            self.switches = Switches()
            self.faults = []

    def update(self, wanted: dict[str, Any]) -> None:
        """Set the named switches; the others stay."""
        names = {entry.name for entry in fields(Switches)} | {"faults"}
        if unknown := sorted(set(wanted) - names):
            raise UnknownSwitchError(f"no such switch: {', '.join(unknown)}; there are {', '.join(sorted(names))}")
        try:
            faults = [Fault(**rule) for rule in wanted["faults"]] if "faults" in wanted else None
            limit = wanted.get("rate_limit")
            parsed = {name: value for name, value in wanted.items() if name != "faults"}
            if limit is not None:
                parsed["rate_limit"] = RateLimit(**limit)
        except TypeError as error:
            raise UnknownSwitchError(str(error)) from error
        with self._lock:
            for name, value in parsed.items():
                setattr(self.switches, name, value)
            if faults is not None:
                self.faults = faults

    def next_fault(self, method: str, path: str) -> Fault | None:
        """The first fault that fires for this request, if any."""
        with self._lock:
            fired = [fault for fault in self.faults if fault.fires(method, path)]
            return fired[0] if fired else None

    def has_feature(self, name: str) -> bool:
        """Whether the licence includes a feature."""
        return name in self.switches.features

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON."""
        with self._lock:
            return {**asdict(self.switches), "faults": [asdict(fault) for fault in self.faults]}


board = SwitchBoard()
