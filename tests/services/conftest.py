"""The scene that the doors of the services are tried in."""

from tests.services.doors import scene

__all__ = ["scene"]
