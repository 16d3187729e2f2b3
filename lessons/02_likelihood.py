# %% [markdown]
# # 02 · Likelihood and perplexity
#
# *60 minutes · builds on 01 · exercises 02.1 to 02.5*

# %% [markdown]
# ## The question
#
# A language model gives probabilities to texts. How do you turn "this model is good at this text" into one
# number, how does that number become a gradient, and what does the number mean when somebody reports it?
#
# ## Why it matters to you
#
# You will see `validation loss 3.47`, `perplexity 32` and `1.57 bits per byte` in logs, papers and model
# cards. All three could be the same model on the same text: they are one quantity in three units. If you
# know the units, you can decide three things that come up every week: whether a model that starts at a loss
# of 11 is broken or only untrained; whether two models with different tokenizers may be compared at all;
# and which documents of your own the model has most trouble with. The number is also the only thing that
# pre-training optimises, so its gradient is where all learning starts.

# %%
import math

import numpy as np

from scratchgpt import gradcheck, learn, ops, pretrained
from scratchgpt.count_model import score_text
from scratchgpt.evaluation.loss import Evaluation
from scratchgpt.notebooks import picture, source
from scratchgpt.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from scratchgpt.ops.softmax import log_softmax, softmax
from scratchgpt.plots import likelihood as plots
from scratchgpt.resources import data_path
from scratchgpt.worked import likelihood

# %% [markdown]
# ## A text has a probability
#
# Take the sentence "I love cats". Its probability under a model is a joint probability, and the chain rule
# of probability splits any joint probability into steps, without any assumption:
#
# $$P(x_1, x_2, \dots, x_T) = P(x_1)\,P(x_2 \mid x_1)\,P(x_3 \mid x_1, x_2)\cdots
# = \prod_{t=1}^{T} P(x_t \mid x_{<t}).$$
#
# Here $x_{<t}$ is all that stands before $x_t$, and the $x_t$ are **tokens**: words or pieces of words from
# a fixed list, the vocabulary (lesson 04 shows how a text is cut). So a model of texts is a model of the
# *next* token: given what stands before, it returns $V$ numbers that are positive and sum to 1, one for
# each entry of the vocabulary. Everything in this lesson needs only those numbers, and of them mostly one:
# the probability of the token that really came. How a model computes them is the subject of the later
# lessons.
#
# Here is one step. After "I love" a model expects the following; then "cats" comes.

# %% tags=["check"]
words = ["cats", "dogs", "music", "rain", "mondays"]
probs = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
log_p = np.log(probs[words.index("cats")])
print(f"log 0.30 = {log_p:.3f},  surprise {-log_p:.3f} nats,  1 / 0.30 = {np.exp(-log_p):.2f}")

# %% [markdown]
# $-\log P$ of what came is called its **surprise**. It is 0 for something that was certain, and it grows
# without limit as the probability falls. With the natural logarithm its unit is the *nat*; with the
# logarithm to base 2 it is the *bit*. Here the surprise is 1.204 nats. Its exponential is 3.33: the model
# was as surprised as someone who guesses evenly among 3.33 tokens.
#
# ## Why logarithms
#
# The product of many probabilities has three troubles, and the logarithm heals all of them.
#
# 1. **It underflows.** Each factor is below 1. Computers write numbers with a limited exponent: what lies
#    below the smallest one becomes exactly 0, and then every text is equally impossible.
# 2. **Its gradient is entangled.** The derivative of a product with respect to one factor contains all
#    other factors. The derivative of a sum does not: each token has its own term.
# 3. **It cannot be averaged.** A long text has a smaller probability than a short one because it is long.
#    The mean of logarithms can be compared between lengths.
#
# Nothing is lost on the way: the logarithm grows strictly, so the model with the larger $\log P$ is the
# model with the larger $P$. The **log-likelihood** of a text is
#
# $$\log P(x_1,\dots,x_T) = \sum_{t=1}^{T} \log P(x_t \mid x_{<t}).$$
#
# To see the first trouble happen, take the bundled model and the last pages of `tales.txt`, which it was
# not trained on. `surprises` returns $-\log P$ for each of their tokens. It cuts the text into blocks that
# the model can read at once and puts a mark, the end-of-text token `eot_id`, before each of them: so the
# first token has a probability, too.

# %%
model, params, tokenizer = pretrained.load("mini")
text = data_path("tales.txt").read_text(encoding="utf-8").replace("<|endoftext|>", "")
cut = text.index("\n\n", int(0.96 * len(text))) + 2
train_text, held_out = text[:cut], text[cut:]
ids = np.array(tokenizer.encode(held_out))
surprise = likelihood.surprises(model, params, ids, tokenizer.eot_id)
source(likelihood.running_products)

# %%
products = {
    "float32": likelihood.running_products(-surprise[:400], np.float32),
    "float64": likelihood.running_products(-surprise[:400], np.float64),
}
figure = plots.underflow(products, np.cumsum(surprise[:400]))
picture(figure, "Left: two running products fall to zero. Right: the sum of surprises rises evenly.")

# %% [markdown]
# *What to see: on the left the product in float32 is gone after some twenty tokens and the one in float64
# after some hundred and fifty. On the right the same information as a sum: it rises almost evenly, and
# nothing stops it.*

# %% tags=["check"]
mean = surprise[:400].mean()
print(f"400 tokens: {surprise[:400].sum():.1f} nats, {mean:.4f} a token")
for name, values in products.items():
    room = -math.log(np.finfo(name).smallest_subnormal)
    print(f"{name} ends at exp(-{room:.1f}), room for {room / mean:.0f} tokens;", end=" ")
    print(f"exactly 0 from token {int((values > 0).sum()) + 1}")

# %% [markdown]
# You could have foreseen both ends: the smallest number that a precision can write down, in nats, divided
# by the nats that a token costs.
#
# ## Perplexity: two steps by hand
#
# A text of two tokens got the probabilities 0.40 and 0.60. Before you read on, work out its perplexity: the
# exponential of the *mean* surprise.

# %%
learn.ask("02.q1")

# %% tags=["check"]
steps = np.log(np.array([0.40, 0.60]))
print(f"log P = {steps[0]:.3f} + {steps[1]:.3f} = {steps.sum():.3f}")
print(f"mean surprise = {-steps.mean():.4f} nats, perplexity = {likelihood.perplexity(steps):.2f}")
print(f"check: 1 / sqrt(0.40 * 0.60) = {1 / math.sqrt(0.40 * 0.60):.2f}")

# %% [markdown]
# Written out for $T$ tokens,
#
# $$\text{PPL} = \exp\Big(-\frac1T\sum_{t}\log P(x_t\mid x_{<t})\Big)
# = \Big(\prod_t P(x_t \mid x_{<t})\Big)^{-1/T}.$$
#
# The second form says that perplexity is one over the *geometric* mean of the probabilities. It has a plain
# reading. A model that spreads its probability evenly over $k$ tokens has $\log P = -\log k$ at every step,
# so its perplexity is $k$. Perplexity 2.04 means: a little harder to predict than a fair coin, each time.
# Perplexity is at least 1, and 1 means certain and right.
#
# The geometric mean is strict. One token with probability 0 makes the perplexity infinite, however good the
# rest is. That is why models that count must never give a probability of 0, and why a softmax is
# convenient: it cannot give one, except by underflow.
#
# **Exercise 02.5.** Write `perplexity` yourself. It is one line; the point is which line.

# %%
learn.check("02.5")

# %% [markdown]
# ## From scores to probabilities
#
# A network does not produce probabilities. It produces $V$ real numbers $z_1,\dots,z_V$ without
# constraints, the **logits**. The softmax turns them into probabilities:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}.$$
#
# The exponential makes everything positive, the quotient makes the sum 1. If you add the same number $c$ to
# every logit, numerator and denominator are both multiplied by $e^{c}$, and nothing changes:
#
# $$\frac{e^{z_i+c}}{\sum_j e^{z_j+c}} = \frac{e^c\,e^{z_i}}{e^c\sum_j e^{z_j}} = p_i .$$
#
# That freedom pays for itself at once. $e^{710}$ is too large for float64. Choose $c = -\max_j z_j$: now
# every exponent is at most 0, no exponential exceeds 1, and at least one of them equals 1, so the
# denominator cannot be 0.

# %% tags=["check"]
scores = np.array([-0.54, 0.43, 0.19, 0.19, 0.06])
print("softmax:", softmax(scores).round(4), "sum", softmax(scores).sum().round(4))
print("printed elsewhere:", np.sum([0.098, 0.259, 0.204, 0.204, 0.179]).round(3), "in sum")
print("softmax of (2, 1, 0.5):", softmax(np.array([2.0, 1.0, 0.5])).round(4))

# %% [markdown]
# A widely copied worked example prints `0.098, 0.259, 0.204, 0.204, 0.179` for the first line. You can
# refuse that answer without computing one exponential: the printed values sum to 0.944. Adding up is the
# cheapest test a softmax has. Use it.
#
# **Exercise 02.1.** Write `softmax`, for any axis and for logits in the thousands.

# %%
learn.check("02.1")

# %% [markdown]
# When yours passes, hold it against the package's own:

# %%
source(ops.REFERENCE.softmax)

# %% [markdown]
# ## Log-softmax, exact where softmax is not
#
# The loss needs $\log p_i$. Taking the logarithm of the softmax is correct on paper and wrong on a
# computer: a probability that underflowed to 0 has the logarithm $-\infty$. Take the logarithm on paper
# first, with $m = \max_j z_j$:
#
# $$\log p_i = \log\frac{e^{z_i - m}}{\sum_j e^{z_j-m}} = (z_i - m) - \log\sum_j e^{z_j - m}.$$
#
# The sum contains the term $e^0 = 1$ and at most $V$ terms of that size, so its logarithm lies between 0
# and $\log V$. Nothing here can overflow, and $z_i - m$ is kept exactly, even if it is minus eight hundred.

# %% tags=["check"]
far = np.array([0.0, -800.0])
with np.errstate(all="ignore"):
    print("exp / sum of (1000, 1000):", np.exp([1000.0, 1000.0]) / np.exp([1000.0, 1000.0]).sum())
    print("log of softmax of (0, -800):", np.log(softmax(far)))
print("softmax of (1000, 1000):", softmax(np.array([1000.0, 1000.0])))
print("log_softmax of (0, -800):", log_softmax(far))

# %% [markdown]
# **Exercise 02.2.** Write `log_softmax`. Resist the temptation to call `softmax` in it.

# %%
learn.check("02.2")

# %% [markdown]
# ## Cross-entropy: the loss
#
# Training lowers the mean surprise at the targets. For logits of shape $(T, V)$ and targets $y$ of shape
# $(T)$,
#
# $$L = -\frac1T \sum_{t=1}^{T} \log p_{t,\,y_t}, \qquad p_t = \text{softmax}(z_t).$$
#
# Where do targets come from? From the text itself: row $t$ of the logits is what the model says after it
# has read up to place $t$, and its target is the token that comes next. A text of $T+1$ tokens gives $T$
# inputs and, shifted by one, $T$ targets.
#
# Its name comes from a more general formula. If the truth is a distribution $q$ and the model says $p$, the
# cross-entropy is $H(q, p) = -\sum_i q_i \log p_i$: the mean surprise of someone who believes $p$ in a
# world that follows $q$. Our $q$ is *one-hot*, all of it on the token that came, so only one term is left.
#
# How small can $H(q,p)$ get? Compare it with $H(q,q)$, using $\log u \le u - 1$ (the logarithm lies below
# its tangent at 1):
#
# $$H(q,q) - H(q,p) = \sum_i q_i \log\frac{p_i}{q_i} \le \sum_i q_i\Big(\frac{p_i}{q_i} - 1\Big)
# = \sum_i p_i - \sum_i q_i \le 1 - 1 = 0,$$
#
# the sums running over all $i$ with $q_i > 0$. So no belief does better than the truth itself. Where real
# text leaves several continuations open, the loss has a floor above 0, the entropy of the text, and no
# model passes below it. A loss of 0 on held-out text is a sign of a leak, not of skill.
#
# Let the five probabilities after "I love" be the truth, and try three beliefs:

# %% tags=["check"]
sharper = softmax(2 * np.log(probs))
beliefs = {"the truth itself": probs, "an even guess": np.full(5, 0.2), "too sure": sharper}
for name, p in beliefs.items():
    print(f"H(q, p) when p is {name:16}  {-(probs * np.log(p)).sum():.4f} nats")

# %% [markdown]
# In the package the loss is a pair: a forward function and its backward. Not every place counts the same.
# Texts of different lengths are filled up to one length with *padding*, and the filling must not count; so
# the forward takes a weight $w_t$ for each place, 1 unless given, and an id to ignore, where $w_t$ becomes
# 0. The loss is the weighted mean, and each place has a share in it:
#
# $$L = \sum_t \text{share}_t\,\big(-\log p_{t,\,y_t}\big), \qquad \text{share}_t = \frac{w_t}{\sum_s w_s}.$$
#
# **Exercise 02.3.** Write `cross_entropy_forward`, with weights and ignored places.
# (`np.take_along_axis` picks one entry of each row.)

# %%
learn.check("02.3")

# %%
source(cross_entropy_forward)

# %% [markdown]
# ## Its gradient: prediction minus fact
#
# Now the most important derivative of this course. Take one position with logits $z$ and target $y$. Write
# the loss without a quotient:
#
# $$L = -\log p_y = -z_y + \log\sum_j e^{z_j}.$$
#
# Differentiate with respect to any logit $z_i$. The first term gives $-1$ if $i = y$ and 0 otherwise. For
# the second, the chain rule for the logarithm gives one over the sum, times the derivative of the sum, in
# which only the term $j = i$ depends on $z_i$:
#
# $$\frac{\partial L}{\partial z_i} = -\mathbb 1[i=y] + \frac{1}{\sum_j e^{z_j}}\,e^{z_i}
# = p_i - \mathbb 1[i = y].$$
#
# In vectors, $\;dz = p - \text{onehot}(y)$. What the model said, minus what came. Lesson 01 found the same
# for one sigmoid, $\hat y - y$; the softmax is its form for $V$ choices.
#
# The long way gives the same and shows why it is so tidy. The slope against the probability is
# $\partial L/\partial p_y = -1/p_y$: it explodes when the model was sure of something else. The slope of
# the softmax comes from the quotient rule, with $Z = \sum_j e^{z_j}$ and so $\partial Z/\partial z_i =
# e^{z_i}$:
#
# $$\frac{\partial p_y}{\partial z_i} = \frac{\mathbb 1[i=y]\,e^{z_y}\,Z - e^{z_y}\,e^{z_i}}{Z^2}
# = p_y\,(\mathbb 1[i=y] - p_i),$$
#
# which vanishes there. In the product of the two the factor $p_y$ cancels, and neither trouble remains.
#
# A model predicts 0.7, 0.2 and 0.1, and the second token comes. What is the gradient at the second logit?

# %%
learn.ask("02.q3")

# %% tags=["check"]
logits = np.log(np.array([[0.7, 0.2, 0.1]]))
loss, cache = cross_entropy_forward(logits, np.array([1]))
print("loss", loss.round(4), " gradient", cross_entropy_backward(1.0, cache).round(4))
rng = np.random.default_rng(0)
inputs = {"logits": rng.standard_normal((4, 7)), "targets": rng.integers(0, 7, 4)}
pair = cross_entropy_forward, cross_entropy_backward
report = gradcheck.check_pair(*pair, inputs, rng=rng, wrt=("logits",))
print("agrees with finite differences to 1e-8:", report.max_error < 1e-8)

# %%
love = np.log(probs)[None]
_, cache = cross_entropy_forward(love, np.array([0]))
gradient = cross_entropy_backward(1.0, cache)[0]
picture(
    plots.gradient_bars(words, probs, 0, gradient),
    "Three bar charts: prediction, one-hot fact, and their difference, negative only for cats.",
)

# %% [markdown]
# *What to see: "I love", then "cats". The gradient is the first panel minus the second. It is negative for
# one token only, the one that came: a step against the gradient raises its logit and lowers all others,
# each in proportion to the belief it had. The bars of the third panel sum to 0.*
#
# Four properties follow, and each is a test you can run on an implementation:
#
# - Each row sums to 0, because $p$ and the one-hot vector both sum to 1. (The freedom to add $c$, seen from
#   behind.)
# - No entry is larger than 1 in size: one token cannot pull harder than that, however wrong the model was.
# - With a mean over $T$ positions, every row is divided by $T$; with weights, it is multiplied by its share.
# - Averaged over many positions with the *same* logits, the gradient is $p$ minus the shares of what came.
#   It is 0 exactly when the model predicts the observed shares. Maximising likelihood means: match the
#   counts.
#
# The next picture holds cross-entropy against a loss one might think of first, the squared error $(1-p)^2$
# of the probability. Two tokens compete; the horizontal axis is the lead $d$ of the right logit. With two
# tokens the softmax is a sigmoid of the lead, $p = e^d/(e^d + 1)$, with the slope $p(1-p)$. So the slope of
# $-\log p$ is $-(1-p)$, and that of the squared error is $-2(1-p)\cdot p(1-p)$: a factor $p$ is left over.

# %%
curves = likelihood.slopes_of_two(np.linspace(-8, 8, 161))
picture(plots.slopes(curves), "Two losses and their slopes against the lead of the right logit.")

# %% [markdown]
# *What to see: far on the left the model is confidently wrong. There the slope of $-\log p$ tends to $-1$:
# full pull. The slope of the squared error tends to 0: the model that is most wrong learns least.*

# %% tags=["check"]
ends = likelihood.slopes_of_two(np.array([-8.0, 0.0, 8.0]))
for i, lead in enumerate(ends.lead):
    print(f"lead {lead:+.0f}: slope of -log p {ends.log_slope[i]:+.4f}", end=", ")
    print(f"of (1-p)^2 {ends.squared_slope[i]:+.4f}")

# %% [markdown]
# **Exercise 02.4.** Write `cross_entropy_backward`. Compare with the package's function afterwards.

# %%
learn.check("02.4")

# %%
source(cross_entropy_backward)

# %% [markdown]
# ## The bundled model reads a sentence
#
# The bundled model has a vocabulary of 4,096 tokens. Suppose it had learned nothing and found all of them
# equally likely. What would its loss be? This is the first number to check in any training log.

# %%
learn.ask("02.q2")

# %% tags=["check"]
uniform = math.log(model.config.vocab_size)
print(f"vocabulary {model.config.vocab_size}, surprise of an even guess {uniform:.4f} nats")
print(f"a loss of 11 nats is an even guess among {math.exp(11):,.0f}")

# %% [markdown]
# A fresh model should start close to that value. One that starts far above it is confident without a
# reason, and its first steps go into unlearning that. So a loss of 11 at the start is healthy for a
# vocabulary of about $e^{11}$ = 59,874 tokens, and a mistake for one of 4,096. Now a sentence that begins
# as many stories do and ends with something none of them contains.

# %%
sentence = "Once upon a time there was a little girl who lived in a small house with her refrigerator."
sentence_ids = np.array(tokenizer.encode(sentence))
felt = likelihood.surprises(model, params, sentence_ids, tokenizer.eot_id)
tokens = [tokenizer.decode([int(i)]) for i in sentence_ids]
picture(
    plots.surprise_bars(tokens, felt, uniform),
    "Bars of surprise per token: low in the opening formula, high on the pieces of refrigerator.",
)

# %% [markdown]
# *What to see: after "Once", the words "upon a time" cost almost nothing; the model knows the formula by
# heart. "refrigerator" is not in its vocabulary and arrives in pieces; three of the four pieces surprise it
# more than an even guess would (orange). Those four carry most of the surprise of the whole sentence.*

# %% tags=["check"]
last = slice(-5, -1)
print(f"{len(tokens)} tokens: {felt.sum():.2f} nats, perplexity {likelihood.perplexity(-felt):.2f}")
print("pieces:", [token.strip() for token in tokens[last]], felt[last].round(2))
print(f"their share of the surprise: {felt[last].sum() / felt.sum():.3f}")
others = np.delete(felt, np.arange(len(felt))[last])
print(f"perplexity of the other tokens: {likelihood.perplexity(-others):.2f}")

# %% [markdown]
# One number for a text hides where it comes from. If you evaluate a model on your own documents, look at
# the surprises per token once. Names, numbers and formatting often carry most of it.
#
# ## Bits per byte: a unit without a tokenizer
#
# Perplexity counts *per token*, and tokens belong to a tokenizer. A tokenizer with longer tokens leaves
# fewer of them, each harder to predict: the total surprise of the text may be the same while perplexity
# doubles. What two models with different tokenizers share is the text, and its bytes. So divide the total
# by the bytes, and change the base of the logarithm to get bits:
#
# $$\text{bits per byte} = \frac{\sum_t -\log P(x_t\mid x_{<t})}{\ln 2 \cdot \text{bytes}} .$$
#
# It has a meaning outside of machine learning: an ideal compressor that uses the model's probabilities
# needs that many bits for a byte. Uncompressed text has 8. Here is one total, in several units.

# %% tags=["check"]
n_bytes, n_chars, n_words = len(held_out.encode()), len(held_out), len(held_out.split())
total = surprise.sum()
print(f"{len(ids)} tokens, {n_words} words, {n_chars} characters, {n_bytes} bytes, {total:.0f} nats")
for unit, n in (("token", len(ids)), ("word", n_words), ("character", n_chars), ("byte", n_bytes)):
    print(f"per {unit:9}  {total / n:8.4f} nats  perplexity {math.exp(total / n):10.2f}")
mini_bits = Evaluation(float(surprise.mean()), len(ids)).bits_per_byte(len(ids), n_bytes)
print(f"bits per byte: {mini_bits:.4f}")
token_bits = 3.47 / math.log(2)
print(f"loss 3.47: perplexity {math.exp(3.47):.1f}, {token_bits:.2f} bits per token,")
print(f"           1.57 bits per byte where a token has {token_bits / 1.57:.2f} bytes")

# %% [markdown]
# Perplexities from about four to nearly a thousand, for one model and one text (its characters happen to be
# one byte each). A perplexity without its unit says nothing. The last lines return to the three numbers of
# the beginning: from loss to perplexity you need an exponential only, from either to bits per byte you need
# to know how many bytes a token has on this text.
#
# Is the value good? Compare it with models that only count: how often did each character follow the one,
# two, ... characters before it? So that no probability is 0, each is mixed with that of the next shorter
# context, down to an even guess (Witten and Bell's rule: the more different characters have followed a
# context, the more weight the shorter one gets). They are fitted on the rest of `tales.txt`, so they know
# this style and these subjects; the bundled model has seen neither, it was trained on other books. They
# predict characters, it predicts tokens of several letters: only bits per byte can compare them.

# %% tags=["check"]
counted = score_text(train_text, held_out, 5)
bits = {f"characters, order {n}": score.bits_per_byte for n, score in counted.items()}
bits["bundled model"] = mini_bits
for name, value in bits.items():
    print(f"{name:20}  {value:.4f}")

# %%
picture(
    plots.bits_bars(bits, "bundled model"),
    "Bars of bits per byte: five count models and the bundled model, which has the smallest.",
)

# %% [markdown]
# *What to see: longer contexts help the count models up to order 4; at order 5 they meet too many contexts
# for the first time and get worse. The bundled model is ahead of all of them, by a smaller margin than you
# may have expected. Counting is a strong baseline.*
#
# ## Common mistakes
#
# **Softmax twice.** The loss takes logits. Give it probabilities and it applies the softmax again. Symptom:
# the loss falls a little and then sticks near $\log V$, whatever you do. The largest possible "logit" is 1
# and the smallest 0, so this is the floor:

# %% tags=["check"]
for V in (5, 4096):
    certain = np.eye(V)[:1]  # a perfect prediction, given as probabilities
    stuck, _ = cross_entropy_forward(certain, np.array([0]))
    print(f"V = {V}: a perfect model would be told {stuck:.4f}; log V = {math.log(V):.4f}")

# %% [markdown]
# **The logarithm of a softmax.** Symptom: `inf` or `nan` after a time that looked fine, because only then
# does some probability underflow.
#
# **The mean of perplexities.** Perplexity is an exponential, so the mean over documents is ruled by the
# worst one. Average the surprises, weighted by tokens, and exponentiate once:

# %% tags=["check"]
good, bad = np.full(90, -1.0), np.full(10, -6.0)
averaged = (likelihood.perplexity(good) + likelihood.perplexity(bad)) / 2
both = likelihood.perplexity(np.concatenate([good, bad]))
print(f"mean of the two perplexities {averaged:.1f}, perplexity of both texts together {both:.2f}")

# %% [markdown]
# **Nats taken for bits.** Symptom: a result that is better than the literature by a factor of 0.69, which
# is $\ln 2$.
#
# **Targets not shifted.** If the model is asked for the token it has just read, the task is copying, and
# the loss falls towards 0 fast. Symptom: too good to be true, and samples that repeat one token for ever.
#
# **Padding counted.** Places that were filled up are easy to predict. Symptom: the loss depends on how long
# the longest text of a batch is.
#
# ## In PyTorch
#
# ```python
# loss = F.cross_entropy(logits.view(-1, V), targets.view(-1))  # logits!
# loss.backward()
# ```
#
# Autograd did the derivation of this lesson for you: it stores the log-probabilities and hands
# $p - \text{onehot}$, divided by the number of targets, back to the logits. Differences to know: the class
# axis is the *second* one there, `(N, V, T)`, not the last; the default `ignore_index` is $-100$, ours is
# $-1$; with class weights `reduction="mean"` divides by the sum of the weights, as we do; and a batch in
# which everything is ignored gives `nan`, where ours gives 0. `F.cross_entropy` expects logits and
# `F.nll_loss` log-probabilities. Log-probabilities given to the first do no harm, since their log-softmax
# is themselves; logits given to the second meet no softmax at all, and the loss falls below 0 without end.
#
# ## What came later
#
# The loss has not changed since the first neural language models; what surrounds it has. *Label smoothing*
# replaces the one-hot target by a mixture with the uniform distribution. Some large models add a small
# penalty on $\log\sum_j e^{z_j}$ (the "z-loss") that holds down the very freedom to add a constant to all
# logits. *Fused* cross-entropy kernels never store the probabilities, because with a vocabulary above a
# hundred thousand they are often the largest array of a training step. And instruction tuning keeps the
# formula but counts only the answer's tokens: the weights argument above.
#
# ## Extend
#
# Bring down the bits per byte on `held_out` without training a network. You may fit whatever counts you
# like on `train_text`, and mix probabilities: $w\,P_1 + (1-w)\,P_2$ is a probability again. The score is
# bits per byte; the bundled model alone is the baseline. Choose $w$ without looking at `held_out`.
# (`scratchgpt.count_model.CountModel` counts any integers, tokens too.)

# %% tags=["check"]
print(f"baseline: {mini_bits:.4f} bits per byte")

# %% [markdown]
# ## Sources
#
# - C. Shannon, "A Mathematical Theory of Communication", 1948; "Prediction and Entropy of Printed English",
#   1951.
# - F. Jelinek, R. Mercer, L. Bahl, J. Baker, "Perplexity: a measure of the difficulty of speech recognition
#   tasks", 1977.
# - I. Witten, T. Bell, "The zero-frequency problem", 1991.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, 2016, sections 4.1 and 6.2.
