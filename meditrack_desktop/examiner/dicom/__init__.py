"""Reads DICOM: where a stranger's file is examined, in a process of its own, and for whoever shows it later."""
