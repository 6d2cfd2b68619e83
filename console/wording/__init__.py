"""Templates: a sandbox in a process of its own makes texts of what is known about a call."""
