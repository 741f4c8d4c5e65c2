"""What `prioritisation` is made of: candidates and their scores, and what the pages say of a choice."""
