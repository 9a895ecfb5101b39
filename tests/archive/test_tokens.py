"""Tokens: made, shown once, found, expired, revoked, and never kept."""

from __future__ import annotations

import hmac
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.conftest import Place
from archive.samples import ANY_TEXT
from depesche.archive import tokens as module
from depesche.archive.store import Archive
from depesche.archive.tables import metadata
from depesche.cli import main
from depesche.errors import DateError, TokenError


def test_a_token_is_found_by_whoever_shows_it(archive: Archive) -> None:
    made, secret = archive.make_token("Redaktion", ["add", "read"])
    assert made.scopes == ("read", "add")
    assert archive.find_token(secret) == made
    assert archive.tokens() == (made,)


def test_the_archive_does_not_keep_the_token(archive: Archive, place: Place) -> None:
    _, secret = archive.make_token("Redaktion", ["read"])
    with archive._database.reading() as connection:
        kept = repr([connection.execute(sa.select(table)).all() for table in metadata.sorted_tables])
    archive.close()
    if isinstance(place, Path):
        kept += b"".join(file.read_bytes() for file in place.parent.iterdir()).decode("latin-1")
    assert "Redaktion" in kept
    assert secret not in kept
    assert secret.split("_", 2)[2] not in kept


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: secret + "A",
        lambda secret: secret.upper(),
        lambda secret: secret.replace("depesche_", "depesche_0", 1),
        lambda secret: secret[:18] + "A" * 43,
        lambda secret: " " + secret,
        lambda _: "",
    ],
)
def test_what_is_not_the_token_is_none(archive: Archive, change: object) -> None:
    _, secret = archive.make_token("Redaktion", ["read"])
    assert archive.find_token(change(secret)) is None  # type: ignore[operator]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(shown=ANY_TEXT | st.from_regex(r"depesche_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", fullmatch=True))
def test_anything_may_be_shown(archive: Archive, shown: str) -> None:
    assert archive.find_token(shown) is None


def test_digests_are_compared_in_constant_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    _, secret = archive.make_token("Redaktion", ["read"])
    for shown in (secret, secret[:-1] + "!", "depesche_00000000_" + "A" * 43, "x"):
        archive.find_token(shown)
    assert len(compared) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for pair in compared for digest in pair)


@pytest.mark.parametrize(
    ("expires", "today", "good"),
    [
        (None, "2030-01-01", True),
        ("2026-11-22", "2026-11-22", True),
        ("2026-11-22", "2026-11-23", False),
        ("2026-11", "2026-11-30", True),
        ("2026-11", "2026-12-01", False),
        ("2026", "2026-12-31", True),
    ],
)
def test_a_token_is_good_through_its_last_day(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, expires: str | None, today: str, good: bool
) -> None:
    _, secret = archive.make_token("Redaktion", ["read"], expires)
    monkeypatch.setattr(module, "now", lambda: f"{today}T23:59:59Z")
    assert (archive.find_token(secret) is not None) is good


def test_a_revoked_token_is_none_and_its_name_is_free(archive: Archive) -> None:
    made, secret = archive.make_token("Redaktion", ["read"])
    assert archive.revoke_token("Redaktion").revoked
    assert archive.find_token(secret) is None
    again, _ = archive.make_token("Redaktion", ["read"])
    assert archive.revoke_token(str(again.number)).name == "Redaktion"
    with pytest.raises(TokenError):
        archive.revoke_token(str(made.number))


@pytest.mark.parametrize(
    ("name", "scopes"),
    [("", ["read"]), ("a" * 101, ["read"]), ("a\nb", ["read"]), ("a", []), ("a", ["root"])],
)
def test_what_makes_no_token(archive: Archive, name: str, scopes: list[module.Scope]) -> None:
    with pytest.raises(TokenError):
        archive.make_token(name, scopes)
    assert archive.tokens() == ()


def test_a_name_in_use_and_a_day_that_is_none(archive: Archive) -> None:
    archive.make_token("Redaktion", ["read"])
    with pytest.raises(TokenError):
        archive.make_token("Redaktion", ["add"])
    with pytest.raises(DateError):
        archive.make_token("Büro", ["add"], "2026-02-30")


def test_the_commands(place: Place) -> None:
    named = ["--archive", str(place)]
    made = CliRunner().invoke(main, ["token", "create", "Redaktion", "--scope", "add", *named])
    assert made.exit_code == 0
    secret = made.stdout.strip()
    with Archive(place) as archive:
        found = archive.find_token(secret)
    assert found is not None and found.scopes == ("add",)
    for format_ in ([], ["--json"], ["--csv"]):
        shown = CliRunner().invoke(main, ["token", "list", *named, *format_])
        assert "Redaktion" in shown.stdout
        assert secret not in shown.output
    assert CliRunner().invoke(main, ["token", "revoke", "Redaktion", *named]).exit_code == 0
    with Archive(place) as archive:
        assert archive.find_token(secret) is None
    assert CliRunner().invoke(main, ["token", "revoke", "Redaktion", *named]).exit_code == 2
