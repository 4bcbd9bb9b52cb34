"""Stages, lists and what stages need, changed by an administrator in chat: wished, checked, kept, moved along."""
