"""The questions services ask of the database, a file a feature."""
