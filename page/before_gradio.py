"""What must be settled before Gradio is imported; importing this module settles it.

Gradio asks its makers' servers for news unless told not to. And each time it is imported it
rewrites the type stubs of its sixty components inside its own installation: 1.2 of 2.9 seconds of
start-up, and a write where an application has no business to write. Only editors need the stubs.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

_WRITER = "gradio.component_meta"


class _StubsLeftAlone(importlib.abc.Loader):
    """Loads the module that writes the stubs, and takes the writing out of it."""

    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if hasattr(module, "create_or_modify_pyi"):
            vars(module)["create_or_modify_pyi"] = lambda *_: None


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != _WRITER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec and spec.loader:
            spec.loader = _StubsLeftAlone(spec.loader)
        return spec


os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# It sums up its last ten thousand events after each event, for a page that is not served here.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
if _WRITER not in sys.modules:
    sys.meta_path.insert(0, _Finder())
