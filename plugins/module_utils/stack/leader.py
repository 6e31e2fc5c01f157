# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several managers of a swarm acts: the one with the data, for stores and migrations are asked there."""

from __future__ import annotations

import typing as t

from ..errors import Invalid

# What only the node with the data has: the volumes that a migration changes
DATA = ("postgres-data", "clickhouse-data")

Host = t.Mapping[str, t.Any]


def leader(hosts: t.Mapping[str, Host], wished: str = "") -> str:
    """Its name in the inventory, or nothing when it is not among `hosts`.

    `hosts` are the hosts of the run, in their order, each as host.Host has it; `wished` is who shall keep the data when
    nobody does yet. Raises Invalid when data lies where nobody would look for it.
    """
    keepers = {node for host in hosts.values() for node in host["keepers"]}
    if len(keepers) > 1:
        raise Invalid("several nodes have the label of the one that keeps the data; take it off those that have none")
    full = [name for name, host in hosts.items() if set(DATA) & set(host["volumes"])]
    found = [name for name, host in hosts.items() if host["node"] in keepers]
    for name in full:
        if keepers and name not in found:
            raise Invalid(
                "has a database of this stack, but another node has the label of the one that keeps the data. Give the "
                "label to the right one, or remove the volumes here if they are old",
                name,
            )
    if keepers:
        return "".join(found)
    if len(full) > 1:
        raise Invalid(f"{' and '.join(full)} have a database of this stack each; remove the volumes of the old one")
    if full and wished and full != [wished]:
        raise Invalid(f"stack_keeper is {wished}, but the database is on {full[0]}; nothing moves it")
    chosen = full[0] if full else wished or next(iter(hosts))
    return chosen if chosen in hosts else ""
