"""`make demo`: the first thing that a newcomer runs must go as it is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engine.stack import Engine

DEMO = Path(__file__).resolve().parents[2] / "tools" / "demo.py"


def test_the_demo_goes_as_told_and_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    """It exits with 0 only where each chapter's changes, and the empty account at the end, are what it says."""
    ended = subprocess.run(
        [sys.executable, str(DEMO)],
        cwd=tmp_path,
        env=engine.environment | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    assert "docs/start.md" in ended.stdout, "what to try next comes last"
    assert list(tmp_path.iterdir()) == []
