"""Loading no more of a library than is used."""

import sys
from importlib.util import find_spec, module_from_spec


def leave_out(*names: str) -> None:
    """Have modules that a library loads only where it can get them, and that nothing here uses, not be there."""
    for name in names:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: an import of it fails


def take_parts_of(*packages: str) -> None:
    """Have packages be there without what they gather at their top: only what is named within them is loaded.

    So a process that stays pays for what it uses; it must name what it wants by the module in which it is defined.
    """
    for name in packages:
        spec = None if name in sys.modules else find_spec(name)
        if spec is not None:
            sys.modules[name] = module_from_spec(spec)
