"""The bot looking after itself, with the people who run it: diagnosis, feedback, use, retention, misuse."""
