"""What a map may say, and what one says."""
