"""The package managers as their makers publish them, installed into .cache by npm and pip."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import venv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".cache/package-managers"

# Name here: (package and version, its program below node_modules)
NPM_PACKAGES = {
    "pnpm8": ("pnpm8@npm:pnpm@8", "pnpm8/bin/pnpm.cjs"),
    "pnpm9": ("pnpm9@npm:pnpm@9", "pnpm9/bin/pnpm.cjs"),
    "pnpm10": ("pnpm10@npm:pnpm@10", "pnpm10/bin/pnpm.cjs"),
    "yarn": ("yarn@1", "yarn/bin/yarn.js"),
    "yarn3": ("yarn3@npm:@yarnpkg/cli-dist@3", "yarn3/bin/yarn.js"),
    "yarn4": ("yarn4@npm:@yarnpkg/cli-dist@4", "yarn4/bin/yarn.js"),
    "bun1.2": ("bun@1.2", ".bin/bun"),
    "bun1.4": ("bun@1.4", ".bin/bun"),
}
PYTHON_PACKAGES = {
    "uv": ("uv", "uv"),
    "poetry1": ("poetry<2", "poetry"),
    "poetry2": ("poetry>=2", "poetry"),
    "pipenv": ("pipenv", "pipenv"),
    "pip-tools": ("pip-tools", "pip-compile"),
}
# Their makers have gone on; `make thorough` tries them.
OLDER = {"npm-v2", "pnpm8", "pnpm9", "yarn3", "bun1.2", "poetry1"}
BERRY = "enableTelemetry: false\nenableGlobalCache: true\nnodeLinker: node-modules\nenableScripts: false\n"


class Unreachable(Exception):
    """A manager cannot be had here; says why."""


def each(names: Iterable[str]) -> list[Any]:
    """The parameters of a test that goes through managers."""
    return [pytest.param(name, marks=pytest.mark.thorough) if name in OLDER else name for name in names]


def run(command: list[str], place: Path, **more: str) -> str:
    """What a command prints. A failure that is the network's is Unreachable."""
    environment = {
        **os.environ,
        "CI": "true",
        "NO_COLOR": "1",
        "npm_config_omit_lockfile_registry_resolved": "false",
        **more,
    }
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=170)
    said = done.stdout + done.stderr
    if done.returncode and any(
        word in said
        for word in ("self-signed certificate", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "dns error")
    ):
        raise Unreachable(f"the registry is not reachable: {said[-300:]}")
    assert done.returncode == 0, f"{' '.join(command)}\n{said[-6000:]}"
    return said


class Manager:
    """One manager of JavaScript packages."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command

    def prepare(self, place: Path) -> None:
        """What the manager wants to find beside the manifests."""
        if self.name.startswith("pnpm"):
            (place / "pnpm-workspace.yaml").write_text("packages:\n  - packages/*\n")
        if self.name in ("yarn3", "yarn4"):
            (place / ".yarnrc.yml").write_text(BERRY)
            (place / "yarn.lock").touch()

    def run(self, place: Path, arguments: str) -> str:
        # CI freezes yarn's locks unless somebody says otherwise.
        unfrozen = {"YARN_ENABLE_IMMUTABLE_INSTALLS": "false"} if "immutable" not in arguments else {}
        return run([*self.command, *arguments.split()], place, **unfrozen)


class Managers:
    """Installs on first use."""

    def javascript(self, name: str) -> Manager:
        npm, node = shutil.which("npm"), shutil.which("node")
        if npm is None or node is None:
            raise Unreachable("node and npm are not on this machine")
        if name.startswith("npm"):
            return Manager(name, [npm])
        package, program = NPM_PACKAGES[name]
        home = PLACE / name
        found = home / "node_modules" / program
        if not found.exists():
            home.mkdir(parents=True, exist_ok=True)
            (home / "package.json").write_text('{"private": true}\n')
            run([npm, "install", "--no-audit", "--no-fund", package], home)
        return Manager(name, [str(found)] if name.startswith("bun") else [node, str(found)])

    def uv(self) -> str:
        return self.python("uv")

    def python(self, name: str) -> str:
        """The program of one of PYTHON_PACKAGES, each in a home of its own."""
        package, program = PYTHON_PACKAGES[name]
        home = PLACE / name
        if not (home / "bin" / program).exists():
            venv.create(home, with_pip=True, clear=True)
            run([str(home / "bin/python"), "-m", "pip", "install", "-q", package], ROOT)
        return str(home / "bin" / program)

    def on_path(self, name: str, place: Path) -> str:
        """A PATH on which a manager is what it is for its users: a program of its name."""
        command = [self.python(name)] if name in PYTHON_PACKAGES else self.javascript(name).command
        program = PYTHON_PACKAGES[name][1] if name in PYTHON_PACKAGES else name.rstrip("0123456789.").removesuffix("-v")
        place.mkdir(parents=True, exist_ok=True)
        (place / program).write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        (place / program).chmod(0o755)
        return f"{place}{os.pathsep}{os.environ['PATH']}"
