# %% [markdown]
# # 01 · A network you can compute on paper
#
# *60 minutes · builds on 00 · exercises 01.1 to 01.4*
#
# ## The question
#
# A neural network is a function with numbers in it: its *weights*. Training changes these numbers
# until the answers get better. But how does a program know in which direction each number should
# move, and how far? For a GPT this is asked of millions of numbers at every step.
#
# In this lesson there are nine of them. You will compute each by hand, in both directions, and then
# watch what goes wrong when there are a few more. Everything that a GPT does while it learns is
# here in small: go forward, find the error, walk back, take a step.
#
# ## Why it matters to you
#
# You look at a training run whose loss has stopped at a value that is not good. Do you lower the
# learning rate, get more data, look for a bug, or start again with another seed? Each costs
# something different. At the end of this lesson you will have met a flat loss curve whose cause can
# be *read off* its height, you will know why waiting does not help there, and you will own a tool
# that says within a second whether a gradient is wrong.

# %%
import numpy as np

from scratchgpt import learn
from scratchgpt.gradcheck import check, numerical_gradient
from scratchgpt.notebooks import picture, source
from scratchgpt.ops.activations import sigmoid_backward, sigmoid_forward
from scratchgpt.plots import network as network_plots
from scratchgpt.plots import xor as xor_plots
from scratchgpt.worked import network_2_2_1 as paper
from scratchgpt.worked import xor, xor_many

# %% [markdown]
# ## Forward: nine numbers and two inputs
#
# Our network has two inputs, two hidden units and one output. In matrix notation, with the shapes
# below:
#
# $$
# z_1 = W_1 x + b_1, \qquad h = \max(z_1, 0), \qquad z_2 = W_2 \cdot h + b_2,
# \qquad \hat y = \sigma(z_2)
# $$
#
# | what | shape | value |
# |---|---|---|
# | $x$, the inputs | (2) | (1, 0.5) |
# | $W_1$, one *row* per hidden unit | (2, 2) | ((0.15, 0.20), (0.25, 0.30)) |
# | $b_1$ | (2) | (0.35, 0.35) |
# | $W_2$ | (2) | (0.40, 0.45) |
# | $b_2$ | a number | 0.60 |
# | $y$, the right answer | a number | 1 |
#
# The hidden units take the maximum of their sum and 0. This is called ReLU. A unit whose sum is
# negative is *off*: it hands on 0. Without such a bend the two layers would collapse into one,
# since a linear function of a linear function is linear.
#
# The last step is the *sigmoid*, $\sigma(z) = 1 / (1 + e^{-z})$. It maps any number to one between
# 0 and 1, so $\hat y$ can be read as a probability: the network's belief that the answer is yes.
#
# Take a pencil. The first hidden sum is $0.15 \cdot 1 + 0.20 \cdot 0.5 + 0.35 = 0.60$, the second
# is $0.25 \cdot 1 + 0.30 \cdot 0.5 + 0.35 = 0.75$. Both are positive, so ReLU changes nothing. Then
# $z_2 = 0.40 \cdot 0.60 + 0.45 \cdot 0.75 + 0.60 = 1.1775$, and the sigmoid makes a probability of
# 0.7645 of it.
#
# ### How wrong is a belief?
#
# The network says yes with probability 0.7645, and the answer is yes. It would be perfect to say 1.
# To measure the distance, ask which probability the network gave to what really happened. That is
# $\hat y$ when $y = 1$, and $1 - \hat y$ when $y = 0$. In one formula:
#
# $$P(y) = \hat y^{\,y} \, (1 - \hat y)^{1 - y}$$
#
# The *loss* is the negative logarithm of this probability, called the *binary cross-entropy*:
#
# $$L = -y \log \hat y - (1 - y) \log (1 - \hat y)$$
#
# It is 0 for a certain and right answer, and grows without bound for a certain and wrong one. Here
# $L = -\log 0.7645 = 0.2685$. The unit is the nat, since the logarithm is the natural one. Why a
# logarithm, and not the distance $1 - \hat y$? Lesson 02 gives the reasons from the side of
# probability. This lesson gives one from the side of the gradient.
#
# **Exercise 01.1.** Write the forward pass now, while the pencil is warm. It is about seven lines,
# and the cache it returns decides how short the way back will be.

# %%
learn.check("01.1")

# %% [markdown]
# Then compare with the package's, which takes any number of inputs and hidden units, as yours does.
# Its `binary_cross_entropy_forward` takes $z_2$, does the sigmoid itself, and hands $\hat y$ back. The
# section "Why it cancels" says why the two are one function.

# %%
source(paper.network_forward)

# %% tags=["check"]
loss, cache = paper.network_forward(paper.PAPER_X, paper.PAPER_Y, paper.PAPER)
values = paper.every_value(paper.PAPER_X, paper.PAPER_Y, paper.PAPER)
for name in ("z1[0]", "z1[1]", "h[0]", "h[1]", "z2", "y_hat", "loss"):
    print(f"{name:6} {values[name]:.6f}")

# %%
picture(
    network_plots.network_graph(values),
    "Graph of the 2-2-1 network from inputs to loss, with every value.",
)

# %% [markdown]
# *What to see: each box needs only the numbers whose arrows end there. The values flow from left to
# right, and each is kept: on the way back we shall need them again.*
#
# ## Backward: one slope at a time
#
# We want nine slopes: for each weight, how fast the loss changes when that weight grows a little.
# We could write the loss as one long formula and differentiate it nine times. The chain rule does
# better: it starts at the loss, and each slope is found from the one to its right.
#
# Guess first. This is the one slope that is worth knowing by heart.

# %%
learn.ask("01.q1")

# %% [markdown]
# ### The error at the output
#
# Two factors lead from the loss to $z_2$. The slope of the loss in the prediction is
#
# $$
# \frac{\partial L}{\partial \hat y} = -\frac{y}{\hat y} + \frac{1 - y}{1 - \hat y}
# = \frac{-y (1 - \hat y) + (1 - y) \hat y}{\hat y (1 - \hat y)}
# = \frac{\hat y - y}{\hat y (1 - \hat y)} .
# $$
#
# The slope of the sigmoid follows from the quotient rule, and can be written with its own output:
#
# $$
# \frac{d\hat y}{dz_2} = \frac{e^{-z_2}}{(1 + e^{-z_2})^2}
# = \frac{1}{1 + e^{-z_2}} \cdot \frac{e^{-z_2}}{1 + e^{-z_2}} = \hat y (1 - \hat y) .
# $$
#
# (The second factor is $1 - \hat y$: subtract the first from 1.) Multiply the two slopes, and the
# denominator of the one cancels against the other:
#
# $$
# \delta_2 = \frac{\partial L}{\partial z_2}
# = \frac{\hat y - y}{\hat y (1 - \hat y)} \cdot \hat y (1 - \hat y) = \hat y - y .
# $$
#
# The error that is sent back is what was said minus what was right. Here it is
# $0.7645 - 1 = -0.2355$.
#
# ### Why it cancels
#
# This is no accident of algebra. Write the probability of an answer with $z$ instead of $\hat y$.
# With $e^z$ above and below, the sigmoid is $\hat y = e^z / (1 + e^z)$, and
# $1 - \hat y = 1 / (1 + e^z)$. So $\log \hat y = z - \log(1 + e^z)$,
# $\log (1 - \hat y) = -\log(1 + e^z)$, and
#
# $$
# \log P(y) = y \log \hat y + (1 - y) \log(1 - \hat y) = y z - A(z), \qquad
# A(z) = \log (1 + e^z) .
# $$
#
# The answer $y$ and the number $z$ meet only in the product $y z$. A family of distributions that
# can be written so, up to a term $c(y)$ without $z$, is an *exponential family*; its $z$ is called
# the *natural* parameter. For yes and no, the Bernoulli family, $z$ is the log-odds
# $\log \frac{\hat y}{1 - \hat y}$, also called the *logit*, and the sigmoid turns it back into a
# probability. The loss is $A(z) - y z$, which takes no logarithm of a $\hat y$ that may be rounded to
# 0: the package computes it in this form. Its slope is $A'(z) - y$, and
# $A'(z) = e^z / (1 + e^z) = \hat y$.
#
# In every such family $A'(z)$ is the mean. The probabilities sum to 1 for every $z$, so the sum has
# the slope 0:
#
# $$
# 0 = \frac{d}{dz} \sum_y e^{y z - A(z) + c(y)} = \sum_y (y - A'(z)) \, P(y) = E[y] - A'(z) .
# $$
#
# So *mean minus answer* comes out whenever the last function of a network is the one that belongs
# to its loss. Sigmoid and binary cross-entropy are such a pair. Identity and squared error are one,
# since $\frac12 (z - y)^2$ is $A(z) - y z$ with $A(z) = z^2/2$, up to a term without $z$. Lesson 02
# meets a third, the one in every GPT.
#
# What happens with a pair that does not belong together? Take the sigmoid with the squared error
# $\frac12 (\hat y - 1)^2$. Nothing cancels, the factor $\hat y (1 - \hat y)$ stays:

# %% tags=["check"]
z = np.linspace(-8, 8, 161)
y_hat, sigmoid_cache = sigmoid_forward(z)
slopes = {
    "cross-entropy: ŷ - 1": y_hat - 1,
    "squared error: (ŷ - 1) ŷ (1 - ŷ)": sigmoid_backward(y_hat - 1, sigmoid_cache),
}
for name, slope in slopes.items():
    print(f"{name:34} at z = -8: {slope[0]:.6f}")

# %%
picture(
    network_plots.output_errors(z, slopes),
    "Gradient in z of cross-entropy and of squared error behind a sigmoid, for z from -8 to 8.",
)

# %% [markdown]
# *What to see: on the left the network is certain and wrong. Cross-entropy then pulls with full
# force, close to -1. The squared error hardly pulls at all: left of its lowest point, the worse the
# mistake, the weaker the correction. A pair of output function and loss is therefore chosen
# together.*
#
# ### From the error to the nine slopes
#
# Now walk on to the left. Each line uses one forward line, quoted beside it.
#
# | forward | backward | shape |
# |---|---|---|
# | $z_2 = W_2 \cdot h + b_2$ | $dW_2 = \delta_2 \, h$ | (2) |
# | | $db_2 = \delta_2$ | a number |
# | | $dh = \delta_2 \, W_2$ | (2) |
# | $h = \max(z_1, 0)$ | $\delta_1 = dh$ where $z_1 > 0$, else 0 | (2) |
# | $z_1 = W_1 x + b_1$ | $dW_1[j, i] = \delta_1[j] \, x[i]$ | (2, 2) |
# | | $db_1 = \delta_1$ | (2) |
#
# The prefix $d$ always means "the slope of the loss in"; the two errors $\delta_2$ and $\delta_1$ are
# $dz_2$ and $dz_1$, and are called so in the code. Why is $dW_2 = \delta_2 h$? If weight $j$
# grows by a little $\varepsilon$, then $z_2$ grows by $\varepsilon h_j$, and the loss by $\delta_2$
# times that. And why is the slope of ReLU 1 or 0? Where the sum is positive, ReLU hands it on
# unchanged; where it is negative, the output is 0 and stays 0 under a small change. At exactly 0
# the package takes 0.
#
# The product $dW_1$, every error with every input, is called an *outer product*. A gradient always
# has the shape of what it belongs to. If it does not, something is wrong, and this is the cheapest
# test there is.
#
# One rule is still missing. Each input feeds *both* hidden units, so the loss feels it along two
# ways. By the chain rule for several variables **slopes add up where ways meet**:
# $dx[i] = \sum_j W_1[j, i] \, \delta_1[j]$. We do not train the inputs, but a layer below would need
# this sum.
#
# **Exercise 01.2.** Four lines, with the cache of 01.1. The way back is shorter than the way
# forward, because the cache already holds what it needs. The argument `dloss` is the slope that
# arrives from above: 1 for the loss itself, another number when the loss is part of a larger sum.

# %%
learn.check("01.2")

# %%
source(paper.network_backward)

# %% tags=["check"]
grads = paper.network_backward(np.float64(1), cache)
for name, gradient in grads._asdict().items():
    print(f"d{name} =", np.array2string(np.round(gradient, 6), separator=", ", prefix="dW1 = "))

# %%
gradients = paper.every_gradient(paper.PAPER_X, paper.PAPER_Y, paper.PAPER)
picture(
    network_plots.network_graph(values, gradients),
    "The same graph; below each value stands the gradient of the loss with respect to it.",
)

# %% [markdown]
# *What to see: read the orange numbers from right to left. A bias has the gradient of the sum it
# enters. A weight has that gradient times the value at the beginning of its arrow: with the input
# 0.5, the gradient of `W1[0,1]` is half that of `W1[0,0]`. Two arrows leave `x[0]`: its gradient is
# the sum of 0.15 and 0.25 times those at their ends. Those of all nine parameters are
# negative: growing any of them would lower the loss.*
#
# ## The step
#
# The gradient points to where the loss grows fastest. So we go the other way, by a *learning rate*
# $\eta$ times the gradient. For every parameter $p$:
#
# $$p \leftarrow p - \eta \, dp, \qquad \eta = 0.5$$

# %%
source(paper.sgd_update)

# %% tags=["check"]
stepped = paper.sgd_update(paper.PAPER, grads, paper.PAPER_LR)
for name, parameter in stepped._asdict().items():
    print(f"{name} =", np.array2string(np.round(parameter, 6), separator=", ", prefix="W1 = "))
after, new_cache = paper.network_forward(paper.PAPER_X, paper.PAPER_Y, stepped)
print(f"prediction {cache.y_hat:.6f} -> {new_cache.y_hat:.6f}")
print(f"loss       {loss:.6f} -> {after:.6f}")

# %% [markdown]
# One step took the loss from 0.2685 to 0.1982. To see why the direction was right, look at the loss
# over two of the nine weights, with the other seven held where they are.


# %%
def loss_at(a, b):
    moved = paper.PAPER._replace(W2=np.array([a, b]))
    return paper.network_forward(paper.PAPER_X, paper.PAPER_Y, moved)[0]


w = np.linspace(0, 1, 21)
losses = np.array([[loss_at(a, b) for a in w] for b in w])
paths = {"one step, learning rate 0.5": np.array([paper.PAPER.W2, stepped.W2])}
picture(
    network_plots.loss_surface(w, w, losses, paths, ("W2[0]", "W2[1]")),
    "Contours of the loss over the two output weights, straight lines, and the step across them.",
)

# %% [markdown]
# *What to see: the arrow crosses the contours at a right angle. Along a contour nothing changes, so no
# part of the fastest way lies along it. The contours are straight lines, because both weights reach the loss through the one number $z_2$.*
#
# ## Is it right? Ask the function itself
#
# You can check any gradient without any calculus. Move one weight a little, compute the loss again,
# divide. Taylor's formula says how good that is. With $f$ the loss as a function of one weight, and
# $h$ the size of the move (not the hidden values),
#
# $$
# f(w \pm h) = f(w) \pm h f'(w) + \frac{h^2}{2} f''(w) \pm \frac{h^3}{6} f'''(w) + \dots
# $$
#
# One-sided, $\frac{f(w + h) - f(w)}{h} = f'(w) + \frac{h}{2} f''(w) + \dots$: the error shrinks
# like $h$. Two-sided, the even terms cancel:
#
# $$
# \frac{f(w + h) - f(w - h)}{2h} = f'(w) + \frac{h^2}{6} f'''(w) + \dots
# $$
#
# The error shrinks like $h^2$. For one more call of $f$ per weight that is a bargain. But $h$ must not be too
# small either: $f$ is only known to about 16 digits, and the two values that are subtracted agree
# in more and more of them. This leaves a rounding error of about $10^{-16} / h$.
#
# **Exercise 01.4.** Write `numerical_gradient` yourself. From then on you need not believe
# anybody's derivation, neither this lesson's nor your own.

# %%
learn.check("01.4")

# %%
source(numerical_gradient)

# %% tags=["check"]
vector = paper.flatten(paper.PAPER)  # all nine parameters in a row


def f(v):
    return paper.network_forward(paper.PAPER_X, paper.PAPER_Y, paper.unflatten(v, paper.PAPER))[0]


exact = paper.flatten(grads)
steps = 10.0 ** np.arange(-11, 0)
estimates = {
    "one-sided": [[(f(vector + h * e) - f(vector)) / h for e in np.eye(9)] for h in steps],
    "two-sided": [numerical_gradient(f, vector, h) for h in steps],
}
errors = {}
for name, found in estimates.items():
    errors[name] = error = np.linalg.norm(np.array(found) - exact, axis=1) / np.linalg.norm(exact)
    print(f"{name}: h = 0.1 {error[-1]:.1e}, h = 0.01 {error[-2]:.1e}")

# %%
picture(
    network_plots.difference_errors(steps, errors),
    "Relative error of one-sided and two-sided differences against h: both fall, then rise.",
)

# %% [markdown]
# *What to see: from right to left both errors fall, the one tenfold with each step, the other a
# hundredfold, until
# rounding takes over and both rise again. The package's step of $10^{-5}$ lies in the valley of the
# two-sided curve. And this needs float64: with the 7 digits of float32, the rounding error would be
# $10^{-7} / h$, at this step about one part in a hundred.*
#
# `gradcheck.check` compares every entry this way and gives a verdict per array ("alive" is the
# share of entries that have a gradient at all; a check of zeros against zeros would prove nothing):

# %%
params = paper.Network(*(np.array(p) for p in paper.PAPER))  # the checker moves their entries
report = check(
    lambda: paper.network_forward(paper.PAPER_X, paper.PAPER_Y, params)[0],
    params._asdict(),
    grads._asdict(),
)
print(report)

# %% [markdown]
# Every backward function of this package is held to such a check, up to the whole model. You will
# use it in each lesson that derives a gradient.
#
# ## Four examples at once: XOR
#
# One example can be satisfied by a single bias. Here is the smallest problem that needs a hidden
# layer: say yes when exactly one of the two inputs is 1.
#
# | x[0] | x[1] | y |
# |---|---|---|
# | 0 | 0 | 0 |
# | 0 | 1 | 1 |
# | 1 | 0 | 1 |
# | 1 | 1 | 0 |
#
# Without a hidden layer it cannot be done. There $z = w_0 x_0 + w_1 x_1 + b$, and the sum of $z$
# over the two no's, $b + (w_0 + w_1 + b)$, equals the sum over the two yes's,
# $(w_1 + b) + (w_0 + b)$. The one should be negative and the other positive, which no weights can
# manage.
#
# All four examples go through the network together, as the rows of a matrix $X$ of shape (N, 2).
# For this the weights are stored the other way round, (in, out), as in the rest of the package:
# $Z_1 = X W_1 + b_1$. The loss is the mean over the N examples, so each error carries a factor
# $1/N$. And where one weight served several examples, its gradients *add up*: that is what the
# matrix product $X^\top \delta_1$ does, and the sum over the rows for a bias. With $\delta_1$ of shape
# (N, H), one row per example:
#
# $$dW_1[i, j] = \sum_n X[n, i] \, \delta_1[n, j] = (X^\top \delta_1)[i, j]$$
#
# The shapes tell you the other products: which of $\delta_2$ (N, 1) and $W_2$ (H, 1) must be
# transposed to make the (N, H) of $\delta_1$?
#
# **Exercise 01.3.** The whole recipe in one function, for N examples at once. Watch the order: all
# gradients are taken at the *old* parameters.

# %%
learn.check("01.3")

# %%
source(xor.xor_step)

# %% [markdown]
# ### Where to begin
#
# Equal weights would be a bad start. Two hidden units with the same weights get the same gradients,
# so they stay the same forever. Random weights break the tie. How large? Let a unit sum $n$ inputs
# $x_i$ with weights $w_i$ that are drawn independently, with mean 0 and variance $v$. Then all mixed
# terms $E[w_i w_j x_i x_j]$ are 0, and the sum has the variance
#
# $$E\Big[\big(\textstyle\sum_i w_i x_i\big)^2\Big] = \sum_i E[w_i^2] \, E[x_i^2] = n \, v \, E[x^2] .$$
#
# A ReLU in front sets one half of a symmetric distribution to 0, so $E[x^2]$ is half of the variance
# before it. To keep the variance from layer to layer we need $n \, v / 2 = 1$: He's rule, $v = 2/n$.
# For the hidden units, with two inputs, that is a standard deviation of 1; for the output, with
# four, $\sqrt{2/4}$, about 0.71. Biases start at 0.

# %% tags=["check"]
runs = {"seed 0": xor.train_xor(np.random.default_rng(0))[1]}
runs["legacy seed 42"] = xor.train_xor(np.random.RandomState(42))[1]
for name, losses in runs.items():
    first = (losses < 0.01).argmax()
    print(f"{name}: below 0.01 at step {first}, after 10,000 steps {losses[-1]:.6f}")

# %% [markdown]
# It works: below 0.01 after 563 steps with NumPy's present generator, after 603 with the legacy one
# (`np.random.seed(42)`). One could stop here and be content. We try other seeds: `train_many` takes
# the same steps for a thousand networks side by side.

# %% tags=["check"]
starts = [xor.init_xor(np.random.default_rng(seed)) for seed in range(1000)]
legacy = [xor.init_xor(np.random.RandomState(seed)) for seed in range(100)]
many, many_legacy = xor_many.train_many(starts), xor_many.train_many(legacy)
solved = many.solved_at >= 0
solved_legacy = many_legacy.solved_at >= 0
print(f"seeds 0 to 99: {solved[:100].sum()} solve XOR; legacy: {solved_legacy.sum()}")
print(f"seeds 0 to 999: {solved.sum()} do, the slowest after {many.solved_at.max()} steps")

# %% [markdown]
# More than a third fail, 360 of a thousand. Not because they are slow: each takes 1,000 steps, and
# none succeeds after step 686. Where do the failures stop?

# %%
learn.ask("01.q2")

# %% tags=["check"]
plateaus = {
    "ln 2": xor_many.shared_loss([[0, 1, 1, 0]]),
    "3/4 H(1/3)": xor_many.shared_loss([[0, 1, 1], [0]]),
    "(ln 2)/2": xor_many.shared_loss([[0, 1], [0], [1]]),
}
for name, plateau in plateaus.items():
    stuck = ~solved & (np.abs(many.losses - plateau) < 0.01)
    print(f"{name:10} = {plateau:.4f}: {stuck.sum()} of {(~solved).sum()} failures")

# %%
four = {f"seed {seed}": xor.train_xor(np.random.default_rng(seed), 1500) for seed in (0, 10, 5, 62)}
picture(
    xor_plots.xor_losses({name: losses for name, (_, losses) in four.items()}, plateaus),
    "Loss of four runs over 1,500 steps; one goes to zero, three stop at the three plateaus.",
)

# %% [markdown]
# *What to see: one run solves the problem, the three others stop at three different heights and
# stay there. All failures of the thousand stop at one of these three.*
#
# The heights can be derived. Suppose the network cannot tell some inputs apart, so that they must
# share one probability $p$. If a share $q$ of them has the answer yes, each costs on average
# $-q \log p - (1 - q) \log (1 - p)$. That is the loss from above with $q$ in the place of $y$, so its
# slope in $z$ is $p - q$: the best is $p = q$. What remains is called the *entropy*,
# $H(q) = -q \log q - (1 - q) \log (1 - q)$.
#
# * All four share: $q = 1/2$, loss $H(1/2) = \ln 2 = 0.6931$. Nothing was learned.
# * Three share, and the fourth is right: $q$ is 1/3 or 2/3, loss $\frac34 H(\frac13) = 0.4774$.
# * Two share, two are right: loss $\frac24 \ln 2 = 0.3466$.
#
# So the height of a flat curve says *how many of your inputs the network sees as the same*.

# %%
grid = np.linspace(-0.3, 1.3, 81)
points = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
panels = [
    (f"{name}, loss {losses[-1]:.4f}", xor.xor_probabilities(net, points).reshape(81, 81))
    for name, (net, losses) in four.items()
]
picture(
    xor_plots.xor_regions(panels, grid, xor.INPUTS, xor.TARGETS[:, 0]),
    "Probability of yes over the plane for the four networks, with the four examples marked.",
)

# %% [markdown]
# *What to see: circles want no (dark), triangles want yes (bright). Seed 0 separates all four. Seed
# 10 has two examples in the same half-tone, seed 5 three, and seed 62 says 1/2 to all four.*
#
# ### Silent inputs
#
# Why can a network not tell two inputs apart? Take an input for which *no* hidden unit is on, and
# call it silent. Its $h$ is 0, so $z_2 = b_2$: all silent inputs get the same probability. And its
# error moves nothing but $b_2$: $dW_2 = \delta_2 h$ is 0, and a unit that is off lets no slope
# through. Count the silent inputs of each failed run:

# %% tags=["check"]
for name, plateau in plateaus.items():
    stuck = ~solved & (np.abs(many.losses - plateau) < 0.01)
    silent, found = np.unique(many.silent[stuck], return_counts=True)
    print(f"{name:10}", *(f"{k} silent: {n} runs;" for k, n in zip(silent, found, strict=True)))
none = ~solved & (many.silent == 0)
print("no silent input:", none.sum(), "runs, units that bend:", many.bends[none].sum())

# %% [markdown]
# All 139 runs at $\frac34 H(\frac13)$ have three silent inputs, and 178 of 179 at $\frac12 \ln 2$ have
# two (in the last, a unit that is barely on keeps one from being silent). At $\ln 2$ there are two
# kinds. In 13 runs all four are silent. In the other 29 no input is silent and no unit *bends*:
# each is on for all four inputs or for none. Then ReLU does nothing, the network is as linear as the
# one without a hidden layer, and one half for all is the best that such a one can do.
#
# ### Dead units
#
# How do inputs become silent? Often a unit was missing from the start. Think of a hidden unit that is
# off for all four inputs.

# %%
learn.ask("01.q3")

# %% [markdown]
# Its slope is 0 for every example. So no gradient passes, neither to its weights nor to its bias,
# and at the next step it is off again. It is *dead*, and stays so, since its inputs are always the
# same four. (In a deeper network the layer below may move and wake it.) The loss does not depend on
# its weights at all, as long as they stay in the region where the unit is off. Let us look at that
# region. Seed 10 begins with one dead unit; here is the loss over the two weights that lead into
# it, with all other parameters held at the start:

# %% tags=["check"]
start = starts[10]
on = (xor.INPUTS @ start.W1 + start.b1 > 0).any(axis=0)
dead = int(np.flatnonzero(~on)[0])
print("on for some input:", on.tolist())
print("weights into the dead unit:", start.W1[:, dead].round(4))


def loss_of(pair):
    W1 = start.W1.copy()
    W1[:, dead] = pair
    return xor.xor_step(start._replace(W1=W1), xor.INPUTS, xor.TARGETS, lr=0.0)[1]


print("slope of the loss there:", numerical_gradient(loss_of, start.W1[:, dead]))
print("with one of them positive:", numerical_gradient(loss_of, [1.0, -1.0]).round(4))

# %%
w = np.linspace(-2.5, 2.5, 51)
paths = {"the dead unit": [start.W1[:, dead]], "another start": [np.array([1.0, -1.0])]}
for path in paths.values():
    for _ in range(120):
        path.append(path[-1] - 0.5 * numerical_gradient(loss_of, path[-1]))
paths = {name: np.array(path) for name, path in paths.items()}
losses = np.array([[loss_of([a, b]) for a in w] for b in w])
names = (f"W1[0,{dead}]", f"W1[1,{dead}]")
picture(
    network_plots.loss_surface(w, w, losses, paths, names),
    "Loss over the two weights into a hidden unit: flat where both are negative.",
)

# %% [markdown]
# *What to see: the lower left quarter has one colour. There both weights are negative, the unit is
# off for every input, and the surface is a level plateau: after 120 steps gradient descent is where
# it was. The other start has gone downhill.*
#
# With two weights drawn symmetrically around 0, a unit begins dead when both are negative: one time
# in four. Count the living at the start, over a thousand runs:

# %% tags=["check"]
alive = np.array([xor_many.hidden_alive(one) for one in starts])
groups = {"0 or 1": alive <= 1, "2": alive == 2, "3": alive == 3, "4": alive == 4}
by_alive = {name: (int((solved & group).sum()), int(group.sum())) for name, group in groups.items()}
print("alive:", by_alive)
by_width = {4: (int(solved.sum()), len(solved))}
for width in (2, 8, 16):
    wide = [xor.init_xor(np.random.default_rng(seed), width) for seed in range(1000)]
    by_width[width] = (int((xor_many.train_many(wide, 800).solved_at >= 0).sum()), len(wide))
by_width = dict(sorted(by_width.items()))
print("width:", by_width)
lost = ~solved & (alive == 4)
kept = lost & (many.alive == 4)
print(f"failed with four alive: {lost.sum()}, four alive to the end: {kept.sum()},", end=" ")
print(f"of these with silent inputs: {(many.silent[kept] > 0).sum()}")

# %%
picture(
    xor_plots.xor_success(by_alive, by_width),
    "Share of runs that solve XOR, by living units at the start and by width.",
)

# %% [markdown]
# *What to see: both rise. With fewer than two living units no run succeeds, with four most do. And
# width helps, although two units would be enough: 19 % of the runs succeed with two hidden units,
# 64 % with four, 96 % with eight, all with sixteen.*
#
# Living units at the start are not everything: 51 runs fail with all four alive. Of these 29 lose a
# unit later, on the way. The other 22 keep all their units and stop at a plateau all the same, with
# silent inputs.
#
# The bars on the right are a good reason to make networks wider than they need to be. Extra units are
# extra tickets in the draw of the start. All this is a first answer to the question above, too: a loss that is
# flat *from early on*, at a height that you can explain by inputs that are seen as equal, calls for
# another start or for more units. Waiting and learning rates do not help where the gradient is
# exactly zero.
#
# ## The recipe
#
# You have now seen the whole of it. Every lesson that trains something repeats these four lines.
#
# | step | here | in the GPT of this package |
# |---|---|---|
# | go forward, keep what backward needs | `network_forward -> (loss, cache)` | `model.loss -> (loss, cache)` |
# | find the error at the output | $\hat y - y$ | the same, for thousands of tokens at once |
# | walk back by the chain rule | `network_backward(dloss, cache)` | `model.loss_backward(dloss, cache, grads)` |
# | take a step | `sgd_update` | `adamw_step`, lesson 10 |
#
# ## Common mistakes
#
# Three mistakes in a backward pass that a falling loss will not show you. Each still goes roughly
# downhill, so the run looks alive. The gradient check sees all three, at a point where one hidden
# unit is off. (Four of the nine gradients are 0 there, and a wrong factor does not show in a 0.)

# %% tags=["check"]
tilted = paper.PAPER._replace(W1=np.array([[0.15, 0.20], [-0.25, -0.30]]))
_, kept = paper.network_forward(paper.PAPER_X, paper.PAPER_Y, tilted)
right = paper.network_backward(np.float64(1), kept)
updated = paper.sgd_update(tilted, right, 0.5)
wrong = {
    "all is right": right,
    "slope of the sigmoid twice": paper.network_backward(kept.y_hat * (1 - kept.y_hat), kept),
    "ReLU passed everything back": paper.network_backward(1.0, kept._replace(z1=np.ones(2))),
    "W2 updated before walking on": paper.network_backward(1.0, kept._replace(W2=updated.W2)),
}
numeric = numerical_gradient(f, paper.flatten(tilted))
for name, mistaken in wrong.items():
    off = np.abs(paper.flatten(mistaken) - numeric) > 1e-6
    print(f"{name:29} wrong entries: {off.sum()} of 9")

# %% [markdown]
# | mistake | what you see |
# |---|---|
# | the slope of the sigmoid multiplied in twice | learning is slow, and slowest where the network is certain and wrong: every gradient is too small |
# | ReLU's slope forgotten | nothing, as long as all units are on (the network on paper!); later, units that are off keep moving |
# | a weight updated before its old value was used for the way back | losses differ slightly from those of any other program; the check fails for the lower layer only |
# | all weights start equal | hidden units stay equal; XOR stays at 0.6931 |
# | `dW` has the transposed shape of `W` | an error for most shapes, *silence for square ones*: test with sizes that all differ |
# | a sum in place of the mean over N | a learning rate that worked is N times too large |
#
# The fourth in one line:

# %% tags=["check"]
equal = xor.XorNetwork(np.full((2, 4), 0.5), np.zeros(4), np.full((4, 1), 0.5), np.zeros(1))
print("loss after 1,000 steps from equal weights:", xor_many.train_many([equal]).losses.round(4))

# %% [markdown]
# ## In PyTorch
#
# ```python
# loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x), y)
# loss.backward()
# ```
#
# Autograd has written down each operation of the forward pass, with what its backward needs, which
# is our cache. `backward()` runs the same walk from right to left and leaves each slope in `.grad`.
# Differences to know:
#
# * The function takes $z$, not $\hat y$ ("with logits"), for the reason that you have derived:
#   together the two have the harmless gradient $\hat y - y$, apart they divide by
#   $\hat y (1 - \hat y)$. From about $z = 17$ on, float32 rounds $\hat y$ to exactly 1. If the
#   answer was no, the gradient is then 0 in place of 1, and the mistake is never mended.
# * `.grad` is *added to* at each call. Forget to set it to zero, and old gradients are in every
#   step.
# * `torch.nn.Linear` keeps its weight as (out, in), like our network on paper; the package keeps
#   (in, out).
# * Its default start is uniform between $\pm 1/\sqrt{n}$ for $n$ inputs, weights and biases alike.
#   That is not He's rule. On XOR it does slightly better here:


# %% tags=["check"]
uniform = [xor_many.init_uniform(np.random.default_rng(seed)) for seed in range(1000)]
print("of 1,000 uniform starts,", (xor_many.train_many(uniform).solved_at >= 0).sum(), "solve XOR")

# %% [markdown]
# ## What came later
#
# Modern language models rarely meet dead units. GELU and its relatives (lesson 08) have no level
# half, so a unit that is off still receives some gradient. Normalisation and residual connections
# (also lesson 08) keep sums in a range where units switch on and off. Optimizers with a memory
# (lesson 10) roll on over flat places for a while, but a unit that was dead from the start gives
# them nothing to remember. What has not changed is the recipe, and the error at the output.
#
# ## Extend
#
# Let more of the thousand runs solve XOR, with four hidden units, 1,000 steps and a learning rate
# of 0.5. You may change how the start is drawn, the activation, or what is done when a unit is
# found dead. The score is the number of seeds from 0 to 999 that get below 0.01. The baseline is
# what this cell prints.

# %% tags=["check"]
print("baseline:", solved.sum(), "of 1,000")

# %% [markdown]
# ## Sources
#
# * Rumelhart, Hinton, Williams: Learning representations by back-propagating errors. Nature, 1986.
# * Minsky, Papert: Perceptrons. MIT Press, 1969 (what a network without hidden layer cannot do).
# * Nair, Hinton: Rectified linear units improve restricted Boltzmann machines. ICML 2010.
# * He, Zhang, Ren, Sun: Delving deep into rectifiers. ICCV 2015 (the variance 2/n).
# * McCullagh, Nelder: Generalized linear models. Chapman and Hall, 1989 (natural links).
# * Lu, Shin, Su, Karniadakis: Dying ReLU and initialization. Communications in Computational
#   Physics, 2020.
