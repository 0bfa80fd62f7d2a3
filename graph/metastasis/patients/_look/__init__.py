"""What a file of patients is, which reader would take it, and the command that reads it."""
