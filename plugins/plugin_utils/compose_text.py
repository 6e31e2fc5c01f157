# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose files as text, with the tags by which a second file replaces instead of joins (Compose 2.24.4 and later)."""

from __future__ import annotations

import typing as t

import yaml

from ..module_utils.stack.overlay import Override, OverrideMap, Reset


class Dumper(yaml.SafeDumper):
    """No anchors: the file is read by people."""

    def ignore_aliases(self, data: t.Any) -> bool:
        return True


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, represent_text)
# Kinds of them, too: Ansible's own texts and mappings carry tags of where they were written.
Dumper.add_multi_representer(str, represent_text)
Dumper.add_multi_representer(dict, lambda dumper, value: dumper.represent_dict(value.items()))
Dumper.add_multi_representer(list, lambda dumper, value: dumper.represent_list(value))
Dumper.add_representer(Override, lambda dumper, value: dumper.represent_sequence("!override", value))
Dumper.add_representer(OverrideMap, lambda dumper, value: dumper.represent_mapping("!override", value))
Dumper.add_representer(Reset, lambda dumper, value: dumper.represent_scalar("!reset", "null", style=""))


def text(document: t.Mapping[str, t.Any]) -> str:
    """Block style, in the order given."""
    return yaml.dump(dict(document), Dumper=Dumper, sort_keys=False, width=120, allow_unicode=True)
