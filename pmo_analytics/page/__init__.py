"""What every page is made of: words and numbers, blocks, drawings, colours, decisions."""
