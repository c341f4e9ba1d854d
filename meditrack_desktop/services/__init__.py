"""Floor 2: what the clinic can do. Every method takes the actor first and returns records of `domain`."""
