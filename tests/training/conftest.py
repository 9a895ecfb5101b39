"""Makes ``training`` importable however pytest was started: it is no part of the installed package."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parent.parent.parent)
if ROOT not in sys.path:
    sys.path.append(ROOT)
