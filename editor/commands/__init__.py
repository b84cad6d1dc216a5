"""Every change a person can make to a document, as an undoable command."""

from .add_block import AddBlock
from .annotations import Area, AreaChange, ChangeAreas, CollapseNodes, SetDirection
from .attributes import SetAttribute, SetAttributes
from .blocks import ArrangeNodes, FoldBlocks, RenameBlock
from .changes import Changes
from .command import DocumentCommand
from .data import SetData
from .definitions import (
    AddParameter,
    DeleteDefinition,
    DescribeDefinition,
    MakeUnique,
    RemoveParameter,
    RenameDefinition,
    SetBlockParameter,
)
from .grouping import GroupIntoBlock, Ungroup
from .healing import DeleteAndHeal, Unjoined
from .muting import MuteNodes
from .nodes import AddNode, DeleteNodes, MoveNodes, RenameNode
from .paste import PasteNodes
from .repairing import ApplyRepair, ProposedWire
from .run_settings import SetRunSettings
from .sizes import RenameSize
from .splicing import InsertIntoWire, Splice
from .views import RemoveView, SaveView
from .wires import Connect, Disconnect, Reroute, Rewire

__all__ = [
    "AddBlock",
    "Ungroup",
    "GroupIntoBlock",
    "SetBlockParameter",
    "RenameDefinition",
    "RemoveParameter",
    "MakeUnique",
    "DescribeDefinition",
    "DeleteDefinition",
    "AddParameter",
    "AddNode",
    "ApplyRepair",
    "Area",
    "AreaChange",
    "ArrangeNodes",
    "ChangeAreas",
    "Changes",
    "CollapseNodes",
    "Connect",
    "DeleteAndHeal",
    "DeleteNodes",
    "Disconnect",
    "DocumentCommand",
    "FoldBlocks",
    "InsertIntoWire",
    "MoveNodes",
    "MuteNodes",
    "PasteNodes",
    "RemoveView",
    "ProposedWire",
    "RenameBlock",
    "RenameNode",
    "RenameSize",
    "Reroute",
    "Rewire",
    "SaveView",
    "SetAttribute",
    "SetAttributes",
    "SetDirection",
    "SetData",
    "SetRunSettings",
    "Splice",
    "Unjoined",
]
