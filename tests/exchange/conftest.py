"""The scripts of the tools run in environments of their own; none of them is a test here."""

collect_ignore = ["peers"]
