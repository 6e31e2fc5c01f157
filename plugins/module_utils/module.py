# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of the collection does alike: options of the connection, discretion, and how it fails."""

from __future__ import annotations

import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import env_fallback

from .client import REGIONS, REQUESTS_ERROR, Client, Connection
from .errors import RolloutError
from .values import nearest

CONNECTION = {
    "region": {"type": "str", "choices": sorted(REGIONS)},
    "host": {"type": "str", "fallback": (env_fallback, ["POSTHOG_HOST"])},
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["POSTHOG_API_KEY"])},
    "project": {"type": "raw", "fallback": (env_fallback, ["POSTHOG_PROJECT_ID"])},
    "organization": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float", "default": 30.0},
    "throttle_timeout": {"type": "float", "default": 300.0},
    "retries": {"type": "int", "default": 4},
    "strict": {"type": "bool", "default": False},
}
#: Shorter texts are parts of too many others to be blotted out wherever they occur; nothing prints them as such.
HIDDEN_FROM = 4


class Module(AnsibleModule):
    """An AnsibleModule that tells an absent option from a null, and names the nearest option for a misspelt one."""

    written: dict[str, t.Any] = {}

    def __init__(self, spec: dict[str, t.Any], *, discreet: t.Collection[str] = (), **kwargs: t.Any) -> None:
        #: Options that may hold a secret, whatever else is written.
        self.discreet = discreet
        super().__init__(spec, **kwargs)  # type: ignore[no-untyped-call]

    def _load_params(self) -> None:
        super()._load_params()  # type: ignore[no-untyped-call]
        self.written = {key: value for key, value in self.params.items() if not key.startswith("_ansible")}
        # A null clears whatever the type; Ansible would hold it against the choices.
        for key in [key for key, value in self.written.items() if value is None]:
            del self.params[key]

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        result = getattr(self, "validation_result", None)
        # A text for an option, a tuple for one inside of others.
        unknown = sorted(result.unsupported_parameters if result else (), key=str)
        for path in unknown:
            *outer, name = [path] if isinstance(path, str) else path
            spec = self.argument_spec
            for key in outer:
                spec = spec[key]["options"]
            place = ".".join([*outer, ""])
            msg = f"unknown option '{place}{name}'; {nearest(name, spec, place)}"
        # What is misspelt may be a secret.
        super().fail_json(msg, **{"invocation": {} if unknown else self.seen(), **kwargs})

    def exit_json(self, **kwargs: t.Any) -> t.NoReturn:
        super().exit_json(**{"invocation": self.seen(), **kwargs})

    def _log_invocation(self) -> None:
        """The system's log gets no values, for any of them may be a secret."""
        self.log(f"Invoked with {', '.join(sorted(self.written))}")  # type: ignore[no-untyped-call]

    def seen(self) -> dict[str, t.Any]:
        """The options as Ansible prints them at -vvv: no declaration, which is long and may hold secrets."""
        return {
            "module_args": {
                key: "(not shown)" if key in self.discreet and value is not None else glance(value)
                for key, value in self.params.items()
            }
        }

    def hide(self, value: t.Any) -> None:
        """Keeps a value, and all that is inside it, out of everything that is printed."""
        if isinstance(value, dict):
            value = [*value.values()]
        if isinstance(value, (list, tuple)):
            for item in value:
                self.hide(item)
        elif not isinstance(value, bool) and len(str(value)) >= HIDDEN_FROM:
            self.no_log_values.add(str(value))

    def hide_password(self, address: str | None) -> None:
        """An address with a password is refused; until then it must not be printed."""
        self.hide((address or "").rpartition("@")[0].rpartition("/")[2].rpartition(":")[2])


def glance(value: t.Any) -> t.Any:
    """How much there is of something."""
    if isinstance(value, (list, dict)):
        return f"{len(value)} {'objects' if isinstance(value, list) else 'keys'}"
    return value


def make_module(spec: dict[str, t.Any], **kwargs: t.Any) -> Module:
    module = Module({**CONNECTION, **spec}, supports_check_mode=True, **kwargs)
    if REQUESTS_ERROR:
        module.fail_json(missing_required_lib("requests"), exception=REQUESTS_ERROR)
    return module


def connect(module: Module, **more: t.Any) -> Client:
    """A region wins over a host from the environment. Raises RolloutError for options that cannot work."""
    params = module.params
    if params["region"] and module.written.get("host"):
        raise RolloutError("region and host are both given; leave one of them out")
    host = REGIONS.get(params["region"], params["host"])
    module.hide_password(host)
    if not host:
        raise RolloutError(
            "host is missing; give region: us or eu for PostHog Cloud, or host for your own, or POSTHOG_HOST"
        )
    return Client(
        Connection(
            host=host.rstrip("/"),
            api_key=params["api_key"] or "",
            verify=params["validate_certs"] and (params["ca_path"] or True),
            timeout=params["timeout"],
            throttle_timeout=params["throttle_timeout"],
            retries=params["retries"],
            **more,
        )
    )


def guarded(module: Module, work: t.Callable[[], dict[str, t.Any]], partial: t.Callable[[], dict[str, t.Any]]) -> None:
    """Ends the task with what `work` returns; a RolloutError becomes a failure that tells what was done before it."""
    try:
        result = work()
    except RolloutError as problem:
        module.fail_json(str(problem), **{**partial(), **problem.details()})
    except Exception as problem:  # noqa: BLE001  so that a crash passes through Ansible's filter for secrets, too
        module.fail_json(
            f"{type(problem).__name__}: {problem}; this is a bug in rollout.posthog, please report it",
            exception=traceback.format_exc(),
        )
    module.exit_json(**result)
