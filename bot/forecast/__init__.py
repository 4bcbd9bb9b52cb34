"""What will be won: from the deals that are open, and from how such deals went before."""
