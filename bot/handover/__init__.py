"""A colleague's book of customers, handed to another: with all that is open, and nothing of what was achieved."""
