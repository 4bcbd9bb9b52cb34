"""Surveys: when they go out, and the page for whom no chat reaches."""
