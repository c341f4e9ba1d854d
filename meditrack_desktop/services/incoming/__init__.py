"""The inbox: files are taken in, looked at, and filed with the patient they belong to.

`incoming` is the service; the others are its parts: `inbox` the inbox's place in the vault, `taking_in` from bytes
to a row, `scan_folder` and `collecting` the desk's scanner, `guessing` whose a file is, `filing` with a patient and
back, `dividing` what a person does to a file in the inbox, `clearing` what leaves it in the end.
"""
