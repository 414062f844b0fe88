"""The protocol's generated stubs, from Pulumi's SDK, without the rest of it.

Importing ``pulumi.runtime.proto`` runs ``pulumi/__init__.py`` first: 400 modules, 0.1 s and 12 MB, none of which a
plugin uses, at each of the two or three starts in every engine run. The stubs need their package's name and place
alone. So they are imported below bare packages, which are taken away again: who imports the SDK itself later, in the
same process, gets all of it, and these same stubs in it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path as FilePath
from types import ModuleType
from typing import TYPE_CHECKING, Final

__all__ = ["engine_pb2", "engine_pb2_grpc", "pb", "plugin_pb2", "provider_pb2_grpc", "status_pb2"]

_PACKAGES: Final = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


@contextlib.contextmanager
def _bare_packages() -> Iterator[None]:
    """Packages of the SDK that are names and places only; those that are loaded already stay as they are."""
    spec = find_spec(_PACKAGES[0])
    places = spec.submodule_search_locations if spec else None
    missing = [name for name in _PACKAGES if name not in sys.modules and places]
    for name in missing:
        bare = ModuleType(name)
        bare.__path__ = [str(FilePath(place, *name.split(".")[1:])) for place in places or ()]
        sys.modules[name] = bare
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


if TYPE_CHECKING:
    from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2_grpc, status_pb2
    from pulumi.runtime.proto import provider_pb2 as pb
else:
    with _bare_packages():
        pb = import_module("pulumi.runtime.proto.provider_pb2")
        engine_pb2 = import_module("pulumi.runtime.proto.engine_pb2")
        engine_pb2_grpc = import_module("pulumi.runtime.proto.engine_pb2_grpc")
        plugin_pb2 = import_module("pulumi.runtime.proto.plugin_pb2")
        provider_pb2_grpc = import_module("pulumi.runtime.proto.provider_pb2_grpc")
        status_pb2 = import_module("pulumi.runtime.proto.status_pb2")
