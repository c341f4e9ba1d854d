"""Privacy: emergency access, what left the clinic, restriction, retention and erasure."""
