"""What lies outside the machine or belongs to its system; each adapter implements a port of `domain`."""
