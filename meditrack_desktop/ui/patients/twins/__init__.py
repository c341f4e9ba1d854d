"""Records that look like one person's: the list of them, the merge window, and the way back."""
