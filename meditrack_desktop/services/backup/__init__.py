"""Backups of the clinic: made, proven by really restoring them, brought back, thinned out (docs/backup-format.md)."""
