"""The process apart: how it is started, what it is forbidden, and how bytes reach it and come back.

`memory.py` is what both sides see. `posix.py` and `windows.py` are the program's side, `serving.py` is the
other; `lockdown.py` takes away what a parser never needs.
"""
