"""Bringing patients and doctors in from files: readers that turn a file into commands, and the run itself.

`sniff` and `files` choose a reader; `csv_people` and `fhir_files` read, one item at a time and without a
database; `matching` decides who is who; `writing` and `run` carry it out.
"""
