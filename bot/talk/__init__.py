"""One message, one answer: what a message is about, and what a conversation remembers."""
