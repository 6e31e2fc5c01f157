"""Start a local PostHog emulator for tests.

>>> emulator = start_emulator(tmp_path)
>>> requests.get(f"{emulator.url}/api/projects/@current/", headers=emulator.headers)
>>> emulator.stop()
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

SOURCE = Path(__file__).resolve().parents[2] / "roles" / "emulator" / "files"
KEY = "phx_emulator_local_key"
START_TIMEOUT = 30
POLL_INTERVAL = 0.05


class Emulator:
    """A running emulator and its controls."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, key: str) -> None:
        self.process = process
        self.url = url
        self.key = key
        self._session = requests.Session()

    @property
    def headers(self) -> dict[str, str]:
        """What a request needs to be let in."""
        return {"Authorization": f"Bearer {self.key}"}

    def token(self, project: int = 1) -> str:
        """The public token of a project."""
        projects = self._control("GET", "state")["projects"]
        return next(str(entry["api_token"]) for entry in projects if entry["id"] == project)

    def state(self) -> dict[str, Any]:
        """Switches, counts and projects."""
        return self._control("GET", "state")

    def reset(self) -> None:
        """As new."""
        self._control("POST", "reset", {})

    def switch(self, **switches: Any) -> dict[str, Any]:
        """Set switches; the answer has all of them."""
        return self._control("POST", "switches", switches)

    def requests(self) -> list[dict[str, Any]]:
        """The log of private API requests since the last reset or `forget_requests`."""
        log: list[dict[str, Any]] = self._control("GET", "requests")["requests"]
        return log

    def under_way(self) -> int:
        """How many requests it is still answering, also where nobody waits for the answer."""
        return int(self._control("GET", "requests")["under_way"])

    def forget_requests(self) -> None:
        """Empty the log."""
        self._control("DELETE", "requests")

    def events(self) -> list[dict[str, Any]]:
        """What was captured, oldest first: event, distinct_id, properties, ..."""
        captured: list[dict[str, Any]] = self._control("GET", "events")["events"]
        return captured

    def new_key(
        self, scopes: list[str] | None = None, teams: list[int] | None = None, organizations: list[str] | None = None
    ) -> str:
        """Another personal key, with fewer rights."""
        body = {"scopes": scopes or ["*"], "scoped_teams": teams or [], "scoped_organizations": organizations or []}
        return str(self._control("POST", "keys", body)["value"])

    def load(self, kind: str, objects: list[dict[str, Any]], project: int = 1) -> list[int]:
        """Create many objects at once, without a log entry each; answers with their ids."""
        body = {"kind": kind, "project": project, "objects": objects}
        ids: list[int] = self._control("POST", "bulk", body)["ids"]
        return ids

    def stop(self) -> None:
        """End the process."""
        self._session.close()
        self.process.terminate()
        self.process.wait(timeout=START_TIMEOUT)

    def _control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        response = self._session.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=60)
        if not response.ok:
            raise AssertionError(f"{method} /_emulator/{path} answered {response.status_code}: {response.text}")
        answer: dict[str, Any] = response.json()
        return answer


def start_emulator(data_dir: Path | str, *, key: str = KEY, port: int = 0, python: str | None = None) -> Emulator:
    """Start an emulator on a free port and wait until it answers.

    `python` must have what roles/emulator/files/requirements.txt lists; the default is this interpreter.
    """
    folder = Path(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    facts = folder / "server.json"
    facts.unlink(missing_ok=True)
    command = [python or sys.executable, "-m", "posthog_emulator", "serve", "--data-dir", str(folder)]
    command += ["--port", str(port)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        # Keeps the role's files free of what Python leaves behind.
        "PYTHONPYCACHEPREFIX": str(SOURCE.parents[2] / ".cache" / "pycache"),
        "POSTHOG_EMULATOR_KEY": key,
    }
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_TIMEOUT
    while not (url := _answering(facts)):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"The emulator did not start:\n{(folder / 'server.log').read_text()}")
        time.sleep(POLL_INTERVAL)  # between two looks at the condition
    return Emulator(process, url, key)


def _answering(facts: Path) -> str | None:
    """The address, once the server has written it down and answers there."""
    try:
        url = str(json.loads(facts.read_text())["url"])
        return url if requests.get(f"{url}/_health", timeout=5).ok else None
    except (OSError, ValueError):
        return None
