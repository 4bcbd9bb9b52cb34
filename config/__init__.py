"""Settings, wording, and what an administrator changes without a release."""
