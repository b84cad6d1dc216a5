"""One class per gesture, each with start, move, finish and cancel, and one undo step."""

from .cut_wires import CutWires
from .drag_nodes import DragNodes
from .drag_point import DragPoint
from .drag_probe import DragProbe
from .drag_wire import DragWire
from .gesture import Gesture
from .keyboard_wire import KeyboardWire
from .pan import Pan
from .resize_area import ResizeArea
from .rubber_band import RubberBand

__all__ = [
    "CutWires",
    "DragNodes",
    "DragPoint",
    "DragProbe",
    "DragWire",
    "Gesture",
    "KeyboardWire",
    "Pan",
    "ResizeArea",
    "RubberBand",
]
