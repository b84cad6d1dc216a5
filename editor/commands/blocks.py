"""Folding and unfolding name scopes, renaming them, and laying nodes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from editor.layouts.arrangement import Arrangement
from engine.graph import GraphError
from engine.graph.names import check_name

from .annotations import AreaChange, area_edits
from .command import DocumentCommand, Host
from .edits import Edit, Position, SetName, SetPosition, field_edit, place_edits
from .routes import without_routes_at
from .run_names import renamed_in
from .words import translate


class FoldBlocks(DocumentCommand):
    """Folds or unfolds scopes; what stands around them makes room, or comes near again."""

    def __init__(self, host: Host, scopes: Sequence[str], is_folded: bool) -> None:
        arrangement = Arrangement(host.model)
        # Inner ones first: what is hidden already needs no room outside.
        for scope in sorted(scopes, key=lambda name: name.count("/"), reverse=is_folded):
            if scope in arrangement.scopes.by_name and (scope in arrangement.folded) is not is_folded:
                arrangement.set_folded(scope, is_folded)
        edits = [
            *field_edit(host.model, "folded", frozenset(arrangement.folded)),
            *place_edits(host.model, arrangement.places),
        ]
        super().__init__(host, _fold_words(scopes, is_folded), edits)


def _fold_words(scopes: Sequence[str], is_folded: bool) -> str:
    if len(scopes) == 1:
        text = translate("Commands", "Fold {name}") if is_folded else translate("Commands", "Unfold {name}")
        return text.format(name=scopes[0])
    return translate("Commands", "Fold blocks") if is_folded else translate("Commands", "Unfold blocks")


class ArrangeNodes(DocumentCommand):
    """Puts nodes where an :class:`Arrangement` of the document has laid them out, and frames and notes beside them."""

    def __init__(
        self, host: Host, places: Mapping[str, Position], is_whole: bool, areas: Iterable[AreaChange] = ()
    ) -> None:
        text = (
            translate("Commands", "Arrange the graph") if is_whole else translate("Commands", "Arrange the selection")
        )
        edits = place_edits(host.model, places)
        moved = [edit.name for edit in edits if isinstance(edit, SetPosition)]
        edits += [*without_routes_at(host.model, moved), *area_edits(host.model, areas)]
        super().__init__(host, text, edits)


class RenameBlock(DocumentCommand):
    """Gives a scope another name: that of all its nodes changes with it. Raises GraphError for one that cannot be."""

    def __init__(self, host: Host, scope: str, new: str, members: Sequence[str]) -> None:
        new = new.strip().strip("/")
        check_name(new)
        model = host.model
        new_names = {name: new + name[len(scope) :] for name in members}
        for name in new_names.values():
            if new != scope and name in model.graph:
                raise GraphError(f"There is already a node called {name!r}; choose another name.", name)
        edits: list[Edit] = [SetName(name, after) for name, after in new_names.items() if name != after]
        renamed = renamed_in(model.run, new_names)
        edits += field_edit(model, "run", renamed)
        edits += field_edit(model, "folded", frozenset(renamed_under(name, scope, new) for name in model.folded))
        super().__init__(host, translate("Commands", "Rename {old} to {new}").format(old=scope, new=new), edits)


def renamed_under(name: str, scope: str, new: str) -> str:
    """The name of a scope or node once ``scope`` is called ``new``."""
    return new + name[len(scope) :] if name == scope or name.startswith(f"{scope}/") else name
