# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: nginx_shared
short_description: Says on which addresses other servers of an nginx listen, too
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Reads what C(nginx -T) prints, and tells which of the addresses are used by servers of other files.
  - Options of C(listen) such as C(http2) hold for all servers of an address, so whoever shares it has to know.
positional: addresses
options:
  _input:
    description: What C(nginx -T) printed.
    type: str
    required: true
  addresses:
    description: The addresses in question, as one writes them after C(listen).
    type: list
    elements: str
    required: true
  without:
    description: Files that contain this text are left out.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: It is known who listens on the port of HTTPS
  ansible.builtin.debug:
    msg: "{{ dump.stdout | rollout.posthog.nginx_shared(['443', '[::]:443'], without='written by Ansible') }}"
"""

RETURN = r"""
_value:
  description: Those of the addresses that are shared.
  type: list
  elements: str
  sample: ["443"]
"""

import re
from typing import Any

FILE = re.compile(r"^# configuration file .*:$", re.MULTILINE)
# Texts in quotes, which may hold anything, and comments.
NOISE = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:^|(?<=[\s;{}]))#[^\n]*""")
LISTEN = re.compile(r"(?<![^\s;{}])listen\s+([^\s;]+)[^;]*;")
EVERYWHERE = "0.0.0.0"


def socket_of(address: str) -> str:
    """The address as nginx understands it, such as `*:443` for `443`."""
    if address.startswith("unix:"):
        return address
    if address.isdigit():
        return f"*:{address}"
    host, port = address, "80"
    if ":" in address.rpartition("]")[2]:
        host, _colon, port = address.rpartition(":")
    return f"{'*' if host == EVERYWHERE else host}:{port}"


def nginx_shared(dump: str, addresses: list[str], without: str) -> list[str]:
    """Those of the addresses on which servers listen that are in files without that text."""
    files = [file for file in FILE.split(dump) if without not in file]
    taken = {socket_of(address) for file in files for address in LISTEN.findall(NOISE.sub(" ", file))}
    return [address for address in addresses if socket_of(address) in taken]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"nginx_shared": nginx_shared}
