"""Signing in: the card with this desk's people, and the ornament behind it."""
