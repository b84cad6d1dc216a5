"""``tensorflow.python.client.device_lib``: what can compute."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DeviceAttributes", "list_local_devices"]


@dataclass(frozen=True)
class DeviceAttributes:
    """A device that operations can run on."""

    name: str
    device_type: str
    memory_limit: int = 0
    physical_device_desc: str = ""


def list_local_devices(session_config: object = None) -> list[DeviceAttributes]:
    """The processor: the numpy backend runs there."""
    return [DeviceAttributes("/device:CPU:0", "CPU", 256 << 20)]
