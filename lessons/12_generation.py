# %% [markdown]
# # 12 · Generation
# *75 minutes · builds on 02, 06, 09 · exercises 12.1 to 12.5*
#
# ## The question
# A trained model gives you one thing: for each text, a probability for every token that could come
# next. Everything you call "generating" happens outside of the model. How do you get from a
# distribution to a text? What do temperature, top-k and top-p do to it, exactly? And why can a text of
# a thousand tokens be produced without running the whole model over the whole text a thousand times?
#
# ## Why it matters to you
# These are the settings that you can change without training anything. When a model repeats itself,
# when it invents words, when two calls with the same prompt differ, when the tenth page comes more
# slowly than the first, or when a server holds eight conversations and not eighty: the reason is in
# this lesson. At the end you will be able to choose settings for extraction (greedy), for drafts (a
# moderate temperature with top-p) and for many different ideas (a higher one), and to compute how much
# memory each conversation takes.
#
# The prompts go to the bundled model. It is loaded in float64 here: its rounding errors are so small that
# the same seed gives the same text on practically every machine. Near the end you will see float32 fail
# at that.

# %%
import time

import numpy as np

from scratchgpt import costs, learn, pretrained, sampling
from scratchgpt.config import GPTConfig, SampleConfig
from scratchgpt.corpus.batches import plain
from scratchgpt.kv_cache import KVCache
from scratchgpt.notebooks import picture, source
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.plots import generation as pictures
from scratchgpt.resources import data_path
from scratchgpt.worked import cached_decoding, cached_step, text_variety

model, params, tokenizer = pretrained.load("mini", dtype=np.float64)


def next_logits(text):
    """The logits (V,) of the token after a text."""
    logits, _ = model.forward(params, np.array([tokenizer.encode(text)]))
    return logits[0, -1]


# %% [markdown]
# ## One token: from logits to a draw
#
# The model ends in logits $z \in \mathbb{R}^V$, one number per token of the vocabulary, and $p_i =
# e^{z_i} / \sum_j e^{z_j}$ (lesson 02). To *draw* from $p$ you need one random number. Lay the
# probabilities side by side on a line from 0 to 1, each token as long as it is probable. Throw $u$,
# uniform on that line, and take the token it falls on: the first $i$ with $p_0 + \dots + p_i > u$. The
# chance to hit a piece is its length, so token $i$ comes with probability $p_i$. In code, count the
# running sums that do not exceed $u$: as many tokens end before it. (`uniform` is $u$; it is scaled by
# the last sum, which rounding may leave a hair off 1. A token that has probability 1 needs no sums.)

# %%
source(sampling.draw, docstring=False)

# %% [markdown]
# The only randomness is the generator that is handed in. The same seed gives the same numbers $u$,
# hence the same tokens. Three tokens with logits 2, 1 and 0.5 will be our small example:

# %% tags=["check"]
logits = np.array([2.0, 1.0, 0.5])
probs = ops.softmax(logits)
rng = sampling.generator(seed=0)
drawn = np.array([int(sampling.draw(probs, rng)) for _ in range(10_000)])
print("probabilities ", probs.round(4))
print("first 20 draws", *drawn[:20])
print("shares        ", (np.bincount(drawn) / len(drawn)).round(4))

# %% [markdown]
# The shares of ten thousand draws come close to the probabilities, as they must: their standard error
# is $\sqrt{p(1-p)/10\,000}$, half a percentage point at most.
#
# **Greedy** decoding draws nothing: it takes the largest logit. That sounds like the best text, and it
# is not. Suppose the first token is A with 0.6 or B with 0.4; after A ten continuations are equally
# likely, after B one is certain. Greedy takes A, and its best text of two tokens has the probability
# $0.6 \cdot 0.1 = 0.06$. The text that starts with B has $0.4 \cdot 1 = 0.4$. The likeliest token at
# each step does not make the likeliest text.

# %% [markdown]
# ## Temperature
#
# Divide all logits by a number $T > 0$ before the softmax:
#
# $$p_i(T) = \frac{e^{z_i/T}}{\sum_j e^{z_j/T}}.$$
#
# Look at two tokens, and everything else cancels:
#
# $$\frac{p_i(T)}{p_j(T)} = e^{(z_i - z_j)/T} = \left(\frac{p_i}{p_j}\right)^{1/T}.$$
#
# At $T = 0.5$ each ratio is squared, at $T = 2$ it becomes its square root. No two tokens ever change
# places. For $T \to 0$ the largest logit takes everything (greedy decoding, which the package calls
# temperature 0); for $T \to \infty$ all ratios go to 1, and you draw from the vocabulary like from a
# bag.
#
# Before you run the next cell: how large does the first probability get?

# %%
learn.ask("12.q1")

# %% [markdown]
# **Your turn, 12.1:** one line, and three ways to get it wrong.

# %%
learn.check("12.1")

# %%
source(sampling.apply_temperature)

# %% tags=["check"]
at = {t: ops.softmax(sampling.apply_temperature(logits, t)) for t in (0.5, 1.0, 2.0)}
for t, p in at.items():
    print(f"T = {t}: {p.round(4)}   ratio of the first two {p[0] / p[1]:.4f}")

# %%
picture(
    pictures.temperature_bars(at, ["A (2)", "B (1)", "C (0.5)"]),
    "Three groups of three bars: the probabilities of tokens A, B and C at T = 0.5, 1 and 2. A falls from "
    "0.84 to 0.48 as T rises, B and C rise.",
)

# %% [markdown]
# *What to see: from left to right in each group the temperature rises. A, the likeliest, loses, and
# both others gain. The order A, B, C stays the same at every temperature.*
#
# You may find this example printed with 0.51, 0.19, 0.15 for $T = 0.5$ and 0.39, 0.24, 0.18 for $T = 2$.
# Those triples do not even sum to 1. Adding them up is a check that costs nothing.
#
# **Does a higher temperature always mean more uncertainty?** Yes, and it can be proved. Write
# $\beta = 1/T$ and $Z = \sum_j e^{\beta z_j}$, so that $p_i = e^{\beta z_i} / Z$. Differentiate by
# $\beta$ (for $p_i$ with the product rule):
#
# $$\frac{d \log Z}{d\beta} = \frac{1}{Z} \sum_j z_j e^{\beta z_j} = E[z], \qquad
# \frac{d p_i}{d\beta} = \frac{z_i e^{\beta z_i}}{Z} - \frac{e^{\beta z_i}}{Z} \cdot \frac{1}{Z}\frac{dZ}{d\beta}
# = p_i\,(z_i - E[z]),$$
#
# $$\frac{d E[z]}{d\beta} = \sum_i z_i\, p_i\,(z_i - E[z]) = E[z^2] - E[z]^2 = \mathrm{Var}(z).$$
#
# Because $\log p_i = \beta z_i - \log Z$, the entropy is
# $H = -\sum_i p_i \log p_i = \log Z - \beta\, E[z]$. So
#
# $$\frac{dH}{d\beta} = E[z] - E[z] - \beta\,\mathrm{Var}(z) = -\beta\,\mathrm{Var}(z),
# \qquad \frac{dH}{dT} = \frac{dH}{d\beta} \cdot \frac{-1}{T^2} = \frac{\mathrm{Var}(z)}{T^3} \ge 0 .$$
#
# The variance is taken under $p(T)$. It is zero only if all logits are equal. A finite difference
# agrees:


# %% tags=["check"]
def entropy(t):
    p = ops.softmax(logits / t)
    return -(p * np.log(p)).sum()


t, step = 0.8, 1e-5
p = ops.softmax(logits / t)
variance = (p * logits**2).sum() - (p * logits).sum() ** 2
print("Var(z) / T^3      ", round(variance / t**3, 6))
print("finite difference ", round((entropy(t + step) - entropy(t - step)) / (2 * step), 6))

# %% [markdown]
# ## Cutting the tail: top-k and top-p
#
# Temperature moves probability around, yet no token ever gets exactly zero. The bundled model has 4,096
# tokens. If each of 4,000 bad ones has a probability of 0.00002, they have 8 % together: in a text of
# 50 tokens that means four of them, and the model has to go on from each. So one cuts the tail off.
#
# - **top-k** keeps the $k$ likeliest tokens and renormalises.
# - **top-p** (the nucleus) sorts the tokens by probability and keeps the smallest set that *reaches*
#   $p$, that is, up to and including the token that crosses the threshold. One token always stays.
#
# The difference: $k$ is the same at every step, while the nucleus is as wide as the model is unsure.
# Try it by hand first.

# %%
learn.ask("12.q2")

# %% [markdown]
# **Your turn, 12.2 and 12.3:** both filters. Equal logits and the token that crosses are what they fail on.

# %%
learn.check("12.2")

# %%
learn.check("12.3")

# %%
source(sampling.top_k, sampling.top_p, docstring=False)

# %% [markdown]
# Two things in it serve speed and rounding. To sort all tokens takes long, so `top_p` looks among the
# likeliest thousand first (`_above`), and among all only if these do not reach $p$. And a sum that misses
# $p$ by a rounding error (`_ROUNDING`) counts as reaching it. The line that matters is the one with
# `n = 1 + ...`: the tokens whose running sum stays below $p$, and one more.

# %% tags=["check"]
shares = np.array([0.40, 0.25, 0.15, 0.12, 0.08])
kept = sampling.top_p(np.log(shares), 0.75)
print("running sum    ", shares.cumsum().round(2))
print("kept by p=0.75 ", np.flatnonzero(np.isfinite(kept)))
print("drawn from     ", ops.softmax(kept).round(4))

# %% [markdown]
# Setting a logit to $-\infty$ and taking the softmax is the renormalisation: $e^{-\infty} = 0$, and the
# others are divided by what is left of the sum.
#
# Now the real model, after two texts. After the first it is fairly sure; after the second it is not.

# %% tags=["check"]
panels = {}
for text in ("Once upon a time there was a little", "She was very"):
    probs = ops.softmax(next_logits(text))
    n = int(np.isfinite(sampling.top_p(np.log(probs), 0.9)).sum())
    first = np.argsort(-probs)[:16]
    names = [tokenizer.decode([int(i)]).replace(" ", "\u00b7") for i in first]
    panels[text] = (names, probs[first], n)
    entropy_here = -(probs * np.log(probs)).sum()
    print(f"{text!r}: entropy {entropy_here:.2f} nats, top-p 0.9 keeps {n}")
    print(f"    the five likeliest have {probs[first[:5]].sum():.3f} together")

# %%
picture(
    pictures.filtered_tokens(panels, top_k=5),
    "Two bar charts of the 16 likeliest next tokens on one logarithmic scale. Left: girl and boy stand high, "
    "then the bars fall to a thousandth; 7 are blue, 9 grey. Right: the bars fall slowly from 0.06 to 0.01, "
    "all blue. A dashed line stands behind the fifth bar in both.",
)

# %% [markdown]
# *What to see (both axes are the same, and logarithmic): the dashed line, top-k = 5, cuts both at the
# same place. On the left it throws away a tenth of the probability, on the right three quarters. The
# nucleus (blue) follows the model: 7 tokens on the left, 257 on the right, all sixteen drawn bars and
# many more.*
#
# **Order matters.** The package applies the repetition penalty (explained below), then temperature, then
# top-k, then top-p, then min-p (at the end of the lesson). Top-k does not care, since temperature keeps
# the order of tokens. Top-p does: on a flattened distribution it needs more tokens to reach $p$. With
# our three logits and $p = 0.8$:

# %% tags=["check"]
for t in (0.5, 1.0, 2.0):
    scaled = sampling.apply_temperature(logits, t)
    n = int(np.isfinite(sampling.top_p(scaled, 0.8)).sum())
    print(f"T = {t}: running sums {np.cumsum(ops.softmax(scaled)).round(4)}, {n} kept")

# %%
source(sampling.probabilities, docstring=False)

# %% [markdown]
# ## What the settings do to texts
#
# Here is how "Once upon a time" goes on with each of several settings. All draw from the same seed, so at
# each step they throw the same $u$. What it falls on depends on the setting; and once two texts differ in
# a token, the distributions behind it differ, too.

# %%
settings = {
    "greedy": SampleConfig(temperature=0.0, max_new_tokens=45),
    "T 0.5": SampleConfig(temperature=0.5, top_p=1.0, max_new_tokens=45),
    "T 1": SampleConfig(temperature=1.0, top_p=1.0, max_new_tokens=45),
    "T 1.5": SampleConfig(temperature=1.5, top_p=1.0, max_new_tokens=45),
    "T 1, top-k 10": SampleConfig(temperature=1.0, top_k=10, top_p=1.0, max_new_tokens=45),
    "T 1, top-p 0.9": SampleConfig(temperature=1.0, top_p=0.9, max_new_tokens=45),
}
for name, config in settings.items():
    (text,) = text_variety.variety(model, params, tokenizer, "Once upon a time", config, 1, 1).texts
    print(f"{name:>15}:", " ".join(text.split())[:170])

# %% [markdown]
# Cold texts repeat stock phrases; hot texts have invented words in them. Put numbers on both.
# **Variety** is the share of different words among all words of a text (distinct-1; with pairs of
# neighbouring words distinct-2). It falls with length by itself, so compare texts of one length only.
# **Surprise** is the mean of $-\ln p$ that the model itself, at temperature 1, gave to the tokens that
# were drawn. Both are measured on four texts of 60 tokens at each temperature (one, where it is zero),
# without any filter, and on 12 stretches of the same length from the bundled tales, which people wrote.

# %% tags=["check"]
sweep = text_variety.temperature_sweep(model, params, tokenizer)
tales = plain(data_path("tales.txt").read_text(encoding="utf-8"))
written = text_variety.written_variety(model, params, tokenizer, tales)
for t, v in sweep.items():
    print(f"T {t}: different words {v.words:.3f}, word pairs {v.pairs:.3f}, surprise {v.surprise:.2f}")
print(
    f"tales: different words {written.words:.3f}, pairs {written.pairs:.3f}, surprise {written.surprise:.2f}"
)

# %%
picture(
    pictures.variety_curves(
        list(sweep),
        [v.words for v in sweep.values()],
        [v.surprise for v in sweep.values()],
        (written.words, written.surprise),
    ),
    "Two curves against temperature 0 to 1.6. Left: different words rise from 60 to 95 percent and cross "
    "the level of the tales between 0.8 and 1.2. Right: surprise rises from 0.8 to 6.5 nats and crosses the "
    "level of the tales between 1.2 and 1.6.",
)

# %% [markdown]
# *What to see: both curves rise with every step of the temperature. Variety reaches the level of
# written text (dashed) between 0.8 and 1.2. At 0.8 the model finds its own text less than half as
# surprising as it finds the tales.*
#
# Two things follow. There is no temperature that is right by itself: the setting trades variety against
# the risk of drawing what the model holds for wrong. And text which is *less* surprising is not
# *better*: people do not write the likeliest word every time. (The tales are also another kind of text
# than the model was trained on, so part of their surprise is the model's ignorance.)
#
# The cold end has a failure of its own. Left alone, greedy decoding falls into a loop:

# %% tags=["check"]
prompt = tokenizer.encode("Once upon a time")
long = cached_decoding.greedy_cached(model, params, prompt, 180)
text = tokenizer.decode(long.ids)
print("...", " ".join(text.split())[-140:])
print(f"different words {text_variety.distinct(text):.3f}")
sure = ops.softmax(long.logits).max(axis=1)  # what each chosen token had
love = [p for p, i in zip(sure, long.ids, strict=True) if tokenizer.decode([i]) == " love"]
print('probability of each " love":', *(f"{p:.2f}" for p in love))

# %% [markdown]
# The loop feeds itself: what stands in the text twice is likelier to come a third time. Each time the
# line comes round, "love" is surer, from 0.18 at first to 0.86. A draw would leave the loop by chance
# sooner or later; greedy has no chance to draw. The usual cures are a temperature above zero, or a
# **repetition penalty** $\theta > 1$: for every token that the text already holds, a positive logit is
# divided by $\theta$ and a negative one multiplied by it.
#
# A first choice, to be corrected by reading texts:
#
# | you want | settings | because |
# |---|---|---|
# | a field, a class, a test that repeats | temperature 0 | one answer counts, and variety is noise |
# | a draft to read on | temperature 0.7 to 0.9, top-p 0.9 to 0.95 | varied, and the tail is cut off |
# | ten different ideas | temperature 1 to 1.2, top-p 0.95, several seeds | spread matters more than polish |
# | a text that goes round in circles | more temperature, then a penalty | it also hits names and commas |
#
# ## When to stop
#
# Three things end a text: the number of tokens you allow, a special **end-of-text token** that the model
# learned in training (it is never shown), and **stop texts** that you choose. A stop text may be spelled
# by several tokens, and in more than one way, so it has to be looked for in the decoded text. While text
# is streamed, an end that *might* become a stop text must be held back. `split_at_stop` returns what may
# be shown, what has to wait, and whether a stop text is complete:

# %% tags=["check"]
print(sampling.split_at_stop("The cat sat. Th", ["The end"]))
print(sampling.split_at_stop("The cat sat. The end", ["The end"]))
for stop in ((), (".",), ("\n",)):
    config = SampleConfig(temperature=0.7, max_new_tokens=40, stop=stop)
    sample = sampling.sample_text(model, params, tokenizer, prompt, config, sampling.generator(3))
    print(f"stop={stop}: ended by {sample.stopped_by!r} after {len(sample.token_ids)} tokens")

# %% [markdown]
# ## Without a cache: what a token costs
#
# Temperature is done with: from here on $T$ is the number of tokens. To continue a text of $T$ tokens by
# one, the simplest loop runs the model over all of them and uses
# the last row of the logits:

# %%
source(cached_decoding.greedy_uncached)

# %% [markdown]
# Count the multiplications in one layer of width $d$. The weight matrices of a layer hold $12 d^2$
# numbers (queries, keys, values: $3d^2$; output: $d^2$; the MLP: $4d^2 + 4d^2$), and each of $T$
# positions is multiplied by all of them. Scores compare $T$ queries with $T$ keys, $d$ numbers each when
# all $H$ heads of width $D = d/H$ are taken together (masked ones are computed, too), and mixing the
# values costs the same again:
#
# $$\underbrace{12\,T d^2}_{\text{matrices}} + \underbrace{T^2 d}_{\text{scores}} +
# \underbrace{T^2 d}_{\text{mixing}} = O(T d^2 + T^2 d) \quad \text{for one new token.}$$
#
# Nearly all of this was computed for the token before, too. What is really new?
#
# **Claim.** In a causal model, the states of earlier positions do not change when a token is appended.
#
# *Proof, layer by layer.* The input of position $s$ is its token's embedding plus its position's:
# neither knows what comes later. Suppose the inputs of a layer at positions $\le s$ do not change.
# Norms, MLP and projections act on each position alone. Attention at $s$ is
# $\sum_{j \le s} \mathrm{softmax}_j(q_s \cdot k_j / \sqrt{D})\, v_j$, which uses positions $\le s$
# only. So the layer's output at $s$ does not change, and that is the next layer's input. $\blacksquare$
#
# So for the new position $t$ we need its own $q_t$, and of the earlier positions nothing but their keys
# and values. Their queries are never asked again. Keep $k_j$ and $v_j$ of every layer: that is the **KV
# cache**. What remains is one position through the matrices, and one query against $T$ keys:
#
# $$12\,d^2 + 2\,T d = O(d^2 + T d).$$
#
# Both terms got smaller by the factor $T$. Over a whole text of $N$ tokens, $1 + 2 + \dots + N =
# N(N+1)/2$ positions went through the model without a cache, and $N$ go through it now: a thousand
# instead of half a million, if the text has a thousand tokens.
#
# In the package, attention takes the last queries against all keys; one row computed alone is the last
# row of the whole:

# %% tags=["check"]
rng = np.random.default_rng(0)
q, k, v = (rng.standard_normal((1, 2, 6, 4)) for _ in range(3))  # (B, H, T, D)
whole, _ = ops.attention_forward(q, k, v)
last, _ = ops.attention_forward(q[:, :, -1:], k, v)
print("one query, all keys:", last.shape, "same row:", np.allclose(last, whole[:, :, -1:], atol=1e-14))

# %% [markdown]
# So a step takes the new query, key and value and the cache, and gives the new row and the longer cache.
# **Your turn, 12.4:** write it.

# %%
learn.check("12.4")

# %%
source(cached_step.cached_attention_step, docstring=False)

# %% tags=["check"]
keys, values = k[:, :, :0], v[:, :, :0]  # nothing yet: (B, H, 0, D)
for t in range(6):
    new = (x[:, :, t : t + 1] for x in (q, k, v))
    y, keys, values = cached_step.cached_attention_step(*new, keys, values)
    same = np.allclose(y, whole[:, :, t : t + 1], atol=1e-14)
    print(f"position {t}: cache {keys.shape}, row {t} of the whole: {same}")

# %% [markdown]
# That copies the whole cache at every step. The package reserves the room once, and writes into it:

# %%
source(ops.qkv_attention_cached, cached_decoding.greedy_cached, docstring=False)

# %% [markdown]
# `keys` and `values` are the store of one layer, as long as the text with its new tokens: these write
# theirs into the last $T$ places, then attend to all of them. The cache `kv` also counts: its `begin`
# tells the model at which positions the new tokens stand, namely behind those that are stored.
#
# The prompt goes through the model once, all its positions together (the *prefill*), and then each
# token alone (`T = 1`). Do both ways give the same text? A cache is a promise that nothing changes, so
# compare the logits at every step:

# %% tags=["check"]
uncached = cached_decoding.greedy_uncached(model, params, prompt, 30)
cached = cached_decoding.greedy_cached(model, params, prompt, 30)
apart = np.abs(uncached.logits - cached.logits).max(axis=1)
print("steps compared:", len(apart), " logits each:", cached.logits.shape[1])
print("same tokens:", uncached.ids == cached.ids, " largest difference below 1e-11:", apart.max() < 1e-11)

# %% [markdown]
# Equal at every step, but for the last bits of float64: the sums are taken in another order.
#
# ## What the cache costs
#
# Time is bought with memory: a key and a value of $d$ numbers for each of $T$ tokens in each of $L$
# layers,
#
# $$2\,L\,T\,d \text{ numbers for one text.}$$

# %%
learn.ask("12.q3")

# %% tags=["check"]
small = GPTConfig()  # GPT-2 small: 12 layers, width 768
per_token = costs.kv_bytes_per_token(small)
print(f"GPT-2 small, fp32: {per_token:,} bytes a token, {1024 * per_token / 2**20:g} MiB at 1,024")
mini = costs.kv_bytes_per_token(model.config)
print(f"bundled model:     {mini:,} bytes a token, {256 * mini / 2**20:g} MiB at 256")
big = GPTConfig(n_layer=32, n_embd=4096, n_head=32, block_size=4096)
gib = 4096 * costs.kv_bytes_per_token(big, itemsize=2) / 2**30
print(f"32 layers of 4,096, 2 bytes: {gib:g} GiB at 4,096 tokens, for each text that is being written")

# %% [markdown]
# The last line is why a server with plenty of arithmetic left may still refuse the next conversation.
#
# Now the time. Below, each way produces one token as the last of 8 to 256. On the left are milliseconds
# of processor time, which does not count waiting for other programs, measured on the machine that ran
# this notebook (in float32; yours will differ). On the right are the floating-point operations, counted.

# %%
fast_model, fast_params, _ = pretrained.load("mini")
contexts = (8, 16, 32, 64, 128, 256)
seconds = cached_decoding.token_seconds(fast_model, fast_params, contexts, 6, time.process_time)
ms = {way: [1000 * s for s in values] for way, values in seconds.items()}
print(f"measured at 256 tokens: {ms['uncached'][-1] / ms['cached'][-1]:.0f} times faster with a cache")
counted = [cached_decoding.token_flops(model.config, n) for n in contexts]
flops = {way: [getattr(f, way) for f in counted] for way in ms}
picture(
    pictures.timing_ladder(contexts, ms, flops),
    "Two log-log charts of the cost of one token against the number of tokens, 8 to 256. Without a cache "
    "time and operations rise steeply; with a cache both stay nearly flat.",
)

# %% tags=["check"]
few, many = counted[0], counted[-1]
print(f"uncached: {few.uncached / 1e6:.1f} MFLOP at 8 tokens, {many.uncached / 1e6:.1f} at 256")
print(f"cached:   {few.cached / 1e6:.1f} MFLOP at 8 tokens, {many.cached / 1e6:.1f} at 256")
print(f"ratio at 256: {many.uncached / many.cached:.0f}")

# %% [markdown]
# *What to see: without a cache (circles) the cost of a token rises with the text; with a cache
# (squares) it stays almost flat, counted (right) and on the clock (left). At 256 tokens the cached token is several times faster.*
#
# And see what does *not* hold. By the count, the cache saves a factor of 215 at 256 tokens. The measured
# factor, printed above the picture, is far smaller. A part is the overhead of the calls, which one token
# pays like many. The larger the model, the more it is something else: one position at a time turns each
# matrix product into a matrix times a vector: every weight is read from memory and used once. With 256
# positions it is read once and used 256 times. The FLOPs vanish, and reading the weights remains. That
# is why cached generation is limited by memory bandwidth, why weights of one byte instead of four
# generate faster, and why a server decodes many texts together: one reading serves all of them.
#
# Tokens per second over a whole text, both ways, on this machine:

# %%
for name, way in (("without", cached_decoding.greedy_uncached), ("with", cached_decoding.greedy_cached)):
    began = time.perf_counter()
    way(fast_model, fast_params, prompt * 10, 24)  # a prompt of 40 tokens
    print(f"{name:>8} a cache: {24 / (time.perf_counter() - began):6.1f} tokens per second")

# %% [markdown]
# ## Common mistakes
#
# **The position is not moved on.** A token that is run alone has `T = 1`, and a careless loop gives it
# the position zero. Symptom: the first token is right (the prefill is), the second is already off, and
# the text gets stuck or dissolves. **Your turn, 12.5: the bug hunt.** `exercises/ex12_bug_hunt.py` holds a step
# that does it; an equality test shows where it goes wrong, and you find the line.

# %%
learn.check("12.5")

# %% [markdown]
# The same bug in the bundled model:


# %% tags=["check"]
class Forgetful(KVCache):
    """A cache that begins to count positions at 0 again in every call."""

    def begin(self, T, key_mask=None):
        return super().begin(T, key_mask)._replace(positions=np.arange(T))


kv = Forgetful.empty(model.config, 1, 40, np.float64)
wrong = cached_decoding.greedy_cached(model, params, prompt, 24, kv)
right = cached_decoding.greedy_cached(model, params, prompt, 24)
print("right:", tokenizer.decode(right.ids))
print("wrong:", " ".join(tokenizer.decode(wrong.ids).split()))
off = np.abs(wrong.logits - right.logits).max(axis=1)
print("logits differ by", off[:3].round(2), "at the first three steps")

# %% [markdown]
# **Temperature after the softmax.** Dividing probabilities by $T$ and normalising again gives back the
# same probabilities: the setting has no effect. Symptom: texts at 0.2 and at 2 look alike.
#
# **Top-p drops the token that crosses.** Keep "while the running sum is at most $p$", and in the left
# panel above one token of 7 is lost, which you would hardly notice. But where one token alone has more
# than $p$, *nothing* stays, and the softmax of a row of $-\infty$ is NaN. Symptom: it fails only where
# the model is sure.

# %% tags=["check"]
sure = ops.softmax(next_logits("Once upon a"))
order = np.argsort(-sure)
print("likeliest:", repr(tokenizer.decode([int(order[0])])), round(float(sure[order[0]]), 3))
print("kept by the wrong rule:", int((np.cumsum(sure[order]) <= 0.9).sum()))
print("kept by top-p 0.9:     ", int(np.isfinite(sampling.top_p(np.log(sure), 0.9)).sum()))
after = ops.softmax(logits) / 2
print("temperature 2 after the softmax:", (after / after.sum()).round(4))

# %% [markdown]
# **Trusting a seed too far.** A seed fixes the numbers $u$. It does not fix the last bits of the
# probabilities, which depend on the precision, the library and the number of threads. Sooner or later a
# $u$ lands so close to a border that the last bits decide, and from that token on the texts differ.
# Compare the same draws in float32 and float64; how many texts part is for your machine to say:

# %%
other = text_variety.temperature_sweep(fast_model, fast_params, tokenizer)
parted = sum(a != b for t in sweep for a, b in zip(sweep[t].texts, other[t].texts, strict=True))
print(f"{parted} of {sum(len(v.texts) for v in sweep.values())} texts differ between float32 and float64")

# %% [markdown]
# **Going on past the context.** The model has as many positions as it was trained with. Dropping the
# oldest entry from a full cache leaves keys whose positions are now wrong. The package recomputes the
# last half of the context instead (`overflow="truncate"`), or stops.
#
# **Padding on the right.** Texts of different lengths in one batch have to end at the same place, so
# the cache pads on the left and masks it. Padded on the right, the "last" state is that of a pad.
# Symptom: a text is right alone and wrong in company.
#
# ## In PyTorch
#
# With `transformers` it is two lines:
#
# ```python
# ids = tokenizer(prompt, return_tensors="pt").input_ids
# out = model.generate(ids, do_sample=True, temperature=0.8, top_p=0.95, use_cache=True)
# ```
#
# Nothing is differentiated here, so autograd has no part in it: `generate` switches it off by itself. In
# a loop of your own, call the model under `torch.no_grad()`, or each step keeps its graph. What differs
# from ours: without `do_sample=True` decoding is greedy and temperature is ignored; a `top_k` of 50 has
# long been switched on by default unless you set it to 0 (ours has none); the random numbers come from
# one global generator, while here each text has its own and does not depend on its neighbours. Top-p
# there is like ours and keeps the token that crosses.
#
# ## What came later
#
# - **min-p** (2024) keeps the tokens at least $p$ times as likely as the likeliest: another way to
#   follow the model's certainty. It is in the package.
# - **Multi-query and grouped-query attention** let several query heads share one key and one value: the
#   cache shrinks by the same factor. Many large models are served that way.
# - **Flash attention** never writes the $T \times T$ weights to memory; **paged** caches hand out
#   memory in blocks, like an operating system. **RoPE** turns queries and keys by their position, so
#   the cache holds turned keys.
# - **Speculative decoding** lets a small model propose several tokens, which the large one checks in a
#   single pass. The distribution stays exactly that of the large model.
#
# ## Extend
#
# Beat this baseline: the package's default settings, four texts of 60 tokens from seed 1. Your score is
# the share of different words, which should be higher, at a surprise that is not higher. Every field of
# `SampleConfig` is allowed but `max_new_tokens` and `stop`: a shorter text repeats less by itself. Then
# read your four texts: would you have preferred them?

# %% tags=["check"]
baseline = text_variety.variety(
    model, params, tokenizer, "Once upon a time", SampleConfig(max_new_tokens=60), seed=1, n=4
)
print(f"baseline: different words {baseline.words:.3f}, surprise {baseline.surprise:.2f} nats")

# %% [markdown]
# ## Sources
#
# - Ackley, Hinton, Sejnowski 1985, *A learning algorithm for Boltzmann machines* (temperature)
# - Fan, Lewis, Dauphin 2018, *Hierarchical neural story generation* (top-k)
# - Holtzman, Buys, Du, Forbes, Choi 2020, *The curious case of neural text degeneration* (top-p, loops)
# - Keskar, McCann, Varshney, Xiong, Socher 2019, *CTRL* (repetition penalty)
# - Li, Galley, Brockett, Gao, Dolan 2016, *A diversity-promoting objective function* (distinct-n)
# - Shazeer 2019, *Fast transformer decoding: one write-head is all you need* (multi-query attention)
# - Leviathan, Kalman, Matias 2023, *Fast inference from transformers via speculative decoding*
# - Nguyen and others 2024, *Turning up the heat: min-p sampling*
