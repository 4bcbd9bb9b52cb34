"""Records, engines, migrations, search, and the claims of due work."""
