r"""A model file written from nothing, whose answers and their odds are known.

The file is a GGUF of the llama architecture that a real llama-server loads and samples from. Its
attention and feed-forward weights are zero, so the next token depends on the current one alone: the
output matrix *is* the transition matrix of a Markov chain. The chat template picks the token that
the chain starts from. A text in ChatML has no template: there the chain starts from the last words.

Each position in each text has a token of its own. Tokens must differ in their spelling, not in
their bytes, and an RWKV vocabulary has two spellings for most bytes (`A` and `\x41`): a chunk of n
such bytes can be 2**n tokens, which is enough for any script.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from gguf import GGUFWriter
    from numpy.typing import NDArray

LOOP = "<loop>"
"""In a branch's text: the answer returns here for ever instead of ending."""

OTHERWISE = "Which function do you mean? I would rather ask than guess."
"""The answer to a conversation that no scene is for."""

CONTEXT_TOKENS = 16_384
"""What one conversation may hold; a prompt takes about one token per byte."""

_CHUNK_BYTES = 12
_HEAD_SIZE = 64
_FEED_FORWARD = 32
_NEVER = -1000.0
_END = "<|end|>"
_USER = "<|user|>"
_CHATML = ("<|im_start|>", "<|im_end|>")
_CHATML_START = "assistant\\n"
"""What a text in ChatML ends with, where it is the model's turn; in the vocabulary's spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One of the answers that a scene may give."""

    probability: float
    """At temperature 1, in (0, 1]."""
    text: str

    def __post_init__(self) -> None:
        if not 0 < self.probability <= 1:
            raise ValueError(f"probability of a branch: expected (0, 1], got {self.probability}")
        if not self.text or self.text.endswith(LOOP):
            raise ValueError(
                f"text of a branch: expected text and a body after {LOOP}, got {self.text!r}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the model answers to one question."""

    when: str
    """A piece of the first user message; the first marker that is found decides."""
    turn: int = 0
    """User messages before this one; a marker's last turn also stands for all that follow."""
    branches: tuple[Branch, ...]

    def __post_init__(self) -> None:
        total = math.fsum(branch.probability for branch in self.branches)
        if not math.isclose(total, 1):
            raise ValueError(
                f"scene {self.when!r}, turn {self.turn}: probabilities sum to {total}, not 1"
            )


def always(text: str) -> tuple[Branch, ...]:
    """The branches of a scene with one answer."""
    return (Branch(probability=1.0, text=text),)


def fenced(code: str, *, prose: str = "Here is the module:", tag: str = "wat") -> str:
    """A reply in Markdown: a sentence, then the code in a fence."""
    return f"{prose}\n\n```{tag}\n{code}```\n"


def write_model(path: Path, scenes: Sequence[Scene], *, chatml: Sequence[Branch] = ()) -> None:
    """Write a GGUF that plays `scenes` to `path`.

    Args:
        path: Of the file.
        scenes: What it answers to messages.
        chatml: What it answers to any text in ChatML, whose control tokens it then knows.

    Raises:
        ValueError: If a scene is there twice, or a marker's turns are not 0, 1, 2, ...
    """
    chain = _Chain()
    starts = {scene: chain.add_scene(scene) for scene in _in_order(scenes)}
    otherwise = chain.add_scene(Scene(when="", branches=always(OTHERWISE)))
    if chatml:
        chain.add_chatml(chatml)
    _write_gguf(path, chain, _chat_template(starts, otherwise))


def _in_order(scenes: Sequence[Scene]) -> list[Scene]:
    """Group scenes by marker, later turns first, as the template tries them."""
    by_marker: defaultdict[str, list[Scene]] = defaultdict(list)
    for scene in scenes:
        by_marker[scene.when].append(scene)
    for marker, group in by_marker.items():
        group.sort(key=lambda scene: -scene.turn)
        turns = [scene.turn for scene in reversed(group)]
        if turns != list(range(len(turns))):
            raise ValueError(f"scenes of {marker!r}: expected turns 0, 1, 2, ..., got {turns}")
    return [scene for group in by_marker.values() for scene in group]


@dataclass(slots=True)
class _Chain:
    """Tokens, and the probability of each one's successors."""

    tokens: dict[str, int] = field(default_factory=dict)
    """Spelling to id, in the order of ids."""
    control: set[int] = field(default_factory=set)
    edges: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.end = self._add_control(_END)
        self._add_control(_USER)
        for byte in range(256):
            self._add(f"\\x{byte:02x}")

    def add_scene(self, scene: Scene) -> str:
        """Add all branches and return the control token that they start from."""
        name = f"<|scene {len(self.control)}|>"
        start = self._add_control(name)
        for branch in scene.branches:
            self._add_branch(start, branch)
        return name

    def add_chatml(self, branches: Sequence[Branch]) -> None:
        """Add what is said after the head of the model's turn, by whomever it is written."""
        for name in _CHATML:
            self._add_control(name)
        start = self._add(_CHATML_START)
        for branch in branches:
            self._add_branch(start, branch)

    def _add_branch(self, start: int, branch: Branch) -> None:
        head, _, body = branch.text.partition(LOOP)
        once = [self._add_chunk(chunk) for chunk in _chunks(head)]
        again = [self._add_chunk(chunk) for chunk in _chunks(body)]
        first, *rest = [*once, *again, again[0] if again else self.end]
        self.edges[start].append((first, branch.probability))
        for current, following in itertools.pairwise([first, *rest]):
            self.edges[current].append((following, 1.0))

    def _add_chunk(self, chunk: bytes) -> int:
        for spelling in _spellings(chunk):
            if spelling not in self.tokens:
                return self._add(spelling)
        raise ValueError(f"no spelling is left for {chunk!r}: make the text that it is from longer")

    def _add_control(self, name: str) -> int:
        token = self._add(name)
        self.control.add(token)
        return token

    def _add(self, spelling: str) -> int:
        return self.tokens.setdefault(spelling, len(self.tokens))


def _chunks(text: str) -> list[bytes]:
    """Cut text into nearly equal pieces of at most `_CHUNK_BYTES` bytes."""
    data = text.encode()
    count = math.ceil(len(data) / _CHUNK_BYTES)
    cuts = [len(data) * i // count for i in range(count + 1)] if count else []
    return [data[a:b] for a, b in itertools.pairwise(cuts)]


def _spellings(chunk: bytes) -> Iterator[str]:
    """Every way of writing these bytes that the RWKV vocabulary reads back as the same."""
    ways = []
    for byte in chunk:
        plain = chr(byte) if 32 <= byte < 127 and byte != ord("\\") else f"\\x{byte:02x}"
        ways.append(dict.fromkeys((plain, f"\\x{byte:02x}", *_SHORT_ESCAPES.get(byte, ()))))
    return map("".join, itertools.product(*ways))


_SHORT_ESCAPES = {0x09: ("\\t",), 0x0A: ("\\n",), 0x0D: ("\\r",), 0x5C: ("\\\\",)}


def _chat_template(starts: dict[Scene, str], otherwise: str) -> str:
    """Render the conversation, then the start token of the scene that it calls for.

    That an assistant's `reasoning_content` is rendered between think tags is what tells
    llama-server to take such a block out of the answers.
    """
    choice = "".join(
        f"{{%- elif said.turn >= {scene.turn} and {_jinja_string(scene.when)} in said.first -%}}"
        f"{start}"
        for scene, start in starts.items()
    )
    return (
        "{%- set said = namespace(first='', turn=-1) -%}"
        "{%- for message in messages -%}"
        "{%- if message['role'] == 'assistant' -%}"
        "{%- if message['reasoning_content'] -%}"
        "{{- '<think>\\n' + message['reasoning_content'] + '\\n</think>\\n\\n' -}}"
        "{%- endif -%}"
        f"{{{{- message['content'] + '{_END}' -}}}}"
        "{%- else -%}"
        f"{{{{- '{_USER}' + message['content'] -}}}}"
        "{%- if message['role'] == 'user' -%}"
        "{%- set said.turn = said.turn + 1 -%}"
        "{%- if said.turn == 0 -%}{%- set said.first = message['content'] -%}{%- endif -%}"
        "{%- endif -%}{%- endif -%}{%- endfor -%}"
        "{%- if not add_generation_prompt -%}"
        f"{choice}{{%- else -%}}{otherwise}{{%- endif -%}}"
    )


def _jinja_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _write_gguf(path: Path, chain: _Chain, template: str) -> None:
    from gguf import GGUFWriter

    writer = GGUFWriter(path, "llama")
    width = 32 * math.ceil((len(chain.edges) + 1) / 32)
    _add_architecture(writer, width)
    _add_vocabulary(writer, chain)
    writer.add_chat_template(template)
    for name, tensor in _tensors(chain, width).items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_architecture(writer: GGUFWriter, width: int) -> None:
    writer.add_name("scripted")
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(1)
    writer.add_head_count_kv(1)
    writer.add_key_length(_HEAD_SIZE)
    writer.add_value_length(_HEAD_SIZE)
    writer.add_rope_dimension_count(_HEAD_SIZE)
    writer.add_layer_norm_rms_eps(1e-12)


def _add_vocabulary(writer: GGUFWriter, chain: _Chain) -> None:
    from gguf import TokenType

    kinds = [
        TokenType.CONTROL if token in chain.control else TokenType.NORMAL
        for token in chain.tokens.values()
    ]
    writer.add_vocab_size(len(chain.tokens))
    writer.add_tokenizer_model("rwkv")
    writer.add_token_list([spelling.encode() for spelling in chain.tokens])
    writer.add_token_scores([0.0] * len(kinds))
    writer.add_token_types(kinds)
    writer.add_eos_token_id(chain.end)
    writer.add_add_bos_token(False)


def _tensors(chain: _Chain, width: int) -> dict[str, NDArray[np.float32]]:
    """Name each weight; all but the embedding, the output and the norms are zero.

    A token with successors is a unit vector of its own; all others share the last one, after which
    the answer ends. The norm makes a unit vector sqrt(width) long; its weight takes that back.
    """
    import numpy as np

    f32 = np.float32
    rows = {token: row for row, token in enumerate(chain.edges)}
    embedding = np.zeros((len(chain.tokens), width), f32)
    output = np.full((len(chain.tokens), width), _NEVER, f32)
    output[chain.end, len(rows) :] = 0
    for token in chain.tokens.values():
        embedding[token, rows.get(token, width - 1)] = 1
    for token, following in chain.edges.items():
        for successor, probability in following:
            output[successor, rows[token]] = math.log(probability)
    return {
        "token_embd.weight": embedding,
        "output_norm.weight": np.full(width, 1 / math.sqrt(width), f32),
        "output.weight": output,
        "blk.0.attn_norm.weight": np.ones(width, f32),
        "blk.0.attn_q.weight": np.zeros((_HEAD_SIZE, width), f32),
        "blk.0.attn_k.weight": np.zeros((_HEAD_SIZE, width), f32),
        "blk.0.attn_v.weight": np.zeros((_HEAD_SIZE, width), f32),
        "blk.0.attn_output.weight": np.zeros((width, _HEAD_SIZE), f32),
        "blk.0.ffn_norm.weight": np.ones(width, f32),
        "blk.0.ffn_gate.weight": np.zeros((_FEED_FORWARD, width), f32),
        "blk.0.ffn_up.weight": np.zeros((_FEED_FORWARD, width), f32),
        "blk.0.ffn_down.weight": np.zeros((width, _FEED_FORWARD), f32),
    }
