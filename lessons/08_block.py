# %% [markdown]
# # 08 · Normalisation, GELU, residuals
#
# *90 minutes · builds on 01, 06, 07 · exercises 08.1 to 08.12*
#
# ## The question
#
# You have attention and its gradient. A GPT stacks it: attention, a small network, attention, a small
# network, twelve to a hundred times. What happens to a signal on its way up through so many layers, and to
# the gradient on its way down? And what has to stand around each layer so that both arrive?
#
# Three parts are the answer: normalisation, a smooth activation, and the residual connection. A fourth,
# dropout, answers another question: how does a model with far more numbers than data not learn its data by
# heart?
#
# ## Why it matters to you
#
# - **Loading weights.** A model that was trained with one activation, or with one `eps` in its norms, and
#   runs with another still speaks. No error tells you. You will see what either costs, measured.
# - **Reading a configuration.** `pre` or `post` norm decides how large the gradients of the upper layers are,
#   and with it how careful the first steps of training must be.
# - **Choosing dropout.** Fine-tuning on a few hundred examples is where it counts. This lesson shows what it
#   does to the held-out loss, and what it does not do.

# %%
import dataclasses

import numpy as np

from scratchgpt import learn, pretrained
from scratchgpt.corpus.read import plain
from scratchgpt.gradcheck import numerical_gradient
from scratchgpt.layers import PreNormBlock
from scratchgpt.learn import catalogue
from scratchgpt.learn.wrong import function_of
from scratchgpt.model import GPT
from scratchgpt.notebooks import picture, source
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.plots import block as plots
from scratchgpt.plots import depth as depth_plots
from scratchgpt.resources import data_path
from scratchgpt.worked import depth, memorising
from scratchgpt.worked.norm_terms import layernorm_terms
from scratchgpt.worked.residual_block import residual_block_forward

np.set_printoptions(precision=4, suppress=True, linewidth=100)

# %% [markdown]
# ## Twenty-four layers in a row
#
# Take blocks of attention and a two-layer network, draw every matrix at random so that a product keeps the
# variance of its input, and put 24 of them on top of each other. Vectors of variance 1 go in at the bottom. A
# gradient comes in at the top, and we count its size there as 1. What arrives at the other ends?

# %% tags=["check"]
naked = depth.mean_depth(24, "neither")
print(f"variance behind block 24: {naked.stream[-1]:.0e}")
print(f"gradient below block 1:   {naked.gradient[0]:.0e}")

# %% [markdown]
# Nothing. Each block shrinks the signal, although its matrices do not. Attention averages, and the mean of
# different vectors is shorter than they are. Then the activation between the two matrices halves numbers near
# zero, which leaves a quarter of the variance, in every block: $4^{-24} \approx 4 \cdot 10^{-15}$. On the way
# back the gradient is halved as often: the first blocks receive next to none and cannot learn. We build the
# remedy part by part and come back to this stack.
#
# ## Layer normalisation, forward
#
# If every layer changes the scale of its input, give each layer an input of a fixed scale. For one vector $x
# \in \mathbb{R}^C$, one position of one text:
#
# $$\mu = \frac1C \sum_i x_i, \qquad v = \frac1C \sum_i (x_i - \mu)^2, \qquad
# s = \sqrt{v + \varepsilon}, \qquad
# \hat x_i = \frac{x_i - \mu}{s}, \qquad y_i = \gamma_i \hat x_i + \beta_i .$$
#
# $\hat x$ has mean 0 and variance 1. The gain $\gamma$ and the bias $\beta$, both of shape $(C)$, are
# learned; they give each channel back the scale that it needs. They start at 1 and 0.
#
# Three details are places where implementations differ:
#
# - **Per vector.** The mean runs over the $C$ channels of one position. Other positions and other texts play
#   no part, so nothing leaks from the future and a batch of one is like any other batch.
# - **The biased variance.** Divided by $C$, not by $C - 1$. It is not an estimate of anything; it is the mean
#   square of the numbers at hand.
# - **$\varepsilon$ inside the root.** With $\varepsilon = 10^{-5}$ a constant vector has $s = 0.0032$ and
#   becomes 0 instead of NaN.

# %% tags=["check"]
x = np.array([[0.402, 0.195, -0.4, 1.0]])
gain, bias = np.ones(4), np.zeros(4)
y, cache = ops.layernorm_forward(x, gain, bias)
mean = cache.mean.item()
print(f"mean {mean:.5f}  last entry above it {1 - mean:.5f}  1/s {cache.rstd.item():.4f}")
print("y   ", y)
constant, kept = ops.layernorm_forward(np.full((1, 4), 7.0), gain, bias)
print("a constant vector:", constant, f" its s: {1 / kept.rstd.item():.4f}")

# %% [markdown]
# By hand: the mean is 0.29925, the last entry lies 0.70075 above it, and that times 1/s is 1.4005. Before you
# run the next cell: what happens when the whole vector is scaled and shifted?

# %%
learn.ask("08.q1")

# %% tags=["check"]
again, _ = ops.layernorm_forward(10 * x + 3, gain, bias)
print("x          ->", y)
print("10 x + 3   ->", again)

# %% [markdown]
# The same, up to $\varepsilon$. Scale and offset of the input are forgotten. That is the whole point, and it
# has a consequence for the way back: along these two directions the gradient must be zero.

# %% [markdown]
# **Your turn, 08.1.** Write it. The docstring of the exercise has numbers to do on paper. The package's own
# is below.

# %%
learn.check("08.1")

# %%
source(ops.layernorm_forward)

# %% [markdown]
# ## Layer normalisation, backward
#
# Given $dy$, the gradient of the loss with respect to $y$. The parameters first, since they are easy. Channel
# $i$ of *every* vector was multiplied by the same $\gamma_i$, so the contributions add up over all positions
# $n$:
#
# $$d\gamma_i = \sum_n dy_{n,i}\, \hat x_{n,i}, \qquad d\beta_i = \sum_n dy_{n,i}.$$
#
# Now $dx$ for one vector. Let $d_i = \gamma_i \, dy_i$ be the gradient of $\hat x_i$. Each $x_i$ acts in
# three ways: directly on $\hat x_i$, and through $\mu$ and through $s$ on *all* entries of $\hat x$. We need
# the two slopes.
#
# *The mean.* $\partial \mu / \partial x_i = 1/C$.
#
# *The deviation.* First the variance. The chain rule gives two pieces, since $\mu$ depends on $x_i$ as well
# ($\delta_{ij}$ is 1 where $i = j$ and 0 elsewhere):
#
# $$\frac{\partial v}{\partial x_i} = \frac2C \sum_j (x_j - \mu)\Big(\delta_{ij} - \frac1C\Big)
# = \frac2C (x_i - \mu) - \frac{2}{C^2} \sum_j (x_j - \mu) = \frac2C (x_i - \mu),$$
#
# because deviations from the mean sum to zero. Then $s = (v + \varepsilon)^{1/2}$ has
#
# $$\frac{\partial s}{\partial x_i} = \frac{1}{2s} \cdot \frac2C (x_i - \mu) = \frac{\hat x_i}{C}.$$
#
# *Together.* With $\hat x_j = (x_j - \mu)/s$ and the quotient rule,
#
# $$\frac{\partial \hat x_j}{\partial x_i}
# = \frac1s \Big( \delta_{ij} - \frac1C \Big) - \frac{x_j - \mu}{s^2} \cdot \frac{\hat x_i}{C}
# = \frac1s \Big( \delta_{ij} - \frac1C - \frac{\hat x_j \hat x_i}{C} \Big).$$
#
# *Sum over all $j$*, since $x_i$ acts on all of them:
#
# $$dx_i = \sum_j d_j \frac{\partial \hat x_j}{\partial x_i} = \frac1s \Big(
# \underbrace{d_i}_{\text{direct}} - \underbrace{\tfrac1C \textstyle\sum_j d_j}_{\text{through the mean}}
# - \underbrace{\hat x_i \, \tfrac1C \textstyle\sum_j d_j \hat x_j}_{\text{through the variance}} \Big).$$
#
# Three terms. Note what $\varepsilon$ did: it stands inside $s$ and nowhere else, so $s$ is all that backward
# needs.

# %%
learn.ask("08.q2")

# %% tags=["check"]
dy = np.array([[0.9, -0.3, 0.2, 0.4]])
terms = layernorm_terms(dy, cache)
for name, part in terms._asdict().items():
    print(f"{name:<17}", part[0])
dx, dgain, dbias = ops.layernorm_backward(dy, cache)
print(f"{'their sum, dx':<17}", dx[0])

slopes = numerical_gradient(lambda v: (dy * ops.layernorm_forward(v, gain, bias)[0]).sum(), x)
print(f"{'finite difference':<17}", slopes[0])

# %%
first = type(terms)(*(part[0] for part in terms))
picture(
    plots.norm_gradient(y[0], dy[0], first),
    "Left: four normalised numbers and the gradient from above. Right: for each channel the direct "
    "term, the term through the mean, the term through the variance, and their sum.",
)

# %% [markdown]
# *What to see: the green bars, through the mean, are the same in all channels. The pink ones are a multiple
# of the normalised vector on the left, with the sign turned. The black sums add up to zero.*
#
# Geometrically, backward takes two components out of $d$: the one along $(1, \dots, 1)$ and the one along
# $\hat x$. These are the offset and the scale that forward forgot. Two checks follow, useful in any debugger:
# the entries of $dx$ sum to zero, and $dx \cdot \hat x$ is nearly zero (exactly, if $\varepsilon$ were 0).
# With gains of 1, a gradient of ones from above disappears completely.

# %% tags=["check"]
print(f"sum of dx: {abs(dx.sum()):.6f}    dx . x_hat: {(dx * y).sum():.6f}")
print("from ones:", np.abs(ops.layernorm_backward(np.ones((1, 4)), cache)[0]).max().round(6))
small = ops.layernorm_backward(dy, ops.layernorm_forward(x / 50, gain, bias)[1])[0]
times = np.abs(small).max() / np.abs(dx).max()
print(f"an input 50 times smaller has a gradient {times:.1f} times larger")

# %% [markdown]
# The last line is the factor $1/s$, a little below 50 because $\varepsilon$ is no longer small beside the
# variance. A norm that reads small vectors hands down large gradients, one that reads large vectors small
# ones. Remember this for the stack.

# %% [markdown]
# **Your turn, 08.2**, the most instructive gradient of this lesson.

# %%
learn.check("08.2")

# %%
source(ops.layernorm_backward)

# %% [markdown]
# **Spot the bug, 08.11.** The same gradient in small steps, with two of the paths cut. It has all shapes right
# and would train; find with finite differences what is missing.

# %%
learn.check("08.11")

# %% [markdown]
# **RMSNorm** leaves the mean out: $y_i = \gamma_i \hat x_i$ with $\hat x_i = x_i / r$ and $r = \sqrt{\frac1C
# \sum_j x_j^2 + \varepsilon}$. Then $\partial r/\partial x_i = x_i/(Cr) = \hat x_i / C$ as before, and the
# term through the mean is gone: $dx_i = \frac1r \big( d_i - \hat x_i \frac1C \sum_j d_j \hat x_j \big)$. One
# pass over the data less, one parameter vector less, and in practice as good. **Your turn, 08.6 and 08.7.**

# %% tags=["check"]
y_rms, cache_rms = ops.rmsnorm_forward(x, gain)
print("rmsnorm ", y_rms[0])
print("mean square", (y_rms**2).mean().round(4), " mean", y_rms.mean().round(4))
print("dx      ", ops.rmsnorm_backward(dy, cache_rms)[0][0])

# %%
learn.check("08.6")

# %%
learn.check("08.7")

# %% [markdown]
# ## The activation
#
# The small network of a block works on each position by itself: widen from $C$ to $4C$, bend, come back.
#
# $$\mathrm{MLP}(x) = f(x W_1 + b_1)\, W_2 + b_2, \qquad
# W_1 \in \mathbb{R}^{C \times 4C},\ W_2 \in \mathbb{R}^{4C \times C}.$$
#
# Without the bend $f$, two matrices in a row would be one matrix. Three choices:
#
# - the **sigmoid** $1/(1 + e^{-x})$, whose slope $y(1 - y)$ is at most $1/4$: every layer costs at least
#   three quarters of the gradient;
# - **ReLU** $\max(x, 0)$, with slope 1 or 0: a unit that is off for all data never learns again (lesson 01);
# - **GELU** $x\,\Phi(x)$, where $\Phi$ is the distribution function of the normal distribution: the input
#   times the share of normal numbers that lie below it. Large inputs pass, very negative ones do not, and in
#   between the door is half open.
#
# The product rule gives the slope of GELU, with $\varphi = \Phi'$ the bell curve: $\Phi(x) + x\,\varphi(x)$.
#
# GPT-1 and GPT-2 use an approximation, from a time when $\tanh$ was faster than the error function:
#
# $$\mathrm{gelu}(x) = \frac x2 \big(1 + \tanh u\big), \qquad u = \sqrt{2/\pi}\,\big(x + 0.044715\,x^3\big).$$
#
# Its slope follows from the product rule and $\tanh' = 1 - \tanh^2$:
#
# $$\mathrm{gelu}'(x) = \frac{1 + \tanh u}{2} + \frac x2 (1 - \tanh^2 u)\, u', \qquad
# u' = \sqrt{2/\pi}\,\big(1 + 3 \cdot 0.044715\,x^2\big).$$

# %% tags=["check"]
grid = np.linspace(-4, 4, 8001)
kinds = {"gelu": "GELU (tanh)", "relu": "ReLU", "sigmoid": "sigmoid"}
values, steep = {}, {}
for op, name in kinds.items():
    values[name], kept = getattr(ops, f"{op}_forward")(grid)
    steep[name] = getattr(ops, f"{op}_backward")(np.ones_like(grid), kept)
gap = values["GELU (tanh)"] - ops.gelu_erf_forward(grid)[0]
at = np.abs(gap).argmax()
print(f"tanh against erf: largest difference {abs(gap[at]):.1e} at x = {abs(grid[at]):.2f}")
low = values["GELU (tanh)"].argmin()
print(f"GELU is lowest at x = {grid[low]:.2f}: {values['GELU (tanh)'][low]:.4f}")
print("steepest slopes:", {name: float(slope.max().round(4)) for name, slope in steep.items()})

# %%
picture(
    plots.activations(grid, values, steep, gap),
    "Left: GELU, ReLU, sigmoid. Middle: their slopes. Right: the tanh GELU minus the exact.",
)

# %% [markdown]
# *What to see: GELU follows ReLU outside and is smooth at zero; it dips below zero on the left, where its
# slope turns negative, and its slope exceeds 1 on the right. The two forms of GELU differ by less than half a
# thousandth.*
#
# Is half a thousandth much? Ask the bundled model, which learned with the tanh form and with $\varepsilon =
# 10^{-5}$. Its weights stay as they are; one setting changes:

# %%
model, params, tokenizer = pretrained.load("mini")
tales = plain(data_path("tales.txt").read_text(encoding="utf-8"))
ids = np.array(tokenizer.encode(tales[:4000])[: 2 * 128 + 1])
text, targets = ids[:-1].reshape(2, 128), ids[1:].reshape(2, 128)
settings = [{"activation": name} for name in ("gelu", "gelu_erf", "relu", "sigmoid")]
settings += [{"norm_eps": eps} for eps in (1e-12, 1e-3, 1e-2)]
for change in settings:
    other = GPT(dataclasses.replace(model.config, **change))
    (name, value), loss = *change.items(), float(other.loss(params, text, targets)[0])
    print(f"{name:>10} = {value:<8}  loss {loss:.3f}")

# %% [markdown]
# The exact GELU and a smaller $\varepsilon$ hardly matter; an $\varepsilon$ of 0.01 costs a tenth of a nat,
# ReLU half a nat. None of these lines raised an error: what you get is a model that works and is worse than
# it should be. A gradient check would not object either, since it compares a function with its own slope.
# **Your turn, 08.3 and 08.4.**

# %%
learn.check("08.3")

# %%
learn.check("08.4")

# %% [markdown]
# **The linear map** around it needs its gradient in the general form. For rows $y_n = x_n W + b$ the same $W$
# served all rows, so its gradient is a sum over them: $dW = \sum_n x_n^\top dy_n = X^\top dY$, $db = \sum_n
# dy_n$, and $dx_n = dy_n W^\top$. The shapes leave no other choice: $dW$ must be $(I, O)$, and $X^\top dY$ is
# $(I, N)(N, O)$. **Your turn, 08.5.**

# %%
learn.check("08.5")

# %% [markdown]
# ## The residual connection
#
# Let each layer *add* to what it read: $y = x + f(x)$. Its Jacobian is $I + J_f$, where $J_f$ is that of $f$.
# With gradients as rows, the one below $L$ layers is a product, and expanding it shows what the $I$ is good
# for:
#
# $$dx = dy\,(I + J_L)(I + J_{L-1}) \cdots (I + J_1)
# = dy\,\Big(I + \sum_l J_l + \sum_{l > m} J_l J_m + \dots\Big).$$
#
# There are $2^L$ paths from top to bottom, one for each choice of going through a layer or around it. The
# first one goes around all layers, and on it the gradient arrives untouched, however deep the stack. In code
# it is one plus sign. Here is a block like GPT-2's, with a norm in front of each layer and as few parameters
# as possible:

# %%
source(residual_block_forward, docstring=False)

# %% [markdown]
# **Your turn, 08.10:** its backward pass. All parts are there by now; what you write is in which order the
# gradient meets them, and where it forks.

# %%
learn.check("08.10")

# %% [markdown]
# And GPT-2's own block, both ways (`p` holds the parameters, `g` collects their gradients; `key_mask`, `rng`
# and `kv` stay `None` in this lesson):

# %%
source(PreNormBlock.forward, PreNormBlock.backward, docstring=False)

# %% [markdown]
# In `backward` read `dy + ...` as the $I$. The `residual=x` in `forward` is the addition, done where the
# result is written. The vector that runs through all blocks and is only ever added to is called the
# **residual stream**.
#
# Now the stack again, in five wirings. $f$ is attention or the MLP:
#
# | name | each layer gives | |
# |---|---|---|
# | neither | $f(x)$ | the stack from the beginning |
# | norm | $f(\mathrm{norm}(x))$ | a norm, nothing added |
# | residual | $x + f(x)$ | added, no norm |
# | post | $\mathrm{norm}(x + f(x))$ | GPT-1 |
# | pre | $x + f(\mathrm{norm}(x))$ | GPT-2, with one more norm on top of the stack |
#
# Besides the sizes we measure the *likeness* of positions: the mean cosine between the vectors of two
# positions of a text, 0 for independent vectors and 1 where all point the same way. Three seeds each,
# averaged. Before you look:

# %%
learn.ask("08.q3")

# %% tags=["check"]
rest = {wiring: depth.mean_depth(24, wiring) for wiring in depth.WIRINGS if wiring != "neither"}
stacks = {"neither": naked, **rest}
print("24 blocks  variance, top  gradient, bottom  likeness of positions")
for wiring, run in stacks.items():
    print(f"{wiring:<9}{run.stream[-1]:>15.1e}{run.gradient[0]:>18.1e}{run.alike[-1]:>23.3f}")

# %%
picture(
    depth_plots.wirings(stacks),
    "Variance, gradient and mean cosine between positions over 24 blocks, for five wirings.",
)

# %% [markdown]
# *What to see: without anything, signal and gradient die. With the residual alone both explode. With the norm
# alone both look healthy, and the third panel shows what is lost: after six blocks all positions hold nearly
# the same vector. Post-norm keeps the scale and loses the positions later; pre-norm keeps them apart
# longest.*
#
# The third panel is worth a second look. Attention mixes positions. Where nothing is added, each block
# replaces a vector by a mixture, mixtures of mixtures become equal, and a model whose positions are equal
# knows one thing about the whole text. **A healthy gradient norm alone proves little.** With the residual
# only, the stack explodes: each block reads a stream that has grown and adds in proportion, which is
# exponential growth. One needs both: the norm, so that what is added has a fixed size, and the sum, so that
# what was there is kept.
#
# ## Pre-norm or post-norm
#
# GPT-1 normalises the sum, as the first transformer did. GPT-2 normalises what the layer reads, and puts one
# last norm on top. It looks like a detail.
#
# In pre-norm every block adds a piece of about the same variance, whatever is there already. So the variance
# of the stream grows *linearly*: behind block $l$ it is about $1 + l$ in this stack. The last norm divides by
# the root of it, and by the factor $1/s$ that you saw above, the gradient it hands down to the topmost block
# is of size $1/\sqrt{1 + L}$.
#
# On the way further down the gradient grows again. A block that reads a stream of variance $l$ has a norm
# with $1/s = 1/\sqrt l$, so it adds to the gradient a piece whose square is about $1/l$ of what it got. The
# squares multiply, and the product telescopes:
#
# $$\|dh_l\|^2 \approx \frac{1}{1 + L} \cdot \Big(1 + \frac1L\Big)\Big(1 + \frac1{L-1}\Big) \cdots
# \Big(1 + \frac1{l+1}\Big) = \frac{1}{1 + L} \cdot \frac{L + 1}{l + 1} = \frac{1}{1 + l},$$
#
# where $h_l$ is the stream behind block $l$. The depth $L$ has gone: a block's gradient depends on its height
# alone, and the higher the block, the smaller it is. In post-norm every sum is normalised at once, so the
# stream keeps its variance, the gradient keeps its size, and the topmost block's gradient does not know how
# deep the stack is. Measured, at five depths:

# %% tags=["check"]
depths = (2, 4, 8, 16)
runs = {w: {n: depth.mean_depth(n, w) for n in depths} | {24: stacks[w]} for w in ("post", "pre")}
print("depth   post: lowest, top   pre: lowest, top   variance   |dh_l| sqrt(1 + l)")
for n, pre in runs["pre"].items():
    sizes = [f"{run.weights[i]:9.2f}" for run in (runs["post"][n], pre) for i in (0, -1)]
    scaled = pre.gradient * np.sqrt(1 + np.arange(n + 1))
    print(f"{n:>5}", *sizes, f"{pre.stream[-1]:10.2f}", end="   ")
    print(f"{scaled.min():.2f} to {scaled.max():.2f}")

# %% [markdown]
# The first four columns are the gradients of the matrices in the lowest and the topmost block. The last two
# belong to pre-norm: the variance on top is near $1 + L$, and $\|dh_l\| \sqrt{1 + l}$ is near 1 from the
# bottom to the top of every stack, as the telescope says.

# %%
picture(
    depth_plots.block_gradients(runs),
    "Gradient norm of each block, for stacks of 2 to 24 blocks in both wirings.",
)

# %% [markdown]
# *What to see: on the right, the gradient of the topmost block stays where it is in post-norm, and falls
# about as one over the root of the depth in pre-norm. In the middle, all depths lie on one curve: a block's
# gradient depends on its height, and a deeper stack continues the curve.*
#
# That first finding is what Xiong et al. derived in 2020: in a deep post-norm model the upper layers get
# large gradients from the first step on, a large learning rate throws them off, and a slow warm-up (a
# learning rate that starts near zero and grows) is needed. Pre-norm is more forgiving; that is why most
# models since GPT-2 use it.
#
# A second claim is often told along with it: that in post-norm the gradient *vanishes* towards the lower
# layers. **Here, before training and at this size, it does not**: in the left panel the lowest blocks have
# the larger gradients, if anything. What post-norm loses with depth in our stack is the difference between
# positions. The claim may hold for other initialisations; do not repeat it without saying which.
#
# ## Dropout
#
# A model that can learn a page by heart will, and it will be confidently wrong on the next page. Dropout
# makes that harder. In training each number is set to 0 with probability $p$, by a fresh random mask $m$ each
# time. Which size must the kept ones have?

# %%
learn.ask("08.q4")

# %% [markdown]
# The next layer should see the same total on average, with dropout and without. With $y_i = m_i x_i / (1 -
# p)$ and $P(m_i = 1) = 1 - p$,
#
# $$\mathbb{E}[y_i] = \frac{(1 - p)\, x_i}{1 - p} + p \cdot 0 = x_i, \qquad
# \mathrm{Var}[y_i] = \frac{x_i^2}{(1-p)^2}\,p(1-p) = \frac{p}{1 - p}\, x_i^2 .$$
#
# This is **inverted** dropout: the correction happens in training, so that nothing at all needs to happen
# afterwards. The gradient goes where the signal went: the same mask, the same factor. In this package there
# is no training mode. **A generator in, dropout; no generator, none.** A function that is not given any
# randomness cannot be random.

# %% tags=["check"]
rng = np.random.default_rng(5)
hidden = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.5])
print("one mask:       ", ops.dropout_forward(hidden, 0.2, rng)[0])
print("another:        ", ops.dropout_forward(hidden, 0.2, rng)[0])
print("no generator:   ", ops.dropout_forward(hidden, 0.2, None)[0])
masked, _ = ops.dropout_forward(np.tile(hidden, (10_000, 1)), 0.2, rng)
print("mean of 10,000: ", masked.mean(axis=0))
print("variance / x^2: ", masked.var(axis=0) / hidden**2, " expected", 0.2 / 0.8)

# %% [markdown]
# The cache holds one integer, the key of the mask, and backward makes the same mask again from it. **Your
# turn, 08.8 and 08.9.**

# %%
learn.check("08.8")

# %%
learn.check("08.9")

# %%
source(ops.dropout_forward, ops.dropout_backward)

# %% [markdown]
# **Spot the bug, 08.12.** GPT-1 drops attention weights too. There the values have to learn from the weights
# that were left, and one line of a backward pass has not noticed.

# %%
learn.check("08.12")

# %% [markdown]
# **What it does to learning by heart.** One block of width 64, about 57,000 numbers, learns one page of 1,024
# characters; its loss is measured on that page and on another one, both without dropout. The training loop is
# a black box here; lesson 10 opens it.

# %%
without, with_dropout = memorising.memorise(0.0), memorising.memorise(0.2)
print(f"after {without.steps[-1]} steps on a page of {memorising.PAGE:,} characters")
for name, run in {"no dropout": without, "dropout 0.2": with_dropout}.items():
    best = run.held_out.argmin()
    print(f"{name:<11}  this page {run.train[-1]:.2f}   another {run.held_out[-1]:.2f}, "
          f"at best {run.held_out[best]:.2f}, step {run.steps[best]}")  # fmt: skip

# %%
picture(
    plots.memorising({"no dropout": without, "dropout 0.2": with_dropout}),
    "Loss on the learned page and on another page over 400 steps, without dropout and with 0.2.",
)

# %% [markdown]
# *What to see: without dropout the learned page falls on and on while the other page turns and climbs. With
# dropout both happen slowly: the gap at the end is much smaller. The best points, marked, are about equally
# good.*
#
# The last sentence is the honest one. At this size dropout does not make the *best* model better; it makes
# the best moment last longer. If you can measure held-out loss often enough to stop in time, early stopping
# gives you the same. If you cannot, because data are few or noisy, dropout buys you time. With huge data,
# where no text is seen twice, there is nothing to memorise, and later models pre-train without it.
#
# **Many models in one.** Each mask is a smaller network, and all of them share their weights. Running without
# masks is meant to stand for the average of them all. For one linear layer that is exact: it is the
# expectation above. For a whole network it is a hope, and one can measure it: average the *probabilities* of
# up to 64 masks, and compare with the one pass without any.

# %%
_, other_page, _ = memorising.pages()
result = memorising.ensemble(
    with_dropout.model, with_dropout.params, other_page, 64, np.random.default_rng(3)
)
print(f"one mask {result.single:.2f}   64 masks averaged {result.together[-1]:.2f}", end="   ")
print(f"no mask {result.plain:.2f}")
vector = np.random.default_rng(4).standard_normal(64)
sizes = (1, 10, 100, 1000, 10_000)
drawn, _ = ops.dropout_forward(np.tile(vector, (10_000, 1)), 0.2, np.random.default_rng(5))
errors = [float(np.abs(drawn[:n].mean(axis=0) - vector).mean()) for n in sizes]

# %%
picture(
    plots.dropout_averages(sizes, errors, result),
    "Left: the distance between x and the mean of masked copies falls with their number. "
    "Right: the loss of averaged masks, of one mask and of no mask on another page.",
)

# %% [markdown]
# *What to see: on the left the mean settles on $x$, as the formula says. On the right the average of 64 masks
# is clearly better than one mask on a page that it has not seen, and better than the one pass without a
# mask.*
#
# So the pass without masks is a cheap stand-in for the ensemble, not its equal. Averaging masked passes at
# test time costs 64 times as much; now you know what it would buy.
#
# ## Common mistakes
#
# | mistake | what you see |
# |---|---|
# | variance divided by $C - 1$ | outputs too small by a constant factor; hides where $C$ is large |
# | $\varepsilon$ outside the root | right for ordinary vectors, far too large for small ones |
# | mean over the batch or the positions | outputs depend on neighbours; later tokens change earlier ones |
# | the variance path left out of backward | trains, worse; a gradient check shows it |
# | norm on the stream: $n + f(n)$ with $n = \mathrm{norm}(x)$ | no path around all layers: the $I$ is gone |
# | dropout without $1/(1-p)$ | evaluation runs at another scale than training did |
# | dropout on while evaluating | two evaluations of the same model differ |
#
# The package knows these as seeded mistakes. Here are two of them, on an ordinary vector and on a small one,
# and the last row of the table:

# %% tags=["check"]
_, exercise = catalogue.find("08.1")
for vector, size in ((x, "ordinary"), (x / 1000, "small")):
    print(size, "\n   right               ", ops.layernorm_forward(vector, gain, bias)[0][0])
    for key in ("divided by C - 1", "eps outside the root"):
        wrong = function_of(exercise, [m for m in exercise.mistakes if m.key == key])
        print(f"   {key:<20}", wrong(vector, gain, bias)[0][0])

# %%
dropping = GPT(dataclasses.replace(model.config, resid_dropout=0.1))
rng = np.random.default_rng(0)
for name, generator in {"with a generator": rng, "without": None}.items():
    twice = [float(dropping.loss(params, text, targets, rng=generator)[0]) for _ in range(2)]
    print(f"evaluated twice {name:<17} {twice[0]:.3f}  {twice[1]:.3f}")

# %% [markdown]
# ## In PyTorch
#
# ```python
# norm = torch.nn.LayerNorm(768)  # eps 1e-5, inside the root; biased variance
# y = x + drop(mlp(norm(x)))      # mlp: Linear, GELU(approximate="tanh"), Linear
# ```
#
# - Autograd did the three terms for you; the fused kernel behind `LayerNorm` computes the same formula.
# - `torch.nn.GELU()` and `F.gelu` are the **erf** form unless you say `approximate="tanh"`. `torch.var`
#   divides by $C - 1$ unless you say `correction=0`, and `np.var` divides by $C$: a trap for those who write
#   the norm themselves.
# - `nn.Linear` stores its weight as (out, in) and computes $xW^\top + b$; GPT-2's files and this package hold
#   (in, out).
# - `nn.TransformerEncoderLayer` is post-norm, with ReLU and dropout 0.1, unless told otherwise.
# - Dropout is switched by `model.train()` and `model.eval()`: a state that one can forget. Lesson 10 comes
#   back to it.
#
# ## What came later
#
# - **RMSNorm** in place of layernorm (LLaMA and most models since), and no biases.
# - **SwiGLU** in place of GELU: $(\mathrm{swish}(xW_1) \odot xW_3)\,W_2$, a second matrix that opens and
#   closes the gate.
# - **Norms on queries and keys**, against attention scores that grow during training.
# - **No dropout** in pre-training, where every text is seen about once.
#
# ## Extend
#
# Lower the best loss on the other page: the score is the smallest `held_out` of a run of
# `memorising.memorise`. You may change dropout, the rate and the number of steps; then the model in
# `memorise` itself: narrower, other activation, RMSNorm, no positions. The other page must not be trained on.
# What beats *both* baselines?

# %%
scores = [run.held_out.min() for run in (without, with_dropout)]
print(f"baselines: {scores[0]:.3f} without dropout, {scores[1]:.3f} with 0.2")

# %% [markdown]
# ## Sources
#
# - Ba, Kiros, Hinton 2016, *Layer Normalization*, arXiv:1607.06450.
# - Zhang, Sennrich 2019, *Root Mean Square Layer Normalization*, arXiv:1910.07467.
# - Hendrycks, Gimpel 2016, *Gaussian Error Linear Units*, arXiv:1606.08415.
# - He, Zhang, Ren, Sun 2016, *Identity Mappings in Deep Residual Networks*, arXiv:1603.05027.
# - Veit, Wilber, Belongie 2016, *Residual Networks Behave Like Ensembles of Relatively Shallow Networks*,
#   arXiv:1605.06431.
# - Dong, Cordonnier, Loukas 2021, *Attention is Not All You Need: Pure Attention Loses Rank Doubly
#   Exponentially with Depth*, arXiv:2103.03404.
# - Xiong et al. 2020, *On Layer Normalization in the Transformer Architecture*, arXiv:2002.04745.
# - Srivastava et al. 2014, *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 15.
# - Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*; 2019, *Language Models
#   are Unsupervised Multitask Learners*.
