# %% [markdown]
# # 09 · GPT, assembled
#
# *80 minutes · builds on 02, 05, 06, 07, 08 · exercises 09.1 to 09.6*
#
# ## The question
#
# All parts are on the table: embeddings, attention, norms, the small network, the loss. How do they become
# one model that reads token ids and returns a probability for every token that could come next? How many
# numbers does it learn, and where do they sit? And how do you know, before any long training, that the
# assembly is right?
#
# ## Why it matters to you
#
# - **Memory.** "A 7 B model" is a count. You will be able to make it from four numbers of a configuration, to
#   see why a large vocabulary hurts a small model, and to say which parts a fine-tuning method touches.
# - **Training that does not start.** The first minute shows most assembly errors: the loss before the first
#   step, one batch learned by heart, one changed token. You will run all three tests here, and they take
#   seconds.
# - **Reading model code.** Where is the bias, is the head tied, where does a norm stand: these lines of a
#   configuration explain most differences between the models that you load.

# %%
import dataclasses

import numpy as np

from scratchgpt import learn, pretrained
from scratchgpt.config import PRESETS
from scratchgpt.costs import parameters_by_part
from scratchgpt.gradcheck import check_model
from scratchgpt.learn import catalogue
from scratchgpt.learn.wrong import function_of
from scratchgpt.model import GPT
from scratchgpt.notebooks import picture, source
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.plots import assembly as plots
from scratchgpt.plots.attention import Table, tables
from scratchgpt.plots.depth import stream_variance
from scratchgpt.worked import decoder, gpt1_head, gpt1_pass, signs_of_life
from scratchgpt.worked.model_sizes import envelope, llama_parameters
from scratchgpt.worked.parameter_count import gpt_parameters

np.set_printoptions(precision=4, suppress=True, linewidth=100)

# %% [markdown]
# ## Three equations
#
# GPT-1's paper states the whole model in three lines. $U$ are the tokens of a text, $T$ of them; the
# vocabulary has $V$ entries, the model is $C$ wide and $L$ blocks deep.
#
# $$h_0 = U W_e + W_p, \qquad h_l = \mathrm{block}_l(h_{l-1}), \quad l = 1, \dots, L, \qquad
# P = \mathrm{softmax}(h_L W_e^\top).$$
#
# | | what it is | shape |
# |---|---|---|
# | $U$ | the tokens, one-hot; in code their ids, and the product is a lookup (lesson 05) | $(T, V)$ |
# | $W_e$ | the table of tokens | $(V, C)$ |
# | $W_p$ | the table of positions, its first $T$ rows | $(T, C)$ |
# | $h_l$ | the residual stream behind block $l$ (lesson 08) | $(T, C)$ |
# | $P$ | for each position a distribution over what comes next | $(T, V)$ |
#
# Everything between $h_0$ and $h_L$ keeps the shape $(T, C)$. That is why blocks can be stacked at will, and
# why a deeper model needs no new idea. A pre-norm model such as GPT-2 has one thing more, the norm behind the
# last block (lesson 08): its head reads $\mathrm{norm}(h_L)$.
#
# The package says the same in `model.py`. `hidden` computes the states that the head reads, `forward` puts
# the head on top, `loss` the cross-entropy of lesson 02 (`donated` means that it may overwrite the logits, to
# save memory). The way back is the same list read from the end; `lowest` is for models of which only the
# upper blocks are trained, and -1 here:

# %%
source(GPT.forward, GPT.loss, GPT.backward, GPT.hidden_backward, docstring=False)

# %% [markdown]
# Note what `GPT` does not hold: parameters. It is a description; `params` is passed in, and comes from
# `model.init(rng)` or from a file. `hidden` itself also serves generation and is long. Its core is the first
# two equations, and you can run them by hand on the parts of the bundled model:

# %%
model, params, tokenizer = pretrained.load("mini")
ids = np.array([tokenizer.encode("Once upon a time there was a little girl")])
p = params.tree
x = model.wte.forward(p["wte"], ids)[0] + model.wpe.forward(p["wpe"], np.arange(ids.size))[0]
for block, p_block in zip(model.blocks, p["h"], strict=True):
    x, _ = block.forward(p_block, x)
by_hand, _ = model.ln_f.forward(p["ln_f"], x)

h, _ = model.hidden(params, ids)
logits = model.logits(params, h)
print("ids", ids.shape, "-> h", h.shape, "-> logits", logits.shape)
print("by hand the same:", np.array_equal(by_hand, h))
print("most likely next:", tokenizer.decode([int(logits[0, -1].argmax())]))

# %% [markdown]
# ## Three tokens on paper
#
# A model with $V = 5$ and $C = 4$ reads "I love cats". First the input. Row 0 of the table is "I", $(0.2,
# -0.1, 0.5, 0.3)$; position 0 adds $(0, 0.1, 0, -0.1)$; the sum is the first row of $h_0$.

# %% tags=["check"]
trace = gpt1_pass.gpt1_pass()
print("table of tokens We")
for word, row in zip(gpt1_pass.VOCABULARY, gpt1_pass.WE, strict=True):
    print(f"   {word:<5}", row)
print("table of positions Wp", *gpt1_pass.WP, sep="\n   ")
print("h0", *trace.h0.round(4), sep="\n   ")

# %% [markdown]
# The blocks turn $h_0$ into final states. To keep this on one page they are *stated* here, not computed;
# lesson 06 walked through a block with all its numbers. The head takes the dot product of a state with every
# row of the table: the more a state points where a token's vector points, the more likely that token is.

# %% tags=["check"]
print("final states h", *gpt1_head.STATES, sep="\n   ")
print("scores h We^T, columns:", *gpt1_pass.VOCABULARY)
print("   ", end="")
print(*trace.scores.round(2), sep="\n   ")
print("probabilities", *trace.probabilities.round(4), sep="\n   ")

# %% [markdown]
# Check one: the last state and "cats" give $-0.2 \cdot 0.1 + 0.9 \cdot 0.7 - 1.0 \cdot 0.3 - 0.3 \cdot 0.4 =
# 0.19$. Each row of the probabilities sums to 1. Some printed versions of this example have a third row of
# `0.098, 0.259, 0.204, 0.204, 0.179`; add it up and you find 0.944, so it cannot be right.
#
# The text itself says what came next: after "I" came "love", after "love" came "cats". Those two
# probabilities are the likelihood of the text. What came after "cats" is not known, so three tokens give two
# training signals here.

# %% tags=["check"]
print("sum of the wrong row:", round(0.098 + 0.259 + 0.204 + 0.204 + 0.179, 3))
print("log P(love | I)         ", trace.log_likelihoods[0].round(4))
print("log P(cats | I love)    ", trace.log_likelihoods[1].round(4))
print("perplexity              ", round(trace.perplexity, 4), " (guessing would have 5)")

# %% [markdown]
# Now look at the third row: "cats" and "dogs" have the same score. Their vectors nearly point the same way,
# so similar scores are no surprise. But are the two *equal*?

# %% tags=["check"]
cats, dogs = trace.scores[2, 2:4]
print("cosine of the two vectors:", round(gpt1_pass.cosine(gpt1_pass.WE[2], gpt1_pass.WE[3]), 4))
print("printed:", round(cats, 4), round(dogs, 4))
print("difference below 1e-15:", bool(abs(cats - dogs) < 1e-15))

# %%
print("cats == dogs on the machine that ran this page:", bool(cats == dogs))

# %% [markdown]
# On paper they tie. In floating point they may differ in the seventeenth decimal, because sums of rounded
# numbers depend on their order. Greedy decoding would pick a winner, and another machine may pick the other
# one. **Compare computed scores with a tolerance**, and do not build on which of two tied tokens comes first.
#
# **Another head on the same state.** Replace the table by a matrix $W_y$ with one column for each class, and
# the last state, which has seen the whole text, becomes a classifier. Nothing else changes; the gradient is
# the one you know from lesson 02, probability minus one-hot.

# %% tags=["check"]
c = gpt1_head.classify()
print("Wy, columns: positive (right here), negative", *gpt1_head.W_Y, sep="\n   ")
print("logits", c.logits, "  P(positive), P(negative)", c.probs)
print("log P(positive)", round(-c.loss, 4))
print("dlogits", c.dlogits)
print("dWy", *c.dw_y, sep="\n   ")
print("dh ", c.dstates[-1])
after = gpt1_head.classify(gpt1_head.W_Y - 0.1 * c.dw_y)
print("after a step of 0.1: P", after.probs[0].round(4), " loss", round(after.loss, 4))

# %% [markdown]
# $dW_y$ is the outer product of state and $d\mathrm{logits}$, and $dh = W_y\, d\mathrm{logits}$ is what the
# blocks below would receive. One small step raises the right class from 0.6974 to 0.7216.
#
# **Your turn, 09.1 and 09.2:** the tied head, forward and backward.

# %%
learn.check("09.1")

# %%
learn.check("09.2")

# %% [markdown]
# ## One table, used twice
#
# $W_e$ stands at both ends of the model. At the bottom its rows are *looked up*; at the top states are
# *scored* against them. This is **weight tying**: a token's vector should say what the token means when it is
# read and when it is predicted, and the table is the largest matrix of a small model.

# %%
learn.ask("09.q1")

# %% tags=["check"]
rows, width = 40_000, 768
print(f"the table of tokens, {rows:,} x {width}: {rows * width:,}")
print(f"the table of positions, 512 x {width}: {512 * width:,}")
print(f"both: {rows * width + 512 * width:,}")
tied, untied = (gpt_parameters(rows, 512, 12, width, tied=t) for t in (True, False))
print(f"tying saves {untied - tied:,}")
print(f"GPT-1 as released, 40,478 entries: {40_478 * width:,}")

# %% [markdown]
# **The gradient of a table that is used twice is a sum.** Call the two uses $A$ and $B$ and let the loss be
# $\ell(A, B)$; tied means $A = B = W_e$. The chain rule has one term for each way in which $W_e$ reaches the
# loss:
#
# $$\frac{d\ell}{dW_e} = \frac{\partial \ell}{\partial A} + \frac{\partial \ell}{\partial B}.$$
#
# The head is a linear map, $\mathrm{scores} = h A^\top$. Its part is $\sum_t d\mathrm{scores}_{t,v}\, h_t$ in
# row $v$. The lookup hands each row what arrives at the places where its token stands: a scatter-add (lesson
# 05). Both count in full; neither is averaged, neither replaces the other. Which rows get something from
# which?

# %%
learn.ask("09.q2")

# %% [markdown]
# The decoder of lesson 06, on "the cat sat" with five words, shows the two parts in numbers. "on" and "mat"
# do not occur in the input.

# %%
small, small_params = decoder.decoder()
grads = decoder.decoder_gradients(small, small_params)
names, dims = decoder.VOCABULARY, [f"dim {i}" for i in range(4)]
parts = {"from the lookup": grads.lookup, "from the head": grads.head}
parts["their sum"] = grads.lookup + grads.head
shown = [Table(name, part, names, dims, ("token", "")) for name, part in parts.items()]
picture(
    tables(shown, signed=True),
    "Three heat maps of five tokens by four dimensions: the lookup's part, the head's, the sum.",
)

# %% [markdown]
# *What to see: the lookup gives the last two rows nothing, since these words were not read. The head gives
# every row something, since every word was scored. In the first row neither part is small beside the other:
# leave one out and the gradient points elsewhere.*

# %% tags=["check"]
total = grads.lookup + grads.head
print("row of 'the', lookup:", grads.lookup[0])
print("row of 'the', head:  ", grads.head[0])
before, _ = small.loss(small_params, decoder.IDS, decoder.TARGETS)
losses = {}
for name, part in {"both": total, "lookup only": grads.lookup, "head only": grads.head}.items():
    _, moved = decoder.decoder()
    moved.flat["wte.weight"][...] -= 0.1 * part
    losses[name] = float(small.loss(moved, decoder.IDS, decoder.TARGETS)[0])
print(f"loss {float(before):.6f}; after a step of 0.1 along")
print("  ", {name: round(loss, 6) for name, loss in losses.items()})

# %% [markdown]
# Each half alone lowers the loss too. That is the danger: **a model with half its gradient trains.** It
# trains worse, and no curve says why. Only a gradient check does. At least one published GPT in NumPy has
# this very bug.
#
# In the package nobody adds the halves explicitly. Every layer accumulates with `+=` into the gradients it is
# given, and head and lookup are given the same array:

# %%
source(type(model.head).backward, type(model.wte).backward)

# %% [markdown]
# **Your turn, 09.3**, the sum; **and 09.5**, where the bug is in the code already and you find it with finite
# differences.

# %%
learn.check("09.3")

# %%
learn.check("09.5")

# %% [markdown]
# ## Counting parameters
#
# One block of width $C$, matrices first:
#
# | part | matrices | numbers |
# |---|---|---|
# | queries, keys, values | $C \times 3C$ | $3C^2$ |
# | out of attention | $C \times C$ | $C^2$ |
# | MLP, up | $C \times 4C$ | $4C^2$ |
# | MLP, down | $4C \times C$ | $4C^2$ |
#
# That is $12\,C^2$ per block: one third attention, **two thirds MLP**. Biases and the two norms add $13\,C$.
# So $L$ blocks have about $12\,L\,C^2$ numbers, and to that come the tables, $(V + N)\,C$ with $N$ positions.
# The number of heads does not appear: heads share out the same columns.

# %%
learn.ask("09.q3")

# %% tags=["check"]
gpt2 = PRESETS["gpt2"].model
parts = parameters_by_part(gpt2)
total = sum(parts.values())
for part, count in parts.items():
    print(f"{part:<11}{count:>12,}  {count / total:6.1%}")
print(f"{'GPT-2 small':<11}{total:>12,}   by hand: {gpt_parameters(50257, 1024, 12, 768):,}")
gpt1 = sum(parameters_by_part(PRESETS["openai-gpt"].model).values())
print(f"{'GPT-1':<11}{gpt1:>12,}")

# %% [markdown]
# Both are quoted as "117 M" (cited: GPT-2's paper, table 2, gives that size to its smallest model and calls
# it equivalent to GPT-1). GPT-1 has 116,534,784 and earns the name. GPT-2 small has 124,439,808, with its
# larger vocabulary and its 1,024 positions; for it the 117 M was a miscount. And GPT-2 has biases in
# attention, though some reimplementations say otherwise: its files hold them.

# %%
shapes = {"bundled model": model.config, "GPT-1": PRESETS["openai-gpt"].model, "GPT-2 small": gpt2}
shapes |= {"GPT-2 medium": PRESETS["gpt2-medium"].model, "GPT-2 XL": PRESETS["gpt2-xl"].model}
picture(
    plots.parameter_shares({name: parameters_by_part(shape) for name, shape in shapes.items()}),
    "Bars for five models: shares of embeddings, positions, attention, MLP and norms.",
)

# %% [markdown]
# *What to see: the MLP always has twice the share of attention. The table of tokens takes nearly a third of
# GPT-2 small and a twentieth of GPT-2 XL: it grows with the width, the blocks grow with its square. Norms are
# too thin to draw.*
#
# The rule $12\,L\,C^2$ works for models that look different. LLaMA-7B has 32 blocks of width 4,096. Its MLP
# has three matrices instead of two, but narrower ones, so that the count stays near $8\,C^2$; its head is not
# tied.

# %% tags=["check"]
print(f"12 L C^2 with L = 32, C = 4096:  {envelope(32, 4096):,}")
print(f"LLaMA-7B in full:                {llama_parameters(32_000, 32, 4096, 11_008):,}")
print(f"of which two tables:             {2 * 32_000 * 4096:,}")
print(f"in 16 bits: {2 * llama_parameters(32_000, 32, 4096, 11_008) / 1e9:.1f} GB")

# %% [markdown]
# 6.44 billion from the envelope against 6.74 billion in full. The shape is cited from Touvron et al. 2023.
# **Your turn, 09.4:** count a GPT-2 from its shape.

# %%
learn.check("09.4")

# %% [markdown]
# ## The first numbers
#
# A fresh model needs random weights: equal ones would receive equal gradients and stay equal. How large?
# GPT-2 draws every matrix from $N(0, 0.02^2)$, biases 0 and gains 1, with one exception. The two matrices of
# a block that write into the residual stream, `attn.c_proj` and `mlp.c_proj`, are drawn smaller, at
# $0.02/\sqrt{2L}$.
#
# Why the exception? In a pre-norm model each of the $2L$ sub-layers adds to the stream a piece that is nearly
# independent of what is there, and variances of independent pieces add. If a piece has variance $\sigma^2$,
# then
#
# $$\mathrm{Var}(h_L) \approx \mathrm{Var}(h_0) + 2L\,\sigma^2 .$$
#
# This is *linear* growth in depth, not exponential: each sub-layer reads a normalised vector, so what it adds
# does not grow with the stream. Scale its last matrix by $1/\sqrt{2L}$, and its variance by $1/2L$, and the
# sum becomes $\sigma^2$, whatever the depth. The factor counts **additions to the stream, two per block**,
# not blocks. **Your turn, 09.6:** draw any tensor of a GPT-2, by its name.

# %%
learn.check("09.6")

# %% [markdown]
# What the factor does, measured on untrained models of width 256:

# %% tags=["check"]
streams = {}
for factor in (False, True):
    streams[factor] = {n: signs_of_life.fresh_stream(n, 256, factor, seed=n) for n in (12, 24)}
    for n, variances in streams[factor].items():
        quarters = "  ".join(f"{v:.4f}" for v in variances[:: n // 4])
        print(f"{n} blocks, {'with the factor:   ' if factor else 'without the factor:'}", quarters)
growth = {(f, n): v[-1] - v[0] for f, by_depth in streams.items() for n, v in by_depth.items()}
ratios = [round(growth[False, n] / growth[True, n], 1) for n in (12, 24)]
print("growth without the factor over growth with it:", *ratios)

# %%
picture(
    stream_variance(streams[False], streams[True]),
    "Variance of the residual stream over the blocks of fresh models, without and with the factor.",
)

# %% [markdown]
# *What to see: all four lines rise steadily, near the straight ones. Without the factor, on the left, twice
# the depth gives about twice the variance at the top. With it, on the right, both depths end at the same
# height, far lower.*
#
# It "stays put" in this sense: the variance at the top no longer depends on the depth. It is not constant
# along the way; the stream starts tiny, at $2 \cdot 0.02^2 = 0.0008$, since two tables were added, and grows
# ten-fold. By the formula the growth without the factor should be $2L$ times the growth with it, 24 and 48
# times. The last line above shows somewhat more: without the factor the positions become alike sooner (lesson
# 08), and a mean of similar vectors is a larger piece.
#
# ## Is it right? Three tests before training
#
# **Test 1: the loss of a fresh model is $\log V$.** Small weights give small logits, and equal logits give
# every token the probability $1/V$. A loss well above that means that the weights are too large: the model is
# confidently wrong before it has seen anything. The decoder of lesson 06, whose matrices are near the
# identity, is such a case: it repeats its input, and 2.394 is far more than $\log 5 = 1.609$.
#
# **Test 2: one batch, learned by heart.** Train on the same four short texts again and again. A model of
# 100,000 numbers must learn 128 characters. If it does not, something in forward, backward or update is
# wrong, and no data in the world will help. If it does, you have a *first sign of life*, no more: the last
# line below trains with no gradient from the lookup at all, so the tokens' table gets half of its gradient
# and the positions' table none, and it passes as well.

# %%
texts, targets, n_characters = signs_of_life.one_batch()
fresh = signs_of_life.small_model(n_characters)
fresh_params = fresh.init(np.random.default_rng(0))
losses = signs_of_life.overfit(fresh, fresh_params, texts, targets)
print(f"log V = {np.log(n_characters):.3f}, first loss {losses[0]:.3f}; log 5 = {np.log(5):.3f}")
print("first characters, as ids:", texts[:, 0])
print("loss before step 1, 25, 50, 75, 100:", losses[[0, 24, 49, 74, 99]].round(3))
right = fresh.forward(fresh_params, texts)[0].argmax(axis=-1) == targets
print(f"characters predicted rightly: {right.mean():.0%} of {right.size}")

no_lookup = ops.replace(embedding_backward_into=lambda dy, cache, dweight: None)
broken = GPT(fresh.config, no_lookup)
without = signs_of_life.overfit(broken, broken.init(np.random.default_rng(0)), texts, targets)
print(f"the same without the lookup's gradient: {without[-1]:.3f}")

# %%
picture(
    plots.one_batch(losses, float(np.log(n_characters))),
    "The loss on one batch over a hundred steps, from log V to below a hundredth.",
)

# %% [markdown]
# *What to see: the curve starts on the dashed line, log V, and is below a hundredth after a hundred steps.*
#
# On natural text no model reaches zero, because texts that begin alike go on differently. Here it can: no two
# of the four texts begin with the same character. That is what makes the test so sharp.
#
# **Test 3: causality.** Change one token. The logits of all *earlier* positions must stay the same: not
# nearly, but bit for bit. Every earlier number is computed from the same inputs in the same order, so the
# comparison is `==`. Here on the bundled model, where " was" becomes " were", and on the same weights without
# the causal mask:

# %% tags=["check"]
words = tokenizer.encode("Once upon a time there was a little girl")
at, other = 5, tokenizer.encode(" were")[0]
open_model = GPT(dataclasses.replace(model.config, causal=False))
changes = {
    "causal": signs_of_life.logit_changes(model, params, np.array(words), at, other),
    "without the mask": signs_of_life.logit_changes(open_model, params, np.array(words), at, other),
}
print("words:", *(tokenizer.decode([i]).strip() for i in words))
print("largest change of a logit at each word:")
for name, values in changes.items():
    print(f"{name:<17}", values.round(2))
    print(" " * 17, "earlier ones equal:", bool((values[:at] == 0).all()))

# %%
picture(
    plots.reach([tokenizer.decode([i]) for i in words], at, changes),
    "How much each position's logits change when one token is replaced, with and without mask.",
)

# %% [markdown]
# *What to see: on the left, zero before the replaced token and something from there on. On the right every
# position changes: the model reads the answer while it predicts it.*
#
# A leak looks like success: the training loss falls far below what the text allows, and generation is
# nonsense, because there the future is not available. If a loss is too good to be true, run this test first.
#
# **And the gradients?** `gradcheck.check_model` compares every parameter of a whole model with finite
# differences. (It also complains about a parameter that gets hardly any gradient; in this tiny decoder some
# rightly get none, so `exempt` turns that off.) The tests of this repository run it for all configurations;
# on the decoder from above it takes a moment:

# %% tags=["check"]
report = check_model(small, small_params, decoder.IDS, decoder.TARGETS, exempt="*")
print("every gradient right:", report.ok, "  largest error below 1e-6:", report.max_error < 1e-6)

# %% [markdown]
# ## Common mistakes
#
# | mistake | what you see |
# |---|---|
# | half of the tied gradient | it trains, worse; finite differences disagree in the table alone |
# | lookup with `a[ids] += d` | right until a token occurs twice in a batch |
# | head tied when saved, copied when loaded | two tables that drift apart, a larger file |
# | residual factor $1/\sqrt{L}$ | the blocks add twice the variance that was meant; hard to see |
# | framework's default initialisation | first loss far above $\log V$, a steep useless start |
# | no last norm in a pre-norm model | tiny logits: the first loss is right, learning slow |
# | mask forgotten | loss too good to be true, generation nonsense; test 3 |
# | targets not shifted | loss near zero within minutes: the model copies its input |
# | position ids start at 1 | a full-length text raises; row 0 is never trained |
#
# Three of them live. The initialisation: embeddings of a framework's default size, $N(0, 1)$. A seeded
# mistake from the exercises, seen by nothing but the gradient. And the missing norm, whose perfect first loss
# hides a slow start:

# %% tags=["check"]
loud = fresh.init(np.random.default_rng(0))
loud.flat["wte.weight"] *= 50  # from 0.02 to 1
loud_loss = float(fresh.loss(loud, texts, targets)[0])
print(f"log V {np.log(n_characters):.3f}, first loss with large embeddings {loud_loss:.0f}")

_, exercise = catalogue.find("09.3")
half = function_of(exercise, [m for m in exercise.mistakes if m.key == "head's half only"])
h, hidden = small.hidden(small_params, decoder.IDS)
found = half(decoder.IDS, grads.x[None], h, grads.logits[None])
whole = grads.lookup + grads.head
print(
    "half the tied gradient: relative error",
    round(float(np.linalg.norm(found - whole) / np.linalg.norm(whole)), 4),
)

# %%
bare = GPT(dataclasses.replace(fresh.config, final_norm=False))
slow = signs_of_life.overfit(bare, bare.init(np.random.default_rng(0)), texts, targets, steps=50)
print(f"no last norm: first loss {slow[0]:.3f}, before step 50 {slow[49]:.3f}, not {losses[49]:.3f}")

# %% [markdown]
# ## In PyTorch
#
# ```python
# self.lm_head.weight = self.wte.weight  # tying: one tensor, two names
# logits = self.lm_head(self.ln_f(x))    # both uses add to one .grad
# ```
#
# - Autograd sums the two halves by itself, as long as it *is* one parameter. `.clone()` makes two tables that
#   drift apart; assigning to `.data` shares the memory but leaves two parameters, each with its half of the
#   gradient and its own optimizer state. Neither raises an error.
# - `nn.Embedding` starts at $N(0, 1)$ and `nn.Linear` at a uniform distribution that shrinks with the number
#   of inputs: neither is GPT-2's. That is what the `_init_weights` of a GPT in PyTorch is for.
# - `nn.Linear` holds (out, in), so the head's weight is $(V, C)$, the same layout as the embedding's: that is
#   why one line ties them. GPT-2's own files hold the other matrices as (in, out).
# - A saved `state_dict` lists the tied tensor twice; `safetensors` refuses shared memory, and one of them is
#   left out.
#
# ## What came later
#
# - **Untied heads**: from some billions of parameters on the table is a small share, and most large models
#   give the head its own.
# - **No table of positions**: rotary positions act inside attention.
# - **Gated MLPs** (SwiGLU) with three matrices of about $\tfrac83 C$ columns: the count stays.
# - **Mixture of experts**: many MLPs, of which each token uses a few. Then "parameters" and "parameters used
#   per token" are two counts; ask which one is meant.
# - **Grouped queries**: fewer key and value heads, so attention's $4C^2$ becomes less.
#
# ## Extend
#
# Find the shape of a pre-norm, tied GPT with at most one million parameters that reaches the lowest loss
# after 100 steps of `signs_of_life.overfit` on `signs_of_life.one_batch(texts=32)`, at the default rate. You
# choose depth, width, heads and MLP. Score: the last loss; the baseline is the small model of this lesson,
# which has a tenth of that size. Before you start, guess: deeper or wider?

# %%
wide = signs_of_life.one_batch(texts=32)
baseline = fresh.init(np.random.default_rng(0))
score = signs_of_life.overfit(fresh, baseline, *wide[:2])[-1]
print(f"baseline: {baseline.buffer.size:,} parameters, loss {score:.2f} after 100 steps")

# %% [markdown]
# ## Sources
#
# - Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*, sections 3.1 and 3.2.
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, section 2.3 and table 2.
# - Press, Wolf 2017, *Using the Output Embedding to Improve Language Models*, arXiv:1608.05859.
# - Inan, Khosravi, Socher 2017, *Tying Word Vectors and Word Classifiers*, arXiv:1611.01462.
# - Touvron et al. 2023, *LLaMA: Open and Efficient Foundation Language Models*, arXiv:2302.13971.
