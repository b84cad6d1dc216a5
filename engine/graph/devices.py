"""Names of devices, as ``tf.device`` takes them and operations carry them.

Everything is computed on the CPU, whatever a device is called; the names are kept and shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PART = re.compile(r"/?(job|replica|task|device|cpu|gpu|tpu):([\w*]+)(?::(\d+|\*))?", re.IGNORECASE)


def merged_device(outer: str, inner: str) -> str:
    """The device of an operation made in ``with tf.device(inner)`` inside another: what inner leaves open is outer's.

    Both in the form that operations carry, such as ``/job:worker/device:GPU:0``. Raises ValueError for a text that
    names no device.
    """
    return _text({**_parts(outer), **_parts(inner)})


def _parts(name: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    place = 0
    while place < len(name):
        found = _PART.match(name, place)
        if found is None:
            raise ValueError(f"Unknown attribute: '{name[place:].lstrip('/')}' in '{name}'; write for example /cpu:0.")
        key, value, index = found.group(1).lower(), found.group(2), found.group(3)
        if key == "device":
            parts["device"] = f"{value.upper()}:{index or '*'}"
        elif key in ("cpu", "gpu", "tpu"):
            parts["device"] = f"{key.upper()}:{value}"
        else:
            parts[key] = value
        place = found.end()
    return parts


def _text(parts: Mapping[str, str]) -> str:
    return "".join(f"/{key}:{parts[key]}" for key in ("job", "replica", "task", "device") if key in parts)
