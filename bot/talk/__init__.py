"""What a talk is made of: what it remembers, and its words."""
