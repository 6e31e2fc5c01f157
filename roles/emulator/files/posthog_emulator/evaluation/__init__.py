"""Evaluating feature flags."""
