"""Statements about relations: who is whose ally, rival or neighbour, and what they close to each other.

Three kinds of words tell one. A *role* (``Verbündeter``) says how its holder stands to somebody. A *bond*
(``Beziehungen``, ``Grenze``) is between parties, and a predicate says how it stands. A *state* (``sind
verfeindet``) says it by a verb. Parties are states, bodies and those who act for them; nothing is told of
firms, sport or private people, nor where no second party is known, but for neutrality and restrictions.
"""

from __future__ import annotations

from depesche.find.relations.build import find_relations

__all__ = ["find_relations"]
