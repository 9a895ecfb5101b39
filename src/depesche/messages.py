"""What the interface says, in the user's language (German or English)."""

from __future__ import annotations

import functools
import os

import msgspec

from depesche.errors import DepescheError, StorageError
from depesche.language.lexicon import load_entries

LANGUAGE_VARIABLE = "DEPESCHE_LANGUAGE"


class Message(msgspec.Struct, frozen=True):
    """An entry of interface/messages.yaml."""

    id: str
    en: str
    de: str


def say(message: str, **names: object) -> str:
    """Return the message with this id in the user's language, its names filled in."""
    return say_in(interface_language(), message, **names)


def say_in(language: str, message: str, **names: object) -> str:
    """Return the message with this id in a language, ``de`` or ``en``, its names filled in."""
    entry = _messages()[message]
    return (entry.de if language == "de" else entry.en).format(**names)


def tell(fault: DepescheError) -> str:
    """Return what to say of a fault, in the user's language if it is one of where something is kept."""
    if not isinstance(fault, StorageError) or not fault.kind:
        return str(fault)
    return say(f"storage-{fault.kind}", place=fault.place, detail=fault.detail)


def interface_language() -> str:
    """Return ``de`` or ``en``: $DEPESCHE_LANGUAGE, or what the system's locale says."""
    for variable in (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "de" if value.lower().startswith("de") else "en"
    return "en"


@functools.cache
def _messages() -> dict[str, Message]:
    return {entry.id: entry for entry in load_entries("interface/messages.yaml", Message)}
