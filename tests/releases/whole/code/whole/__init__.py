"""One application out of two: what the stack needs of PostHog (posthog), and its API (posthog_emulator)."""
