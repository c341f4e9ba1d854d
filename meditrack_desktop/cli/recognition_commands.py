"""meditrack recognise-text: the words of scans, read without a window."""

from __future__ import annotations

import sys
from argparse import Namespace

from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.output import DONE, REFUSED, answer
from meditrack_desktop.cli.signing_in import signed_in
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.text_recognition import RecognitionReport, TextWaiting


def recognise_text(args: Namespace, doors: Doors) -> int:
    """Read what waits in the inbox and in documents that this person may read; or only count it."""
    with signed_in(args) as (clinic, actor):
        if args.count:
            return _counted(args, clinic.text_recognition.waiting(actor))
        report = clinic.text_recognition.run(actor, _progress(args))
    result = {
        "recognizer": report.recognizer,
        "incoming": report.incoming,
        "documents": report.documents,
        "pages": report.pages,
        "empty": report.empty,
        "failed": report.failed,
    }
    answer(args, result, *_told(report))
    return REFUSED if report.failed else DONE


def _counted(args: Namespace, waiting: TextWaiting) -> int:
    result = {
        "recognizer": waiting.recognizer,
        "languages": list(waiting.languages),
        "incoming": waiting.incoming,
        "documents": waiting.documents,
    }
    reader = waiting.recognizer or "nothing on this computer"
    line = f"{waiting.incoming} in the inbox and {waiting.documents} documents wait to be read by {reader}."
    return answer(args, result, line)


def _told(report: RecognitionReport) -> list[str]:
    read = f"{report.recognizer} read {report.pages} pages: {report.incoming} files of the inbox"
    return [
        f"{read}, {report.documents} documents.",
        *([f"{report.empty} hold no word."] if report.empty else []),
        *([f"{report.failed} could not be read; they stay as they are."] if report.failed else []),
    ]


def _progress(args: Namespace) -> OnProgress | None:
    """A line that is written over on a terminal; nothing anywhere else."""
    if args.json or not sys.stderr.isatty():
        return None

    def show(progress: Progress) -> None:
        print(f"\rpage {progress.done} of {progress.total} ", end="", file=sys.stderr, flush=True)

    return show
