"""Filing documents with a patient: where files come from, the sheet that asks what they are, two people compared."""
