"""Settings: personal ones, this desk's, and the clinic's for administrators."""
