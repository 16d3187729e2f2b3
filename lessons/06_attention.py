# %% [markdown]
# # 06 · Attention, forward
#
# *80 minutes · builds on 01, 02, 05 · exercises 06.1 to 06.7*
#
# ## The question
#
# Lesson 05 gave every token a vector that says what it is and where it stands. The vector of "it" is the
# same in every sentence; what "it" refers to stands somewhere else in the text, and not always at the same
# distance. How can a position fetch what it needs from the other positions, when what it needs depends on
# the text itself?
#
# Attention is the answer that a GPT gives. It is the only place in the whole network where positions
# exchange anything; all other layers treat each position by itself.
#
# ## Why it matters to you
#
# Three decisions hang on this operation.
#
# - **How long a context you pay for.** Attention compares every position with every other. Twice the
#   context is four times the table of weights: this lesson computes the bytes.
# - **How you batch texts of different lengths.** Padding must be masked, and masks fail silently: the
#   output has the right shape and is wrong. You will see what each wrong mask looks like.
# - **How you read attention maps.** They are drawn everywhere as explanations. After this lesson you know
#   what a weight is, and what it is not.

# %%
import numpy as np

from scratchgpt import learn, pretrained
from scratchgpt.learn import catalogue
from scratchgpt.learn.wrong import function_of
from scratchgpt.model import GPT
from scratchgpt.notebooks import picture, source
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.heads import merge_heads, qkv_attention_forward, split_heads
from scratchgpt.plots import attention as plots
from scratchgpt.resources import data_path
from scratchgpt.worked import decoder, one_head
from scratchgpt.worked.dot_products import saturation

np.set_printoptions(precision=4, suppress=True, linewidth=100)

# %% [markdown]
# ## A lookup that is soft
#
# A dictionary holds pairs of a **key** and a **value**. You come with a **query**; if it equals a key, you
# get that key's value. Such a lookup is all or nothing, and it has no gradient: a small change of the query
# changes nothing, until it changes everything.
#
# Make it soft in three steps. Let queries and keys be vectors. Measure how well they match by their dot
# product $s_j = q \cdot k_j$: large when the two point the same way, negative when they point apart. Turn
# the scores into shares that are positive and sum to 1, with the softmax of lesson 02. Return the mixture
# of the values in these shares:
#
# $$p_j = \frac{e^{s_j}}{\sum_l e^{s_l}}, \qquad y = \sum_j p_j \, v_j .$$
#
# Every step is differentiable. The longer the query, the nearer the soft lookup comes to the hard one:

# %% tags=["check"]
keys = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
values = np.array([10.0, 20.0, 30.0])
for length in (0.0, 0.5, 2.0, 8.0):
    shares = ops.softmax(keys @ np.array([length, 0.0]))
    print(f"query ({length}, 0): shares {shares.round(4)}, mixture {shares @ values:.4f}")

# %% [markdown]
# A query of length 0 matches nothing and gets the plain average, 20. One of length 8 gets almost exactly
# the value of the first key. Everything between is a mixture.
#
# **In a GPT** each position is a reader and a source at once. Its vector $x_t$ is multiplied by three
# matrices, which are learned:
#
# | | what it is | shape |
# |---|---|---|
# | $q_t = x_t W_Q$ | what position $t$ looks for | $(D)$ |
# | $k_t = x_t W_K$ | what position $t$ can be found by | $(D)$ |
# | $v_t = x_t W_V$ | what position $t$ hands over when it is found | $(D)$ |
#
# Three matrices, because these are three jobs. A pronoun looks for a noun and is not one: with one matrix
# for both, $q_t \cdot k_t$ would be a squared length, and a position would tend to look for itself.
#
# For a whole text the vectors are the rows of $X$, of shape $(T, C)$, and each of the three is one matrix
# product, $Q = X W_Q$ and so on, of shape $(T, D)$. All dot products at once are $Q K^\top$, of shape
# $(T, T)$: **rows belong to queries, columns to keys**. Keep that sentence; several mistakes in this lesson
# break it.
#
# ## Three tokens on paper
#
# The text is "the cat sat", with $C = D = 4$, and $X$ is the sum of token and position vectors, as in lesson
# 05. The matrices are near the identity, so that you can follow the numbers: $W_K$ is the identity with 0.1
# in the places just above the diagonal, $W_V$ with $-0.1$ in those just below, and $W_Q$ is printed.

# %% tags=["check"]
print("Wq", *decoder.WQ, sep="\n  ")
x = decoder.E[decoder.IDS[0]] + decoder.P
y, head = one_head.one_head_forward(x, decoder.WQ, decoder.WK, decoder.WV)
for name, values in {"X": x, "Q = X Wq": head.q, "K = X Wk": head.k, "V = X Wv": head.v}.items():
    print(name, *values.round(4), sep="\n  ")

# %% [markdown]
# The key of "the" by hand, counted from 0: column 1 of $W_K$ holds 0.1 and 1, so number 1 of the key is
# $0.1 \cdot 0.2 + 1 \cdot 0.1 = 0.12$. Check one score as well: the query of "sat" and the key of "the" give
# $0.382 \cdot 0.2 - 0.182 \cdot 0.12 - 0.118 \cdot 0.19 + 0.418 \cdot 0.48 = 0.2328$. Then all nine, and
# the same divided by $\sqrt{D} = 2$. Why divided? That is the section after this one.

# %% tags=["check"]
products = head.q @ head.k.T
print("Q K^T", *products.round(4), sep="\n  ")
scores, _ = ops.attention_scores_forward(head.q[None, None], head.k[None, None])  # (1, 1, T, T)
print("divided by 2", *scores[0, 0].round(4), sep="\n  ")

# %% [markdown]
# The package's operation does this for all texts and heads at once. Its arrays have four axes,
# $(B, H, T, D)$: texts, heads, positions, numbers. The matrix product acts on the last two, and the first
# two never meet.
#
# **Your turn, 06.1.** Write `attention_scores_forward`. You know enough for it now: one product, one
# factor. `python -m scratchgpt.learn start` makes a copy of the exercises for you; the cell below judges
# it. Below each exercise of this lesson stands the package's own answer: try first, compare then.

# %%
learn.check("06.1")

# %%
source(ops.attention_scores_forward, docstring=False)

# %% [markdown]
# ### The mask comes before the softmax
#
# A language model learns at all positions at once: the output of each is to predict the token that follows
# it in the text. The nine scores above let everyone read everyone. Some of them must go; decide which:

# %%
learn.ask("06.q1")

# %% [markdown]
# Position 0 is to predict token 1; if it could read positions 1 and 2, it would have the answer in hand.
# Its own token it may read: that is given.
#
# A forbidden score becomes $-\infty$ **before** the softmax. Then $e^{-\infty} = 0$, and the sum in the
# denominator runs over the allowed keys alone: the shares of each row still sum to 1. In the table of
# scores the allowed pairs are those with $j \le i$, the lower triangle with its diagonal. The table of all
# shares is called $P$, of shape $(T, T)$: the **weights** of attention, though nothing in it is a parameter.

# %% tags=["check"]
allowed = ops.causal_mask(3, 3)
masked = np.where(allowed, scores[0, 0], -np.inf)
weights = ops.softmax(masked)
print(allowed.astype(int), weights.round(4), weights.sum(axis=1), sep="\n")

# %%
text = [decoder.VOCABULARY[i] for i in decoder.IDS[0]]
steps = {"scores, divided by 2": scores[0, 0], "after the mask": masked, "after the softmax": weights}
shown = [plots.Table(title, values, text, text) for title, values in steps.items()]
picture(
    plots.tables(shown),
    "Three 3 by 3 tables: the scores, the scores with the upper triangle at "
    "minus infinity, and the weights, whose rows sum to one",
)

# %% [markdown]
# *What to see: rows are readers. "the" can only read itself, so its weight is 1 whatever its score was. The
# scores of this example are small, so the softmax stays close to equal shares: "sat" gives between 0.28 and
# 0.37 to each of the three.*
#
# Row 1 by hand: $e^{-0.0479} = 0.953$ and $e^{0.1677} = 1.183$; their shares are $0.4463$ and $0.5537$. The
# output of "cat" is $0.4463\, v_0 + 0.5537\, v_1$. For all rows at once that is the product $Y = P V$:

# %% tags=["check"]
print(np.exp(scores[0, 0, 1, :2]).round(4))
print("P V", *(weights @ head.v).round(4), sep="\n  ")
print("equal to the package's:", np.allclose(y, weights @ head.v, rtol=1e-12))

# %%
source(one_head.one_head_forward)

# %% [markdown]
# Last, a fourth matrix $W_O$ of shape $(D, C)$ brings the mixtures back to width $C$, since they are to be
# *added* to the vectors that came in (lesson 08 shows how). In our example $W_O$ is the identity with 0.1
# in the places just below the diagonal:

# %% tags=["check"]
trace = decoder.decoder_trace(*decoder.decoder())
print("(P V) Wo", *trace.projected.round(4), sep="\n  ")

# %% [markdown]
# **Your turn, 06.2.** Write `causal_mask(T, S)`. It has one twist: while text is generated, the queries are
# only the *last* $T$ of $S$ positions, because keys and values of the earlier ones are remembered (lesson
# 12).

# %%
learn.check("06.2")

# %%
source(ops.causal_mask, docstring=False)

# %% [markdown]
# ## Why divide by the root of the size?
#
# Take a query and a key whose $d$ numbers are independent, with mean 0 and variance 1. Before you read on:

# %%
learn.ask("06.q2")

# %% [markdown]
# One product $q_i k_i$ has mean $E[q_i]\,E[k_i] = 0$, since the two are independent. With mean 0 the
# variance is the mean of the square, for $q_i$ and $k_i$ (there it is 1) and for their product:
# $E[q_i^2 k_i^2] = E[q_i^2]\,E[k_i^2] = 1 \cdot 1 = 1$. The dot product is a sum of $d$ such products. They
# are independent of each other, so their variances add:
#
# $$\operatorname{Var}(q \cdot k) = \sum_{i=1}^{d} 1 = d, \qquad \text{standard deviation } \sqrt d .$$
#
# Divided by $\sqrt d$, the variance is $d / d = 1$, whatever the size of the head. That is the whole reason
# for the factor: the scores should have the same size in every architecture. Measured:

# %% tags=["check"]
rng, samples = np.random.default_rng(0), {}
for d in (4, 16, 64, 256):
    a, b = rng.standard_normal((2, 20_000, d))
    samples[d] = (a * b).sum(axis=1)
    print(f"d = {d:3}: deviation {samples[d].std():7.3f}, divided {samples[d].std() / d**0.5:.3f}")

# %%
picture(
    plots.dot_product_spread(samples),
    "Histograms of dot products for vectors of 4 to 256 numbers; "
    "their standard deviations lie on the curve of the root of d",
)

# %% [markdown]
# *What to see: four times the numbers, twice the spread. The points lie on the root. With 64 numbers, as in
# each head of GPT-2, a score of 16 is nothing special.*
#
# ### What a large score does to learning
#
# Scores of 16 and 0 have shares of $1 : e^{-16}$. The softmax has become a hard lookup, and a hard lookup
# has no gradient. To see it in the formula, take the derivative of a share with respect to its own score.
# With $p_i = e^{s_i} / Z$ and $Z = \sum_l e^{s_l}$, the quotient rule gives
#
# $$\frac{\partial p_i}{\partial s_i} = \frac{e^{s_i} Z - e^{s_i} e^{s_i}}{Z^2} = p_i (1 - p_i),
# \qquad
# \frac{\partial p_i}{\partial s_j} = \frac{0 \cdot Z - e^{s_i} e^{s_j}}{Z^2} = -p_i\, p_j \quad (j \ne i).$$
#
# When one share is nearly 1 and the others nearly 0, *every* one of these is nearly 0: in $p_i (1 - p_i)$
# one factor vanishes, in $p_i p_j$ too. What happens then to queries and keys? Sources disagree. Commit
# yourself:

# %%
learn.ask("06.q3")

# %% [markdown]
# Now measure. Five hundred queries look at 16 keys each, all numbers drawn with variance 1, once with the
# factor and once without. From above comes a random gradient of the shares, of variance 1 too, and we follow
# it down. To the scores it comes through the derivatives above,
# $ds_i = \sum_j dp_j\, \partial p_j / \partial s_i$ (where $dA$ is the gradient of the loss with respect to
# $A$, as in lesson 01). On to the query it is one step more. With $c$ for what the scores are divided by,
# $\sqrt d$ or 1,
#
# $$s_j = \frac{q \cdot k_j}{c} \quad\Longrightarrow\quad \frac{\partial s_j}{\partial q} = \frac{k_j}{c},
# \qquad dq = \frac{1}{c} \sum_j ds_j\, k_j .$$
#
# So two things decide: how large $ds$ is, and by what the keys are divided. Printed are medians over the
# queries, and once the root of the mean square (rms), which a few large values can raise.

# %% tags=["check"]
sizes = (4, 16, 64, 256, 1024)
plain, scaled = (saturation(sizes, np.random.default_rng(0), scaled=s, n_queries=500) for s in (False, True))
print("        undivided                              divided by the root")
print("   d    largest   scores   query   query rms     largest  scores   query")
for i, d in enumerate(sizes):
    p, s = ([values[i] for values in one[2:6]] for one in (plain, scaled))
    print(f"{d:4}  {p[0]:8.3f} {p[1]:8.5f} {p[2]:8.4f} {p[3]:8.2f} {s[0]:14.3f} {s[1]:7.3f} {s[2]:7.3f}")

# %%
picture(
    plots.softmax_saturation(plain, scaled),
    "Three panels over the size of the head: the largest weight "
    "goes to 1 without the factor, the gradients of scores and of the typical query go to 0",
)

# %% [markdown]
# *What to see: with the factor (blue) nothing depends on the size. Without it (orange) the largest share of
# a typical query goes to 1, and the gradient of its scores goes to 0. The gradient of a typical query first
# rises, then follows it down. The dashed line in the last panel is the other half of the truth.*
#
# So for the typical query the gradient **vanishes**: it cannot learn where to look, because looking a
# little elsewhere changes nothing. The widely told version, that the gradients explode without the factor,
# is wrong about the typical query. It is right about something else, and the dashed line shows it: the root
# of the mean square *grows* with $d$. Look at the twentieth of the queries that has the longest gradients, at
# its share of the sum of squares and at the median of its largest weights:

# %% tags=["check"]
for i, d in enumerate(sizes):
    print(
        f"d = {d:4}: they hold {plain.few[i]:.2f}, largest weight "
        f"{plain.few_largest[i]:.2f} (of all: {plain.largest[i]:.3f})"
    )

# %% [markdown]
# These few queries have two keys in a near tie. Their softmax is not saturated, so their $ds$ is of full size,
# and the keys in the sum have a length of about $\sqrt d$ which $c = 1$ does not divide. Most queries learn
# nothing, a few jump. And at $d = 16$ or $64$, which are common sizes of a head, the typical query's
# gradient is not smaller than with the factor: only that of the scores is. A claim that you read without a
# size is not a claim yet.
#
# ## Mistakes you can see
#
# The exercises of this course come with a list of known wrong answers, each made from the package's own
# function by a small edit. Here are five of them for `attention_weights`, on the three tokens.


# %% tags=["check"]
def with_mistake(number, key):
    """The package's function of an exercise, with one known mistake in it."""
    _, exercise = catalogue.find(number)
    return function_of(exercise, [m for m in exercise.mistakes if m.key == key])


# %% tags=["check"]
kinds = (
    "no causal mask",
    "mask after the softmax",
    "hidden scores set to 0",
    "softmax over the queries",
    "future for past",
)
gallery = {"right": weights}
for kind in kinds:
    wrong = with_mistake("06.3", kind)
    gallery[kind] = wrong(head.q[None, None], head.k[None, None])[0, 0]
for kind, values in gallery.items():
    print(f"{kind:25} rows sum to {values.sum(axis=1).round(4)}")

# %%
shown = [plots.Table(title, values, text, text) for title, values in gallery.items()]
picture(plots.tables(shown, top=1), "Six 3 by 3 tables of weights: the right one and five typical mistakes")

# %% [markdown]
# *What to see: the right table is lower triangular and each row sums to 1. Without the mask, and with
# hidden scores set to 0, weight stands above the diagonal: the score 0 is an ordinary score, and $e^0 = 1$.
# With the mask after the softmax the upper triangle is empty, but row 0 sums to only 0.3604. With the
# softmax along the wrong axis the columns sum to 1 and the rows do not. With the triangle turned round, the
# last row knows only itself.*
#
# Two tests find all five: **rows sum to 1**, and **nothing above the diagonal**. A third one needs no look
# inside, and so it works for any implementation. Change the last token: all earlier outputs must stay the
# same, bit for bit.

# %% tags=["check"]
changed = x.copy()
changed[2] += 1.0


def outputs(attention, x):
    return attention(*(x[None, None] @ w for w in (decoder.WQ, decoder.WK, decoder.WV)))[0][0, 0]


print("right: unchanged", np.array_equal(outputs(ops.attention_forward, changed)[:2], y[:2]))
for kind in kinds:
    wrong = with_mistake("06.4", kind)
    moved = np.abs(outputs(wrong, changed) - outputs(wrong, x))[:2]
    print(f"{kind:25} positions 0 and 1 change by up to {moved.max():.4f}")

# %% [markdown]
# Look at the second line of mistakes. With the mask after the softmax no later *value* is read, and still
# the future leaks: later scores stand in the sum that every share was divided by.
#
# ### Padding is a second mask
#
# Texts of different lengths share a batch only when the short ones are padded. Where the pads stand decides
# what happens. Put two of them behind our three tokens, then in front:


# %% tags=["check"]
def attend(x, key_mask=None):
    q, k, v = (x[None, None] @ w for w in (decoder.WQ, decoder.WK, decoder.WV))
    return ops.attention_forward(q, k, v, key_mask=key_mask)[0][0, 0]


pads = np.tile(decoder.E[4], (2, 1))  # two vectors of "mat"
behind, in_front = np.vstack([x, pads]), np.vstack([pads, x])
print("behind:   unchanged", np.allclose(attend(behind)[:3], y, rtol=1e-12))
print(f"in front: changes by up to {np.abs(attend(in_front)[2:] - y).max():.4f}")
masked_pads = attend(in_front, key_mask=np.array([[0, 0, 1, 1, 1]]))
print("in front, masked: unchanged", np.allclose(masked_pads[2:], y, rtol=1e-12))

# %% [markdown]
# Pads behind the text are later positions, and the causal mask hides them. Pads in front are read by
# everyone, unless a `key_mask` hides them. When you generate from a batch of prompts, all must *end* at the
# same place, so the pads stand in front: a forgotten mask then changes the answers with the length of the
# longest prompt, and nothing complains. (Our three tokens kept their position vectors. In a real batch the
# positions, too, must be counted from the first token that is no pad.)
#
# **Your turn, 06.3 and 06.4.** `attention_weights` puts scores, mask and softmax together; it also takes a
# `key_mask` for padding, and a row without any allowed key must give zeros rather than NaN.
# `attention_forward` mixes the values. If you make one of the mistakes above, the checker will tell you
# which.

# %%
learn.check("06.3")

# %%
learn.check("06.4")

# %%
source(ops.attention_weights, ops.attention_forward, docstring=False)

# %% [markdown]
# What you do not know yet can wait: `dropout` and `rng` are lesson 08's, `xp` is NumPy here, and `ops` holds
# the functions to be called, so that each can be replaced by another (by yours, or by a wrong one).
#
# ## Several heads
#
# One softmax gives one set of shares for each query. A verb may need its subject *and* its object, from
# different places and for different reasons. So there are $H$ heads, each with matrices $W_Q$, $W_K$, $W_V$
# of its own, of shape $(C, D)$ with $D = C / H$. Every head reads the *whole* vector $x_t$ and attends by
# itself. Put side by side, the $H$ matrices of the queries have the shape $(C, C)$, and with those of keys
# and values $(C, 3C)$: one product makes everything, and its *result* is cut. Followed by shapes:
#
# | step | shape | bundled model |
# |---|---|---|
# | packed projection, one product | $(B, T, C) \to (B, T, 3C)$ | 256 to $3 \cdot 256$ |
# | cut into q, k, v | $3 \times (B, T, C)$ | 256 each |
# | split into heads | $(B, T, H \cdot D) \to (B, H, T, D)$ | 8 heads of 32 |
# | scores, mask, softmax | $(B, H, T, T)$ | 8 tables a layer |
# | mix the values | $(B, H, T, D)$ | 8 heads of 32 |
# | merge the heads | $(B, T, H \cdot D)$ | 256 |
# | output projection $W_O$ | $(B, T, C)$ | 256 |
#
# More heads cost no more products: a score costs $D$ products, and $H$ heads make $H\,T^2 D = T^2 C$ of
# them. The scale is $\sqrt D$, the size of *one head*, since that is how many products each score adds up.
#
# What does "concatenate, then multiply by $W_O$" do? Let $Y_h$, of shape $(T, D)$, be the output of head
# $h$. Write $W_O$ as $H$ blocks of $D$ rows, one below the other. A row of pieces times a column of blocks
# is the sum of the products:
#
# $$[Y_1 \,|\, \dots \,|\, Y_H]\; W_O = \sum_{h=1}^{H} Y_h\, W_O^{(h)},
# \qquad (T, D)(D, C) \to (T, C) .$$
#
# So heads are *added*, each through a matrix of its own. None of them sees the others.
#
# Splitting is two steps, and the second is forgotten often. `reshape` gives $(B, T, H, D)$; only the swap
# of the two middle axes makes it $(B, H, T, D)$. A `reshape` straight to $(B, H, T, D)$ has the right shape
# too. To see what it does, number the entries: tens for the position, units for the channel.

# %% tags=["check"]
numbered = 10 * np.arange(3)[:, None] + np.arange(4)  # (T, C)
right = ops.split_heads(numbered[None], 2)[0]  # (H, T, D)
wrong = with_mistake("06.5", "split by a reshape alone")(numbered[None], 2)[0]
print("right:", right.tolist())
print("wrong:", wrong.tolist())

# %%
places, channels = ["0", "1", "2"], ["0", "1", "2", "3"]
sides = ("position", "channel")
shown = [plots.Table("before: one vector a row", numbered, places, channels, sides)]
shown += [plots.Table(f"head {h}", right[h], places, channels[2 * h : 2 * h + 2], sides) for h in (0, 1)]
shown += [plots.Table(f"wrong, head {h}", wrong[h], places, ["?", "?"], sides) for h in (0, 1)]
picture(
    plots.tables(shown, across=5, decimals=0),
    "A 3 by 4 table of numbered entries; split rightly each "
    "row of a head holds one position, split by reshape alone a head mixes the positions",
)

# %% [markdown]
# *What to see: split rightly, row 0 of the two heads holds entries 0 to 3, all from position 0. With reshape
# alone (wrong), head 0 holds the two halves of position 0 one below the other, as if they were two positions,
# and then the first half of position 1. Head 1 begins in the middle of position 1. Nothing crashes.*
#
# **Your turn, 06.5 to 06.7**: split, merge, and all of it together on packed queries, keys and values.

# %%
learn.check("06.5")

# %%
learn.check("06.6")

# %%
learn.check("06.7")

# %%
source(split_heads, merge_heads, qkv_attention_forward, docstring=False)

# %% [markdown]
# ## The heads of a trained model
#
# The bundled model has 6 layers of 8 heads. Its caches hold the weights of each; nothing has to be computed
# twice.

# %% tags=["check"]
model, params, tokenizer = pretrained.load("mini")
sentence = "She took the old key from the drawer and put the key in her pocket."
ids = np.array([tokenizer.encode(sentence)])
pieces = [tokenizer.decode([i]) for i in ids[0]]
_, cache = model.hidden(params, ids)
heads = np.array([layer.attn.attention.attention.weights[0] for layer in cache.h])  # (L, H, T, T)
T = heads.shape[-1]
later = np.triu(np.ones((T, T)), 1) > 0
print(heads.shape, "largest weight on a later position:", heads[..., later].max())
print("all rows sum to 1:", np.allclose(heads.sum(axis=-1), 1, atol=1e-5))

# %% tags=["check"]
rows = np.arange(1, T)
before, first = heads[:, :, rows, rows - 1].mean(axis=-1), heads[:, :, 1:, 0].mean(axis=-1)
for name, shares in {"the token before": before, "the first token": first}.items():
    layer, h = np.unravel_index(shares.argmax(), shares.shape)
    print(f"most weight on {name}: layer {layer}, head {h}, {shares[layer, h]:.3f} on average")
print(f"equal shares would give {np.mean(1 / (rows + 1)):.3f}")
print("layer 4, token before:", before[4].round(2))
print("layer 4, first token: ", first[4].round(2))

# %%
shown = {f"head {h}: before {before[4, h]:.2f}, first {first[4, h]:.2f}": heads[4, h] for h in range(8)}
picture(
    plots.maps(shown, pieces),
    "Attention maps of the eight heads of layer 4 on a sentence about a key: "
    "all lower triangular, each with a pattern of its own",
)

# %% [markdown]
# *What to see: nothing above any diagonal. Head 5 keeps to the diagonal and the line below it: in all rows
# but one its largest weight is on the token itself or on the one before. Heads 0 and 2 have a bright first
# column; in head 2 the first token has the largest weight until "and" comes, and then "and" has it, up to
# the full stop. Most heads are mixtures without a name.*
#
# Layer 4 is the fifth, since we count from 0. Two warnings before you read stories into such maps. A weight
# says how much of a value is taken, not how large that value is, nor what $W_O$ makes of it. And the
# patterns depend on the text: one sentence is an example, not a measurement. Lesson 07 shows what the loss
# thinks of each weight.
#
# **What it costs.** One number for each pair of positions, head and layer, kept for the backward pass:

# %% tags=["check"]
sizes = (("bundled model", 6, 8, 256), ("GPT-2 small", 12, 12, 1024), ("the same", 12, 12, 2048))
for name, L, H, T in sizes:
    print(f"{name}, {T:4} positions: {4 * L * H * T * T / 1e6:7.1f} MB of weights a text (float32)")

# %% [markdown]
# ## Common mistakes
#
# | mistake | what you see |
# |---|---|
# | no causal mask in training | the loss falls towards 0, as the answer can be read; samples are noise |
# | mask after the softmax | rows do not sum to 1, early outputs are too small; the causality test fails |
# | masked scores set to 0 | weights above the diagonal; the causality test fails |
# | softmax over the queries | columns sum to 1; the output of row 0 depends on later queries |
# | no division, or by $\sqrt C$ for $\sqrt D$ | shapes and sums are right; weights too sharp, or too flat |
# | heads split by `reshape` alone | shapes are right; outputs mix positions, and causality is gone |
# | padding not masked | the answer for a text depends on what it was batched with |
# | row with every key masked | NaN, which spreads to the whole batch after one step |
#
# Live, two of them in the bundled model. Its weights were trained with mask and scale; what does the loss
# on the first 256 tokens of the bundled tales say when one is missing?

# %% tags=["check"]
story = data_path("tales.txt").read_text(encoding="utf-8").split("<|endoftext|>")[0]
tokens = np.array([tokenizer.encode(story)[:257]])


def loss_with(**replaced):
    return float(GPT(model.config, ops.replace(**replaced)).loss(params, tokens[:, :-1], tokens[:, 1:])[0])


learned = loss_with()
print(f"as trained      {learned:.4f}")
print(f"without scale   {loss_with(attention_scores_forward=with_mistake('06.1', 'no scale')):.4f}")
print(f"without mask    {loss_with(attention_weights=with_mistake('06.3', 'no causal mask')):.4f}")

# %% [markdown]
# No error, no NaN, no warning: only a loss that you must know to be too high.
#
# ## In PyTorch
#
# ```python
# y = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
# attention = torch.nn.MultiheadAttention(768, 12, batch_first=True)
# ```
#
# - The first line is our `attention_forward`, with the same scale $1/\sqrt D$ on $(B, H, T, D)$.
# - **Masks have two meanings.** A boolean mask says *may be seen* in the first line and *must not be seen*
#   in the second. Passed to the wrong one, it turns round.
# - With fewer queries than keys, `is_causal=True` puts the triangle at the *first* positions: query 0 sees
#   key 0 alone. Ours puts it at the last, which is what generation needs.
# - `MultiheadAttention` keeps its packed projection as (3C, C), out before in; GPT-2's files and ours have
#   (C, 3C). A row without an allowed key gives NaN there (as called by default); in the first line it
#   gives zeros in recent versions, as here.
#
# ## What came later
#
# - **Flash attention** computes the same numbers without ever holding the $(T, T)$ table, block by block,
#   with a running maximum and sum. The package's compiled kernel does this.
# - **Multi-query and grouped-query attention** let several heads share keys and values: what generation
#   must remember shrinks by that factor.
# - **Rotary positions (RoPE)** turn queries and keys by an angle that grows with the position, so that a
#   score depends on the distance. Position vectors at the input go away.
# - **Normalised queries and keys** fix the size of the scores by construction where $1/\sqrt D$ only hopes
#   for it.
# - **Sliding windows** let a layer see only the last few thousand positions; the cost grows linearly again.
#
# ## Extend
#
# How much of the model's skill is in *choosing* where to look? Replace `attention_weights` in all layers by
# a rule that does not look at queries and keys at all: it may use positions and the number of the head.
# Score: the loss on the same 256 tokens, without training anything. The baseline gives equal shares to all
# allowed positions.


# %% tags=["check"]
def equal_shares(q, k, *, causal=True, key_mask=None):
    allowed = ops.causal_mask(q.shape[2], k.shape[2]).astype(q.dtype)
    return np.broadcast_to(allowed / allowed.sum(axis=1, keepdims=True), (*q.shape[:3], k.shape[2]))


print(f"learned weights {learned:.4f}, equal shares {loss_with(attention_weights=equal_shares):.4f}")

# %% [markdown]
# How far can you get below the baseline, and how near to the learned weights?
#
# ## Sources
#
# - Bahdanau, Cho, Bengio 2015, *Neural machine translation by jointly learning to align and translate*
#   (soft lookup).
# - Vaswani and others 2017, *Attention is all you need*, section 3.2 (scaled dot products, heads).
# - Radford and others 2018, *Improving language understanding by generative pre-training*; 2019, *Language
#   models are unsupervised multitask learners* (the layout of GPT).
# - Shazeer 2019, *Fast transformer decoding* (multi-query); Ainslie and others 2023, *GQA*.
# - Su and others 2021, *RoFormer*; Dao and others 2022, *FlashAttention*; Henry and others 2020, *Query-key
#   normalization for transformers*.
# - Jain, Wallace 2019, *Attention is not explanation*; Wiegreffe, Pinter 2019, *Attention is not not
#   explanation*.
