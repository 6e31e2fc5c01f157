# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that set PostHog up in a JavaScript application: one for each side, and the provider of React.

Nothing is sent without a key and an address: the address that posthog-js takes by itself is one that nobody named.
"""

from __future__ import annotations

import posixpath

from .scene import BROWSER, SERVER, Scene

BROWSER_FILE = """\
import posthog from "posthog-js";
{imports}
/** Starts PostHog in the browser, once. Without a key and an address nothing is sent. */
export function initPostHog(){void} {{
  if (typeof window === "undefined" || posthog.__loaded) {{
    return;
  }}
  const key = {key};
  const host = {host};
  if (!key || !host) {{
    return;
  }}
  posthog.init(key, {{
    api_host: host,
    capture_exceptions: true,
    person_profiles: "identified_only",
    respect_dnt: true,
{consent}\
    session_recording: {{
      maskAllInputs: true,
      maskTextSelector: "[data-private]",
    }},
  }});
}}
"""
CONSENT = """\
    // Until somebody agrees and the page calls posthog.opt_in_capturing()
    opt_out_capturing_by_default: true,
"""
# A function that is frozen after its answer sends nothing later.
AT_ONCE = """\
  // A function that sleeps after its answer would send nothing later.
  flushAt: 1,
  flushInterval: 0,
"""
SERVER_FILE = """\
{load}

const key = {key};
const host = {host};

/** Reports errors of the server. Without a key and an address nothing is sent. */
{export}const posthog = new PostHog(key || "none", {{
  host,
  disabled: !key || !host,
  enableExceptionAutocapture: true,
{at_once}}});
"""
REQUESTS = """
/** What Next.js calls when a request fails; the query of an address may hold secrets and is left out. */
export async function captureRequestError({arguments}){promise} {{
  await posthog.captureExceptionImmediate(error, undefined, {{
    path: request.path.split("?")[0],
    method: request.method,
    route: context.routePath,
    route_type: context.routeType,
  }});
}}
"""
TYPED_REQUEST = """
  error: unknown,
  request: { path: string; method: string },
  context: { routePath: string; routeType: string },
"""
BOTH_FILE = """\
import posthog from "posthog-js";

/** Reports an error from code that runs in the browser as well as on the server. */
export async function captureWithPostHog({arguments}){promise} {{
  if ({on_server}) {{
    const server = await import("./{server}");
    await server.posthog.captureExceptionImmediate(error, undefined, properties);
  }} else {{
    posthog.captureException(error, properties);
  }}
}}
"""
# Constants for whoever builds the page, so that the server's client never gets into it.
ON_SERVER = {"Next.js": 'typeof window === "undefined"', "Gatsby": 'typeof window === "undefined"'}
PROVIDER_FILE = """\
"use client";

import {{ PostHogProvider as Provider }} from "@posthog/react";
import posthog from "posthog-js";
{types}import {{ initPostHog }} from "{init}";

// Before anything is shown, so that its errors are reported, too
initPostHog();

export function PostHogProvider({{ children }}{props}) {{
  return <Provider client={{posthog}}>{{children}}</Provider>;
}}
"""


def browser_file(scene: Scene) -> str:
    typed = scene.writes_types
    return BROWSER_FILE.format(
        imports=variables_of_svelte(scene),
        key=scene.variable(scene.wish.key_variable, BROWSER),
        host=scene.variable(scene.wish.host_variable, BROWSER),
        void=": void" if typed else "",
        consent=CONSENT if scene.wish.require_consent else "",
    )


def variables_of_svelte(scene: Scene) -> str:
    return 'import { env } from "$env/dynamic/public";\n' if scene.framework.reads == "env.{}" else ""


def server_file(scene: Scene, has_hook: bool) -> str:
    """`has_hook` says that Next.js hands over errors of requests."""
    requires = scene.uses_require
    text = SERVER_FILE.format(
        load='const { PostHog } = require("posthog-node");' if requires else 'import { PostHog } from "posthog-node";',
        key=scene.variable(scene.wish.key_variable, SERVER),
        host=scene.variable(scene.wish.host_variable, SERVER),
        export="" if requires else "export ",
        at_once=AT_ONCE if len(scene.framework.sides) > 1 else "",
    )
    if has_hook:
        arguments = TYPED_REQUEST if scene.writes_types else "error, request, context"
        text += REQUESTS.format(arguments=arguments, promise=": Promise<void>" if scene.writes_types else "")
    return text + ("\nmodule.exports = { posthog };\n" if requires else "")


def both_file(scene: Scene) -> str:
    typed = scene.writes_types
    return BOTH_FILE.format(
        arguments="error: unknown, properties?: Record<string, unknown>" if typed else "error, properties",
        promise=": Promise<void>" if typed else "",
        on_server=ON_SERVER.get(scene.framework.name, "import.meta.env.SSR"),
        server=posixpath.splitext(posixpath.basename(scene.helper(SERVER)))[0],
    )


def provider_file(scene: Scene, init: str) -> str:
    """The provider for React; `init` is how it imports the file that starts PostHog."""
    return PROVIDER_FILE.format(
        init=init,
        types='import type { ReactNode } from "react";\n' if scene.writes_types else "",
        props=": { children: ReactNode }" if scene.writes_types else "",
    )
