"""What booking, moving and bringing back a visit have in common: its time, what is in the way of it, and its rooms.

Everything here works inside a `Work` that somebody else began.
"""
