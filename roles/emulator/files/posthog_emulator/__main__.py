"""`python -m posthog_emulator`."""

from posthog_emulator.cli import main

if __name__ == "__main__":
    main()
