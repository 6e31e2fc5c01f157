"""PostHog in Sentry's place in real use: a server's errors arrive at the emulator, and TypeScript finds no fault."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from integration.package_managers import Managers, Unreachable
from integration.test_sentry_locks import JAVASCRIPT

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, plan_removal
from support.emulator import Emulator
from support.repositories import make_repository

CASES = Path(__file__).resolve().parents[1] / "unit/sentry/replaced"
SERVER = """\
const express = require("express");
const Sentry = require("@sentry/node");

Sentry.init({ dsn: process.env.SENTRY_DSN });

const app = express();
app.get("/handled", (req, res) => {
  Sentry.captureException(new Error("handled"), { tags: { area: "cart" }, user: { id: "ann" } });
  res.send("ok");
});
app.get("/unhandled", () => {
  throw new Error("unhandled");
});
Sentry.setupExpressErrorHandler(app);
process.on("SIGTERM", async () => {
  await Sentry.close(2000);
  process.exit(0);
});
app.listen(Number(process.env.PORT), "127.0.0.1");
"""
# TypeScript of these is checked with PostHog's own types; what else they import is only said to be there.
TYPED = ("nextjs-app", "react-vite", "nest", "sveltekit")
OTHERS = ("next/error", "zod", "@nestjs/common", "@nestjs/core", "@sentry/nestjs",
          "@sentry/nestjs/setup", "@sveltejs/kit/hooks", "$env/dynamic/public", "$lib/auth", "react-router-dom",
          "@vitejs/plugin-react", "vite", "vitest", "@sveltejs/kit/vite")  # fmt: skip
PAY = """\
interface Order {
  id: string;
  slow: boolean;
  tags: Record<string, string>;
  confirm(): Promise<void>;
  receipt(): Promise<void>;
  mail(): Promise<void>;
}
export declare function pay(form: FormData): Promise<Order>;
"""
# Files of the application that its repository in the fixtures does without
MISSING = {"nextjs-app": {"lib/vitals.ts": "export function startVitals(): void {}\n", "lib/pay.ts": PAY}}
GLOBALS = """\
interface ImportMeta { env: Record<string, string> }
declare const process: { env: Record<string, string | undefined> };
declare module "next" {
  export interface Metadata { title?: string }
}
declare module "@sveltejs/kit" {
  export type HandleClientError = (input: { error: unknown; event: unknown }) => void;
  export type HandleServerError = HandleClientError;
}
"""
TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "jsx": "react-jsx",
        "module": "esnext",
        "moduleResolution": "bundler",
        "target": "es2022",
        "lib": ["dom", "es2022"],
        "types": [],
        "skipLibCheck": True,
        "experimentalDecorators": True,
        "paths": {"@/*": ["./*"], "$lib/*": ["./src/lib/*"]},
    },
    "include": ["**/*.ts", "**/*.tsx"],
    "exclude": ["node_modules", "**/*.test.tsx", "**/*.config.ts"],
}


def npm(place: Path, *packages: str) -> None:
    try:
        manager = Managers().javascript("npm")
        manager.run(place, f"install --ignore-scripts --no-audit --no-fund --legacy-peer-deps {' '.join(packages)}")
    except Unreachable as problem:
        pytest.skip(str(problem))


def replace(root: Path) -> None:
    plan_removal(str(root), Options(wish=Wish())).write()


def wait_until(condition: Callable[[], Any], process: subprocess.Popen[bytes]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)  # between two looks at the condition
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    def __init__(self, place: Path, emulator: Emulator) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        environment = {"POSTHOG_KEY": emulator.token(), "POSTHOG_HOST": emulator.url, "PORT": str(port)}
        self.process = subprocess.Popen(
            ["node", "server.js"], cwd=place, env={**os.environ, **environment}, stderr=subprocess.PIPE
        )
        wait_until(self.answers, self.process)

    def answers(self) -> bool:
        try:
            return bool(requests.get(f"{self.url}/none", timeout=5)) or True
        except requests.ConnectionError:
            return False


@pytest.fixture
def server(tmp_path: Path, emulator: Emulator) -> Iterator[Server]:
    manifest = {"dependencies": {"@sentry/node": "^8.0.0", "express": "^4.21.0"}}
    root = make_repository(tmp_path / "shop", {"package.json": json.dumps(manifest), "server.js": SERVER})
    replace(root)
    npm(root)
    running = Server(root, emulator)
    yield running
    running.process.kill()
    running.process.wait()


def exceptions(emulator: Emulator) -> dict[str, dict[str, Any]]:
    found = [event for event in emulator.events() if event["event"] == "$exception"]
    return {event["properties"]["$exception_list"][0]["value"]: event for event in found}


def test_errors_of_a_server_arrive(server: Server, emulator: Emulator) -> None:
    assert requests.get(f"{server.url}/handled", timeout=10).text == "ok"
    assert requests.get(f"{server.url}/unhandled", timeout=10).status_code == 500
    server.process.terminate()
    server.process.wait(timeout=30)
    found = exceptions(emulator)
    assert set(found) == {"handled", "unhandled"}
    assert found["handled"]["distinct_id"] == "ann"
    assert found["handled"]["properties"]["area"] == "cart"


def test_types_are_right(tmp_path: Path) -> None:
    root = tmp_path / "types"
    root.mkdir()
    (root / "package.json").write_text('{"private": true}')
    for case in TYPED:
        shutil.copytree(CASES / case / "after", root / case)
        for path, text in MISSING.get(case, {}).items():
            (root / case / path).write_text(text)
        (root / case / "tsconfig.json").write_text(
            json.dumps({**TSCONFIG, "include": ["**/*.ts", "**/*.tsx", "../globals.d.ts"]})
        )
    stubs = "".join(f'declare module "{name}";\n' for name in OTHERS)
    (root / "globals.d.ts").write_text(stubs + GLOBALS)
    npm(
        root,
        "typescript@5",
        "posthog-js",
        "posthog-node",
        "@posthog/react",
        "@types/react@19",
        "@types/react-dom@19",
        "react@19",
        "rxjs@7",
    )
    for case in TYPED:
        done = subprocess.run(
            ["node", "node_modules/typescript/bin/tsc", "-p", case],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == "", case


@pytest.mark.parametrize("name", ["npm", "pnpm10"])
def test_the_lock_has_what_the_manifest_asks_for(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, locking, frozen = JAVASCRIPT[name]
    manifest = {"name": "shop", "version": "1.0.0", "dependencies": {"@sentry/node": "^8.0.0", "ms": "^2.1.0"}}
    root = make_repository(tmp_path / "shop", {"package.json": json.dumps(manifest), "server.js": SERVER})
    managers = Managers()
    try:
        manager = managers.javascript(name)
        manager.run(root, locking)
        monkeypatch.setenv("PATH", managers.on_path(name, tmp_path / "bin"))
    except Unreachable as problem:
        pytest.skip(f"{name}: {problem}")
    removal = plan_removal(str(root), Options(wish=Wish()))
    removal.resolve_locks(removal.extended)
    removal.write()
    text = (root / lock).read_text()
    assert "posthog-node" in text
    assert "sentry" not in text
    manager.run(root, frozen)
    assert (root / lock).read_text() == text
