"""Who is who: accounts, codes, and the names that people know."""
