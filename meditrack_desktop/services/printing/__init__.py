"""Sheets about one patient, made in memory: summary, label, appointment card."""
