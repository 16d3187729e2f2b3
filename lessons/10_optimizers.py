# %% [markdown]
# # 10 · Optimizers
# *75 minutes · builds on 01, 02, 08, 09 · exercises 10.1 to 10.8*
#
# ## The question
# The backward pass hands you one slope for each number of the model. Each slope is true here, at these
# weights, on this batch, and nowhere else. How do you turn millions of such slopes into a walk that ends
# lower? Nearly every GPT is trained with the same recipe: AdamW, a warm-up, a cosine, clipping at 1. This
# lesson takes the recipe apart. You will run it without each piece, and see what that piece repairs and
# what it does not.
#
# ## Why it matters to you
# You will copy a learning rate from a paper into a framework that defines momentum otherwise, and be off by
# a factor of ten. You will see a run blow up at step 30, and must know whether to lower the rate, to warm
# up for longer, or to clip. You will fine-tune and ask which tensors should decay. And you will one day
# report a validation loss that was computed with dropout on. All four are settled below.

# %%
import dataclasses
import math

import numpy as np

from scratchgpt import learn, optim
from scratchgpt.config import TrainConfig
from scratchgpt.notebooks import picture, source
from scratchgpt.ops.adamw import adamw_step
from scratchgpt.optim import SGD, AdamW, Momentum, RMSProp
from scratchgpt.plots import optimizers as plots
from scratchgpt.trainer import Trainer, TrainState
from scratchgpt.worked import adam_by_hand, hidden_state, ravine, update_race

# %% [markdown]
# ## One step against the slope
# Gradient descent subtracts the gradient $g$, times a learning rate $\eta$: $w \leftarrow w - \eta g$. How
# far may it go? Expand the loss around $w$ to second order, with $H$ the matrix of second derivatives:
#
# $$L(w - \eta g) \approx L(w) - \eta\, g^\top g + \tfrac12 \eta^2\, g^\top H g .$$
#
# The middle term falls with $\eta$, the last one rises with $\eta^2$. Small steps always help. Large steps
# depend on the curvature. To see how, take the smallest loss that has two different curvatures,
#
# $$L(w) = \tfrac12 (h_1 w_1^2 + h_2 w_2^2), \qquad h_1 = 1,\; h_2 = 25 .$$
#
# It is a ravine: flat along the first axis, steep across. The gradient is $(h_1 w_1, h_2 w_2)$, so a step
# multiplies each coordinate by its own factor:
#
# $$w_i \leftarrow (1 - \eta h_i)\, w_i .$$
#
# A coordinate shrinks when $|1 - \eta h_i| < 1$, that is when $0 < \eta < 2/h_i$. The *steepest* direction
# sets the limit, and the flattest one pays for it.

# %%
learn.ask("10.q1")

# %% tags=["check"]
ground = ravine.Ravine((1.0, 25.0))
print("rate     along    across   loss after 60 steps")
for lr in (0.02, 0.04, 2 / 26, 0.079, 0.081):
    factors = [ravine.factor_per_step(lr, h) for h in ground.curvatures]
    end = ground.loss(ravine.walk(ground, SGD(), lr, 60, (-10.0, 1.0))[-1])
    print(f"{lr:.4f}  {factors[0]:.4f}   {factors[1]:.4f}   {end:.6f}")

# %% [markdown]
# At 0.081 the across-factor is above 1 and the loss grows without end: the limit is $2/25 = 0.08$. The
# slower of the two factors decides. One falls with the rate while the other rises, so the best rate makes
# them equal: $1 - \eta h_1 = \eta h_2 - 1$, and $\eta = 2/(h_1 + h_2)$. Put it back in, with $\kappa =
# h_2/h_1$, the *condition number*:
#
# $$1 - \frac{2 h_1}{h_1 + h_2} = \frac{\kappa - 1}{\kappa + 1} = \frac{24}{26} = 0.9231 .$$
#
# With $\kappa = 25$ each step removes 8 % of the error. With $\kappa = 10{,}000$ it would remove 0.02 %. A
# network's loss has many curvatures, from its embeddings to its last layer. This is the problem that the
# other rules work on.
#
# This is the package's rule. `spans` are stretches of one long buffer that are trained alike, each with its
# `lr_scale`; `scale` is for clipping, further down.

# %%
source(SGD, docstring=False)

# %% [markdown]
# ## Momentum, in two forms
# Across the ravine the gradient changes its sign at each step; along it, it does not. So average the last
# gradients: what alternates cancels, what persists stays. Two forms are in use, and both are called
# momentum, the exponential moving average (EMA) and the heavy ball:
#
# $$\text{average (EMA):}\quad m_t = \beta\, m_{t-1} + (1-\beta)\, g_t \qquad\qquad
# \text{heavy ball:}\quad b_t = \beta\, b_{t-1} + g_t .$$
#
# Both begin at 0. Unroll them:
#
# $$m_t = (1-\beta) \sum_{i=1}^{t} \beta^{\,t-i} g_i, \qquad b_t = \sum_{i=1}^{t} \beta^{\,t-i} g_i
# \quad\Longrightarrow\quad b_t = \frac{m_t}{1-\beta} .$$
#
# The heavy ball is the average, made $1/(1-\beta)$ times as long. With a constant gradient and $\beta =
# 0.9$ its steps grow to ten times those of plain descent. The same walk needs $\eta_{\text{ball}} =
# (1-\beta)\,\eta_{\text{EMA}}$.

# %%
learn.ask("10.q2")

# %% tags=["check"]
average = ravine.walk(ground, Momentum(0.9), 0.3, 40, (-10.0, 1.0))
ball = ravine.walk(ground, Momentum(0.9, heavy_ball=True), 0.3 * (1 - 0.9), 40, (-10.0, 1.0))
wrong = ravine.walk(ground, Momentum(0.9, heavy_ball=True), 0.3, 40, (-10.0, 1.0))
print(f"largest difference of the two forms, converted: {np.abs(average - ball).max():.1e}")
print(f"loss after 40 steps: {ground.loss(average[-1]):.4f} converted, "
      f"{ground.loss(wrong[-1]):.1e} not converted")  # fmt: skip

# %% [markdown]
# **Your turn, 10.1:** one step in either form, values in and values out. The class only takes it to each
# stretch of the buffer.

# %%
learn.check("10.1")

# %%
source(optim.momentum_step, Momentum.step, docstring=False)

# %% [markdown]
# How much is won? Write $w_t - w_{t-1} = -\eta b_t$ for one coordinate, insert $b_t = \beta b_{t-1} + h
# w_{t-1}$ and replace $-\eta b_{t-1}$ by $w_{t-1} - w_{t-2}$:
#
# $$w_t = (1 + \beta - \eta h)\, w_{t-1} - \beta\, w_{t-2} .$$
#
# Try $w_t = r^t$: $r^2 - (1 + \beta - \eta h) r + \beta = 0$. The product of the two roots is $\beta$.
# While they are complex they are a conjugate pair, so each has modulus $\sqrt\beta$, **whatever the
# curvature**. They are complex while $(1 + \beta - \eta h)^2 < 4\beta$, that is while $(1-\sqrt\beta)^2 <
# \eta h < (1+\sqrt\beta)^2$. The smallest $\beta$ that fits both curvatures into this window has
# $(1+\sqrt\beta)/(1-\sqrt\beta) = \sqrt\kappa$, so that
#
# $$\sqrt\beta = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} = \frac{4}{6} .$$
#
# The condition number enters by its root. (A real walk needs a few steps more: at both ends of the window
# the two roots are equal, and then $w_t = (a + bt)\, r^t$.) In a neural network nobody knows $\kappa$, and
# $\beta = 0.9$ is the habit.

# %% tags=["check"]
beta = ((math.sqrt(25) - 1) / (math.sqrt(25) + 1)) ** 2
lr = (1 + math.sqrt(beta)) ** 2 / 25
print(f"beta {beta:.4f}, rate {lr:.4f}")
for name, factor in (("plain", 24 / 26), ("heavy ball", ravine.factor_per_step(lr, 25.0, beta))):
    needed = math.log(1000) / -math.log(factor)
    print(f"{name:11} factor {factor:.4f}, steps to a thousandth: {needed:.0f}")

# %% [markdown]
# ## Each parameter its own scale: RMSProp and Adam
# Momentum still gives all parameters the same rate. RMSProp divides each gradient by its own usual size:
#
# $$v_t = \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2, \qquad
# w_t = w_{t-1} - \eta\, \frac{g_t}{\sqrt{v_t} + \varepsilon} .$$
#
# All operations are elementwise; $\varepsilon$, say 1e-8, guards against division by 0. A gradient that is
# always $c$ has $\sqrt v \to |c|$, and the step becomes $\eta$ times the *sign*. So $\eta$ is now a
# distance, in units of the parameter.
#
# **Your turn, 10.2:** one step of RMSProp. It is half of Adam.

# %%
learn.check("10.2")

# %%
source(optim.rmsprop_step, docstring=False)

# %% [markdown]
# Adam puts the average $m$ in the place of $g$. One consequence is worth a test: multiply the loss by
# 1,000, and Adam does not notice.

# %% tags=["check"]
for name, rule, lr in (("SGD", SGD(), 2 / 26), ("Adam", AdamW(weight_decay=0.0), 0.3)):
    ends = []
    for scale in (1.0, 1000.0):
        scaled = ravine.Ravine((1.0 * scale, 25.0 * scale))
        with np.errstate(over="ignore", invalid="ignore"):
            ends.append(ravine.walk(scaled, rule, lr, 20, (-10.0, 1.0))[-1])
    print(f"{name:5} across, after 20 steps: {ends[0][1]:.4f}, loss x 1000: {ends[1][1]:.4g}")

# %% [markdown]
# That is why a sum for a mean in the loss ruins an SGD run and leaves an Adam run almost as it was, except
# for clipping and $\varepsilon$. Now let all rules walk. Each has the rate, out of a grid of eight per
# decade, with which it is soonest below a loss of 0.01 *for good*.

# %% tags=["check"]
start, grid = (-10.0, 1.0), [10 ** (k / 8) for k in range(-16, 5)]


def settled(rule, lr, steps=150):
    """The step after which the loss stays below 0.01, and the rate."""
    with np.errstate(all="ignore"):
        loss = ground.loss(ravine.walk(ground, rule, lr, steps, start))
    return int(np.nonzero(~(loss < 0.01))[0][-1]) + 1, lr


rules = {"plain SGD": SGD(), "heavy ball, beta 0.44": Momentum(beta, heavy_ball=True)}
rules |= {"RMSProp, beta 0.95": RMSProp(0.95), "Adam, betas 0.9, 0.95": AdamW(weight_decay=0.0)}
best = {name: min(settled(rule, lr) for lr in grid) for name, rule in rules.items()}
for name, (steps, lr) in best.items():
    print(f"{name:22} rate {lr:.3f}  below 0.01 for good after {steps} steps")

# %%
paths = {name: ravine.walk(ground, rules[name], lr, 60, start) for name, (_, lr) in best.items()}
picture(
    plots.optimizer_paths(ground, paths),
    "Four panels with the level lines of a ravine and the points that four update rules visit",
)

# %% [markdown]
# *What to see: plain descent zigzags across and creeps along. The heavy ball arrives. RMSProp and Adam
# leave the start diagonally: in the first step both parameters move by the same distance (the two axes have
# different scales).*

# %%
races = {name: ground.loss(path) for name, path in paths.items()}
picture(
    plots.loss_race(races, "On a ravine without noise", log=True),
    "Loss by step on a logarithmic axis for four update rules; the heavy ball falls fastest",
)

# %% [markdown]
# *What to see: on this ground tuned momentum wins by far, and Adam and RMSProp need more steps than plain
# descent. Adam overshoots and comes back. RMSProp creeps: its steps do not shrink with the gradient, so
# only a small constant rate lets it settle.*
#
# So "Adam is better" is no law. Its case is different: there are thousands of scales, noise, and no time
# to tune each. It also depends on the axes. Turn the ravine by 45 degrees, and the start with it: plain
# descent does exactly the same as before; a rule that rescales coordinates cannot.

# %% tags=["check"]
turned = ravine.Ravine((1.0, 25.0), angle=math.pi / 4)
for name in ("plain SGD", "Adam, betas 0.9, 0.95"):
    rule, lr = rules[name], best[name][1]
    ends = [r.loss(ravine.walk(r, rule, lr, 10, start)[-1]) for r in (ground, turned)]
    print(f"{name:22} loss after 10 steps: {ends[0]:.4f}, turned {ends[1]:.4f}")

# %% [markdown]
# ## Bias correction
# Adam's averages begin at 0, so they begin too small. For a gradient that does not change, $m_t =
# (1-\beta_1) \sum_{i=1}^{t} \beta_1^{\,t-i}\, g = (1-\beta_1^t)\, g$ by the geometric series, and $v_t =
# (1-\beta_2^t)\, g^2$ in the same way. (For a gradient with noise, read both as expectations.) Adam divides
# by what is missing, $\hat m = m/(1-\beta_1^t)$ and $\hat v = v/(1-\beta_2^t)$:
#
# $$w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} .$$
#
# Without it the step would be off by the factor $(1-\beta_1^t)/\sqrt{1-\beta_2^t}$.

# %%
learn.ask("10.q3")

# %% tags=["check"]
young = adam_by_hand.young_averages(4000, (0.9, 0.999))
other = adam_by_hand.young_averages(4000, (0.9, 0.95))
print("step  m       root v  step without, 0.999 / 0.95   with")
for t in (1, 2, 10, 12, 100, 1000):
    i = t - 1
    print(f"{t:4}  {young.m[i]:.4f}  {young.root_v[i]:.4f}  {young.uncorrected[i]:.4f}  "
          f"{other.uncorrected[i]:.4f}                 {young.corrected[i]:.4f}")  # fmt: skip
print(f"correcting m alone multiplies it by {1 / young.m[0]:.2f} at step 1: a step of "
      f"{young.uncorrected[0] / young.m[0]:.2f}")  # fmt: skip
grown = [int((average >= 0.98).argmax()) + 1 for average in (young.m, young.root_v)]
print(f"98 % of its size: m after {grown[0]} steps, root v after {grown[1]:,}")

# %% [markdown]
# At the first step $m$ is ten times too small and $\sqrt v$ is 32 times too small. Their quotient is 3.16
# times too *large*; at step 10 it is 6.5 times too large, its peak comes at step 12, and it is still 26 %
# off after 1,000 steps. It is not true that all starts are too bold: with $\beta_2 = 0.95$, which this
# package and most GPT recipes use, the first uncorrected step would be 0.447, too small. Nor does half a
# correction help: $m$ alone corrected, the first step with 0.999 would be 31.6 times too large.
#
# Note the last column. With the correction, the first step of Adam is $\eta$ times the sign of the
# gradient: *every* parameter moves by the full learning rate, on the evidence of one batch.

# %%
uncorrected = {"betas 0.9, 0.999": young.uncorrected, "betas 0.9, 0.95": other.uncorrected}
picture(
    plots.young_averages(range(1, 4001), young.m, young.root_v, uncorrected),
    "Left: m reaches 1 after some 40 steps, the root of v after thousands. Right: their quotient",
)

# %% [markdown]
# *What to see: m has grown up after some 40 steps, the root of v with 0.999 only after 3,000. In between,
# the step without correction is several times too long.*
#
# **Your turn, 10.3:** one step of Adam. The example makes the first two steps; the second one tells whether
# a correction knows its age.

# %%
learn.check("10.3")

# %%
source(adam_by_hand.adam_step, docstring=False)

# %% [markdown]
# ## Weight decay: beside the averages, not inside
# An L2 penalty $\tfrac{\lambda}{2}\|w\|^2$ adds $\lambda w$ to the gradient. Under SGD that is the same as
# shrinking the weights: $w - \eta(g + \lambda w) = (1 - \eta\lambda)\, w - \eta g$. Under Adam it is not.
# There, $\lambda w$ goes through $m/\sqrt v$ like everything else, and is divided by the size of the
# *other* gradient. Weights with large gradients hardly decay, weights with small ones fall far too fast.
# AdamW takes the decay out of the gradient and puts it beside the step: $w \leftarrow (1-\eta\lambda) w$.
#
# Give three weights gradients that alternate in sign, of size 10, 1 and 0.1. There is nothing to learn:
# they should only decay.

# %% tags=["check"]
signs = np.where(np.arange(300) % 2, 1.0, -1.0)[:, None]
sizes = (10.0, 1.0, 0.1)
decoupled, coupled = (
    adam_by_hand.shrinking(signs * np.array(sizes), lr=0.01, weight_decay=0.1, coupled=c)
    for c in (False, True)
)
for name, weights in (("AdamW", decoupled), ("L2 in the gradient", coupled)):
    print(
        f"{name:18} after 300 steps:",
        *(f"size {s:g} {w:.3f} " for s, w in zip(sizes, weights[-1], strict=True)),
    )
print(f"asked for: (1 - 0.01 x 0.1)^300 = {(1 - 0.01 * 0.1) ** 300:.3f}")

# %%
picture(
    plots.decay_by_gradient(decoupled, coupled, sizes),
    "Left, all weights fall together to 0.75. Right, three different curves, one to almost 0",
)

# %% [markdown]
# *What to see: with AdamW all three lie on one line, and do what was asked for (but for a first kick of
# the learning rate upwards). With L2 in the gradient they part: the one with large gradients hardly
# decays, the one with small gradients has lost most of itself.*
#
# **Your turn, 10.4,** the step that trains every model of this package, in place; with `learn train --mine`
# it is your own that does. **And 10.8,** where somebody has put the decay on the wrong way, and a test of
# equality finds it.

# %%
learn.check("10.4")

# %%
learn.check("10.8")

# %%
source(adamw_step)

# %% [markdown]
# **What decay means.** Give the weights a Gaussian prior, $w \sim \mathcal N(0, \sigma^2)$. The most
# probable weights given $N$ examples minimise the negative log posterior, constants left out:
#
# $$-\sum_{n=1}^{N} \log p(y_n \mid w) + \frac{\|w\|^2}{2\sigma^2} .$$
#
# We train on the *mean* loss, so divide by $N$: the penalty is $\|w\|^2 / (2 N \sigma^2)$. Compare with
# $\tfrac{\lambda}{2}\|w\|^2$:
#
# $$\lambda = \frac{1}{N\sigma^2}, \qquad \sigma^2 = \frac{1}{N\lambda} .$$
#
# The same $\lambda$ on twice the data is a prior of half the variance. Check it on the smallest model:
# guess the mean $w$ of 64 numbers, whose own mean is 2 and variance 1, with $-\log p(y_n \mid w) =
# \tfrac12 (w - y_n)^2$. At the top of the posterior the slope is 0, $\sum_n (w - y_n) + w/\sigma^2 = 0$,
# so $w = \sum_n y_n / (N + 1/\sigma^2) = 2/(1+\lambda)$.
#
# And AdamW? It rests where its mean step is 0, $\mathbb E[\hat m/\sqrt{\hat v}] = -\lambda w$. The
# gradient of a batch is $w - 2$ on average, with the variance $s^2$ of a batch's mean, so $v \approx s^2 +
# (w-2)^2$ and
#
# $$2 - w = \lambda w\, \sqrt{s^2 + (2-w)^2} .$$

# %% tags=["check"]
y = np.random.default_rng(0).normal(size=64)
y = 2 + (y - y.mean()) / y.std()
lam, N = 0.2, 64
variance = 1 / (N * lam)
top = y.sum() / (N + 1 / variance)
print(f"prior variance 1/(N lambda) = {variance:.6f}, posterior top {top:.4f}")
for batch in (1, 8, 32):
    l2, adamw = (
        adam_by_hand.decayed_mean(y, rule, l2, batch, np.random.default_rng(1), lr=0.01, steps=4000)
        for rule, l2 in ((SGD(), lam), (AdamW((0.9, 0.95), weight_decay=lam), 0.0))
    )
    rest = adam_by_hand.resting_place(2.0, (N - batch) / (N - 1) / batch, lam)
    print(f"batches of {batch:2}: SGD with L2 ends at {l2:.2f}, AdamW at {adamw:.2f}, expected {rest:.2f}")

# %% [markdown]
# SGD with L2 finds the top of the posterior at any batch size, up to the noise. AdamW comes near it with
# batches of 1, by coincidence: there $s$ is 1, and dividing by $\sqrt v$ changes little. Larger batches
# have less noise, and with it shrinks the pull towards 0, $\lambda\sqrt v$. In a network each weight has a
# $v$ of its own. So AdamW's decay is no fixed prior's MAP (maximum a posteriori, as the top is called). It
# is a leash, useful and well behaved, and it should be named so.
#
# **Which tensors decay.** Matrices do. Biases, and the gains of norms, do not: they are few, and a gain
# that decays to 0 shuts its channel. In the package that is a field of each tensor's `Spec`.

# %% tags=["check"]
trainer = update_race.tales_trainer()
params = trainer.model.init(np.random.default_rng(0))
decaying = [name for name, spec in params.specs.items() if spec.decay]
others = [name for name in params.specs if name not in decaying]
print("decay:", *[name for name in decaying if not name.startswith("h.1")])
print("do not:", *[name for name in others if not name.startswith("h.1")])
for where, decay, _ in params.spans:
    print(f"{where.stop - where.start:,} numbers, decay {decay}")

# %% [markdown]
# ## Warm-up, then down
# The first steps of Adam move every parameter by the full rate on the word of one or two batches, while the
# gradients still turn quickly from one step to the next. So the rate rises linearly over the first steps.
# Late in training the noise of the batches is what is left, and a step of constant length bounces in it, as
# on the ravine. So the rate falls, mostly by a half cosine. With $t_w$ steps of warm-up and $T$ in all:
#
# $$\eta_t = \eta_{\min} + (\eta_{\max} - \eta_{\min})\,
# \tfrac12\Bigl(1 + \cos \pi\, \frac{t - t_w}{T - t_w}\Bigr), \qquad t > t_w .$$
#
# **Your turn, 10.5:** the rate of one step.

# %%
learn.check("10.5")

# %%
source(optim.warmup_cosine, docstring=False)

# %% [markdown]
# How long is a warm-up? A model of today reads, say, 2 trillion tokens at 4 million a step, and warms up
# for 2 % of its steps.

# %% tags=["check"]
steps = round(2e12 / 4e6)
print(f"{steps:,} steps, warm-up {0.02 * steps:,.0f}")
settings = TrainConfig(steps=steps, warmup=steps // 50, lr=3e-4, min_lr=3e-5)
at = (1, 5_000, 10_000, 255_000, 500_000)
print(*(f"step {t:,}: {optim.learning_rate(t, settings):.3e}" for t in at), sep="\n")

# %%
shown = TrainConfig(steps=1000, warmup=20, lr=1.0, min_lr=0.1)
rates = {}
for name in ("cosine", "linear", "constant"):
    settings = dataclasses.replace(shown, schedule=name)
    rates[name] = [optim.learning_rate(t, settings) for t in range(1, 1001)]
picture(
    plots.schedules(rates, shown.warmup),
    "A linear rise over 20 steps of 1,000, then a half cosine, a straight line, or a constant rate",
)

# %% [markdown]
# *What to see: the rise takes 2 % of the steps. The cosine stays above the straight line in the first half
# and below it in the second; both end at a tenth of the highest rate.*
#
# ## Clipping by the global norm
# Now and then a batch has a gradient many times the usual size. Clipping multiplies the **whole** gradient
# by $\min(1, c/\|g\|)$, with $\|g\|$ the norm over all parameters together. One factor for all: the
# direction stays. Clip each tensor by itself, and the large ones are cut while the small ones are not: the
# step points elsewhere. Take two tensors of one number each, with gradients 3 and 0.9:

# %% tags=["check"]
g = np.array([3.0, 0.9])
by_norm = g * min(1, 1 / np.linalg.norm(g))
by_tensor = np.array([x * min(1, 1 / abs(x)) for x in g])
for name, h in (("global norm", by_norm), ("per tensor", by_tensor)):
    cosine = h @ g / np.linalg.norm(h) / np.linalg.norm(g)
    print(f"{name:12} {np.round(h, 4)}  norm {np.linalg.norm(h):.4f}  cosine with g {cosine:.4f}")

# %%
picture(
    plots.clipping(g, by_norm, by_tensor),
    "Arrows: the gradient, clipped by global norm in the same direction, per tensor turned",
)

# %% [markdown]
# *What to see: the global clip keeps the direction and ends on the circle. Clipped tensor by tensor, the
# arrow is turned towards the small tensor, and is longer than the norm that was asked for.*

# %% [markdown]
# **Your turn, 10.6:** the gradients of a model as a list, one norm and one factor for all of them. The
# package has them in one buffer, so that its own norm is one dot product, and hands the factor on to the step.

# %%
learn.check("10.6")

# %%
source(optim.clip_by_global_norm, optim.clip_factor, docstring=False)

# %% [markdown]
# ## A race on the real thing
# The package's GPT, two layers, 32 wide, on the characters of the bundled tales: the same first weights,
# the same batches, warm-up, cosine and clipping at 1 for both. Each rule may try three rates, half a decade
# apart.

# %%
entries = [("sgd", lr) for lr in (0.3, 1.0, 3.0)] + [("adamw", lr) for lr in (1e-3, 3e-3, 1e-2)]
runs = update_race.race(trainer, entries)

# %% tags=["check"]
ends = {entry: update_race.last_mean(losses) for entry, losses in runs.items()}
for (name, lr), end in ends.items():
    print(f"{name:6} rate {lr:<6g} mean loss of the last 20 steps {end:.2f}")
winners = {name: min((e for e in ends if e[0] == name), key=ends.get) for name in ("sgd", "adamw")}
print(f"uniform guessing: {math.log(trainer.model.config.vocab_size):.2f}")

# %%
lines = {f"{name}, rate {lr:g}": runs[name, lr] for name, lr in winners.values()}
picture(
    plots.loss_race(lines, "A small GPT, best of three rates", "nats per character", smooth=10),
    "Loss by step for SGD and AdamW on the same batches; AdamW ends lower",
)

# %% [markdown]
# *What to see: SGD is ahead for the first steps, then AdamW passes it and ends lower.* One seed and 150
# steps, so do not read the gap too finely. But look at the rates: the best one of SGD is hundreds of times
# that of AdamW. A learning rate without its rule means nothing.
#
# Now take the recipe apart. Leave out one piece at a time, at the best rates:

# %% tags=["check"]
pieces = [("adamw", "nothing", {}), ("adamw", "warm-up", {"warmup": 0})]
pieces += [("adamw", "cosine", {"schedule": "constant"}), ("adamw", "clipping", {"clip": 0.0})]
pieces += [("sgd", "nothing", {}), ("sgd", "clipping", {"clip": 0.0})]
left_out = {}
for name, piece, changed in pieces:
    losses = runs[winners[name]]
    if changed:
        config = dataclasses.replace(trainer.config, **changed)
        (losses,) = update_race.race(dataclasses.replace(trainer, config=config), [winners[name]]).values()
    left_out[name, piece] = last = update_race.last_mean(losses)
    print(f"{name:5} without {piece:8}  highest loss {max(losses):.2f}, at the end {last:.2f}")

# %% [markdown]
# Clipping earns its place: without it both rules end higher, and SGD's loss first shoots above that of
# guessing. Warm-up and cosine do not, here: without them the run ends *lower*. The likely reasons: in 150
# steps the noise of the batches is not yet what is left, so a rate that falls gives progress away; and a
# model this shallow, with its norms in front, forgives bold first steps. Both pieces were made for long
# runs and deep models. "Everybody does it" is a start; a run at your own size decides.
#
# When a run blows up, look at the norm before clipping. As rules of thumb: one spike, and the loss comes
# back: clip. Trouble in the first steps only: a longer warm-up. Norms that grow for many steps before the
# loss does: a lower rate.
#
# ## Where state lives
# A training step changes a good deal: parameters, gradients, moments, the random generator, the count of
# steps. Most frameworks keep these inside objects. Here is the same step in that style, from
# `worked/hidden_state.py`:

# %%
source(hidden_state.HiddenTrainer, docstring=False)

# %% [markdown]
# `backward` returns something else each time, even with equal arguments, and so does `loss` while
# `training` is on. No type and no signature shows it; a few lines of test do: call it twice, and compare.
#
# **Your turn, 10.7:** that test.

# %%
learn.check("10.7")

# %%
source(hidden_state.same_twice)

# %% [markdown]
# Here is a model with dropout 0.1, and one batch.

# %%
dropout = dict.fromkeys(("embd_dropout", "attn_dropout", "resid_dropout"), 0.1)
careful = update_race.tales_trainer(dataclasses.replace(update_race.SHAPE, **dropout))
ids, targets = careful.batches.at(0)


def hidden():
    """A fresh trainer of that style."""
    weights = careful.model.init(np.random.default_rng(0))
    rng = np.random.default_rng(1)
    return hidden_state.HiddenTrainer(careful.model, weights, AdamW(), 3e-3, rng)


# %% tags=["check"]
one = hidden()
print("loss, as it comes:          ", hidden_state.same_twice(lambda: one.loss(ids, targets)))
one.training = False
print("loss, dropout off:          ", hidden_state.same_twice(lambda: one.loss(ids, targets)))
print("gradient, as it comes:      ", hidden_state.same_twice(lambda: one.backward(ids, targets)))
zeroed = hidden_state.same_twice(lambda: one.zero_grad() or one.backward(ids, targets))
print("gradient, zeroed before it: ", zeroed)

# %% [markdown]
# Two `False`, two bugs. **Evaluation with dropout on**: the figure you report is that of a damaged model,
# and differs each time you look. **Gradients not zeroed**: every step uses the sum of all gradients so far,
# a momentum that never forgets. Nothing raises. Here is what one sees:

# %%
for forgetful in (False, True):
    one, losses = hidden(), []
    for i in range(80):
        if not forgetful:
            one.zero_grad()
        one.backward(*careful.batches.at(i))
        one.step()
        if i in (0, 19, 39, 59, 79):
            losses.append(careful.evaluate(one.params, 4).loss)
    print(f"zeroed {not forgetful!s:5}  held-out loss after 1, 20, 40, 60, 80:", *np.round(losses, 2))

# %% [markdown]
# It learns at first, so it looks like a working model. Then it turns and gets worse, which looks like a
# learning rate that is too large.
#
# Now the package's step. Everything that changes is in `TrainState`; a step takes one and returns the next.
# (`accumulate` batches make one step: their gradients are added up first, for a batch that memory could not
# hold at once.)

# %%
source(TrainState, Trainer.step, docstring=False)

# %% tags=["check"]
state = careful.init(careful.model.init(np.random.default_rng(0)))
step = hidden_state.same_twice(lambda: careful.step(state.copy())[0].params.buffer)
evaluation = hidden_state.same_twice(lambda: careful.evaluate(state.params, 2).loss)
print(f"a whole step, with dropout: {step}\nevaluation: {evaluation}")

# %% [markdown]
# Both bugs are impossible by construction. `grads` is no input, only room that is used again: the step
# clears it before it adds anything. And nothing can leave dropout on: dropout needs a generator,
# evaluation passes none. A whole step *with* dropout repeats to the last bit, because the generator is
# part of the state.
#
# The price is a word you have to remember: the arrays are donated. The step writes into the state it was
# given, to save memory, so `copy()` what you want to keep. And the benefit goes beyond bugs: resuming a run
# bit for bit is nothing but writing the state down.
#
# ## Common mistakes
# - **SGD's rate given to Adam.** The loss rises far above that of guessing in the first steps, comes back,
#   and stays behind. Rates of AdamW for GPTs lie between 1e-4 and 1e-2. Here are 1 and 0.003:

# %%
short = dataclasses.replace(trainer, config=dataclasses.replace(trainer.config, steps=40))
for (_, lr), losses in update_race.race(short, [("adamw", 1.0), ("adamw", 3e-3)]).items():
    end = update_race.last_mean(losses, 5)
    print(f"rate {lr:<6g} highest loss {max(losses):5.2f}, at the end {end:.2f}")

# %% [markdown]
# - **The other form of momentum.** Steps ten times too long, or too short, with $\beta = 0.9$. See above.
# - **Steps counted from 0.** The correction divides by $1 - \beta^0 = 0$. The package raises; an array
#   library would give you `nan` parameters after one step:

# %% tags=["check"]
w, g, m, v = np.ones((4, 1))
try:
    adamw_step(w, g, m, v, lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, step=0)
except ZeroDivisionError as error:
    print("step 0:", type(error).__name__)
settings = TrainConfig(steps=100, warmup=10, lr=1.0, min_lr=0.1)
print("the first step of a warm-up of 10:", optim.learning_rate(1, settings))

# %% [markdown]
# - **A warm-up that starts at rate 0.** The first batch is read for nothing; and a count that never moves
#   leaves the rate at 0 for ever. The loss is flat, no error.
# - **Decay on everything.** No error and no sudden symptom: the gains of the norms are pulled towards 0.
#   Look at `params.spans` before the run.
# - **L2 where decoupled decay was meant** (`weight_decay` of a class called Adam). Rarely used embedding
#   rows, whose gradients are small, go to 0.
# - **Clipping tensor by tensor**, or clipping before the gradients of all accumulated batches are added.
#   The norm in your log then stands for another vector.
# - **A mean of means.** Two accumulated batches with 10 and 1,000 real tokens count the same, though one
#   has a hundred times the tokens. `Trainer.step` weighs them by tokens.
#
# ## In PyTorch
# ```python
# loss.backward(); torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
# optimizer.step(); scheduler.step(); optimizer.zero_grad()
# ```
# `backward` adds to `.grad`, exactly as `HiddenTrainer` does, so `zero_grad` is yours to call;
# `model.eval()` is yours to call too. Defaults that differ from this package: `AdamW` has betas 0.9 and
# 0.999 and decays *every* tensor it is given, biases included, unless you make parameter groups;
# `Adam(weight_decay=...)` is L2 in the gradient, unless told
# otherwise; `SGD(momentum=0.9)` is the heavy ball. Its `dampening=0.9`
# looks like the average, but the first step takes the undamped gradient, so the two are not quite the same.
#
# ## What came later
# Adafactor keeps row and column sums of $v$ instead of all of it; 8-bit Adam keeps the moments in one byte
# each. Both attack the memory: two moments per parameter are as much again as weights and gradients. Lion
# steps by the sign of an average and drops $v$. Muon makes the momentum of a matrix orthogonal before it
# steps, and so does not mind when rows or columns are turned as a whole. Warm-up, stable, decay (a
# constant rate, then a short fall) replaces the cosine where the length of the run is not known in
# advance. μP says how the rate must change with the width of a model.
#
# ## Extend
# Bring the small GPT lower within its 150 steps. You may change the rule, its rates and betas, the
# schedule, the warm-up and the clip, but not the model, the batches or the seed. The score is the mean loss
# of the last 20 steps. The baseline, and the best so far:

# %% tags=["check"]
print(f"AdamW, rate {winners['adamw'][1]:g}: {ends[winners['adamw']]:.2f} nats per character")
print(f"{min(left_out.values()):.2f} by {min(left_out, key=left_out.get)} left out")

# %% [markdown]
# ## Sources
# - Robbins, Monro 1951, *A stochastic approximation method*
# - Polyak 1964, *Some methods of speeding up the convergence of iteration methods*
# - Pascanu, Mikolov, Bengio 2013, *On the difficulty of training recurrent neural networks*
# - Tieleman, Hinton 2012, *Lecture 6.5: RMSProp*
# - Kingma, Ba 2015, *Adam: a method for stochastic optimization*
# - Loshchilov, Hutter 2017, *SGDR*, and 2019, *Decoupled weight decay regularization*
# - Shazeer, Stern 2018, *Adafactor*; Dettmers et al. 2022, *8-bit optimizers via block-wise quantization*
# - Chen et al. 2023, *Symbolic discovery of optimization algorithms* (Lion); Yang et al. 2022, *Tensor
#   programs V* (μP)
# - Xiong et al. 2020, *On layer normalization in the transformer architecture* (who needs a warm-up)
