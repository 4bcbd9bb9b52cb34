"""Digests: a day's work in the morning, what changed in a week; to a person or a bound group."""
