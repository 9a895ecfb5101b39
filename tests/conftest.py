"""What holds for all tests."""

from __future__ import annotations

import os

from depesche.language.models import MODEL_VARIABLE, NONE

# Tests are about grammar and word lists unless they say otherwise: another network may not change them, and
# a thousand sentences take less time. Set here, before anything is read, so that other processes have it too.
os.environ[MODEL_VARIABLE] = NONE
