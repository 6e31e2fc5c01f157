"""A strict local stand-in for PostHog's REST API: for tests, benchmarks and a first try without an account."""

__version__ = "0.1.0"
