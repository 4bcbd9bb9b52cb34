"""Questions about records: what is asked, which records answer it, and how the answer is told."""
