"""Run modules of the collection as Ansible would, and look at what they answer and what they send.

task = Tasks(emulator)
result = task("feature_flag", key="trends", check_mode=True)      # in this process: quick
result = task.fails("feature_flag", key="no key")                 # has to fail, in one sentence
output = Playbook(tmp_path, emulator).run([{"rollout.posthog.apply": {...}}], "-vvv")       # the real thing
process = start_apart("apply", options)                           # a process of its own, which a test can kill
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args

from support.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
MODULES = "ansible_collections.rollout.posthog.plugins.modules"


@dataclass(frozen=True)
class Request:
    """One request that the emulator saw."""

    method: str
    path: str
    query: str
    status: int

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")


class Result(dict[str, Any]):
    """What a module returned, and the requests that it sent."""

    def __init__(self, answer: Mapping[str, Any], sent: list[Request], text: str) -> None:
        super().__init__(answer)
        self.sent = sent
        #: All that the module printed.
        self.text = text

    @property
    def writes(self) -> list[str]:
        """Everything that was sent and is no GET."""
        return [str(request) for request in self.sent if request.method != "GET"]

    @property
    def actions(self) -> dict[str, str]:
        """What the apply module did to which object."""
        return {f"{change['kind']} {change['name']}": change["action"] for change in self["changes"]}

    @property
    def warnings(self) -> str:
        """All warnings in one text."""
        items = self.get("warnings", [])
        # ansible-core 2.19 wraps the texts.
        return "\n".join(item if isinstance(item, str) else item["event"]["msg"] for item in items)


def run_module(name: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The answer of a module that runs in this process, and what it printed."""
    # Ansible collects warnings per process, and a module is a process to it.
    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()
    module = importlib.import_module(f"{MODULES}.{name}")
    output = io.StringIO()
    with contextlib.redirect_stdout(output), patch_module_args(dict(options)):
        try:
            module.main()
        except SystemExit:
            pass
        else:
            raise AssertionError(f"the module {name} ended without an answer")
    text = output.getvalue()
    answer: dict[str, Any] = json.loads(text)
    return answer, text


class Tasks:
    """Runs modules against an emulator, with defaults for the options of the connection."""

    def __init__(self, emulator: Emulator, **defaults: Any) -> None:
        self.emulator = emulator
        self.defaults = {"host": emulator.url, "api_key": emulator.key, "project": 1, **defaults}

    def __call__(self, module: str, /, *, check_mode: Any = False, diff: Any = False, **options: Any) -> Result:
        """Runs a task that has to work. An option of None stays away; write `null` as NULL."""
        result = self.attempt(module, check_mode=check_mode, diff=diff, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def fails(self, module: str, /, *, check_mode: Any = False, diff: Any = False, **options: Any) -> Result:
        """Runs a task that has to fail, with a sentence instead of a traceback."""
        result = self.attempt(module, check_mode=check_mode, diff=diff, **options)
        assert result.get("failed"), f"{module} did not fail: {result}"
        assert "Traceback" not in result.text
        assert "\n" not in result["msg"], f"not one sentence: {result['msg']}"
        return result

    def attempt(self, module: str, /, *, check_mode: Any = False, diff: Any = False, **options: Any) -> Result:
        """Runs a task."""
        written = {key: value for key, value in {**self.defaults, **options}.items() if value is not None}
        written = {key: None if value is NULL else value for key, value in written.items()}
        self.emulator.forget_requests()
        answer, text = run_module(module, {**written, "_ansible_check_mode": check_mode, "_ansible_diff": diff})
        return Result(answer, requests_of(self.emulator), text)

    def converged(self, module: str, /, **options: Any) -> Result:
        """Runs a task that has nothing to do."""
        result = self(module, diff=True, **options)
        assert not result["changed"], result.get("diff")
        assert not result.writes
        return result


class _Null:
    """A null that a person wrote."""


NULL = _Null()


def requests_of(emulator: Emulator) -> list[Request]:
    """What the emulator has seen since its log was emptied."""
    names = ("method", "path", "query", "status")
    return [Request(*(entry[name] for name in names)) for entry in emulator.requests()]


def start_apart(name: str, options: Mapping[str, Any]) -> subprocess.Popen[str]:
    """A module in a process of its own; its answer is printed to stdout."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from support import task; task.serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"name": name, "options": dict(options)}))
    process.stdin.close()
    process.stdin = None  # `communicate` would flush it
    return process


def serve() -> None:
    """The other end of `start_apart`."""
    wanted = json.load(sys.stdin)
    _answer, text = run_module(wanted["name"], wanted["options"])
    sys.stdout.write(text)


def environment() -> dict[str, str]:
    """For processes that import the collection or run Ansible."""
    collections = os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".collections"))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("POSTHOG_")}
    return {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "PYTHONPATH": os.pathsep.join([collections, str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]),
        "LC_ALL": "C.UTF-8",
    }


class Playbook:
    """A generated playbook against localhost, run by the real `ansible-playbook`."""

    def __init__(self, folder: Path, emulator: Emulator | None = None, **defaults: Any) -> None:
        self.folder = folder
        #: More variables for the process; pipelining saves half of the time.
        self.environment = {"ANSIBLE_PIPELINING": "1"}
        connection = {"host": emulator.url, "api_key": emulator.key, "project": 1} if emulator else {}
        self.defaults = {**connection, **defaults}

    def write(self, tasks: list[dict[str, Any]], variables: Mapping[str, Any]) -> Path:
        """The files of the run; the connection is set once, as a user would."""
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/rollout.posthog.all": "{{ connection }}"},
            "tasks": tasks,
        }
        host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"hosts": {"localhost": {**host, "connection": self.defaults, **variables}}}}
        (self.folder / "inventory.json").write_text(json.dumps(inventory))
        (self.folder / "ansible.cfg").touch()
        (self.folder / "playbook.json").write_text(json.dumps([play]))
        return self.folder / "playbook.json"

    def start(
        self, tasks: list[dict[str, Any]], *arguments: str, variables: Mapping[str, Any] | None = None
    ) -> subprocess.Popen[str]:
        """Starts it in a process group of its own."""
        playbook = self.write(tasks, variables or {})
        command = ["ansible-playbook", "-i", str(self.folder / "inventory.json"), *arguments, str(playbook)]
        settings = {
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env={**environment(), **settings, **self.environment},
            start_new_session=True,
        )

    def run(self, tasks: list[dict[str, Any]], *arguments: str, variables: Mapping[str, Any] | None = None) -> str:
        """All output of a run that has to work."""
        process = self.start(tasks, *arguments, variables=variables)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output

    def fails(self, tasks: list[dict[str, Any]], *arguments: str, variables: Mapping[str, Any] | None = None) -> str:
        """All output of a run that has to fail."""
        process = self.start(tasks, *arguments, variables=variables)
        output, _ = process.communicate()
        assert process.returncode == 2, output
        return output
