"""What tests of lists share."""

import pytest


@pytest.fixture
def dist(tmp_path, monkeypatch):
    """A directory from whose parent everything is called."""
    (tmp_path / "dist").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "dist"
