"""What is aimed at, what was reached of it, and what a rep commits to."""
