"""What hypothesis draws: what a person may write, and what PostHog may have stored."""
