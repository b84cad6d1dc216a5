"""What every test stands on: no window on the screen, and none of the person's own settings."""

import os
import tempfile

import pytest
from hypothesis import settings

# A slow machine is no failure. The build machine tries the same examples each time, so that what it says is about the
# change; everybody else's runs go on looking for new ones.
settings.register_profile("person", deadline=None)
settings.register_profile("build machine", deadline=None, derandomize=True)
settings.load_profile("build machine" if os.environ.get("CI") else "person")

# Both have to stand before Qt is imported: Qt reads them once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.TemporaryDirectory(prefix="chainrule-tests-")
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = os.path.join(_home.name, _name.lower())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the settings that the tests wrote away again."""
    _home.cleanup()
