"""Muting nodes: they pass an input on instead of computing anything."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph import DTypeError, GraphError, Operation
from engine.graph.inference import Inference, passed_on

from .command import DocumentCommand, Host
from .edits import SetMuted
from .words import translate


class MuteNodes(DocumentCommand):
    """Mutes nodes, or lets them compute again; those that cannot be muted stay as they are."""

    def __init__(self, host: Host, names: Sequence[str], is_muted: bool) -> None:
        ops = [host.model.graph.operation(name) for name in names]
        asked = {op.name: mute_refusal(op) if is_muted else "" for op in ops}
        #: Why some of the nodes are not muted, a sentence each.
        self.refusals = [reason for reason in asked.values() if reason]
        chosen = [op.name for op in ops if op.is_muted != is_muted and not asked[op.name]]
        super().__init__(host, _words(chosen, is_muted), [SetMuted(name, is_muted) for name in chosen])


def mute_refusal(op: Operation) -> str:
    """Why a node cannot be muted; "" where it can."""
    try:
        passed_on(Inference(op))
    except (GraphError, DTypeError) as error:
        return str(error)
    return ""


def _words(names: Sequence[str], is_muted: bool) -> str:
    count = len(names)
    if count == 1:
        text = translate("Commands", "Mute {name}") if is_muted else translate("Commands", "Unmute {name}")
        return text.format(name=names[0])
    return (
        translate("Commands", "Mute %n nodes", "", count)
        if is_muted
        else translate("Commands", "Unmute %n nodes", "", count)
    )
