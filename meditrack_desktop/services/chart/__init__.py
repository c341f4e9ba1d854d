"""One patient's chart: conditions, medication, allergies, measurements and notes."""
