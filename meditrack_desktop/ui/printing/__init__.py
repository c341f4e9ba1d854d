"""Sheets about a patient: the menu, the preview, the printers this desk remembers."""
