"""What a check gets: its options with defaults as Ansible fills them in, and a context with real servers."""

from __future__ import annotations

import typing as t
from datetime import UTC, datetime

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.rollout.posthog.plugins.module_utils.client import Client
from ansible_collections.rollout.posthog.plugins.module_utils.health.checks import CHECKS, check_options
from ansible_collections.rollout.posthog.plugins.module_utils.health.context import Context
from ansible_collections.rollout.posthog.plugins.module_utils.health.probe import Probe
from ansible_collections.rollout.posthog.plugins.module_utils.health.result import Result
from ansible_collections.rollout.posthog.plugins.module_utils.health.settings import Settings

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TOKEN = "phc_token"


def options_of(name: str, **written: t.Any) -> dict[str, t.Any]:
    """The options of one check, as the module would pass them on."""
    validated = ArgumentSpecValidator({name: check_options()[name]}).validate({name: written})
    assert not validated.error_messages, validated.error_messages
    return dict(validated.validated_parameters[name])


def settings_at(url: str, **more: t.Any) -> Settings:
    common = {
        "ingest_host": url,
        "api_key": "phx_key",
        "project": 1,
        "organization": None,
        "project_token": TOKEN,
        "validate_certs": True,
        "ca_path": None,
        "timeout": 5.0,
        "throttle_timeout": 5.0,
        "retries": 0,
        "document_path": None,
        "checks": {},
    }
    return Settings(host=url, **{**common, **more})


def context_at(url: str, *, now: datetime = NOW, client: bool = True, **more: t.Any) -> Context:
    """All there is to know, at a server that may or may not be there."""
    known = {name: more.pop(name) for name in ("may_write", "token", "problem") if name in more}
    settings = settings_at(url, **more)
    facts = {"may_write": True, "token": TOKEN, "project": 1, **known}
    if client:
        facts["client"] = Client(settings.connection)
    return Context(settings, Probe(settings.connection.verify, settings.timeout), now=now, **facts)


def looked(name: str, context: Context, **written: t.Any) -> list[Result]:
    return CHECKS[name][0](context, options_of(name, **written))


def one(name: str, context: Context, **written: t.Any) -> Result:
    [result] = looked(name, context, **written)
    return result
