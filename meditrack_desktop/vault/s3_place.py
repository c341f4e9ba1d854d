"""Where in an S3-compatible store a vault lies: a bucket, what its names begin with, and whose server it is.

Written as one address, which holds no secret: `s3://bucket/beginning?endpoint=https://host:port&region=eu-west-1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs, quote, urlencode, urlsplit

SCHEME = "s3"
USUAL_REGION = "us-east-1"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_REGION = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class S3Place:
    """`endpoint` is empty for Amazon's own servers; `prefix` is empty or parts with slashes between them."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = USUAL_REGION

    def __str__(self) -> str:
        asked = {"endpoint": self.endpoint} if self.endpoint else {}
        if self.region != USUAL_REGION:
            asked["region"] = self.region
        tail = f"?{urlencode(asked, quote_via=quote, safe=':/[]')}" if asked else ""
        return f"{SCHEME}://{self.bucket}{'/' + self.prefix if self.prefix else ''}{tail}"


@dataclass(frozen=True, slots=True)
class S3Access:
    """The two halves of what a store knows a clinic by. Kept in the system's keyring only."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        return "S3Access(…)"


def is_s3(address: str) -> bool:
    """Whether an address speaks of an object store at all; else it is a folder."""
    return address.lower().startswith(f"{SCHEME}://")


def parse_place(address: str) -> S3Place:
    """ValueError for anything but an address as above, or a server asked without encryption that is not this
    computer."""
    parts = urlsplit(address.strip())
    asked = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=4)
    if parts.scheme.lower() != SCHEME or not _BUCKET.fullmatch(parts.netloc) or parts.fragment:
        raise ValueError("no bucket")
    if set(asked) - {"endpoint", "region"} or any(len(values) != 1 for values in asked.values()):
        raise ValueError("endpoint and region are all that can be said")
    prefix = parts.path.strip("/")
    if prefix and not all(_PREFIX_PART.fullmatch(each) for each in prefix.split("/")):
        raise ValueError("names begin with letters, digits, points and strokes")
    region = asked.get("region", [USUAL_REGION])[0]
    if not _REGION.fullmatch(region):
        raise ValueError("no region")
    return S3Place(parts.netloc, prefix, _endpoint(asked.get("endpoint", [""])[0]), region)


def _endpoint(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise ValueError("no server")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a server has no path")
    if parts.scheme == "http" and not _is_this_computer(parts.hostname):
        raise ValueError("not without encryption")
    _ = parts.port  # ValueError for one that is none
    return text.rstrip("/")


def _is_this_computer(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
