"""The frame of the window around the pages: sidebar, top bar, status strip, and the mark of the program."""
