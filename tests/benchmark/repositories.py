"""What is measured of the removal of Sentry: a large repository of which a little is Sentry's, and a long lock."""

from __future__ import annotations

import json
import random
from pathlib import Path

from support.repositories import make_repository

FILES = 10_000
MENTIONING = 200
PACKAGES = 2_700
OF_SENTRY = 60

Files = dict[str, "str | bytes"]

IMPORT = 'import * as Sentry from "@sentry/node";\n'
INIT = f"{IMPORT}\nSentry.init({{ dsn: process.env.SENTRY_DSN }});\n"
START = f"{IMPORT}\nexport function start() {{\n  Sentry.init();\n}}\n"
# Files that go, for each of which all others are asked whether they name it.
SETUP: Files = {
    "sentry.edge.config.ts": INIT,
    "sentry.server.config.ts": INIT,
    "src/monitoring/start.ts": START,
    "src/main.ts": 'import { start } from "./monitoring/start";\n\nstart();\nconsole.log("ready");\n',
    ".env.example": "SENTRY_DSN=\nPORT=3000\n",
}


def large(place: Path) -> Path:
    """10,000 files, some 3 KB each, mostly TypeScript; 200 of them mention Sentry, most of these in code."""
    files: Files = {"package.json": manifest({"@sentry/node": "^10.5.0", "next": "15.5.0"}), **SETUP}
    for number in range(1, FILES - len(SETUP)):
        # All over the place; package.json is the first that mentions it.
        mentions = number * 7919 % FILES < MENTIONING
        folder = f"src/area{number % 40}/part{number % 400}"
        if number % 20 == 7:
            files[f"docs/page{number}.md"] = document(mentions)
        elif number % 5 == 3:
            files[f"{folder}/tool{number}.py"] = python(number, mentions)
        else:
            files[f"{folder}/view{number}.tsx"] = typescript(number, mentions)
    return make_repository(place, files)


def manifest(dependencies: dict[str, str]) -> str:
    return json.dumps({"name": "large", "private": True, "dependencies": dependencies}, indent=2) + "\n"


def document(mentions: bool) -> str:
    return "# A page\n\n" + "What there is to say about this part of the application.\n" * 50 + "Sentry.\n" * mentions


def typescript(number: int, mentions: bool) -> str:
    start = IMPORT if mentions else ""
    report = "    Sentry.captureException(error);\n" if mentions else ""
    functions = "".join(
        f"\nexport async function load{number}_{one}(id: string): Promise<string | null> {{\n"
        f"  try {{\n    const answer = await fetch(`/api/{number}/${{id}}`);\n    return await answer.text();\n"
        f'  }} catch (error) {{\n{report}    console.error("load{number}_{one}", error);\n    return null;\n  }}\n}}\n'
        for one in range(11)
    )
    return start + functions


def python(number: int, mentions: bool) -> str:
    start = "import sentry_sdk\n\n" if mentions else ""
    report = "        sentry_sdk.capture_exception(error)\n" if mentions else ""
    functions = "".join(
        f"\ndef load_{number}_{one}(client, key):\n    try:\n        return client.get(key, timeout=10).json()\n"
        f'    except OSError as error:\n{report}        print("load_{number}_{one}", error)\n        return None\n\n'
        for one in range(16)
    )
    return start + functions


def long_lock(place: Path) -> Path:
    """A project with a pnpm lock of some 30,000 lines; one package in forty is only there for Sentry."""
    choice = random.Random(1)
    needs = {f"package-{one}": choice.sample(range(one + 1, PACKAGES), 3) for one in range(PACKAGES - 3)}
    graph = {name: [f"package-{one}" for one in others] for name, others in needs.items()}
    graph.update({f"package-{one}": [] for one in range(PACKAGES - 3, PACKAGES)})
    for one in range(OF_SENTRY):
        further = [f"sentry-needs-{one + 1}"] if one + 1 < OF_SENTRY else []
        graph[f"sentry-needs-{one}"] = [*further, f"package-{choice.randrange(PACKAGES)}"]
    graph["@sentry/node"] = [f"sentry-needs-{one}" for one in range(0, OF_SENTRY, 9)]
    # What nobody needs is asked for by the project itself, so that all of the lock is used.
    needed = {other for others in graph.values() for other in others}
    wanted = sorted(name for name in graph if name not in needed)
    files: Files = {
        "package.json": manifest(dict.fromkeys(wanted, "1.0.0")),
        "pnpm-lock.yaml": pnpm(wanted, graph),
    }
    return make_repository(place, files)


def pnpm(wanted: list[str], graph: dict[str, list[str]]) -> str:
    """A lock of version 9 as pnpm writes it."""
    lines = ["lockfileVersion: '9.0'", "", "settings:", "  autoInstallPeers: true", "  excludeLinksFromLockfile: false"]
    lines += ["", "importers:", "", "  .:", "    dependencies:"]
    for name in wanted:
        lines += [f"      {quoted(name)}:", "        specifier: 1.0.0", "        version: 1.0.0"]
    lines += ["", "packages:", ""]
    for name in sorted(graph):
        integrity = f"sha512-{name.encode().hex():0<86.86}=="
        lines += [f"  {quoted(name + '@1.0.0')}:", f"    resolution: {{integrity: {integrity}}}"]
        lines += ["    engines: {node: '>=18'}", ""]
    lines += ["snapshots:", ""]
    for name in sorted(graph):
        head = f"  {quoted(name + '@1.0.0')}:"
        others = [f"      {quoted(other)}: 1.0.0" for other in sorted(set(graph[name]))]
        lines += [head, "    dependencies:", *others, ""] if others else [f"{head} {{}}", ""]
    return "\n".join(lines[:-1]) + "\n"


def quoted(name: str) -> str:
    return f"'{name}'" if name.startswith("@") else name
