# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of a Django project load: a template with a script of our own, and what fills it.

The script needs nothing but posthog-js itself, which makes `window.posthog` when it is loaded (posthog-js 1.449.2,
`init_from_snippet`). The name of the module is not `posthog`: that would stand in the SDK's way.
"""

from __future__ import annotations

from ..wish import Wish

INCLUDE = '{% include "posthog/snippet.html" %}'
PROCESSOR = '''\
"""What pages need to report to PostHog."""

import posthog as sdk


def posthog(request):
    """The public key and the host, where they are set."""
    if sdk.disabled or not (sdk.api_key and sdk.host):
        return {}
    return {"posthog_key": sdk.api_key, "posthog_host": sdk.host.rstrip("/")}
'''
SNIPPET = """\
{{% if posthog_key %}}
<script>
  (function (host, key) {{
    var script = document.createElement("script");
    script.src = host.replace(".i.posthog.com", "-assets.i.posthog.com") + "/static/array.js";
    script.async = true;
    script.onload = function () {{
      window.posthog.init(key, {{
        api_host: host,
        capture_exceptions: true,
        respect_dnt: true,
        opt_out_capturing_by_default: {consent},
        session_recording: {{ maskAllInputs: true, maskTextSelector: "[data-private]" }},
        autocapture: {{ css_selector_ignorelist: [".ph-no-autocapture", "[data-ph-no-autocapture]", "[data-private]"] }}
      }});
      {{% if user.is_authenticated %}}
      window.posthog.identify("{{{{ user.pk|escapejs }}}}");
      {{% endif %}}
    }};
    document.head.appendChild(script);
  }})("{{{{ posthog_host|escapejs }}}}", "{{{{ posthog_key|escapejs }}}}");
</script>
{{% endif %}}
"""


def snippet(wish: Wish) -> str:
    return SNIPPET.format(consent="true" if wish.require_consent else "false")
