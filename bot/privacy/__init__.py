"""What is known about one person: shown, handed out, erased."""
