"""What the server loads from which kills.py forks its processes."""

import importlib

# By its full name, as the processes know it.
importlib.import_module("scripts.campaigns.kills").warm()
