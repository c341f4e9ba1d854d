"""The command line: a face like the windows, over the same services."""
