"""Taking in events."""
