"""Tokens: what a program shows to use the desk. The archive keeps their digests, never the tokens.

A token is 256 random bits behind a key by which its row is found: ``depesche_1f2e3d4c_...``. That much chance
cannot be guessed from a digest, so one round of SHA-256 is enough; digests are compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from depesche.archive import tables
from depesche.archive.selection import last_day
from depesche.archive.write import now
from depesche.errors import TokenError

Scope = Literal["read", "add", "judge", "alert"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

_FORM = re.compile(r"depesche_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_LONGEST_NAME = 100
# What a digest of nothing is compared with, so that a token without a row takes as long as another.
_NO_DIGEST = "0" * 64

tokens = tables.tokens


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token: whose it is, what it is good for, its last day, and when it was revoked."""

    number: int
    name: str
    scopes: tuple[Scope, ...]
    made: str
    expires: str | None = None
    revoked: str | None = None


def add_token(
    connection: Connection, name: str, scopes: Iterable[Scope], expires: str | None = None
) -> tuple[Token, str]:
    """Make a token; return what is kept of it, and the token itself, which nobody can ask for again.

    ``expires`` is a day, or the month or year at whose end it expires. Raises TokenError for a name that is
    none or in use, or without a scope, DateError for a day that is none.
    """
    name, wanted = name.strip(), set(scopes)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise TokenError(f"A token needs a name of up to {_LONGEST_NAME} printable characters.")
    if not wanted or not wanted.issubset(SCOPES):
        raise TokenError(f"A token is good for one or more of: {', '.join(SCOPES)}.")
    if any(token.name == name and not token.revoked for token in list_tokens(connection)):
        raise TokenError(f"There is a token {name!r}: revoke it, or choose another name.")
    key = secrets.token_hex(4)
    secret = f"depesche_{key}_{secrets.token_urlsafe(32)}"
    row = {
        "name": name,
        "key": key,
        "digest": _digest(secret),
        "scopes": " ".join(scope for scope in SCOPES if scope in wanted),
        "made": now(),
        "expires": last_day(expires) if expires else None,
    }
    number = connection.execute(tokens.insert(), row).inserted_primary_key
    assert number is not None
    made = connection.execute(sa.select(tokens).where(tokens.c.number == int(number[0]))).one()
    return _token(made), secret


def list_tokens(connection: Connection) -> tuple[Token, ...]:
    """Return all tokens, revoked or not, in the order in which they were made."""
    return tuple(map(_token, connection.execute(sa.select(tokens).order_by(tokens.c.number))))


def revoke_token(connection: Connection, named: str) -> Token:
    """Revoke the token with this name or number; return it. Raises TokenError if none in force has it."""
    found = [
        token
        for token in list_tokens(connection)
        if not token.revoked and named.strip() in {token.name, str(token.number)}
    ]
    if len(found) != 1:
        raise TokenError(f"There is no token {named!r} in force." if not found else f"Several are {named!r}.")
    when = now()
    connection.execute(tokens.update().where(tokens.c.number == found[0].number).values(revoked=when))
    return msgspec.structs.replace(found[0], revoked=when)


def find_token(connection: Connection, secret: str) -> Token | None:
    """Return the token that somebody shows, None if it is none, was revoked or has expired."""
    form = _FORM.fullmatch(secret)
    row = connection.execute(sa.select(tokens).where(tokens.c.key == (form[1] if form else ""))).one_or_none()
    same = hmac.compare_digest(row.digest if row else _NO_DIGEST, _digest(secret))
    return _token(row) if row and same and is_in_force(_token(row)) else None


def is_in_force(token: Token) -> bool:
    """Return whether a token is good today, by UTC."""
    return not token.revoked and (token.expires is None or now()[:10] <= token.expires)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        number=row.number,
        name=row.name,
        scopes=tuple(scope for scope in SCOPES if scope in row.scopes.split()),
        made=row.made,
        expires=row.expires,
        revoked=row.revoked,
    )
