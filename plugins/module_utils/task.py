# SPDX-License-Identifier: GPL-3.0-or-later
"""The glue to AnsibleModule: common options, what every task does, its result, and how it fails."""

from __future__ import annotations

import copy
import re
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import env_fallback

from .client import REGIONS, REQUESTS_ERROR, Client, Connection
from .compare import shown
from .errors import Invalid, Partial, RolloutError
from .plan import DONE, Change, Entry, make_plan
from .reader import read
from .resource import KNOWN_AFTER_APPLY, Kind
from .scope import Scope, find_scope
from .scopes import require_scopes
from .values import nearest
from .write import Outcome, Writer

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
        self.written = {key: value for key, value in copy.copy(self.params).items() if not key.startswith("_ansible")}
        # A null clears whatever the type; Ansible would hold it against the choices.
        for key in [key for key, value in self.written.items() if value is None]:
            del self.params[key]

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        result = getattr(self, "validation_result", None)
        strangers = sorted(result.unsupported_parameters if result else ())
        for path in strangers:
            name = ".".join(path) if isinstance(path, tuple) else str(path)
            msg = f"unknown option '{name}'; {nearest(name, self.argument_spec)}"
        # What is misspelt may be a secret.
        seen = {} if strangers else self.seen()
        super().fail_json(msg, **{"invocation": seen, **kwargs})

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
            for item in value.values():
                self.hide(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self.hide(item)
        elif not isinstance(value, bool) and len(str(value)) >= HIDDEN_FROM:
            self.no_log_values.add(str(value))


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


def connect(module: Module, concurrency: int = 8) -> Client:
    """A region wins over a host from the environment. Raises RolloutError for options that cannot work."""
    params = module.params
    if params["region"] and module.written.get("host"):
        raise RolloutError("region and host are both given; leave one of them out")
    host = REGIONS[params["region"]] if params["region"] else params["host"]
    if "@" in (host or ""):
        # The client refuses it; until then it must not be printed.
        module.hide(host.rpartition("@")[0].rpartition("/")[2].rpartition(":")[2])
    if not host:
        raise RolloutError(
            "host is missing; give region: us or eu for PostHog Cloud, or host for your own, or POSTHOG_HOST"
        )
    return Client(
        Connection(
            host=host.rstrip("/"),
            api_key=params["api_key"] or "",
            verify=(params["ca_path"] or True) if params["validate_certs"] else False,
            timeout=params["timeout"],
            throttle_timeout=params["throttle_timeout"],
            retries=params["retries"],
            concurrency=concurrency,
        )
    )


class Run:
    """One task: reads, plans, and unless in check mode writes. `changes` and `outcome` are the result."""

    writer = Writer

    def __init__(self, module: Module, client: Client, scope: Scope, entries: list[Entry]) -> None:
        self.module = module
        self.client = client
        self.scope = scope
        self.entries = entries
        self.changes: list[Change] = []
        self.outcome = Outcome()

    def execute(self) -> None:
        """Raises RolloutError."""
        self.directory = read(self.client, self.scope, self.entries)
        self.changes = make_plan(self.entries, self.directory)
        for change in self.changes:
            secrets = change.kind.secret_fields({**change.actual, **change.entry.desired})
            self.module.hide([change.entry.desired.get(key) for key in secrets])
        writer = self.writer(self.client, self.scope, self.directory, self.changes)
        effective = [change for change in self.changes if change.action != "none"]
        if self.module.check_mode or not effective:
            return
        require_scopes(self.client, {change.kind.scope for change in effective})
        self.outcome = writer.outcome
        writer.run()
        self.judge_untaken()

    def judge_untaken(self) -> None:
        """What the server did not take is a warning, or in strict mode a failure."""
        failures: list[tuple[str, RolloutError]] = []
        for index, keys in sorted(self.outcome.untaken.items()):
            title = self.changes[index].title
            text = f"PostHog did not take {', '.join(keys)}; the plan or licence may not include it"
            if self.module.params["strict"]:
                failures.append((title, RolloutError(text)))
            else:
                self.outcome.warnings.append(f"{title}: {text}")
        if failures:
            raise Partial(failures)

    def done(self) -> list[tuple[int, Change]]:
        """The changes that were made, or in check mode would be."""
        if self.module.check_mode:
            return [(index, change) for index, change in enumerate(self.changes) if change.action != "none"]
        return [(index, self.changes[index]) for index in sorted(self.outcome.done)]

    def common_result(self) -> dict[str, t.Any]:
        for warning in self.outcome.warnings:
            self.module.warn(warning)
        if self.client.gate.waited:
            self.module.warn(f"waited {self.client.gate.waited:.0f} s because PostHog limits the rate of requests")
        return {
            "changed": bool(self.done()),
            "requests": self.client.requests,
            "waited": round(self.client.gate.waited, 1),
        }

    def id_of(self, index: int) -> t.Any:
        change = self.changes[index]
        wire = self.outcome.wires.get(index, change.wire)
        return wire[change.kind.endpoint.id] if wire else KNOWN_AFTER_APPLY


def guarded(module: Module, work: t.Callable[[], dict[str, t.Any]], partial: t.Callable[[], dict[str, t.Any]]) -> None:
    """Ends the task with what `work` returns; a RolloutError becomes a failure that tells what was done before it."""
    try:
        result = work()
    except RolloutError as problem:
        module.fail_json(str(problem), **{**partial(), **problem.details()})
    except Exception as problem:  # noqa: BLE001  so that a crash passes through Ansible's filter for secrets, too
        text = f"{type(problem).__name__}: {problem}; this is a bug in rollout.posthog, please report it"
        module.fail_json(text, exception=traceback.format_exc())
    module.exit_json(**result)


# -- one object: the module of a kind -----------------------------------------------------------------------------


def kind_spec(kind: Kind) -> dict[str, t.Any]:
    """The argument spec of a kind's module, from its declaration."""
    spec: dict[str, t.Any] = {}
    for key, field in kind.fields.items():
        spec[key] = dict(field.shape.argument)
        if field.no_log is not None:
            spec[key]["no_log"] = field.no_log
    spec["state"] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
    spec["id"] = {"type": "raw"}
    spec["extra"] = {"type": "dict", "default": {}}
    return spec


def run_one(kind: Kind) -> None:
    """The whole of a kind's module."""
    known_by = ("name", "id", "project") if kind.container else (kind.key, "id")
    module = make_module(kind_spec(kind), required_one_of=[known_by], discreet=kind.discreet)
    runs: list[Run] = []

    def work() -> dict[str, t.Any]:
        written = {key: module.params[key] for key in module.written if key in kind.fields}
        for value in kind.secrets_in(written):
            module.hide(value)
        entry = make_entry(kind, written, "", module.params)
        client = connect(module)
        scope = scope_of(client, module.params, entry)
        runs.append(Run(module, client, scope, [entry]))
        runs[0].execute()
        return one_result(runs[0])

    guarded(module, work, lambda: runs[0].common_result() if runs else {})


def scope_of(client: Client, params: t.Mapping[str, t.Any], entry: Entry) -> Scope:
    """The project that the object is in; a project is its own. Raises RolloutError."""
    if not entry.kind.container:
        return find_scope(client, params["organization"], params["project"])
    target = entry.id if entry.id is not None else entry.key if entry.key is not None else params["project"]
    scope = find_scope(client, params["organization"], target, may_lack=True)
    entry.id = scope.project
    if scope.project is None:
        entry.desired.setdefault(entry.kind.key, target)
    return scope


def make_entry(kind: Kind, written: t.Mapping[str, t.Any], place: str, options: t.Mapping[str, t.Any]) -> Entry:
    """Raises Invalid."""
    check_extra(kind, options.get("extra") or {})
    id = options.get("id")
    if id is not None and (isinstance(id, bool) or not re.fullmatch(r"-?[A-Za-z0-9]+(-[A-Za-z0-9]+)*", str(id))):
        raise Invalid(f"'{id}' is no id of PostHog", "id")
    id = int(id) if isinstance(id, str) and id.isdigit() else id
    return Entry(
        kind,
        kind.canonicalise(written),
        place,
        present=options.get("state", "present") == "present",
        id=id,
        extra=options.get("extra") or {},
    )


def check_extra(kind: Kind, extra: t.Any) -> None:
    """Attributes that have a field of their own are not written past it. Raises Invalid."""
    if not isinstance(extra, dict):
        raise Invalid("must be a mapping", "extra")
    for attribute in extra:
        field = next((key for key in kind.fields if kind.wire_name(key) == attribute), None)
        if field is not None:
            raise Invalid(f"is managed by {field}; write that instead", f"extra.{attribute}")


def one_result(run: Run) -> dict[str, t.Any]:
    change = run.changes[0]
    kind = change.kind
    wire = run.outcome.wires.get(0)
    if wire is not None:
        canonical = kind.decode(wire, run.directory)
    else:
        known = change.actual or (kind.defaults() if change.entry.present else {})
        canonical = {**known, **(change.entry.desired if change.entry.present else {})}
    secrets = kind.secret_fields(canonical)
    result = {
        **run.common_result(),
        "action": "awaiting approval" if 0 in run.outcome.pending else DONE[change.action],
        "object": shown(kind, canonical, (key for key in canonical if key not in secrets)),
        "id": run.id_of(0) if change.entry.present or change.wire else None,
    }
    if run.module._diff and change.action != "none":
        result["diff"] = change.diff()
    return result
