"""Noun chunks: noun phrases and prepositional phrases, with the cases that their words allow.

A chunk is ``[preposition] [determiner] [adjectives] nouns``. What depends on it (a genitive, a
prepositional attribute, the second part of a coordination) is a chunk of its own that says so.
Cases are letters: n nominative, a accusative, d dative, g genitive; a chunk may allow several.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.language.function_words import all_function_words, words_of
from depesche.language.gazetteer import is_place_name
from depesche.language.offices import noun_of
from depesche.language.states import stands_for_state
from depesche.language.tokens import QUOTES, Token
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class, word_ends

_ADJECTIVE_ENDINGS = ("e", "en", "er", "es", "em")
_FEMININE = (
    "ung",
    "heit",
    "keit",
    "schaft",
    "tion",
    "sion",
    "tät",
    "ik",
    "ie",
    "enz",
    "anz",
    "ei",
    "in",
    "ur",
)
# With these a common noun ends, and hardly a family name.
_FEMININE_NOUNS = ("ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "schaften", "tion", "tionen")
# Offices that no state is called by, as it may be called a rival or a neighbour.
_OFFICES = frozenset({"head_of_state", "head_of_government", "minister"})
# With these a name ends in the genitive, or in the nominative alike.
_GENITIVE_ENDS = frozenset("sxzß’'")
_JOINTS = (["als", "auch"], ["wie"], ["und", "auch"], ["sowie", "auch"], [",", "sondern", "auch"])
_ONLY = frozenset({"nur", "bloß", "allein"})
_COORDINATORS = frozenset({"und", "oder", "sowie", "bzw.", "/", "&"})
# The preposition's own form tells the article that it swallowed.
_CONTRACTED = {"im", "am", "zum", "beim", "vom", "zur", "ins", "ans", "aufs", "fürs", "durchs", "ums"}


class Chunk(msgspec.Struct, frozen=True):
    """Tokens ``first`` to ``last`` (exclusive), counted in the document.

    ``head`` is the index of the first noun or the pronoun. ``prep`` is the preposition in lower case or
    empty. ``genitive`` marks an attribute of the chunk before. ``joined`` marks a chunk that is coordinated
    with the one before it in the list (and then shares its preposition and cases).
    """

    first: int
    last: int
    head: int
    prep: str = ""
    cases: str = "nadg"
    genitive: bool = False
    joined: bool = False
    pronoun: bool = False


def _is_adverb(one: Token, two: Token) -> bool:
    """Whether two words together are an adverb, beside a noun of any case: ``vor allem Frankreich``."""
    return one.lower in words_of("prep") and f"{one.lower} {two.lower}" in word_class("adverb-pairs")


def _is_more_than(tokens: Sequence[Token], i: int, last: int) -> bool:
    """Whether ``über`` at ``i`` says that there are more than so many people: ``über 300 Demonstranten``.

    Behind some nouns it tells what these are about (``ein Bericht über 300 Flüchtlinge``).
    """
    if i + 2 >= last or tokens[i].lower != "über":
        return False
    if i and tokens[i - 1].lower.endswith(word_ends("about-ends")):
        return False
    if not _is_number(tokens[i + 1]):
        return False
    noun = next((t for t in tokens[i + 2 : i + 5] if t.is_capital), None)
    return noun is not None and _is_people(noun)


def _is_number(token: Token) -> bool:
    return token.text[0].isdigit() or token.lower in word_class("number-words")


def _is_people(noun: Token) -> bool:
    """Whether a noun stands for several people: ``Demonstranten``, ``Tausende``."""
    form = noun_of(noun.text)
    if form is None or form.number == "sg" or form.noun.office:
        return False
    return form.noun.kind in {"person", "group"}


def find_chunks(
    tokens: Sequence[Token],
    first: int,
    last: int,
    pronouns: frozenset[int] = frozenset(),
    verbs: frozenset[int] = frozenset(),
) -> list[Chunk]:
    """Return the chunks among the tokens ``first`` to ``last`` (exclusive).

    ``pronouns`` are the indexes of articles that stand as relative or demonstrative pronouns there,
    ``verbs`` those of finite verbs.
    """
    closed = pronouns | verbs
    chunks: list[Chunk] = []
    waiting = ""  # cases of a determiner whose noun stands behind an extended attribute
    i = first
    while i < last:
        if i + 1 < last and _is_adverb(tokens[i], tokens[i + 1]):
            i += 2
            continue
        if _is_more_than(tokens, i, last):
            i += 1
            continue
        verbal = i in verbs or (i + 1 in verbs and tokens[i].lower == "zu")  # "sich zu einigen"
        chunk = None if verbal else _chunk_at(tokens, i, last, closed, first)
        if chunk is None:
            if tokens[i].lower in words_of("det") and i not in pronouns:
                waiting = words_of("det")[tokens[i].lower]
            i += 1
            continue
        if waiting and not chunk.prep and chunk.cases == "nadg" and chunk.head > chunk.first:
            chunk = msgspec.structs.replace(chunk, cases=waiting)
            waiting = ""
        chunks.append(chunk)
        i = chunk.last
    return _relate(tokens, chunks)


def is_postposed(tokens: Sequence[Token], i: int) -> bool:
    """Whether a preposition stands behind its noun: ``Diplomaten zufolge``."""
    return tokens[i].lower in {"zufolge", "zuliebe"} and i > 0 and tokens[i - 1].is_capital


def is_nounlike(tokens: Sequence[Token], i: int, first: int) -> bool:
    """Whether token ``i`` can be a noun or name: capitalised, and at the sentence's start no function word.

    ``first`` is the index at which the sentence begins.
    """
    token = tokens[i]
    if not token.is_capital:
        number = token.text[0].isdigit() and token.text[-1].isalpha() and "-" in token.text
        return number or _begins_with_article(token)
    if not _opens_sentence(tokens, i, first):
        return token.lower not in _FORMAL_PRONOUNS
    if token.lower in words_of("focus") and i + 1 < len(tokens) and tokens[i + 1].lower in words_of("sub"):
        return False  # "Kurz nachdem die Polizei kam, ..."
    if token.lower in all_function_words():
        return False
    return not analyse_verb(token.lower) or is_noun_of_telling(tokens, i) or _is_person_before_verb(tokens, i)


def is_noun_of_telling(tokens: Sequence[Token], i: int) -> bool:
    """Whether a capitalised word that may be a verb is a noun with an attribute: ``Angaben der Polizei``."""
    following = tokens[i + 1].lower if i + 1 < len(tokens) else ""
    attributed = following in {"aus", "des", "der", "von", "vom", "über", "zu", "zum", "zur"}
    return attributed and tokens[i].is_capital and tokens[i].lower.endswith(word_ends("told-ends"))


def _is_person_before_verb(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word that opens a sentence and may be a verb names people who do something.

    ``Zeugen berichteten``, ``Verwandte sagten``: no verb form stands right before a finite verb of another.
    """
    if i + 1 >= len(tokens) or tokens[i + 1].is_capital or noun_of(tokens[i].text) is None:
        return False
    return any(f.kind == "finite" and f.number != "1sg" for f in analyse_verb(tokens[i + 1].lower))


def _begins_with_article(token: Token) -> bool:
    """Whether a name begins with its article in lower case: ``al-Schabaab``, ``el-Sisi``, ``d'Estaing``."""
    word = token.text
    mark = "-" if "-" in word else "'" if "'" in word else "’"
    article, parted, rest = word.partition(mark)
    return bool(parted) and 0 < len(article) <= 3 and article.islower() and rest[:1].isupper()


_FORMAL_PRONOUNS = frozenset({"sie", "ihr", "ihre", "ihren", "ihnen", "ihrem", "ihrer", "ihres"})


def _opens_sentence(tokens: Sequence[Token], i: int, first: int) -> bool:
    """Whether only marks stand between the token and the start of its sentence or quotation."""
    k = i - 1
    while k >= first and tokens[k].text in QUOTES:
        k -= 1
    return k < first or tokens[k].text in {":", ".", "!", "?"}


def _chunk_at(tokens: Sequence[Token], i: int, last: int, closed: frozenset[int], first: int) -> Chunk | None:
    """Return the chunk that begins exactly at token ``i``, if one does."""
    prep, cases, j = "", "nadg", i
    word = tokens[i].lower
    if _is_about(tokens, i, last, first):
        j = i + 1
        word = tokens[j].lower
    elif word in words_of("prep") and not is_postposed(tokens, i):
        prep, cases, j = word, words_of("prep")[word], i + 1
        if j + 1 < last and tokens[j].text in QUOTES and tokens[j + 1].is_capital:
            # "laut „Reuters“"
            j += 1
        if j >= last:
            return None
        word = tokens[j].lower
    if j in closed:
        own = words_of("det").get(word) or words_of("pron").get(word, "nadg")
        return Chunk(i, j + 1, j, prep, _meet(cases, own), pronoun=True)
    if word in words_of("pron") and not (tokens[j].is_capital and prep):
        return Chunk(i, j + 1, j, prep, _meet(cases, words_of("pron")[word]), pronoun=True)
    determiner = words_of("det").get(word) or words_of("poss").get(word)
    begin = j
    while j < last and determiner and j < begin + 3 and _determines(tokens, j, prep):
        cases = _meet(cases, _determiner_cases(tokens[j].lower))
        j += 1
    noun = _skip_adjectives(tokens, j, last, first, closed, inside=j > i)
    if noun is None:
        # A determiner without its noun: "beide sagten", "einige von ihnen", "die beiden".
        if (
            determiner
            and j > begin
            and tokens[j - 1].lower not in _ARTICLES
            and tokens[j - 1].lower not in words_of("poss")
        ):
            return Chunk(i, j, j - 1, prep, cases, pronoun=True)
        shared = shares_noun(tokens, j, last) if determiner else None
        return None if shared is None else Chunk(i, shared, shared - 1, prep, cases)
    end = _noun_run(tokens, noun, last, first)
    if prep in _PLACING and noun == i + 1 and end > noun + 1 and _ends_place(tokens, noun):
        end = noun + 1
    if determiner and prep == "":
        cases = _narrow_by_gender(tokens[begin].lower, tokens[noun].text, cases)
        cases = "n" if _is_strong_masculine(tokens, begin, j, noun) else cases
    return Chunk(i, end, noun, prep, cases or "nadg")


def _is_about(tokens: Sequence[Token], i: int, last: int, first: int) -> bool:
    """Whether ``über`` opens a sentence before a count: ``Über 200 Menschen forderten``, no preposition.

    Before what counts time or measures it mostly is one: ``Über 20 Jahre hinweg``.
    """
    if tokens[i].text != "Über" or i + 2 >= last or not _opens_sentence(tokens, i, first):
        return False
    noun = tokens[i + 2]
    timely = noun.lower in word_class("time-nouns")
    return _is_number(tokens[i + 1]) and not timely and (noun.is_capital or _is_adjectival(noun, inside=True))


def shares_noun(tokens: Sequence[Token], i: int, last: int) -> int | None:
    """Return the end of adjectives at ``i`` whose noun stands only behind those that ``und`` joins to them.

    ``der deutsche und der polnische Präsident`` are two; None where the adjectives have no such partner.
    """
    end = i
    while end < last and end < i + 3 and _is_adjectival(tokens[end], inside=True, before_noun=True):
        end += 1
    if end == i or end + 3 > last or tokens[end].lower not in {"und", "sowie", "oder"}:
        return None
    k = end + 1
    if tokens[k].lower not in _ARTICLES:
        return None
    k += 1
    begin = k
    while k < last and k < begin + 3 and _is_adjectival(tokens[k], inside=True, before_noun=True):
        k += 1
    return end if begin < k < last and tokens[k].is_capital else None


_ARTICLES = frozenset(
    {"der", "die", "das", "dem", "den", "des", "ein", "eine", "einen", "einem", "einer", "eines"}
)


def _is_infinitive_here(tokens: Sequence[Token], i: int) -> bool:
    """Whether a determiner is a verb, which ends its clause: ``konnten sich nicht einigen``."""
    if not any(form.kind == "infinitive" for form in analyse_verb(tokens[i].lower)):
        return False
    behind = tokens[i + 1] if i + 1 < len(tokens) else None
    if behind is None or not behind.is_word:
        return True
    return any(form.lemma in words_of("modal") for form in analyse_verb(behind.lower))


def _determines(tokens: Sequence[Token], i: int, prep: str) -> bool:
    word = tokens[i].lower
    known = word in words_of("det") or word in words_of("poss")
    return known and (bool(prep) or not _is_infinitive_here(tokens, i))


def _determiner_cases(word: str) -> str:
    return words_of("det").get(word) or words_of("poss")[word]


def _meet(a: str, b: str) -> str:
    """Return the cases in both, in the order n a d g; if there are none, those of ``a``."""
    return "".join(c for c in "nadg" if c in a and c in b) or a


def _skip_adjectives(
    tokens: Sequence[Token], i: int, last: int, first: int, closed: frozenset[int], *, inside: bool
) -> int | None:
    """Return the index of the noun after adjectives, numbers and quotation marks from ``i`` on, or None.

    ``inside`` says that a preposition or determiner precedes; then adverbs of degree may stand there too.
    """
    k = i
    while k < last and k < i + 7:
        token = tokens[k]
        if k in closed:
            return None
        if is_nounlike(tokens, k, first):
            # "Sechs Soldaten wurden getötet."
            counts = token.lower in word_class("number-words") and _opens_sentence(tokens, k, first)
            if k + 1 < last and (
                counts or _capital_adjective(tokens, k, first) or _is_measure(tokens, k, last)
            ):
                k += 1
                continue
            return k
        begun = inside or k > i
        joint = token.text in QUOTES or (token.text in {",", "und"} and _both_adjectives(tokens, k, last))
        # After "das" no adjective ends in -en: "Das berichten Medien".
        neuter = k > first and tokens[k - 1].lower in {"das", "dies", "ein"}
        before_noun = begun and not neuter and k + 1 < last and tokens[k + 1].is_capital
        ordinal = token.text == "." and k > i and tokens[k - 1].text.isdigit() and before_noun
        further = k > i and token.lower in _FURTHER  # "zwei weitere Soldaten"
        adjectival = ordinal or further or _is_adjectival(token, inside=begun, before_noun=before_noun)
        if not (adjectival or (joint and k > i) or (inside and _modifies_adjective(tokens, k, last))):
            return None
        k += 1
    return None


def _capital_adjective(tokens: Sequence[Token], k: int, first: int) -> bool:
    """Whether a capitalised word is an adjective: ``Westliche Länder`` at a sentence's start."""
    token = tokens[k]
    return (
        _opens_sentence(tokens, k, first)
        and token.lower.endswith(("ische", "ischen", "ischer", "liche", "lichen", "ige", "igen"))
        and tokens[k + 1].is_capital
    )


def _is_measure(tokens: Sequence[Token], k: int, last: int) -> bool:
    """Whether a noun only says how much an adjective behind it is: ``dem 300 Seiten langen Bericht``."""
    if k + 2 >= last or tokens[k].lower not in word_class("measures"):
        return False
    return tokens[k + 1].lower in word_class("measured") and tokens[k + 2].is_capital


def _is_adjectival(token: Token, *, inside: bool, before_noun: bool = False) -> bool:
    """Whether a token can stand between determiner and noun: an adjective, a number, an adverb of degree.

    ``before_noun``: a word that looks like an infinitive (``im gleichen Interview``) is an adjective there.
    """
    if token.text[0].isdigit():
        return True
    if not token.text[0].islower():
        return token.is_capital and token.text[-1] == "-"
    if token.lower in words_of("adv") or token.lower in word_class("number-words"):
        return inside or token.lower in word_class("number-words")
    if token.lower in all_function_words() or not token.lower.endswith(_ADJECTIVE_ENDINGS):
        return False
    kinds = {f.kind for f in analyse_verb(token.lower)}
    if before_noun and "infinitive" in kinds:
        return True
    return not kinds & {"participle", "infinitive"} and (inside or "finite" not in kinds)


def _modifies_adjective(tokens: Sequence[Token], k: int, last: int) -> bool:
    """Whether an adverb at ``k`` stands before adjective and noun: ``einer weitgehend friedlichen Nacht``."""
    token = tokens[k]
    if k + 2 >= last or not token.text[0].islower():
        return False
    if token.lower in all_function_words() and token.lower not in {"zu", "sehr", "so"}:
        return False
    adjective = _is_adjectival(tokens[k + 1], inside=True) and tokens[k + 1].text[0].islower()
    return (
        adjective
        and tokens[k + 2].is_capital
        and not any(f.kind == "finite" for f in analyse_verb(token.lower))
    )


def _both_adjectives(tokens: Sequence[Token], k: int, last: int) -> bool:
    """Whether ``,`` or ``und`` at ``k`` joins two adjectives (``konstruktive und gute``)."""
    return (
        k + 1 < last
        and tokens[k + 1].text[0].islower()
        and tokens[k + 1].lower.endswith(("e", "en", "er", "es", "em"))
    )


_PLACING = frozenset({"in", "aus", "nach"})


def _ends_place(tokens: Sequence[Token], i: int) -> bool:
    """Whether the place behind a preposition is one word: ``in Genf Gespräche``; not ``in New York``."""
    one, two = tokens[i].text, tokens[i + 1].text
    return is_place_name(one) and not is_place_name(f"{one} {two}")


def _noun_run(tokens: Sequence[Token], i: int, last: int, first: int) -> int:
    """Return the end of the run of nouns and names from ``i`` on (``US-Außenminister Marco Rubio``)."""
    k = i + 1
    while k < last:
        token = tokens[k]
        name = (token.is_capital and token.is_word) or _begins_with_article(token)
        if name and token.lower not in _FORMAL_PRONOUNS:
            if (
                tokens[k - 1].lower in word_class("daytimes")
                and token.lower not in word_class("daytimes")
                and k - 1 == i
            ):
                break  # "am Abend Reformen": two phrases
            if token.lower in word_class("bare-objects") and tokens[k - 1].lower != "pro":
                break  # "gewährte Julian Assange Asyl"; "Pro Asyl" is a name
            if i > first and tokens[i - 1].lower in _WHERE and _is_people(token):
                break  # "in Maputo Hunderte"
            if k - 1 == i and _is_apart(tokens[i], token):
                break
            k += 1
        elif token.lower in _NAME_PARTICLES and k + 1 < last and tokens[k + 1].is_capital:
            k += 2
        elif token.text == "." and _is_regnal(tokens[k - 1].text) and k - 1 > i:
            k += 1
        else:
            break
    return _end_of_source(tokens, i, k)


def _is_apart(one: Token, two: Token) -> bool:
    """Whether a noun behind a state's name is another phrase: ``dass Polen Soldaten schickt``.

    ``Polens Soldaten`` are one, and so is a person who has a state's name: ``Israel Katz``. A state behind a
    body is another, too: ``verurteilte der Sicherheitsrat Syrien``.
    """
    body = noun_of(one.text)
    if body is not None and (body.noun.kind == "body" or body.noun.office in _OFFICES):
        return two.text[-1] not in _GENITIVE_ENDS and stands_for_state(two.text)
    if one.text[-1] in _GENITIVE_ENDS or not stands_for_state(one.text):
        return False
    common = noun_of(two.text) is not None or two.lower.endswith(_FEMININE_NOUNS)
    return common or (stands_for_state(two.text) and not is_place_name(f"{one.text} {two.text}"))


def _end_of_source(tokens: Sequence[Token], i: int, end: int) -> int:
    """Return the end of a run of nouns, cut behind a noun of saying that no genitive follows.

    ``nach eigenen Angaben Kämpfer getötet`` has two phrases, ``nach Angaben Wladimir Putins`` one.
    """
    if tokens[end - 1].text.endswith(("s", "x", "z", "ß", "’", "'")):
        return end
    told = (k + 1 for k in range(i, end - 1) if tokens[k].lower.endswith(word_ends("told-ends")))
    return next(told, end)


# A name behind these is a place; whoever follows it is another phrase.
_WHERE = frozenset({"in", "bei", "vor"})
# Not "von" and "der": between two nouns they mostly begin an attribute of their own.
_NAME_PARTICLES = frozenset("van de bin al ibn el da du dos".split())


def _is_regnal(word: str) -> bool:
    return set(word) <= set("IVX")


def _narrow_by_gender(determiner: str, noun: str, cases: str) -> str:
    """Narrow ``der`` by the gender that the noun's ending shows: ``der Regierung`` is no nominative."""
    word = noun.lower()
    feminine = word.endswith(_FEMININE) and not word.endswith("eur")  # "der Gouverneur"
    if determiner.endswith("er") and determiner not in {"er"} and feminine:
        return cases.replace("n", "") or cases
    return cases


def _is_strong_masculine(tokens: Sequence[Token], begin: int, after: int, noun: int) -> bool:
    """Whether a chunk is a nominative by its adjective: ``ein harter Winter``."""
    bare = after == begin + 1 < noun and tokens[begin].lower in {"ein", "kein", "sein"}
    return bare and tokens[after].text[0].islower() and tokens[after].lower.endswith("er")


def _relate(tokens: Sequence[Token], chunks: list[Chunk]) -> list[Chunk]:
    """Return the chunks with genitive attributes and coordinations marked."""
    related: list[Chunk] = []
    for k, chunk in enumerate(chunks):
        related.append(_relate_to(tokens, related[-1], chunks, k) if related else chunk)
    return related


def _relate_to(tokens: Sequence[Token], before: Chunk, chunks: list[Chunk], k: int) -> Chunk:
    """Return chunk ``k`` as it relates to the one before it."""
    chunk = chunks[k]
    if _is_name_of(tokens, before, chunk):
        return msgspec.structs.replace(chunk, prep=before.prep, cases=before.cases)
    gap = [tokens[i].lower for i in range(before.last, chunk.first)]
    gap = [w for w in gap if w not in QUOTES]
    if _is_joined(gap, tokens, chunks, k):
        prep = chunk.prep or before.prep
        cases = chunk.cases if chunk.prep else _meet(chunk.cases, before.cases)
        if not before.genitive and _is_state_of(tokens, before, chunk):
            return msgspec.structs.replace(chunk, joined=True, prep="", cases="g", genitive=True)
        return msgspec.structs.replace(chunk, joined=True, prep=prep, cases=cases, genitive=before.genitive)
    adjacent = not gap and not chunk.prep and not before.pronoun and not chunk.pronoun
    opener = tokens[chunk.first].lower
    timely = tokens[before.last - 1].lower in word_class("time-nouns")
    marked = "g" in chunk.cases and (
        opener in _GENITIVE_DETERMINERS or (opener in _LIKE_GENITIVES and not timely)
    )
    if adjacent and (chunk.cases == "g" or marked or _is_bare_genitive(tokens, before, chunk)):
        return msgspec.structs.replace(chunk, genitive=True, cases="g")
    return chunk


def _is_state_of(tokens: Sequence[Token], before: Chunk, chunk: Chunk) -> bool:
    """Whether a state is joined to a genitive that ends a chunk: ``die Minister Islands und Estlands``."""
    last = tokens[before.last - 1].text
    if before.last - 1 == before.head or last[-1] != "s" or not stands_for_state(last):
        return False
    if stands_for_state(last[:-1]) is False or chunk.prep or chunk.pronoun:
        return False
    name = tokens[chunk.head].text
    article = tokens[chunk.first].lower in {"der", "des"}
    marked = article if chunk.first < chunk.head else name[-1] in _GENITIVE_ENDS
    return marked and stands_for_state(name)


def _is_bare_genitive(tokens: Sequence[Token], before: Chunk, chunk: Chunk) -> bool:
    """Whether an adjective in -er opens a chunk right behind a noun: ``der Einsatz fremder Truppen``.

    Behind a day the chunk may be the subject: ``Am Montag reiste russischer Besuch an``; behind the genitive
    of a name it has that genitive: ``Israels wichtigster Verbündeter``.
    """
    first = tokens[chunk.first]
    strong = first.text[0].islower() and first.lower.endswith("er") and chunk.first < chunk.head
    counted = first.lower in word_class("number-words")
    timely = tokens[before.last - 1].lower in word_class("time-nouns")
    named = before.head <= before.first + bool(before.prep) and tokens[before.last - 1].text[-1] in "s’'"
    return strong and chunk.cases == "nadg" and not (counted or timely or named)


def _is_name_of(tokens: Sequence[Token], before: Chunk, chunk: Chunk) -> bool:
    """Whether a chunk is a name in quotation marks right behind its noun: ``laut der Zeitung „Danas“``."""
    marks = tokens[before.last : chunk.first]
    bare = not chunk.prep and not chunk.pronoun and chunk.head == chunk.first
    closed = chunk.last < len(tokens) and tokens[chunk.last].text in QUOTES
    return bare and closed and len(marks) == 1 and marks[0].text in QUOTES and not before.pronoun


_GENITIVE_DETERMINERS = frozenset(
    """der des dieser dieses seiner ihrer seines ihres einer eines aller beider zahlreicher mehrerer
    vieler einiger""".split()
)
# With these a masculine nominative ends alike, which stands behind a time: "am Montag weiterer Druck".
_LIKE_GENITIVES = frozenset({"weiterer", "anderer", "solcher", "etlicher", "sämtlicher", "weniger"})
_FURTHER = frozenset({"weitere", "weiteren", "weiterer", "andere", "anderen", "anderer"})


def _is_joined(gap: list[str], tokens: Sequence[Token], chunks: list[Chunk], k: int) -> bool:
    """Whether what stands between two chunks coordinates them."""
    if len(gap) == 1 and gap[0] in _COORDINATORS:
        return True
    if gap in _JOINTS:
        return True
    if gap == [",", "auch"]:
        ahead = chunks[k - 1].first - 1  # "nicht nur Kiew, auch Moskau"
        return ahead >= 0 and tokens[ahead].lower in _ONLY
    # A pronoun behind a comma opens a relative clause.
    return gap == [","] and not chunks[k].pronoun and _is_listed(tokens, chunks, k)


def _is_listed(tokens: Sequence[Token], chunks: list[Chunk], k: int) -> bool:
    """Whether a comma before chunk ``k`` joins, as it does in a list that an ``und`` closes: A, B und C."""
    for a, b in zip(chunks[k : k + 12], chunks[k + 1 : k + 13], strict=False):
        between = [tokens[i].lower for i in range(a.last, b.first)]
        if len(between) == 1 and between[0] in {"und", "oder", "sowie"}:
            return b.prep in {"", chunks[k].prep} and not chunks[k].prep
        if between not in ([","], []):
            return False
    return False
