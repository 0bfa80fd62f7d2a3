"""What a file goes through before an engine reads it: one table, UTF-8, with a clean header."""
