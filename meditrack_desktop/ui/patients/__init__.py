"""The patients room: find them, look at one's chart, register, edit and bring in lists."""
