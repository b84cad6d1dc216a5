"""What a random person does with reusable blocks, and whether these are what they say afterwards."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

from editor import commands
from editor.document import Document
from engine.formats.blocks import mend_blocks
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.graph import EngineError
from tests.data.build_blocks import BUILDERS

BLOCKS = {name: BUILDERS[name]() for name in ("Dense", "Dropout", "Softmax classifier")}


class BlockHands:
    """The part of a random person that works with blocks."""

    document: Document
    random: random.Random

    def name(self) -> str:
        """A node."""
        raise NotImplementedError

    def some(self) -> list[str]:
        """Some nodes."""
        raise NotImplementedError

    def place(self) -> tuple[float, float]:
        raise NotImplementedError

    def block_actions(self) -> list[Callable[[], object]]:
        return [
            *[self.add_block] * 2,
            *[self.group] * 2,
            self.ungroup,
            self.set_parameter,
            *[self.edit_definitions] * 2,
            self.enter,
            *[self.copy_an_instance] * 2,
            *[self.rename_inside] * 2,
            self.rename_block,
        ]

    def add_block(self) -> None:
        name = self.random.choice(list(BLOCKS))
        self.attempt(lambda: commands.AddBlock(self.document, name, BLOCKS, self.place()))

    def attempt(self, make: Callable[[], commands.DocumentCommand]) -> None:
        verdict = self.document.attempt(make)
        assert verdict.allowed != bool(verdict.reason)

    def group(self) -> None:
        names, name = self.some(), self.random.choice(["Layer", "Cell", "two words", "", "a/b"])
        self.attempt(lambda: commands.GroupIntoBlock(self.document, names, name))

    def instance(self) -> str:
        return self.random.choice(list(self.document.model.instances) or ["none"])

    def copy_an_instance(self) -> None:
        scope = self.instance()
        names = [name for name in self.document.names() if name.startswith(f"{scope}/")]
        with contextlib.suppress(EngineError):  # A block that would hold itself.
            self.document.duplicate(names)

    def ungroup(self) -> None:
        scope = self.instance()
        self.attempt(lambda: commands.Ungroup(self.document, scope))

    def set_parameter(self) -> None:
        scope, name = self.instance(), self.random.choice(["units", "activation", "rate", "axis", "nothing"])
        value = self.random.choice(["3", "tanh", "0.25", "none", "-1"])
        self.attempt(lambda: commands.SetBlockParameter(self.document, scope, name, value))

    def edit_definitions(self) -> None:
        document = self.document
        scope, names = self.instance(), list(document.model.definitions)
        if not names:
            return
        name, other = self.random.choice(names), self.random.choice([*names, "Renamed", ""])
        node, attribute = self.name(), self.random.choice(["axis", "function", "value", "description", "dtype"])
        parameter = self.random.choice(["axis", "units", "activation", "description"])
        self.attempt(
            self.random.choice(
                [
                    lambda: commands.MakeUnique(document, scope),
                    lambda: commands.RenameDefinition(document, name, other),
                    lambda: commands.DeleteDefinition(document, name),
                    lambda: commands.DescribeDefinition(document, name, "What it is for."),
                    lambda: commands.AddParameter(document, node, attribute),
                    lambda: commands.RemoveParameter(document, name, parameter),
                ]
            )
        )

    def enter(self) -> None:
        self.document.enter(self.random.choice(["", self.instance()]))

    def rename_inside(self) -> None:
        name = self.name()
        scope = name.rpartition("/")[0]
        if scope:
            self.document.rename(name, f"{scope}/n{self.random.randrange(9)}")

    def rename_block(self) -> None:
        scope = self.instance()
        if scope in self.document.scopes.by_name:
            self.document.rename_block(
                scope, self.random.choice(["layer", f"s{self.random.randrange(9)}", scope + "x"])
            )


def assert_blocks_are_sound(document: Document) -> None:
    """Every instance is what its definition says, and the file that is written is opened with the same blocks."""
    loaded = model_from_bytes(model_to_bytes(document.model), "the test")
    assert [str(problem) for problem in mend_blocks(loaded)] == []
    assert loaded.instances == document.model.instances
    assert loaded.definitions == document.model.definitions
