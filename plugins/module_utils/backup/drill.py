# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof: the newest backup put back into a stack of its own beside the live one, which is removed afterwards.

Its containers are of the live one's images and files, with another name, network and volumes, and no ports.
"""

from __future__ import annotations

import json
import os
import typing as t
from contextlib import contextmanager

from ..errors import RolloutError
from ..files import make_folder, write
from . import process
from .manifest import Manifest
from .parts import parts_of
from .restore import Giver, restore
from .settings import Settings

OVERRIDE = "drill.yml"
USERS = "drill-users.xml"
#: Where ClickHouse takes further users from; the last name wins.
USERS_THERE = "/etc/clickhouse-server/users.d/zz-drill.xml"


class Drill:
    def __init__(self, settings: Settings) -> None:
        """Raises RolloutError for settings that would hit the live stack."""
        self.settings, self.project = settings, settings.drill["project"]
        self.folder = os.path.join(os.path.dirname(settings.status_path), "drill")
        self.release = os.path.realpath(os.path.join(settings.stack["home"], "current"))
        if not self.project or self.project == settings.stack["project"]:
            raise RolloutError("drill.project must be a name of its own, for all of it is removed")
        self.parts = [part for part in parts_of(settings, self.project) if part.name != "secrets"]

    def carry_out(self, manifest: Manifest, giver: Giver) -> list[str]:
        """What was found, a line each. Raises RolloutError that says what is not as it was."""
        here = os.path.basename(self.release)
        if manifest.release != here:
            raise RolloutError(f"{manifest.run} is of release {manifest.release or '(none)'}, and here runs {here}")
        with self.stack():
            stores = [name for name in self.services() if name in self.settings.stack["stores"]]
            self.up(*stores)
            said = restore(manifest, giver, self.parts)
            ready = self.settings.drill["ready"]
            if ready:
                self.up(*ready)
                said.append(f"{', '.join(ready)}: ready")
        return said

    @contextmanager
    def stack(self) -> t.Iterator[None]:
        """Nothing of it is there before, and nothing after, however it ends. Raises RolloutError."""
        make_folder(self.folder, 0o755)
        self.write_override([])
        self.write_override(self.services())
        self.down()
        try:
            yield
        finally:
            self.down()

    def write_override(self, services: t.Sequence[str]) -> None:
        """A file that Compose lays over the live stack's, in JSON but for what only YAML can say."""
        subnet = self.settings.drill["subnet"]
        users = f"<yandex><users><default><networks><ip>{subnet}</ip></networks></default></users></yandex>\n"
        write(os.path.join(self.folder, USERS), users.encode(), 0o644)
        lines = ["services:"] if services else ["services: {}"]
        for name in services:
            lines += [f"  {json.dumps(name)}:", "    ports: !reset []", '    restart: "no"']
            if name == self.settings.clickhouse["service"]:
                mount = f"{os.path.join(self.folder, USERS)}:{USERS_THERE}:ro"
                lines += [f"    volumes: [{json.dumps(mount)}]"]
        network = json.dumps([{"subnet": subnet}])
        lines += ["networks:", "  default:", "    ipam: !override", f"      config: {network}"]
        write(os.path.join(self.folder, OVERRIDE), ("\n".join(lines) + "\n").encode(), 0o644)

    def compose(self, *words: str) -> str:
        """Raises RolloutError."""
        files = [os.path.join(self.release, name) for name in ("docker-compose.yml", "overlay.yml")]
        files.append(os.path.join(self.folder, OVERRIDE))
        named = [word for file in files for word in ("--file", file)]
        directory = ["--project-name", self.project, "--project-directory", self.release]
        return process.run(["docker", "compose", *directory, *named, "--ansi", "never", "--progress", "quiet", *words])

    def services(self) -> list[str]:
        return self.compose("config", "--services").split()

    def up(self, *services: str) -> None:
        limit = str(int(self.settings.drill["timeout"]))
        self.compose(
            "up", "--detach", "--no-deps", "--no-build", "--pull", "never", "--wait", "--wait-timeout", limit, *services
        )

    def down(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
