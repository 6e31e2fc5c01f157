# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: proxy_hosts
short_description: Turns declared sites, ingest paths and redirects into the hosts that nginx has to know
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Checks what is declared for the role P(rollout.posthog.proxy#role), fills in defaults and puts together what
    shares a host name.
positional: ingests, redirects
options:
  _input:
    description: The sites.
    type: list
    elements: dict
    required: true
  ingests:
    description: The ingest paths.
    type: list
    elements: dict
    required: true
  redirects:
    description: The redirects.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: The hosts are known
  ansible.builtin.debug:
    msg: "{{ sites | rollout.posthog.proxy_hosts(ingests, redirects) }}"
  vars:
    sites: [{url: "https://posthog.example.com"}]
    ingests: [{url: "https://www.example.com/ingest/", to: eu}]
    redirects: [{url: "https://www.example.com/posthog/", to: "https://posthog.example.com"}]
"""

RETURN = r"""
_value:
  description: The hosts, each with its site, or with its paths.
  type: list
  elements: dict
"""

import re
from typing import Any, NoReturn
from urllib.parse import urlsplit

from ansible.errors import AnsibleFilterError

# Also in meta/argument_specs.yml of the role; a test compares them.
TLS = {"certificate_from": "files", "certificate": "", "certificate_key": ""}
SITE = {"layout": "caddy", "backend": "127.0.0.1:8010", "services": {}, "extra": "", **TLS}
PATH = {"server": "existing", **TLS}
INGEST = {"assets": "", "mask_ip": False, "ca_file": "/etc/ssl/certs/ca-certificates.crt", **PATH}
REDIRECT = {**PATH}

REGIONS = {name: f"https://{name}.i.posthog.com" for name in ("eu", "us")}
CLOUD = re.compile(r"https://(eu|us)(?:-assets)?\.i\.posthog\.com/?")
# Whose events are taken elsewhere.
CLOUD_PAGES = re.compile(r"https://(?:(eu|us|app)\.)?posthog\.com(?:/.*)?")
# The services that nothing works without.
NEEDED = ("web", "capture")

NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
ONE_SERVER = "they are one server to nginx, so say the same of each"
PATH_TEXT = re.compile(r"/(?:[A-Za-z0-9._-]+/)*")
ADDRESS = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):[0-9]+")
FILE_NAME = re.compile(r"/[^\s;{}$\"'\\]+")


def refuse(url: Any, problem: str) -> NoReturn:
    """Raises AnsibleFilterError."""
    raise AnsibleFilterError(f"{url}: {problem}")


def parsed(url: Any, *, path: bool) -> dict[str, Any]:
    """Scheme, host name, address (with a port, where one is written) and path of a URL that visitors see."""
    try:
        parts = urlsplit(str(url))
        port = parts.port
    except ValueError as problem:
        refuse(url, f"is no URL: {problem}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        refuse(url, "is no URL such as https://www.example.com/ingest/")
    if not NAME.fullmatch(parts.hostname) or re.fullmatch(r"[0-9.]+", parts.hostname):
        refuse(url, "needs a host name, which certificates and nginx's choice of a server go by")
    if not path and parts.path not in ("", "/"):
        refuse(
            url,
            f"has the path {parts.path}, but PostHog does not work below a path; give it a host name of its own, "
            "and let proxy_redirects lead there from the path",
        )
    if path and not PATH_TEXT.fullmatch(parts.path):
        refuse(url, "needs a path of letters, digits, '.', '_' and '-' that begins and ends with a slash")
    address = f"{parts.hostname}:{port}" if port else parts.hostname
    return {"scheme": parts.scheme, "name": parts.hostname, "address": address, "path": parts.path or "/"}


def upstream(url: Any, place: Any) -> dict[str, str]:
    """Where requests are passed on to."""
    found = re.fullmatch(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]+)?/?", str(url))
    if not found:
        refuse(place, f"cannot be passed on to {url}; write eu, us, or a URL without a path")
    scheme, name, port = found[1], found[2], found[3] or ""
    return {"scheme": scheme, "name": name, "port": port, "url": f"{scheme}://{name}{port}"}


def safe_file(entry: dict[str, Any], option: str) -> None:
    """Raises AnsibleFilterError."""
    if entry[option] and not FILE_NAME.fullmatch(entry[option]):
        refuse(entry["url"], f"{option} has to be an absolute path without spaces and special characters")


def certificate(entry: dict[str, Any], host: dict[str, Any]) -> dict[str, str]:
    """Where certificate and key of a host of our own are. Empty for plain HTTP."""
    if host["scheme"] == "http":
        return {}
    origin = entry["certificate_from"]
    for option in ("certificate", "certificate_key"):
        safe_file(entry, option)
    if origin == "files" and not (entry["certificate"] and entry["certificate_key"]):
        refuse(
            entry["url"],
            "needs certificate and certificate_key; or certificate_from: acme when an ACME client gets them, "
            "or http:// when something in front of this host does TLS",
        )
    if bool(entry["certificate"]) != bool(entry["certificate_key"]):
        refuse(entry["url"], "certificate and certificate_key go together")
    return {"from": origin, "certificate": entry["certificate"], "certificate_key": entry["certificate_key"]}


def site(declared: dict[str, Any]) -> dict[str, Any]:
    """A host with a site."""
    entry = {**SITE, **declared}
    host = parsed(entry["url"], path=False)
    addresses = {"backend": entry["backend"]} if entry["layout"] == "caddy" else entry["services"]
    for name, address in addresses.items():
        if not ADDRESS.fullmatch(str(address)):
            refuse(entry["url"], f"the address of {name} has to be like 127.0.0.1:8010, unlike {address}")
    missing = [name for name in NEEDED if entry["layout"] == "routes" and name not in entry["services"]]
    if missing:
        refuse(entry["url"], f"layout routes needs the address of services.{' and services.'.join(missing)}")
    tls = certificate(entry, host)
    return {**host, "server": "own", "tls": tls, "site": entry, "ingests": [], "redirects": []}


def ingest(declared: dict[str, Any]) -> dict[str, Any]:
    """An ingest path, with where it leads to."""
    entry = {**INGEST, **declared}
    target = REGIONS.get(entry["to"], entry["to"])
    page = CLOUD_PAGES.fullmatch(str(target))
    if page:
        region = page[1] if page[1] in REGIONS else "us"
        refuse(entry["url"], f"{target} takes no events; write to: {region}")
    cloud = CLOUD.fullmatch(str(target))
    if cloud:
        target = REGIONS[cloud[1]]
    assets = entry["assets"] or (f"https://{cloud[1]}-assets.i.posthog.com" if cloud else target)
    safe_file(entry, "ca_file")
    return {
        **entry,
        "to": upstream(target, entry["url"]),
        "assets": upstream(assets, entry["url"]),
        # Cloud's host takes events alone; a PostHog of one's own has its pages and its API there, too.
        "everything": bool(cloud),
    }


def redirect(declared: dict[str, Any]) -> dict[str, Any]:
    """A redirect, with where it leads to."""
    entry = {**REDIRECT, **declared}
    target = parsed(entry["to"], path=False)
    return {**entry, "to": f"{target['scheme']}://{target['address']}"}


def proxy_hosts(
    sites: list[dict[str, Any]], ingests: list[dict[str, Any]], redirects: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The hosts. Raises AnsibleFilterError."""
    hosts: dict[str, dict[str, Any]] = {}
    for declared in sites:
        host = site(declared)
        if host["name"] in hosts:
            refuse(declared["url"], "is declared twice")
        hosts[host["name"]] = host
    for kind, entries in (("ingests", map(ingest, ingests)), ("redirects", map(redirect, redirects))):
        for entry in entries:
            add_path(hosts, kind, entry)
    for host in hosts.values():
        if host["tls"] and not host["tls"]["certificate"]:
            host["tls"].update(standard_certificate(host))
    return list(hosts.values())


def add_path(hosts: dict[str, dict[str, Any]], kind: str, entry: dict[str, Any]) -> None:
    """Puts an ingest path or a redirect to its host."""
    found = parsed(entry["url"], path=True)
    path = found.pop("path")
    own = entry["server"] == "own"
    new = {**found, "path": "/", "server": entry["server"], "tls": {}, "site": None, "ingests": [], "redirects": []}
    host = hosts.setdefault(found["name"], new)
    if host["site"]:
        refuse(entry["url"], "is on the host of a site, which has these paths already; use another host")
    if host["server"] != entry["server"] or host["scheme"] != found["scheme"]:
        refuse(entry["url"], f"another path of this host has another server or scheme; {ONE_SERVER}")
    if any(path == other["path"] for other in host["ingests"] + host["redirects"]):
        refuse(entry["url"], "is declared twice")
    if own:
        tls = certificate(entry, found)
        if host["tls"] and host["tls"] != tls:
            refuse(entry["url"], f"another path of this host has another certificate; {ONE_SERVER}")
        host["tls"] = tls
    elif path == "/":
        refuse(entry["url"], "the whole host is only ours with server: own")
    host[kind].append({**entry, "path": path, "prefix": path.rstrip("/"), "file": file_name(path)})


def file_name(path: str) -> str:
    """A file name for a path: no path has a tilde, so no two have one name."""
    return path.strip("/").replace("/", "~") or "~"


def standard_certificate(host: dict[str, Any]) -> dict[str, str]:
    """Where an ACME client or the role itself puts the certificate, unless told otherwise."""
    if host["tls"]["from"] == "acme":
        folder = f"/etc/letsencrypt/live/{host['name']}"
        return {"certificate": f"{folder}/fullchain.pem", "certificate_key": f"{folder}/privkey.pem"}
    folder = f"/etc/ssl/posthog-proxy/{host['name']}"
    return {"certificate": f"{folder}.pem", "certificate_key": f"{folder}.key"}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"proxy_hosts": proxy_hosts}
