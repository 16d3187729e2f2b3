"""The layout of Hugging Face's model folders: config.json and tensor names of GPT-2 and of GPT-1.

Whatever of ours one of the two can express is written so that transformers opens it; the rest is written
with model_type "scratchgpt", which only this package reads.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .config import GPTConfig
from .errors import UserError
from .params import Params, Spec
from .tensor_files import FLOATS, StoredTensor, shown

OWN = "scratchgpt"

_LISTED = 6  # tensors of a kind that an error names; a wrong file can have hundreds
_LARGEST = {"n_layer": 10_000}  # a model is built before the file's size can speak against it


@dataclass(frozen=True)
class _Layout:
    """One of transformers' architectures, in terms of ours.

    `fixed` are the fields of GPTConfig that it implies; `fields` {theirs: (ours, their default)};
    `activations` {theirs: ours}, the spelling that is written first; `only` {theirs: the one value that we
    compute}; `names` {our tensor: theirs}.
    """

    model_type: str
    architecture: str
    fixed: dict[str, Any]
    fields: dict[str, tuple[str, Any]]
    activation: str
    activations: dict[str, str]
    only: dict[str, Any]
    names: dict[str, str]


def _fields(vocab_size: int, n_positions: int) -> dict[str, tuple[str, Any]]:
    return {
        "vocab_size": ("vocab_size", vocab_size),
        "n_positions": ("block_size", n_positions),
        "n_layer": ("n_layer", 12),
        "n_head": ("n_head", 12),
        "n_embd": ("n_embd", 768),
        "layer_norm_epsilon": ("norm_eps", 1e-5),
        "tie_word_embeddings": ("tied", True),
        "embd_pdrop": ("embd_dropout", 0.1),
        "attn_pdrop": ("attn_dropout", 0.1),
        "resid_pdrop": ("resid_dropout", 0.1),
    }


_FIXED = {"norm": "layernorm", "positions": "learned", "bias": True, "causal": True}
_ONLY = {"quantization_config": None, "is_encoder_decoder": False, "add_cross_attention": False}
_TANH = ("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate")

GPT2 = _Layout(
    model_type="gpt2",
    architecture="GPT2LMHeadModel",
    fixed=_FIXED | {"norm_position": "pre", "final_norm": True},
    fields=_fields(50257, 1024) | {"n_inner": ("n_inner", None)},
    activation="activation_function",
    activations=dict.fromkeys(_TANH, "gelu")
    | {"gelu": "gelu_erf", "gelu_python": "gelu_erf", "relu": "relu", "sigmoid": "sigmoid"},
    only=_ONLY | {"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False},
    names={},
)
GPT1 = _Layout(
    model_type="openai-gpt",
    architecture="OpenAIGPTLMHeadModel",
    fixed=_FIXED | {"norm_position": "post", "final_norm": False},
    fields=_fields(40478, 512),
    activation="afn",
    activations={"gelu": "gelu", "relu": "relu"},  # its "gelu" is the tanh form
    only=_ONLY,
    names={"wte.weight": "tokens_embed.weight", "wpe.weight": "positions_embed.weight"},
)
_LAYOUTS = (GPT2, GPT1)

# Other names that transformers gives the same fields.
_ALIASES = {
    "n_embd": "hidden_size",
    "n_head": "num_attention_heads",
    "n_layer": "num_hidden_layers",
    "n_positions": "max_position_embeddings",
}
_OURS = {theirs: ours for ours, theirs in GPT1.names.items()}
# Constants that older versions of transformers stored beside the parameters.
_CONSTANTS = re.compile(r"h\.\d+\.attn\.(bias|masked_bias)|position_ids", re.ASCII)


# config.json


def to_json(config: GPTConfig, eot_id: int | None) -> dict[str, Any]:
    """Return the content of config.json; `eot_id` is the token that separates documents."""
    layout = _layout(config)
    if layout is None:
        return {"model_type": OWN, **dataclasses.asdict(config)}
    return {
        "model_type": layout.model_type,
        "architectures": [layout.architecture],
        **_write(layout, config),
        "bos_token_id": eot_id,
        "eos_token_id": eot_id,
    }


def from_json(content: Mapping[str, Any], path: Path) -> GPTConfig:
    """Return the configuration that transformers' config.json describes.

    Fields that are missing have transformers' defaults. Raises UserError for an architecture that this
    package does not compute, and for values that no model can have.
    """
    kind = content.get("model_type")
    layout = next((layout for layout in _LAYOUTS if layout.model_type == kind), None)
    if layout is None:
        expected = ", ".join(repr(layout.model_type) for layout in _LAYOUTS)
        raise UserError(f"{path} has model_type {shown(kind)}, expected {expected} or {OWN!r}.")
    content = dict(content)
    for name, alias in _ALIASES.items():
        if alias in content:
            _agree(content, name, alias, path)
            content[name] = content[alias]
    _agree(content, "n_positions", "n_ctx", path)
    for name, value in layout.only.items():
        if content.get(name, value) != value:
            raise UserError(
                f"{path} has {name} {shown(content[name])}, expected {value}: no other is computed."
            )
    return _read(layout, content, path)


def check_size(config: GPTConfig, path: Path) -> None:
    """Raise UserError for sizes that no file can back, before a model of that size is described."""
    for field in dataclasses.fields(config):
        value, most = getattr(config, field.name), _LARGEST.get(field.name, 2**31 - 1)
        if isinstance(value, int) and value > most:
            raise UserError(f"{path} has {field.name} {shown(value)}, expected at most {most}.")


def _layout(config: GPTConfig) -> _Layout | None:
    """Return the layout that loses nothing of the configuration, if there is one."""
    for layout in _LAYOUTS:
        if config.activation in layout.activations.values():
            back = _read(layout, _write(layout, config), Path())
            # An inner width that is spelled out, or left to its default, is the same model.
            if dataclasses.replace(back, n_inner=back.inner) == dataclasses.replace(
                config, n_inner=config.inner
            ):
                return layout
    return None


def _write(layout: _Layout, config: GPTConfig) -> dict[str, Any]:
    spelling = next(theirs for theirs, ours in layout.activations.items() if ours == config.activation)
    values = {theirs: getattr(config, ours) for theirs, (ours, _) in layout.fields.items()}
    return values | {layout.activation: spelling}


def _read(layout: _Layout, content: Mapping[str, Any], path: Path) -> GPTConfig:
    activation = content.get(layout.activation, next(iter(layout.activations)))
    if not isinstance(activation, str) or activation not in layout.activations:
        raise UserError(
            f"{path} has {layout.activation} {shown(activation)}, expected one of "
            f"{', '.join(layout.activations)}: no other is computed."
        )
    values = {ours: content.get(theirs, default) for theirs, (ours, default) in layout.fields.items()}
    try:
        return GPTConfig(**layout.fixed, activation=layout.activations[activation], **values)
    except UserError as error:
        message = str(error)
        for theirs, (ours, _) in layout.fields.items():  # the message begins with our name of the field
            if message.startswith(f"{ours} "):
                message = theirs + message[len(ours) :]
        raise UserError(f"{path}: {message}") from None


def _agree(content: Mapping[str, Any], name: str, other: str, path: Path) -> None:
    if name in content and other in content and content[name] != content[other]:
        raise UserError(
            f"{path} has {name} {shown(content[name])} and {other} {shown(content[other])}, which mean "
            "the same: make them agree."
        )


# Tensors


def file_names(config: GPTConfig, names: Mapping[str, Any]) -> dict[str, str]:
    """Return {our name: its name in a file} of a model's tensors."""
    layout = _layout(config)
    return {name: layout.names.get(name, name) if layout else name for name in names}


def fill(
    config: GPTConfig, specs: Mapping[str, Spec], stored: Mapping[str, StoredTensor], path: Path, dtype: Any
) -> Params:
    """Return parameters of the given dtype, read from the tensors of a file.

    Their names may begin with "transformer."; attention masks are passed over; a tied head may be stored
    where it equals the embedding. Raises UserError naming each tensor that is missing, extra or misshapen.
    """
    found, extra = _by_our_names(stored)
    head = found.pop("lm_head.weight", None) if config.tied else None
    wrong = []
    names = file_names(config, specs)
    for name, spec in specs.items():
        if name not in found:
            wrong.append(f"{names[name]} is missing, expected {list(spec.shape)}")
        elif (tensor := found[name]).shape != spec.shape:
            wrong.append(f"{tensor.name} has shape {list(tensor.shape)}, expected {list(spec.shape)}")
        elif tensor.dtype not in FLOATS:
            wrong.append(f"{tensor.name} holds {tensor.dtype}, expected {', '.join(FLOATS)}")
    extra += [
        f"{_plain(tensor.name)} {list(tensor.shape)} is not in the model"
        for name, tensor in found.items()
        if name not in specs
    ]
    if wrong or extra:
        raise UserError(f"{path} does not fit config.json: {'; '.join(_some(wrong) + _some(extra))}.")
    params = Params.empty(specs, dtype)
    for name, tensor in found.items():
        tensor.copy_to(params.flat[name].reshape(-1))
    if head is not None and not head.equals(params.flat["wte.weight"]):
        raise UserError(
            f"{path}: {head.name} differs from the token embedding, but config.json ties the two: write "
            '"tie_word_embeddings": false there to use it.'
        )
    return params


def _by_our_names(stored: Mapping[str, StoredTensor]) -> tuple[dict[str, StoredTensor], list[str]]:
    """Return the tensors of a file by our names, and what is wrong with theirs."""
    found: dict[str, StoredTensor] = {}
    wrong = []
    for name, tensor in stored.items():
        short = name.removeprefix("transformer.")
        ours = _OURS.get(short, short)
        if ours in found:
            wrong.append(f"{_plain(name)} and {_plain(found[ours].name)} are the same parameter")
        elif not _CONSTANTS.fullmatch(short):
            found[ours] = tensor
    return found, wrong


def _some(mistakes: list[str]) -> list[str]:
    rest = len(mistakes) - _LISTED
    return [*mistakes[:_LISTED], f"and {rest} more"] if rest > 0 else mistakes


def _plain(name: str) -> str:
    """Return a name from a file so that it fits on a line."""
    return name if name.isprintable() and len(name) <= 80 else shown(name)
