"""What a text of a cell means: a number, a date, a word of the model, or nothing."""
