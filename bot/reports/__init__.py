"""Reports: what was asked, the exact rows and sums behind it, and how it is said and drawn."""
