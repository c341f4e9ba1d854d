"""Which FHIR release a resource is written in. Only R4 is read; older ones are told by their shapes."""

from __future__ import annotations

import re
from typing import Any

from meditrack_desktop.services.imports.resource_types import OLDER_TYPES

_PROFILE = re.compile(r"/fhir/(DSTU2|STU3|1\.0|3\.0|4\.3|5\.0)(?:\.\d+)?/", re.IGNORECASE)
_RELEASES = {"dstu2": "DSTU2", "1.0": "DSTU2", "stu3": "STU3", "3.0": "STU3", "4.3": "R4B", "5.0": "R5"}
_OLD_CODES = re.compile(r"http://hl7\.org/fhir/v[23]/")


def other_release(resource: dict[str, Any]) -> str:
    """The name of the release if it surely is not R4, else ""."""
    kind = resource.get("resourceType")
    if isinstance(kind, str) and kind in OLDER_TYPES:
        return "DSTU2 or STU3"
    meta = resource.get("meta")
    if isinstance(meta, dict):
        profiles = meta.get("profile")
        for profile in profiles if isinstance(profiles, list) else ():
            match = _PROFILE.search(profile) if isinstance(profile, str) else None
            if match and _RELEASES[match[1].lower()] != "R4B":
                return _RELEASES[match[1].lower()]
    if kind == "Patient":
        return _patient(resource)
    if kind in ("Condition", "AllergyIntolerance") and isinstance(resource.get("clinicalStatus"), str):
        return "DSTU2 or STU3"
    if kind == "CapabilityStatement":
        version = resource.get("fhirVersion")
        return "" if not isinstance(version, str) or version.startswith("4.0") else version[:20]
    return ""


def _patient(resource: dict[str, Any]) -> str:
    names = resource.get("name")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, dict) and isinstance(name.get("family"), list):
            return "DSTU2"
    if "careProvider" in resource:
        return "DSTU2"
    if "animal" in resource:
        return "DSTU2 or STU3"
    concepts = [resource.get("maritalStatus")]
    identifiers = resource.get("identifier")
    if isinstance(identifiers, list):
        concepts += [identifier.get("type") for identifier in identifiers if isinstance(identifier, dict)]
    return "DSTU2 or STU3" if any(map(_coded_the_old_way, concepts)) else ""


def _coded_the_old_way(concept: Any) -> bool:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return any(
        isinstance(coding, dict)
        and isinstance(coding.get("system"), str)
        and _OLD_CODES.match(coding["system"]) is not None
        for coding in (codings if isinstance(codings, list) else ())
    )
