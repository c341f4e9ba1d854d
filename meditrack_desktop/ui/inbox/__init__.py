"""The inbox: files that belong to nobody yet, looked at and filed side by side."""
