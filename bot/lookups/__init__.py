"""Questions and their answers: reading only."""
