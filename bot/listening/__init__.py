"""Who listens to a message, in which order, and what answers it."""
