"""The cut vocabulary keeps what German needs."""

from collections import Counter

from training.vocabulary import choose_pieces, cut_tokenizer

VOCABULARY = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("\u2581der", -3.0),
    ("привет", -4.0),
    ("ß", -9.0),
    ("\u2581Haus", -8.0),
    ("\u2581huis", -7.0),
    ("稣", -5.0),
    ("<mask>", 0.0),
]


def test_what_is_used_comes_before_what_is_likely() -> None:
    kept = choose_pieces(VOCABULARY, Counter({7: 3, 4: 9}), 7)
    assert kept == [0, 1, 2, 3, 4, 6, 7]


def test_room_that_is_left_goes_to_latin_pieces() -> None:
    assert choose_pieces(VOCABULARY, Counter({4: 9}), 100) == [0, 1, 2, 3, 4, 6, 7, 8]


def test_a_piece_of_another_script_stays_if_it_is_used() -> None:
    assert 9 in choose_pieces(VOCABULARY, Counter({9: 1}), 100)


def test_the_tokenizer_keeps_its_form() -> None:
    tokenizer = {
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [list(entry) for entry in VOCABULARY]},
        "added_tokens": [{"id": 0, "content": "<s>"}, {"id": 10, "content": "<mask>"}],
    }
    cut = cut_tokenizer(tokenizer, [0, 1, 2, 3, 7])
    assert cut["model"]["vocab"][4] == ["\u2581Haus", -8.0]
    assert cut["added_tokens"] == [{"id": 0, "content": "<s>"}]
    assert cut["model"]["unk_id"] == 3
