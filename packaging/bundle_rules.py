"""What the frozen program may carry and what it must: read by the spec that makes it and by the check that proves it.

An MIT program may ship Qt's LGPL libraries as separate files. It may not ship the add-ons that are GPL only,
and WebEngine alone would outweigh everything else.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

GPL_ONLY = (
    "Charts",
    "DataVisualization",
    "Graphs",
    "NetworkAuth",
    "VirtualKeyboard",
    "Quick3DPhysics",
    "QuickTimeline",
    "Lottie",
)
"""Qt modules under the GPL (or a paid licence) only."""

NOT_NEEDED = (
    "3D",
    "Bluetooth",
    "Concurrent",
    "Designer",
    "FFmpegStub",
    "Help",
    "HttpServer",
    "JsonRpc",
    "LabsAnimation",
    "LabsFolderListModel",
    "LabsPlatform",
    "LabsQmlModels",
    "LabsSettings",
    "LabsSharedImage",
    "LabsSynchronizer",
    "LabsWavefrontMesh",
    "LanguageServer",
    "Location",
    "Multimedia",
    "Nfc",
    "Positioning",
    "Qml",
    "Quick",
    "RemoteObjects",
    "Scxml",
    "Sensors",
    "SerialBus",
    "SerialPort",
    "ShaderTools",
    "SpatialAudio",
    "Sql",
    "StateMachine",
    "TextToSpeech",
    "UiTools",
    "WebChannel",
    "WebEngine",
    "WebSockets",
    "WebView",
)
"""Qt modules that no window uses. A name stands for all that begin with it (Quick: QuickWidgets too)."""

_MODULE = re.compile(rf"(?:lib)?Qt6?(?:{'|'.join((*GPL_ONLY, *NOT_NEEDED))})\w*(?:\.|$)")
_PLUGINS = re.compile(
    r"/plugins/(?:platformthemes/libqgtk|platforms/(?:lib)?q(?:eglfs|linuxfb|vnc|vkkhr|minimalegl|webgl|direct2d)"
    r"|platforminputcontexts/(?:lib)?qtvirtualkeyboard|egldeviceintegrations/|networkinformation/|sqldrivers/"
    r"|qmltooling/|generic/|wayland-graphics-integration-server/|multimedia/|webview/|designer/|virtualkeyboard/)"
)
_WEIGHT = re.compile(r"(?:^|/)PySide6/(?:Qt/)?(?:translations|qml|resources|metatypes|modules|libexec)/")

MUST_CARRY = (
    "meditrack_desktop/resources/fonts/Inter-Regular.ttf",
    "meditrack_desktop/resources/fonts/print/NotoSansArabic-Regular.ttf",
    "meditrack_desktop/resources/icons/calendar.svg",
    "meditrack_desktop/resources/LICENSES.md",
    "meditrack_desktop/database/migrations/env.py",
    "meditrack_desktop/database/migrations/versions/v0001_first_schema.py",
    "meditrack_desktop/database/migrations/versions/v0002_trust.py",
    "meditrack_desktop/database/migrations/versions/v0003_patients.py",
    "meditrack_desktop/database/migrations/versions/v0004_patient_search.py",
    "meditrack_desktop/database/migrations/versions/v0005_calendar.py",
    "meditrack_desktop/database/migrations/versions/v0006_documents.py",
    "tzdata/zoneinfo/Europe/Berlin",
    "licenses/LGPL-3.0.txt",
    "licenses/LICENSE",
)
"""Files, below the folder of contents, that the program reads by path and would miss only in use."""


def refused(name: str) -> bool:
    """Whether a file of this name (with forward slashes) stays out of the bundle."""
    file = PurePosixPath(name).name
    return bool(_MODULE.match(file) or _PLUGINS.search("/" + name) or _WEIGHT.search(name))


def problems(contents: Path) -> list[str]:
    """What is wrong with a frozen folder of contents, one line a finding; empty if it is as it should be."""
    names = [path.relative_to(contents).as_posix() for path in contents.rglob("*") if path.is_file()]
    found = [f"carries {name}" for name in sorted(names) if refused(name)]
    found += [f"lacks {name}" for name in MUST_CARRY if name not in names]
    if not any(name.startswith("PySide6/") and "/platforms/" in name for name in names):
        found.append("lacks every platform plugin of Qt")
    links = [path for path in contents.rglob("*") if path.is_symlink() and not path.exists()]
    found += [f"has a link to nothing: {path.relative_to(contents).as_posix()}" for path in sorted(links)]
    return found
