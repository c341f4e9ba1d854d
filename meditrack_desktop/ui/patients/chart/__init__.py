"""The chart of one patient: its page, its own window, and the parts a doctor or the desk fills in."""
