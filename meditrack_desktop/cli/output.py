"""How a command answers: lines for people, or one JSON object; and its exit code."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping

DONE = 0
REFUSED = 1
WRONG_USAGE = 2


def answer(args: Namespace, result: Mapping[str, object], *lines: str) -> int:
    """Print the result as asked, at once: a window may stay open for hours after it. Exit code 0."""
    if args.json:
        print(json.dumps(result, ensure_ascii=False), flush=True)
    else:
        for line in lines:
            print(line, flush=True)
    return DONE


def refuse(sentence: str) -> int:
    """One sentence on stderr; exit code 1."""
    print(f"meditrack: {sentence}", file=sys.stderr)
    return REFUSED
