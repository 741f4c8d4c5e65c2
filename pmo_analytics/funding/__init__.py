"""What to fund, in what order, and how firm that answer is."""
