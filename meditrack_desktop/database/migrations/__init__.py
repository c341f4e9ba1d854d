"""The schema's history. Each version runs on both databases, in one transaction."""
