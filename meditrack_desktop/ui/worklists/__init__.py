"""Lists that are worked off: calls to confirm, visits without an end, who waits, who is due, and absences."""
