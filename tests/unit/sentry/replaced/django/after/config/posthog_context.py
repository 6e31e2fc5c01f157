"""What pages need to report to PostHog."""

import posthog as sdk


def posthog(request):
    """The public key and the host, where they are set."""
    if sdk.disabled or not (sdk.api_key and sdk.host):
        return {}
    return {"posthog_key": sdk.api_key, "posthog_host": sdk.host.rstrip("/")}
