"""Bringing patients and doctors in from files: readers that turn a file into commands, and the run itself."""
