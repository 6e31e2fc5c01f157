"""The emulator's own controls, under /_emulator/: no part of PostHog."""
