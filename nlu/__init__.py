"""Text in, intent and slots out. Offline, without a database or a platform; usable alone."""
