"""Case listings of SEER*Stat."""
