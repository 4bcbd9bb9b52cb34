"""Reminders that are sent: what is due, whom it goes to, and how it reads."""
