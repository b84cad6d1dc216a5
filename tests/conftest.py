"""What every test stands on: no window on the screen, and none of the person's own settings."""

import os
import tempfile

import pytest

# Both have to stand before Qt is imported: Qt reads them once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.TemporaryDirectory(prefix="chainrule-tests-")
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = os.path.join(_home.name, _name.lower())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the settings that the tests wrote away again."""
    _home.cleanup()
