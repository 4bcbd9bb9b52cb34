"""Messages on their way: in, out, and to people who did not ask."""
