"""The examiner: looks into files that strangers made, in a process apart that may die of it.

`Examiner` is the door. `kinds.py` says who looks at which kind of file; those modules are loaded by the process
apart only.
"""

from meditrack_desktop.examiner.examiner import Examiner
from meditrack_desktop.examiner.limits import Limits
from meditrack_desktop.examiner.sniffing import check_name, sniff

__all__ = ["Examiner", "Limits", "check_name", "sniff"]
