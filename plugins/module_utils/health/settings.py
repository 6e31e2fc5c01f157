# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked, and where: from the options of a task, or from the file that the host keeps of them."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlsplit

from ..client import REGIONS, Connection, check
from ..errors import RolloutError

Options = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Settings:
    """Times are seconds. `checks` has the options of each check by its name, defaults filled in."""

    host: str
    #: Where SDKs send events and ask for flags; it may have a path.
    ingest_host: str
    api_key: str
    project: t.Any
    organization: str | None
    project_token: str
    validate_certs: bool
    ca_path: str | None
    timeout: float
    throttle_timeout: float
    retries: int
    document_path: str | None
    checks: t.Mapping[str, Options]

    def __repr__(self) -> str:
        return f"Settings({self.host!r})"

    @property
    def connection(self) -> Connection:
        return Connection(
            host=self.host,
            api_key=self.api_key,
            verify=self.validate_certs and (self.ca_path or True),
            timeout=self.timeout,
            throttle_timeout=self.throttle_timeout,
            retries=self.retries,
        )

    def as_data(self) -> dict[str, t.Any]:
        """What `Settings(**data)` takes; holds secrets."""
        return asdict(self)


NAMES = [field.name for field in fields(Settings) if field.name != "checks"]


def settings_of(params: Options, checks: t.Iterable[str]) -> Settings:
    """From the options of a module. Raises RolloutError for those that cannot work."""
    region = params["region"]
    host = (REGIONS.get(region, params["host"]) or "").rstrip("/")
    if not host:
        raise RolloutError(
            "host is missing; give the address under which people reach PostHog, or region: us or eu for PostHog Cloud"
        )
    ingest_host = params["ingest_host"] or (f"https://{region}.i.posthog.com" if region else host)
    check_url("host", host)
    check_url("ingest_host", ingest_host)
    known = {name: params[name] for name in NAMES if name in params}
    known.update(
        host=host,
        ingest_host=ingest_host.rstrip("/"),
        api_key=params["api_key"] or "",
        project_token=params["project_token"] or "",
    )
    settings = Settings(**known, checks={name: params[name] for name in checks})
    check(settings.connection)
    return settings


def check_url(option: str, url: str, secret: bool = False) -> None:
    """Raises RolloutError for what is no address of a web server, or holds a password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # What is before an @ may be a password.
        shown = "" if secret or "@" in url else f": '{url}'"
        raise RolloutError(f"{option} is no address{shown}; write it like https://posthog.example.com")
    if parts.username or parts.password:
        raise RolloutError(f"{option} must not hold a user or password")
