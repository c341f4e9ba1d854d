"""The scene that the doors of the services are tried in."""

from tests.services.doors import postgres_scene_template, scene, sqlite_scene_template

__all__ = ["postgres_scene_template", "scene", "sqlite_scene_template"]
