"""Kinds of event types that many rules ask for; where a rule leaves one out, it says so itself."""

from __future__ import annotations

# What several do together: who of them acts on whom is not told.
MUTUAL = frozenset({"CONSULT", "AGREE", "COOPERATE"})
# What is done, not said.
DEEDS = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE", "AID", "RETREAT", "SANCTION"})
# What is done by words: objects and dependent clauses tell what is said, asked or promised, not what happens.
SPEECH_ACTS = frozenset({"REQUEST", "REJECT", "THREATEN", "AGREE", "CONCEDE", "ACCUSE", "SUPPORT"})
