"""Setting a clinic up: the window of a profile that has none yet, from language to the signed-in desk."""
