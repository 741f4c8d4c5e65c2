"""When a portfolio's projects could start: people by month, rules between projects, and best plans."""
