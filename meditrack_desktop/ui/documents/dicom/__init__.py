"""The view of DICOM documents: pictures with window and level, series, measures, and what the header says."""
