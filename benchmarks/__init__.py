"""What the figures in the docs are measured with: `make bench`, or `python -m benchmarks` from the checkout's root."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The scripts that `make` runs by path are imported here as tests import them: by their plain names.
sys.path.insert(1, str(ROOT / "tools"))
