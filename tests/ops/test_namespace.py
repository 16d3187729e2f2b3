"""Ops: one mechanism serves the reference, fast kernels, exercises and ablations."""

import copy
from typing import Any, NamedTuple

import numpy as np
import pytest
from op_cases import inputs_of

from scratchgpt.errors import UserError
from scratchgpt.ops import REFERENCE
from scratchgpt.ops.activations import GeluCache
from scratchgpt.ops.namespace import COMPOSITES

QKV = inputs_of("qkv_attention_forward")["qkv"]


def uniform_weights(q, k, *, causal=True, key_mask=None):
    """An ablation: attend to everything alike."""
    return np.full((*q.shape[:3], k.shape[2]), 1 / k.shape[2])


def fused_attention(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    """Stands for a kernel that does everything itself: it takes no `ops`."""
    return REFERENCE.attention_forward(q, k, v, causal=causal, key_mask=key_mask, dropout=dropout, rng=rng)


def fused_attention_backward(dy, cache):
    return REFERENCE.attention_backward(dy, cache)


def fused_packed(qkv, n_head, *, causal=True, key_mask=None, dropout=0.0, rng=None):
    return REFERENCE.qkv_attention_forward(qkv, n_head, causal=causal, key_mask=key_mask)


def fused_packed_backward(dy, cache):
    return REFERENCE.qkv_attention_backward(dy, cache)


# Looking up


def test_a_namespace_is_immutable_and_lists_its_names():
    assert "softmax" in list(REFERENCE)
    with pytest.raises(TypeError):
        REFERENCE.functions["softmax"] = None
    replaced = REFERENCE.replace(softmax=lambda x, axis=-1: x)
    assert replaced.softmax(3) == 3
    assert REFERENCE.softmax(np.zeros(2)).tolist() == [0.5, 0.5]


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(AttributeError, match=r"no op 'sofmax'.*'softmax'"):
        REFERENCE.sofmax  # noqa: B018
    with pytest.raises(UserError, match=r"'sofmax'.*Did you mean 'softmax'.*extend"):
        REFERENCE.replace(sofmax=lambda x, axis=-1: x)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_namespace_can_be_copied(duplicate):
    assert duplicate(REFERENCE).softmax(np.zeros(2)).tolist() == [0.5, 0.5]


def test_extend_adds_a_new_op_and_refuses_a_known_name():
    extended = REFERENCE.extend(swish_forward=lambda x: (x, x))
    assert extended.swish_forward(2) == (2, 2)
    with pytest.raises(UserError, match=r"'softmax' exists already.*replace"):
        REFERENCE.extend(softmax=lambda x: x)


# Signatures


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: x,
        lambda logits, axis=-1: logits,
        lambda axis=-1, x=None: x,
        lambda x, axis, temperature: x,
        lambda *, x, axis=-1: x,
        lambda x, axis: x,
    ],
    ids=["too few", "renamed", "other order", "one more without default", "keyword only", "default lost"],
)
def test_a_replacement_must_be_callable_like_the_original(wrong):
    with pytest.raises(UserError, match="softmax"):
        REFERENCE.replace(softmax=wrong)


def test_a_replacement_may_accept_more_or_everything():
    for right in (lambda x, axis=-1, temperature=1.0: x, lambda *args, **kwargs: args[0]):
        assert REFERENCE.replace(softmax=right).softmax(5) == 5


def test_options_of_a_composite_must_be_kept_but_not_its_ops():
    REFERENCE.replace(attention_weights=uniform_weights)
    with pytest.raises(UserError, match="key_mask"):
        REFERENCE.replace(attention_weights=lambda q, k, *, causal=True: q)


# Caches


class OtherCache(NamedTuple):
    z: Any


def other_forward(x) -> tuple[Any, OtherCache]:
    return 2 * x, OtherCache(x)


def other_backward(dy, cache: OtherCache) -> Any:
    return 2 * dy


def test_half_a_pair_with_another_annotated_cache_is_refused():
    with pytest.raises(UserError, match=r"OtherCache.*GeluCache"):
        REFERENCE.replace(gelu_forward=other_forward)
    with pytest.raises(UserError, match=r"OtherCache.*GeluCache"):
        REFERENCE.replace(gelu_backward=other_backward)


def test_half_a_pair_without_annotations_is_checked_when_it_is_called():
    ops = REFERENCE.replace(gelu_forward=lambda x: (x, (x,)))
    with pytest.raises(UserError, match=r"gelu_forward returned a cache of type tuple, expected GeluCache"):
        ops.gelu_forward(np.ones(3))
    kept = REFERENCE.replace(gelu_forward=lambda x: (x, GeluCache(x)))
    assert kept.gelu_backward(1.0, kept.gelu_forward(np.zeros(1))[1]).tolist() == [0.5]


def test_half_a_composite_pair_is_checked_too():
    def forgets_the_cache(q, k, v, *, causal=True, key_mask=None, dropout=0.0, rng=None):
        return q, None

    ops = REFERENCE.replace(attention_forward=forgets_the_cache)
    with pytest.raises(UserError, match="NoneType, expected AttentionCache"):
        ops.qkv_attention_forward(QKV, 3)


def test_both_halves_may_agree_on_a_new_cache():
    ops = REFERENCE.replace(gelu_forward=other_forward, gelu_backward=other_backward)
    y, cache = ops.gelu_forward(np.ones(2))
    assert isinstance(cache, OtherCache)
    assert ops.gelu_backward(y, cache).tolist() == [4, 4]


def test_backward_alone_may_be_replaced_without_annotations():
    ops = REFERENCE.replace(gelu_backward=lambda dy, cache: 7 * dy)
    assert ops.gelu_backward(1, ops.gelu_forward(np.ones(1))[1]) == 7


# Composition


def test_a_replaced_primitive_takes_effect_inside_composites():
    plain, _ = REFERENCE.qkv_attention_forward(QKV, 3, causal=False)
    mean = QKV[..., 24:].mean(axis=1, keepdims=True)
    ops = REFERENCE.replace(attention_weights=uniform_weights)
    y, _ = ops.qkv_attention_forward(QKV, 3, causal=False)
    np.testing.assert_allclose(y, np.broadcast_to(mean, y.shape), rtol=1e-13)
    assert not np.allclose(plain, y)

    ops = REFERENCE.replace(softmax=lambda x, axis=-1: np.full_like(x, 1 / x.shape[axis]))
    np.testing.assert_allclose(ops.qkv_attention_forward(QKV, 3, causal=False)[0], y, rtol=1e-13)


def test_a_replaced_backward_takes_effect_inside_composites():
    y, cache = REFERENCE.qkv_attention_forward(QKV, 3)
    ops = REFERENCE.replace(softmax_backward=lambda dy, y, axis=-1: np.zeros_like(y))
    dq, dk, dv = np.split(ops.qkv_attention_backward(y, cache), 3, axis=-1)
    assert not dq.any()
    assert not dk.any()
    assert dv.any()


def test_a_replaced_log_softmax_takes_effect_inside_cross_entropy():
    ops = REFERENCE.replace(log_softmax=lambda x, axis=-1: np.full_like(x, -3.0))
    assert ops.cross_entropy_forward(np.zeros((2, 4)), np.array([0, 1]))[0] == 3


@pytest.mark.parametrize("name", ["softmax", "attention_weights", "dropout_forward"])
def test_replacing_what_fused_attention_hides_is_refused(name):
    """softmax is hidden at one remove: attention_weights, its only caller, is never called."""
    fused = REFERENCE.replace(attention_forward=fused_attention, attention_backward=fused_attention_backward)
    with pytest.raises(UserError, match=r'would change nothing.*kernels\.load\("numpy"\)'):
        fused.replace(**{name: REFERENCE.functions[name]})


@pytest.mark.parametrize(
    "name", ["split_heads", "attention_forward", "attention_weights", "softmax", "softmax_backward"]
)
def test_replacing_what_fused_packed_attention_hides_is_refused(name):
    fused = REFERENCE.replace(
        qkv_attention_forward=fused_packed, qkv_attention_backward=fused_packed_backward
    )
    with pytest.raises(UserError, match=r'would change nothing.*kernels\.load\("numpy"\)'):
        fused.replace(**{name: REFERENCE.functions[name]})


def test_replacing_what_only_the_other_half_calls_is_allowed():
    """A fused forward hides nothing from the backward, which still calls softmax_backward."""
    half = REFERENCE.replace(attention_forward=fused_attention)
    half.replace(softmax_backward=REFERENCE.functions["softmax_backward"])


def test_replacing_primitives_that_no_fused_op_hides_is_allowed():
    fused = REFERENCE.replace(attention_forward=fused_attention, attention_backward=fused_attention_backward)
    assert fused.replace(log_softmax=lambda x, axis=-1: x).log_softmax(4) == 4


def test_one_fused_way_among_several_is_enough_to_refuse():
    def fused_cached(qkv, n_head, keys, values, *, causal=True, key_mask=None):
        return qkv

    half = REFERENCE.replace(qkv_attention_cached=fused_cached)
    with pytest.raises(UserError, match="would change nothing in qkv_attention_cached"):
        half.replace(softmax=REFERENCE.functions["softmax"])


def test_a_primitive_may_be_replaced_together_with_the_composite_that_hid_it():
    fused = REFERENCE.replace(attention_forward=fused_attention, attention_backward=fused_attention_backward)
    back = {name: REFERENCE.functions[name] for name in ("attention_forward", "attention_backward")}
    ops = fused.replace(attention_weights=uniform_weights, **back)
    mean = QKV[..., 24:].mean(axis=1, keepdims=True)
    y, _ = ops.qkv_attention_forward(QKV, 3)
    np.testing.assert_allclose(y, np.broadcast_to(mean, y.shape), rtol=1e-13)


def test_every_composite_names_ops_that_exist():
    for composite, called in COMPOSITES.items():
        assert called, composite
        assert set(called) <= set(REFERENCE)
