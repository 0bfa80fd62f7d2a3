"""Case listings of SEER*Stat, and records of NAACCR, counted by the same rules."""
