"""PostHog's private API."""
