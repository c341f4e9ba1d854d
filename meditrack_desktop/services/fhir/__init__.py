"""Records as FHIR R4 resources, one file a noun: what the archive of one patient and the export of all hand out."""
