"""The sample on the real engine runs on the fixtures of the engine's own tests."""

from tests.engine.conftest import account, engine, stack

__all__ = ["account", "engine", "stack"]
