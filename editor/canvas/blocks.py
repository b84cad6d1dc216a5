"""The blocks and frames of a scene: which nodes are seen, and what stands for the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.block_geometry import End
from editor.canvas.block_item import BlockItem
from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.geometry import FRAME_PADDING, FRAME_TITLE, NODE_WIDTH, STRIP_HEIGHT
from editor.scopes import WHOLE, Scope, Scopes, named_ports

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene


class Blocks:
    """Follows which scopes there are and which are folded. The scene tells it when that may have changed."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self.scopes = Scopes(())
        self.items: dict[str, BlockItem] = {}
        self.frames: dict[str, FrameItem] = {}
        #: Nodes that are not seen, and the block that stands for each.
        self._hidden_in: dict[str, BlockItem] = {}
        #: Stands, unseen, for all that is outside of the instance that is entered.
        self._outside: BlockItem | None = None

    # --- finding -------------------------------------------------------------------------------------------------

    def standing_for(self, node: str) -> BlockItem | None:
        """The block in which a node is hidden; None for one that is seen."""
        return self._hidden_in.get(node)

    def is_outside(self, node: str) -> bool:
        """Whether a node is not seen because another block is entered."""
        return self._outside is not None and self._hidden_in.get(node) is self._outside

    @property
    def hidden(self) -> Collection[str]:
        """The nodes that are not seen."""
        return self._hidden_in.keys()

    def end_position(self, end: End) -> QPointF | None:
        """Where a wire to a hidden node's port is drawn to."""
        block = self._hidden_in[end.node]
        key = block.port_of(end)
        return None if key is None else block.port_position(key)

    def frame_at(self, point: QPointF) -> FrameItem | None:
        """The innermost frame whose title holds a point."""
        found = [frame for frame in self.frames.values() if frame.title_box.contains(point)]
        return max(found, key=lambda frame: frame.zValue(), default=None)

    def selected_scopes(self) -> list[str]:
        """The scopes whose blocks or frames are selected, without those that are in another one of them."""
        scopes = [name for name, item in (self.items | self.frames).items() if item.isSelected()]
        return [name for name in scopes if not any(name.startswith(f"{other}/") for other in scopes)]

    def selected_scope(self) -> str | None:
        """The scope whose block or frame is the one thing that is selected, with or without what is in it."""
        outermost = self.selected_scopes()
        if len(outermost) != 1:
            return None
        members = set(self.scopes.by_name[outermost[0]].members)
        is_alone = all(name in members for name in self._scene.selected_names())
        return outermost[0] if is_alone else None

    def shown(self) -> Iterator[BoxItem]:
        """The nodes that are seen, then the blocks."""
        hidden = self._hidden_in
        yield from (self._scene.nodes[name] for name in list(self._scene.nodes) if name not in hidden)
        yield from self.items.values()

    @property
    def shown_count(self) -> int:
        return len(self._scene.nodes) - len(self._hidden_in) + len(self.items)

    def find(self, name: str, members: Sequence[str]) -> BlockItem | FrameItem | None:
        """The block or frame with this name, or, after it was renamed, with these nodes."""
        known: list[BlockItem | FrameItem] = [*self.items.values(), *self.frames.values()]
        by_name = (item for item in known if item.name == name)
        by_members = (item for item in known if list(item.members) == list(members))
        return next(by_name, None) or next(by_members, None)

    # --- following -----------------------------------------------------------------------------------------------

    def clear(self) -> None:
        for item in (*self.items.values(), *self.frames.values()):
            self._scene.removeItem(item)
        self.items.clear()
        self.frames.clear()
        self._hidden_in.clear()
        self._outside = None
        self.scopes = Scopes(())

    def follow(self) -> bool:
        """Brings blocks, frames and what is seen up to date with the document's nodes, wires and folded scopes.

        False where there are no scopes and were none, so that nothing can have changed.
        """
        document, scene = self._scene.document, self._scene
        self.scopes = document.scopes
        inside = document.entered
        folded = document.folded.difference(self.scopes.around(inside) if inside in self.scopes.by_name else ())
        if not self.scopes.names and not self.items and not self.frames and self._outside is None:
            return False
        prefix = f"{inside}/" if inside else ""
        within = [name for name in self.scopes.names if name.startswith(prefix)]
        seen = [name for name in within if self.scopes.is_seen(name, folded)]
        self._keep(self.items, [name for name in seen if name in folded])
        self._keep(self.frames, [name for name in seen if name not in folded])
        for name in seen:
            scope = self.scopes.by_name[name]
            if name in folded:
                self._show_block(scope)
            else:
                depth = len(self.scopes.around(name))
                if name in self.frames:
                    self.frames[name].refresh(scope, depth)
                else:
                    self.frames[name] = FrameItem(scope, depth)
                    scene.addItem(self.frames[name])
        outside = [name for name in scene.nodes if not name.startswith(prefix)] if inside else []
        self._outside = BlockItem(Scope(WHOLE, WHOLE, outside), document.graph, scene.is_down) if inside else None
        self._hidden_in = {name: item for item in self.items.values() for name in item.members}
        if self._outside is not None:
            self._hidden_in.update(dict.fromkeys(outside, self._outside))
        for name, node in scene.nodes.made.items():
            node.setVisible(name not in self._hidden_in)
            node.set_scope(self.scopes.scope_of(name))
        self.place(scene.nodes)
        return True

    def _show_block(self, scope: Scope) -> None:
        document, name = self._scene.document, scope.name
        instance = document.model.instances.get(name)
        definition = "" if instance is None else instance.definition
        ports = named_ports(document.model, name)
        if name in self.items:
            self.items[name].refresh(scope, document.graph, self._scene.is_down, ports, definition)
        else:
            self.items[name] = BlockItem(scope, document.graph, self._scene.is_down, ports, definition)
            self._scene.addItem(self.items[name])

    def _keep(self, items: dict[str, BlockItem] | dict[str, FrameItem], wanted: Iterable[str]) -> None:
        for name in set(items) - set(wanted):
            self._scene.removeItem(items.pop(name))

    def rename_node(self, old: str, new: str) -> None:
        """Keeps the nodes of blocks and frames true until all that a command changed has been told."""
        known: list[BlockItem | FrameItem] = [*self.items.values(), *self.frames.values()]
        for item in known:
            if old in item.members:
                item.members = [new if name == old else name for name in item.members]

    def place(self, moved: Iterable[str]) -> list[BlockItem]:
        """Puts the blocks and frames around nodes that have moved where they belong, the inner ones first.

        Returns the blocks among them.
        """
        touched: dict[str, None] = {}
        for name in moved:
            scope = self.scopes.scope_of(name)
            while scope != WHOLE and scope not in touched:
                touched[scope] = None
                scope = self.scopes.by_name[scope].parent
        placed: list[BlockItem] = []
        for scope in sorted(touched, key=lambda name: name.count("/"), reverse=True):
            if scope in self.frames:
                self.frames[scope].set_box(self._frame_box(scope))
            elif scope in self.items:
                self.items[scope].setPos(self._corner(scope))
                placed.append(self.items[scope])
        return placed

    def _frame_box(self, scope: str) -> QRectF:
        found = self.scopes.by_name[scope]
        # Value strips are given room whether they are there yet or not: frames must not jump.
        rect = self._scene.node_plan.room_of(self._known(found))
        for inner in found.scopes:
            if inner in self.items:
                rect = rect.united(_room(self.items[inner]))
            elif inner in self.frames:
                rect = rect.united(self.frames[inner].box)
        return rect.adjusted(-FRAME_PADDING, -FRAME_PADDING - FRAME_TITLE, FRAME_PADDING, FRAME_PADDING)

    def _known(self, scope: Scope) -> list[str]:
        return [name for name in scope.nodes if name in self._scene.nodes]

    def _corner(self, scope: str) -> QPointF:
        """Where a folded block stands: where its frame would begin."""
        found = self.scopes.by_name[scope]
        own = self._scene.node_plan.room_of(self._known(found))
        corners = [] if own.isEmpty() else [own.topLeft()]
        corners += [self._corner(inner) for inner in found.scopes]
        left, top = min(corner.x() for corner in corners), min(corner.y() for corner in corners)
        return QPointF(left - FRAME_PADDING, top - FRAME_PADDING - FRAME_TITLE)


def _room(item: BoxItem) -> QRectF:
    return QRectF(item.x(), item.y(), NODE_WIDTH, item.geometry.body_height + STRIP_HEIGHT)
