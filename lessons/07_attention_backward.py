# %% [markdown]
# # 07 · Attention, backward
#
# *85 minutes · builds on 01, 02, 06 · exercises 07.1 to 07.6*
#
# ## The question
#
# The loss says that the output of attention should have been a little different. Who has to change, and by
# how much: the values, the shares in which they were mixed, the queries that asked, the keys that answered?
# All of them come from the same vectors. And when the formulas are written down: how do you know that they
# are right?
#
# The second question is the more important one. A wrong gradient does not crash. The model still learns,
# only worse, and nobody can see from a loss curve that it could have been better.
#
# ## Why it matters to you
#
# - **You will meet code with its own backward pass**: fused kernels, custom layers, a port to another
#   library. This lesson shows a bug that was published and passed its tests, and which test would have
#   found it. You can then judge a test suite by one question: at which size, and with which upstream
#   gradient?
# - **Memory while training** is what backward needs kept. You will see which of attention's tables are
#   kept, and why the largest of them need not be (that is flash attention, and the reason why long contexts
#   became affordable).
# - **Gradients explain what a model is learning**: the gradient of a score says where the loss wants a head
#   to look.

# %%
import tracemalloc

import numpy as np

from scratchgpt import learn, pretrained
from scratchgpt.gradcheck import check_pair
from scratchgpt.learn import catalogue
from scratchgpt.learn.wrong import function_of
from scratchgpt.model import GPT
from scratchgpt.notebooks import picture, source
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.ops.attention import attention_forward
from scratchgpt.plots import attention as plots
from scratchgpt.worked import decoder
from scratchgpt.worked.one_head import difference, one_head_backward, one_head_forward

np.set_printoptions(precision=4, suppress=True, linewidth=100)

# %% [markdown]
# ## The chain, and its shapes
#
# Forward, for one text and one head, with $T$ queries, $S$ keys and $D$ numbers each (in a whole text
# $T = S$):
#
# $$S = \tfrac{1}{\sqrt D}\, Q K^\top \;\to\; P = \operatorname{softmax}(\text{mask}(S)) \;\to\; Y = P V .$$
#
# The letter $S$ is also the table of scores; which one is meant is clear from its place. Backward takes the
# same steps in the opposite order. As in lesson 01, we write $dA$ for the gradient of the loss with respect
# to $A$. It has the shape of $A$, always, and this is half of the derivation: a product that has the wrong
# shape is wrong.
#
# | backward step | from | to | needs |
# |---|---|---|---|
# | the mixture | $dY$ $(T, D)$ | $dV$ $(S, D)$, $dP$ $(T, S)$ | $P$, $V$ |
# | softmax | $dP$ $(T, S)$ | $dS$ $(T, S)$ | $P$ |
# | the scores | $dS$ $(T, S)$ | $dQ$ $(T, D)$, $dK$ $(S, D)$ | $Q$, $K$ |
# | the projections | $dQ$, $dK$, $dV$ | $dX$ $(T, C)$ and three matrices $(C, D)$ | $X$, $W$ |
#
# ## Through the mixture
#
# One number of the output is $y_{id} = \sum_j p_{ij}\, v_{jd}$: query $i$, channel $d$, summed over the
# keys.
#
# **The values.** Where does $v_{jd}$ appear? In channel $d$ of *every* query $i$, with the factor $p_{ij}$.
# The chain rule adds over all places where a number is used:
#
# $$dv_{jd} = \sum_i \frac{\partial y_{id}}{\partial v_{jd}}\, dy_{id} = \sum_i p_{ij}\, dy_{id}
# \qquad\Longrightarrow\qquad dV = P^\top dY, \quad (S, T)(T, D) \to (S, D).$$
#
# The sum runs over the *first* index of $p$. A matrix product sums over the last index of its left factor;
# so $P$ must be transposed. A value that was read by many queries collects from all of them.
#
# **The weights.** $p_{ij}$ appears in all channels of output $i$, with the factor $v_{jd}$:
#
# $$dp_{ij} = \sum_d dy_{id}\, v_{jd} = dy_i \cdot v_j
# \qquad\Longrightarrow\qquad dP = dY\, V^\top, \quad (T, D)(D, S) \to (T, S).$$
#
# Read it aloud: how the loss changes when query $i$ takes more of value $j$ is how well that value points
# along the gradient.
#
# **Your turn, 07.2.** The two products above, for all texts and heads at once. (07.1 is the softmax; it comes
# next.) As in lesson 06, the package's own answer stands below each exercise.

# %%
learn.check("07.2")

# %%
source(ops.mix_values_backward, docstring=False)

# %% [markdown]
# ## Through the softmax
#
# The shares of a row depend on all its scores, so this step has a whole matrix of derivatives, the
# Jacobian. For one row, $p_j = e^{s_j} / Z$ with $Z = \sum_l e^{s_l}$. Lesson 06 took the two derivatives
# by the quotient rule; in one line, with $[i = j]$ for 1 if $i = j$ and 0 if not:
#
# $$\frac{\partial p_j}{\partial s_i} = p_j \,([i = j] - p_i), \qquad
# J = \operatorname{diag}(p) - p\, p^\top .$$
#
# $J$ is symmetric, and each of its rows sums to $p_i - p_i \sum_j p_j = 0$: more of one share is less of
# the others.

# %% tags=["check"]
model, params = decoder.decoder()  # the three tokens of lesson 06
trace, grads = decoder.decoder_trace(model, params), decoder.decoder_gradients(model, params)
p = trace.weights[2]
sharp = np.array([0.98, 0.01, 0.01])
jacobians = {name: np.diag(one) - np.outer(one, one) for name, one in (("p", p), ("sharp", sharp))}
for name, J in jacobians.items():
    print(name, *J.round(4), f"row sums {np.abs(J.sum(axis=1)).max().round(12)}", sep="\n  ")

# %%
text = [decoder.VOCABULARY[i] for i in decoder.IDS[0]]
titles = (f"weights of “sat”, {p.round(2)}", f"a sharp row, {sharp}")
shown = [
    plots.Table(title, J, text, text, ("score", "weight"))
    for title, J in zip(titles, jacobians.values(), strict=True)
]
picture(
    plots.tables(shown, signed=True),
    "Two Jacobians of softmax: positive diagonals, negative elsewhere; "
    "the one of the sharp row is ten times smaller",
)

# %% [markdown]
# *What to see: orange on the diagonal, blue elsewhere (one pair is so faint that it looks white), and every
# row sums to 0. Each table has its own
# colour scale: the largest entry of the right one is 0.0196, of the left one 0.2331. A sharp row hardly
# reacts to its scores.*
#
# We never build $J$. What we need is its product with the gradient from above. The chain rule for one
# score:
#
# $$ds_i = \sum_j dp_j \, p_j ([i = j] - p_i) = p_i\, dp_i - p_i \sum_j dp_j\, p_j
# = p_i \Big( dp_i - \sum_j p_j\, dp_j \Big).$$
#
# The sum is one number for the row: the *average* of $dp$ in the present shares. So a score is pushed by
# how much its value is better or worse than what the query takes on average, times how much it is taken at
# all.

# %%
learn.ask("07.q1")

# %% tags=["check"]
y = np.array([0.5, 0.25, 0.25])
print(ops.softmax_backward(np.array([1.0, 0.0, 0.0]), y))
print(ops.softmax_backward(np.array([3.0, 3.0, 3.0]), y))
print("sums of dS by row:", np.abs(grads.scores.sum(axis=1)).max().round(12))

# %% [markdown]
# By hand, the first: the average of $dp$ is $0.5 \cdot 1 = 0.5$; so
# $ds = (0.5 \cdot 0.5,\; 0.25 \cdot (-0.5),\; 0.25 \cdot (-0.5))$. The second is the case of the question:
# every $dp$ equals the average. **Attention compares, it does not judge**: if all values are equally bad,
# nothing moves.
#
# **The mask needs no line of its own.** A hidden pair has $p_{ij} = 0$, and $p_{ij}$ is a factor of
# $ds_{ij}$. What could not be read gets no gradient.
#
# **Your turn, 07.1.**

# %%
learn.check("07.1")

# %%
source(ops.softmax_backward, docstring=False)

# %% [markdown]
# ## Through the scores
#
# $s_{ij} = \frac{1}{\sqrt D} \sum_d q_{id}\, k_{jd}$. The number $q_{id}$ appears in row $i$ only, once for
# each key:
#
# $$dq_{id} = \sum_j ds_{ij}\, \frac{k_{jd}}{\sqrt D}
# \qquad\Longrightarrow\qquad dQ = \tfrac{1}{\sqrt D}\; dS\; K, \quad (T, S)(S, D) \to (T, D).$$
#
# The number $k_{jd}$ appears in *column* $j$, once for each query:
#
# $$dk_{jd} = \sum_i ds_{ij}\, \frac{q_{id}}{\sqrt D}
# \qquad\Longrightarrow\qquad dK = \tfrac{1}{\sqrt D}\; dS^\top Q, \quad (S, T)(T, D) \to (S, D).$$
#
# Look at the index of the sum. For queries it is the second index of $dS$, for keys the first. That is the
# transpose, and it is the whole difference: a query collects along its row, a key along its column.
#
# **Your turn, 07.3**, and then **07.4**, which strings the three steps together.

# %%
learn.check("07.3")

# %%
learn.check("07.4")

# %%
source(ops.attention_scores_backward, ops.attention_backward, docstring=False)

# %% [markdown]
# ## Through the projections
#
# $Q = X W_Q$ means $q_{td} = \sum_c x_{tc}\, w_{cd}$. A weight is used at every position, a vector once for
# each column:
#
# $$dw_{cd} = \sum_t x_{tc}\, dq_{td} \;\Rightarrow\; dW_Q = X^\top dQ, \qquad
# dx_{tc} = \sum_d dq_{td}\, w_{cd} \;\Rightarrow\; dQ\, W_Q^\top .$$
#
# The same vector also made a key and a value, and gradients add over uses:
#
# $$dX = dQ\, W_Q^\top + dK\, W_K^\top + dV\, W_V^\top, \qquad (T, D)(D, C) \to (T, C).$$
#
# ## The three tokens again
#
# In "the cat sat" each token is to predict the next one, the last one "on". What stands between the loss
# and the mixtures (lessons 08 and 09) has handed down $dY$; from there on every number can be followed.

# %% tags=["check"]
stages = {"dY": grads.mixed, "dP = dY V^T": grads.weights, "dS": grads.scores, "dQ": grads.q, "dK": grads.k}
for name, values in stages.items():
    print(name, *(values.round(4) + 0.0), sep="\n  ")
print("dQ = dS K / 2:", np.allclose(grads.q, grads.scores @ trace.k / 2, rtol=1e-12))

# %% [markdown]
# Row 1 of $dS$ by hand. The shares of "cat" are $(0.4463, 0.5537, 0)$ and its row of $dP$ is printed above.
# With two allowed keys the formula shrinks to $p_0\, p_1\, (dp_0 - dp_1)$ for the first and the opposite
# for the second:

# %% tags=["check"]
p0, p1 = trace.weights[1, :2]
print(
    f"{p0:.4f} x {p1:.4f} x ({grads.weights[1, 0]:.4f} - {grads.weights[1, 1]:.4f}) "
    f"= {p0 * p1 * (grads.weights[1, 0] - grads.weights[1, 1]):.4f}"
)

# %%
channels = ["0", "1", "2", "3"]
shown = [
    plots.Table("dP", grads.weights, text, text),
    plots.Table("dS", grads.scores, text, text),
    plots.Table("dV", grads.v, text, channels, ("key", "channel")),
    plots.Table("dQ", grads.q, text, channels, ("query", "channel")),
    plots.Table("dK", grads.k, text, channels, ("key", "channel")),
]
picture(
    plots.tables(shown, signed=True), "Heat maps of the gradients dP, dS, dV, dQ and dK of the three tokens"
)

# %% [markdown]
# *What to see: dP has numbers above the diagonal, dS has none: the weight 0 has wiped them out. The row of
# "the" is 0 in dS and in dQ: with one key to choose from, there is nothing to learn about choosing. In dK
# and dV it is not empty: as a key "the" was compared by all three, and as a value it was read by all three.
# It has the longest row of dV. Orange means that the loss grows with this number.*
#
# A step against $dS$ raises the scores with a negative gradient: "cat" should look more at "the" and less
# at itself, "sat" more at "the" and "cat" and less at itself.
#
# **Your turn, 07.5**: the same for packed queries, keys and values of several heads.

# %%
learn.check("07.5")

# %%
source(ops.qkv_attention_backward, docstring=False)

# %% [markdown]
# ## A bug that was published
#
# How do you know that all this is right? Not by reading it: an error in a formula looks like a formula. You
# compare with finite differences, as in lesson 01. The gradient checker draws random inputs and a random
# upstream gradient, moves every number up and down a little, and compares slopes:

# %% tags=["check"]
rng = np.random.default_rng(0)
drawn = {"x": rng.standard_normal((5, 6)), **{w: rng.standard_normal((6, 4)) for w in ("wq", "wk", "wv")}}
report = check_pair(one_head_forward, one_head_backward, drawn, rng=np.random.default_rng(1))
for row in report.rows:
    print(f"d{row.name:3} {row.shape}  relative error below 1e-6: {row.error < 1e-6}")

# %% [markdown]
# **Your turn, 07.6: the bug hunt.** `exercises/ex07_bug_hunt.py` holds a backward pass that runs, has all
# the right shapes, and is wrong. A published GPT in NumPy has this very bug. Find it with the checker
# *before you read on*: the next cells give it away.

# %%
learn.check("07.6")

# %% [markdown]
# Here is the right one, and then what the checker says about the wrong one. That is made from the right one
# by the edit that is printed: what stood there, what was put in its place.

# %%
source(one_head_backward)


# %% tags=["check"]
def with_mistake(number, key):
    """The package's function of an exercise with one known mistake, and the edit that makes it."""
    _, exercise = catalogue.find(number)
    mistakes = [m for m in exercise.mistakes if m.key == key]
    return function_of(exercise, mistakes), mistakes[0].edits


published, edits = with_mistake("07.6", "dK not transposed")
print(edits)
report = check_pair(one_head_forward, published, drawn, rng=np.random.default_rng(1))
for row in report.rows:
    print(f"d{row.name:3} {'right' if row.ok else f'WRONG, error {row.error:.2f}'}")

# %% [markdown]
# The gradients of $W_Q$ and $W_V$ are right, so $dS$ and everything above it is right. Wrong are $W_K$ and
# $X$, and the one quantity that only these two need is $dK$: $dS\,Q$ stands where $dS^\top Q$ should. With
# it key $j$ gets $\sum_i ds_{ji}\, q_i$ instead of $\sum_i ds_{ij}\, q_i$: row $j$ tells what *query* $j$ did
# when it chose among earlier keys, column $j$ what later queries did with *key* $j$. The shapes cannot tell,
# because in self-attention $dS$ is square.
#
# With fewer queries than keys they can, and the machine says so at once:

# %% tags=["check"]
untransposed, _ = with_mistake("07.4", "dK not transposed")
q, k, v = (rng.standard_normal((1, 2, length, 4)) for length in (3, 5, 5))
y, cache = attention_forward(q, k, v)
try:
    untransposed(np.ones_like(y), cache)
except ValueError as error:
    print("3 queries, 5 keys:", type(error).__name__)

# %% tags=["check"]
upstream = np.random.default_rng(1).standard_normal((5, 4))
_, cache = one_head_forward(**drawn)
right, wrong = one_head_backward(upstream, cache)[2], published(upstream, cache)[2]
lengths = [np.linalg.norm(one) for one in (right, wrong, wrong - right)]
print("lengths of right, wrong and difference:", *(f"{one:.2f}" for one in lengths))

# %%
named = {"dWk, right": right, "transpose missing": wrong, "difference": wrong - right}
sides, inputs = ("number of x", "channel"), [str(c) for c in range(6)]
shown = [plots.Table(name, one, inputs, channels, sides) for name, one in named.items()]
picture(
    plots.tables(shown, signed=True, decimals=1),
    "The gradient of the key projection: right, with the missing transpose, and their difference",
)

# %% [markdown]
# *What to see: the wrong gradient looks like a gradient. It has a plausible size and both signs. Only
# beside the right one do you see where it is off. The difference is nearly half as long as the right
# gradient, and this draw is a mild one, as you will see.*

# %%
learn.ask("07.q2")

# %% [markdown]
# The checker's error is $|a - b| \,/\, (|a| + |b|)$ with the lengths of the two tensors. If $a$ and $b$
# have the same length and nothing in common, they stand at a right angle, and $|a - b| = \sqrt{2}\,|a|$;
# the error is $\sqrt 2 / 2$. A wrong sign gives 1, a forgotten factor of 2 gives $1/3$. Measure first two
# random vectors, which stand nearly at a right angle, and then the bug's $dK$ in twenty texts of each length:


# %% tags=["check"]
def apart(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


draw = np.random.default_rng(2).standard_normal
print(f"right angle {2**0.5 / 2:.4f}, two random vectors {apart(*draw((2, 10_000))):.3f}")
for length in (5, 20, 80, 200):
    found = []
    for _ in range(20):
        q, k, v, dy = draw((4, 1, 1, length, 32))
        _, cache = attention_forward(q, k, v)
        found.append(apart(untransposed(dy, cache)[1], ops.attention_backward(dy, cache)[1]))
    print(f"{length:3} positions: {min(found):.2f} to {max(found):.2f}, median {np.median(found):.2f}")

# %% [markdown]
# In a short text the error is a matter of luck: the 0.24 that the checker reported came from one draw of five
# positions. The longer the text, the nearer the error comes to $\sqrt 2 / 2$ in *every* draw: this $dK$
# knows as little about the right one as a random vector does.

# %% [markdown]
# ### Why its tests were green
#
# They drew weights as one draws them for training, with a standard deviation of 0.02, and asked for
# agreement within $10^{-4}$. Count factors: $Q$, $K$ and $V$ each hold a vector and a weight, so with
# everything at size $\sigma$ they are of size $\sigma^2$. $dP$ holds one $V$: $\sigma^2$. $dS$ is about as
# large, $dK$ holds a $Q$ more: $\sigma^4$. $dW_K$ holds a vector more: $\sigma^5$. At $\sigma = 0.02$ that
# is $3 \cdot 10^{-9}$, times the number of summands. Any error disappears below an absolute tolerance,
# since the *whole gradient* does. Below, twenty draws of each size, and of $dW_K$ the checker's error and the
# largest difference of two entries (medians):

# %% tags=["check"]
sizes = (1, 0.5, 0.2, 0.1, 0.05, 0.02)
found = [difference(published, s, np.random.default_rng(0), rtol=1e-4, atol=1e-4) for s in sizes]
for size, one in zip(sizes, found, strict=True):
    print(
        f"size {size:4}: error {one.relative:.2f}, largest difference {one.absolute:.1e}, "
        f"test passes: {one.passed:.0%}"
    )

# %%
relative, absolute = [one.relative for one in found], [one.absolute for one in found]
picture(
    plots.seen_and_unseen(sizes, relative, absolute, 1e-4),
    "The relative error stays near one half at "
    "all sizes; the largest difference falls with the fifth power and sinks below the tolerance",
)

# %% [markdown]
# *What to see: the same bug at six sizes. Its relative error (circles) is about one half everywhere. The
# largest difference of two entries (squares) falls by eight powers of ten and sinks into the grey zone,
# where a test with an absolute tolerance sees nothing.*
#
# Two rules follow. **Measure errors relative to the tensor's norm, in float64. Draw inputs and weights at
# size 1.**
#
# And the upstream gradient? It is often said that `sum()` hides such bugs. Try it, rather than believe it:

# %% tags=["check"]
for upstream in ("random", "ones", "mean"):
    one = difference(published, 1.0, np.random.default_rng(0), upstream=upstream)
    print(f"upstream {upstream:6}: relative error {one.relative:.2f}, largest difference {one.absolute:.2f}")
weights = ops.softmax(np.random.default_rng(0).standard_normal((4, 7)))
print("softmax under sum():", np.abs(ops.softmax_backward(np.ones((4, 7)), weights)).max().round(12))

# %% [markdown]
# For this bug the saying does **not** hold: with a sum over the outputs of attention the missing transpose
# is reported as loudly as before. But the last line shows what it is true of. The outputs of a softmax
# always sum to 1, so their sum has *no* gradient. A softmax tested through `sum()` passes with any backward pass
# that returns zeros, and so does everything below a softmax or a layer normalisation (lesson 08) whose
# outputs are added up. A random upstream gradient costs nothing and has no such blind spot.
#
# ## A gradient that is exactly zero
#
# Most projections have biases: $q_i = x_i W_Q + b_Q$, and so on. One of the three biases never gets a
# gradient.

# %%
learn.ask("07.q3")

# %% [markdown]
# Add a vector $b$ to every key. Each score becomes $s_{ij} + q_i \cdot b / \sqrt D$. What was added depends
# on the query but not on the key: the whole *row* moves by a constant, and softmax does not see constants.
# So $P$, $Y$ and the loss stay the same for every $b$: the gradient is 0. The formulas agree:
#
# $$db_K = \sum_j dk_j = \tfrac{1}{\sqrt D} \sum_j \sum_i ds_{ij}\, q_i
# = \tfrac{1}{\sqrt D} \sum_i q_i \sum_j ds_{ij} = 0,$$
#
# since each row of $dS$ sums to 0. A bias of the queries adds $b \cdot k_j$, which differs from key to key,
# and does get a gradient. A bias of the values comes through unchanged,
# $\sum_j p_{ij} (v_j + b) = y_i + b$.
#
# What does that look like in a model that was trained? All biases of the bundled model began at 0.

# %%
model, params, tokenizer = pretrained.load("mini", dtype=np.float64)
sentence = "She took the old key from the drawer and put the key in her pocket."
ids = np.array([tokenizer.encode(sentence)])
gradients = params.zeros_like()
_, cache = model.loss(params, ids[:, :-1], ids[:, 1:])
model.loss_backward(1.0, cache, gradients)

# %% tags=["check"]
lengths = {name: [] for name in ("queries", "keys", "values")}
for layer in range(6):
    name = f"h.{layer}.attn.c_attn.bias"  # q | k | v
    g = [np.linalg.norm(part) for part in np.split(gradients.flat[name], 3)]
    b = [np.linalg.norm(part) for part in np.split(params.flat[name], 3)]
    print(f"layer {layer}: gradients", *(f"{x:.3f}" for x in g), "biases", *(f"{x:.3f}" for x in b))
    for values, one in zip(lengths.values(), b, strict=True):
        values.append(one)

# %%
picture(
    plots.bias_lengths(lengths),
    "Lengths of the bias vectors in the six layers: those of queries are "
    "around 2 to 5, of values around 0.3, of keys around 0.03",
)

# %% [markdown]
# *What to see: after 7,000 training steps the biases of the queries are about a hundred times as long as
# those of the keys. Without rounding the latter would still be 0: in float32 their gradient is not exactly 0,
# and the optimizer turns even tiny gradients into steps (lesson 10).*
#
# The bias is in the files of GPT-2, and it does nothing. For a gradient checker it is a trap: $0 / 0$ is no
# relative error. The package's checker takes such entries out and tests that they are 0 to twelve digits.
#
# ## Where the loss wants a head to look
#
# `dS` of a trained model is one replaced function away. The namespace of operations can be swapped, so we
# put a softmax backward in place which keeps what it returns:

# %%
seen = []


def keeping(dy, y, axis=-1):
    dscores = ops.softmax_backward(dy, y, axis)
    seen.insert(0, dscores[0])  # the last layer comes first on the way back
    return dscores


watched = GPT(model.config, ops.replace(softmax_backward=keeping))

# %% tags=["check"]
_, cache = watched.loss(params, ids[:, :-1], ids[:, 1:])
watched.loss_backward(1.0, cache, params.zeros_like())
dS = np.array(seen)  # (L, H, T, T)
pieces = [tokenizer.decode([i]) for i in ids[0]]
h, i, j = np.unravel_index(dS[4].argmin(), dS[4].shape)
print(dS.shape, f"above the diagonal {np.abs(np.triu(dS, 1)).max()}, row sums {np.abs(dS.sum(-1)).max():.4f}")
print(
    f"strongest wish in layer 4: head {h}, at {pieces[i]!r}, to predict {pieces[i + 1]!r}: "
    f"look more at {pieces[j]!r}"
)

# %%
shown = {f"layer 4, head {h}": dS[4, h] for h in range(8)}
picture(
    plots.maps(shown, pieces[:-1], signed=True),
    "Gradients of the scores of the eight heads of layer 4: "
    "lower triangular, with orange and blue in each row",
)

# %% [markdown]
# *What to see: blue scores would be raised by a training step, orange ones lowered. Every row holds both
# and sums to 0: a head can look more at one token only by looking less at others. The first row is empty. The
# few largest gradients share the darkest colour.*
#
# ## Common mistakes
#
# What the checker says about five known mistakes in `attention_backward`, on two heads of five positions:

# %% tags=["check"]
drawn = {name: rng.standard_normal((1, 2, 5, 4)) for name in "qkv"}
for key in (
    "dK not transposed",
    "scale forgotten",
    "softmax's diagonal only",
    "softmax without the row sum",
    "weights not turned in dV",
):
    wrong, _ = with_mistake("07.4", key)
    report = check_pair(attention_forward, wrong, drawn, rng=np.random.default_rng(1))
    found = ", ".join(f"d{row.name} {row.error:.2f}" for row in report.rows if not row.ok)
    print(f"{key:28} wrong: {found}")

# %% [markdown]
# The *pattern* is the symptom. An error of 0.33 in both $dQ$ and $dK$ is a factor of 2, here $\sqrt D$. If
# $dV$ is right, look behind the mixture; if $dV$ alone is wrong, look at the mixture.
#
# | mistake | what you see |
# |---|---|
# | $dS$ not transposed in $dK$ | $dQ$ and $dV$ right, $dK$ as wrong as a random vector; training goes on |
# | softmax by its diagonal only | rows of $dS$ do not sum to 0; the key bias gets a gradient |
# | scale forgotten on the way back | $dQ$ and $dK$ too large by $\sqrt D$ |
# | mixture: $P$ for $P^\top$ | with $T = S$ the shapes fit; early values get too little |
# | one use of $X$ forgotten | the $dW$ are right, $dX$ is not: all layers *below* learn from it |
# | checked in float32, or at 0.02 | green tests |
#
# ## In PyTorch
#
# ```python
# y.backward(dy)                                         # dQ, dK, dV and everything below
# torch.autograd.gradcheck(function, inputs_in_float64)  # the checker
# ```
#
# - `backward` walks the graph that the forward pass recorded. Each step is a pair like ours; for attention
#   it is one fused pair, which keeps not $P$ but one number for each row.
# - `gradcheck` compares each entry with an absolute *and* a relative tolerance, $10^{-5}$ and $10^{-3}$ by
#   default. We gave it the published bug (`torch 2.13`): it rejects it at size 1, and **accepts it at size
#   0.02**. With `fast_mode=True` it already accepts it at 0.1. Feed it numbers of size 1.
# - Gradients of inner tables like $P$ are not kept, unless you call `retain_grad()` on them before.
#
# ## What came later
#
# **Flash attention, backward.** The table $P$ is the largest thing that attention keeps, $T^2$ numbers a
# head. It need not be kept: with $Q$, $K$ and the logarithm of each row's sum, any block of $P$ can be
# computed again when it is needed. The average in the softmax step needs no table either:
#
# $$\sum_j p_{ij}\, dp_{ij} = \sum_j p_{ij}\, (dy_i \cdot v_j)
# = dy_i \cdot \sum_j p_{ij} v_j = dy_i \cdot y_i .$$

# %% tags=["check"]
q, k, v, dy = (rng.standard_normal((1, 1, 5, 4)) for _ in range(4))
y, cache = attention_forward(q, k, v)
average = (cache.weights * (dy @ v.swapaxes(2, 3))).sum(axis=-1)
print("sum of P dP equals dY . Y:", np.allclose(average, (dy * y).sum(axis=-1), rtol=1e-12))

# %% [markdown]
# - **Grouped-query attention**: one key serves several heads, so its gradient is the sum over them.
# - **Rotary positions**: queries and keys are rotated on the way there, their gradients are rotated back.
# - **No biases**: many later models dropped them. One of them, you now know, was never missed.
#
# ## Extend
#
# Write a backward pass that never holds a $(T, T)$ table: forward keeps $y$ and the logarithm of each row's
# sum, backward works through blocks of keys. Score: the peak of memory for forward and backward at 1,024
# positions, with gradients that agree with the package's to $10^{-10}$. The baseline is the reference,
# which keeps $P$ and makes three more tables of its size:

# %%
q, k, v, dy = np.random.default_rng(0).standard_normal((4, 1, 1, 1024, 32))
tracemalloc.start()
y, cache = attention_forward(q, k, v)
gradients = ops.attention_backward(dy, cache)
print(f"peak {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB; one table {1024**2 * 8 / 1e6:.1f} MB")
tracemalloc.stop()

# %% [markdown]
# ## Sources
#
# - Rumelhart, Hinton, Williams 1986, *Learning representations by back-propagating errors*.
# - Vaswani and others 2017, *Attention is all you need*, section 3.2.
# - Griewank, Walther 2008, *Evaluating derivatives* (reverse accumulation, recomputation).
# - Dao and others 2022, *FlashAttention*, appendix B (memory-efficient backward pass).
# - Rabe, Staats 2021, *Self-attention does not need O(n²) memory*.
