"""The network: one encoder, a small head for each thing it tells.

All heads read one vector a word, the encoder's state of the word's first piece. What is paired (a word and
its head, a quotation and its speaker) is scored from vectors of single words by products, so that what ONNX
has to put out is one row a word.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"

from __future__ import annotations

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional

from depesche.language.network.layout import EVENT_ROLES, QUOTATION_ROLES, RELATIONS, ROLES, layer_sizes
from training.encoder import Encoder, Layer, Shape


class Sizes(msgspec.Struct, frozen=True):
    """The sizes of the heads that pair words."""

    arc: int = 256
    relation: int = 64
    link: int = 64
    # Distances of a word from a quotation or trigger, in powers of two on each side.
    distances: int = 8
    # Layers of the vectors' own.
    meaning: int = 2


class Network(nn.Module):
    """The encoder and its heads. The methods take words' vectors (batch, words, hidden)."""

    def __init__(self, encoder: Encoder, sizes: Sizes, dropout: float = 0.2) -> None:
        super().__init__()
        hidden = encoder.shape.hidden
        self.encoder = encoder
        self.sizes = sizes
        self.dropout = nn.Dropout(dropout)
        self.labels = nn.ModuleDict({name: nn.Linear(hidden, n) for name, n in layer_sizes().items()})
        self.arcs = Biaffine(hidden, sizes.arc, 1, dropout)
        self.root = nn.Linear(hidden, 1)
        self.relations = Biaffine(hidden, sizes.relation, len(RELATIONS), dropout)
        self.links = Links(hidden, sizes, dropout)
        self.meaning = Meaning(encoder.shape, sizes.meaning)

    def encode(self, pieces: Tensor, firsts: Tensor) -> Tensor:
        """Return vectors of words (batch, words, hidden).

        ``pieces`` (batch, length) is padded with 1; ``firsts`` (batch, words) is the place of each word's
        first piece, 0 where there is no word.
        """
        return self.dropout(gather_rows(self.encoder(pieces, pieces != 1), firsts))

    def label(self, words: Tensor, layers: list[str]) -> dict[str, Tensor]:
        """Return the scores (batch, words, labels) of layers."""
        return {name: self.labels[name](words) for name in layers}

    def score_heads(self, words: Tensor, sentences: Tensor) -> Tensor:
        """Return how well each word (first) hangs on each (second); on the diagonal, how well it is a root.

        Words of other ``sentences`` (batch, words; -1 where there is no word) are no heads.
        """
        scores = self.arcs.pairs(words)[..., 0].float()
        scores = scores + torch.diag_embed(self.root(words)[..., 0].float() - scores.diagonal(dim1=1, dim2=2))
        same = sentences[:, :, None] == sentences[:, None, :]
        return scores.masked_fill(~same, -1e4)


def gather_rows(states: Tensor, places: Tensor) -> Tensor:
    """Return the states (batch, n, hidden) at places (batch, n)."""
    return states.gather(1, places[:, :, None].expand(-1, -1, states.shape[2]))


class Meaning(nn.Module):
    """Vectors of sentences: layers of their own above the encoder's lowest, over content words alone.

    What a text means is lost from the upper layers while they learn what words are, and function words say
    little of it: leaving them out makes these layers cheap. ``below`` of the encoder's layers lie under them.
    """

    below = 3

    def __init__(self, shape: Shape, layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(layers))
        self.vector = nn.Linear(2 * shape.hidden, shape.hidden)

    def forward(self, states: Tensor, mask: Tensor, shares: Tensor) -> Tensor:
        """Return vectors (batch, sentences, hidden) of the content words' states (batch, words, hidden).

        ``mask`` (batch, words) is false where there is no word; ``shares`` (batch, sentences, words) are the
        weights of the words in their sentence.
        """
        deep = states
        for layer in self.layers:
            deep = layer(deep, mask[:, None, None, :])
        return self.vector(shares @ torch.cat([deep, states], -1).to(shares.dtype))


class Biaffine(nn.Module):
    """Scores of pairs of words for some labels: a product of the two words' vectors."""

    def __init__(self, hidden: int, size: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.lower = nn.Linear(hidden, size)
        self.upper = nn.Linear(hidden, size)
        self.weights = nn.Parameter(torch.zeros(labels, size + 1, size + 1))
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.weights, std=size**-0.5)

    def project(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the words' vectors as dependents and as heads (batch, words, size + 1)."""
        lower = self.dropout(functional.gelu(self.lower(words)))
        upper = self.dropout(functional.gelu(self.upper(words)))
        return functional.pad(lower, (0, 1), value=1.0), functional.pad(upper, (0, 1), value=1.0)

    def pairs(self, words: Tensor) -> Tensor:
        """Return the scores of all pairs (batch, words, words, labels)."""
        lower, upper = self.project(words)
        return torch.einsum("bid,lde,bje->bijl", lower, self.weights, upper)

    def chosen(self, words: Tensor, heads: Tensor) -> Tensor:
        """Return the scores of each word with one head (batch, words, labels)."""
        lower, upper = self.project(words)
        upper = upper.gather(1, heads.clamp(min=0)[:, :, None].expand(-1, -1, upper.shape[2]))
        return torch.einsum("bid,lde,bie->bil", lower, self.weights, upper)


class Links(nn.Module):
    """Which words are a role (speaker, actor ...) of a quotation or an event.

    The vector of a quotation or trigger is a sum over its first word, its last one and the mean of all.
    """

    def __init__(self, hidden: int, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        self.roles, self.size = len(ROLES), sizes.link
        self.inner = nn.Linear(hidden, hidden)
        wide = self.roles * self.size
        self.first = nn.Linear(hidden, wide)
        self.last = nn.Linear(hidden, wide, bias=False)
        self.mean = nn.Linear(hidden, wide, bias=False)
        self.key = nn.Linear(hidden, wide)
        self.bias = nn.Linear(hidden, self.roles)
        self.distance = nn.Parameter(torch.zeros(self.roles, 2 * sizes.distances + 1))
        # Few words are a role: to begin with the contrary would drown all other losses.
        nn.init.constant_(self.bias.bias, -3.0)
        self.dropout = nn.Dropout(dropout)

    def forward(self, words: Tensor, queries: Queries) -> Tensor:
        """Return the scores (queries, roles, words) of every word of a query's window."""
        inner = self.dropout(functional.gelu(self.inner(words)))
        window = queries.windows
        weights = queries.inside / queries.inside.sum(1, keepdim=True)
        asked = self.first(inner)[window, queries.firsts] + self.last(inner)[window, queries.lasts]
        mean = torch.einsum("qw,qwd->qd", weights.to(inner.dtype), self.mean(inner)[window])
        asked = (asked + mean).view(-1, self.roles, self.size)
        keys = self.key(inner).unflatten(2, (self.roles, self.size))[window]
        # Not divided by the root of their size: so small they would take half a run to grow.
        scores = torch.einsum("qrd,qwrd->qrw", asked, keys)
        scores = scores + self.bias(inner)[window].transpose(1, 2)
        return scores.float() + self.distance[:, queries.distances].transpose(0, 1)


class Queries(msgspec.Struct, frozen=True):
    """Quotations and triggers of a batch: n of them, in windows of w words.

    ``windows``, ``firsts``, ``lasts`` (n); ``inside`` (n, w) is 1.0 at their own words; ``distances`` (n, w)
    are numbers of the distance table; ``targets`` (n, roles, w) are 1, 0 or -1 where not known.
    """

    windows: Tensor
    firsts: Tensor
    lasts: Tensor
    inside: Tensor
    distances: Tensor
    targets: Tensor


def role_range(kind: str) -> range:
    """Return the numbers of the roles that a quotation or an event has."""
    if kind == "quotation":
        return range(len(QUOTATION_ROLES))
    return range(len(QUOTATION_ROLES), len(QUOTATION_ROLES) + len(EVENT_ROLES))
