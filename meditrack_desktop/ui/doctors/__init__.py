"""Doctors and the hours they work."""
