"""The audit log: who did what, whether anybody changed it since, and the history of one record."""
