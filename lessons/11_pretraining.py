# %% [markdown]
# # 11 · Pre-training
# *100 minutes · builds on 02, 04, 09, 10 · exercises 11.1 to 11.5*
#
# ## The question
# You have a model (lesson 09), a rule that improves it (lesson 10) and the internet. How does raw text
# become something a model can learn from? What does the falling loss mean while it falls: what can the
# model do at 2.3 nats that it could not do at 2.9? And how do you know that it goes well, before the bill
# arrives?
#
# ## Why it matters to you
# You will rarely pre-train from nothing. You will often continue: on the manuals of your company, on
# support tickets, on code. Then the same decisions are yours. Which documents do you throw away, and which
# of them wrongly? Is the training loss good because the model is good, or because the test text was in the
# training text? Is the run slow, or broken? Each of these has a cheap check, and you will have run it by
# the end of this lesson.

# %%
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from scratchgpt import learn, optim
from scratchgpt.corpus import batches, deduplicate, filters, minhash, pipeline, shards
from scratchgpt.count_model import CountModel
from scratchgpt.experiments import pretraining
from scratchgpt.experiments.pretraining_signs import signs
from scratchgpt.model import GPT
from scratchgpt.notebooks import picture, source
from scratchgpt.plots import pretraining as pictures
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import load as load_tokenizer
from scratchgpt.trainer import Run, Trainer, stats
from scratchgpt.worked import accumulation, counting, crawl

record = json.loads(data_path("results/pretraining.json").read_text(encoding="utf-8"))

# %% [markdown]
# ## A crawl that you can read
#
# A *crawl* is what a program brings home that follows links: articles, menus, spam, error pages, several
# languages, and the same text again and again. Ours has 48 documents, made up for this lesson. Their
# names say what they are meant to be; no filter looks at the names.

# %% tags=["check"]
pages = crawl.pages()
for page in (pages[0], pages[19], pages[21], pages[36]):
    print(f"{page.name:14}{page.text[:60]}")
print(len(pages), "documents")

# %% [markdown]
# Six questions are asked of each document, and the first "no" ends it. Cheap questions come first. The one
# that has to remember most of each document comes last, so that it remembers only good ones.

# %%
source(pipeline.Pipeline._judge)

# %% tags=["check"]
judges = pipeline.standard(crawl.classifier())
print(judges.limits)
decisions = list(judges.decide(pages))
tally = pipeline.tally(decisions)
print(tally)
for d in (decisions[i] for i in (0, 19, 29, 41)):
    print(json.dumps(d.row()))

# %% [markdown]
# One line for each document, kept or dropped, and why. Keep such a report whenever you filter anything:
# it is the only way to find out, weeks later, what your filter ate.

# %%
picture(
    pictures.dropped(tally),
    "Horizontal bars of the documents left after each filter, from 48 in the crawl down to 18.",
)

# %% [markdown]
# *What to see: fewer than half of the documents survive, and each filter takes some. In real crawls
# it is far less than half.*
#
# ### The filters are wrong in ways that you should know
# **Language** counts small words. Each running text is full of "the", "of" and "and", or of "der", "und"
# and "nicht". The language with the largest share wins. That needs no model, and it fails on lists.
#
# **Unwanted words** are on a list. A list cannot tell use from mention:

# %% tags=["check"]
by_name = {d.page.name: d for d in decisions}
asked = "insults court rubbish_days polite_spam moon_cheese brakes_rewritten notes"
for name in asked.split():
    print(f"{name:17}{by_name[name].reason:16}{by_name[name].detail}")

# %% [markdown]
# The insults are gone, as intended. So are a court report that *quotes* an insult, and a notice about
# household trash. Large word lists do this to medical pages, to the history of persecuted people and to a
# town called Scunthorpe. `notes`, a packing list, has no small words. On the other side, `polite_spam` and
# `moon_cheese` are kept: both are fluent English, and no filter here knows what is true or who pays for it.
# **A quality filter judges form.** `brakes_rewritten` says what `brakes` says in other words, and we come to
# that below.

# %% [markdown]
# ## A quality filter, by hand
#
# "Good" is learned from examples. Ours are paragraphs of the bundled tales; the bad ones are twenty pieces
# of spam, menus, logs and shouting. Each text becomes seven numbers $x$ that one can
# read: the share of letters, of capitals, of function words and so on. Then logistic regression. With
# $z_i = w \cdot x_i + b$ and $p_i = \sigma(z_i)$ the probability of "good", the loss of text $i$ with label
# $y_i \in \{0, 1\}$ is
#
# $$\ell_i = -y_i \log p_i - (1 - y_i) \log(1 - p_i) = \log(1 + e^{z_i}) - y_i z_i .$$
#
# (Insert $\log p = z - \log(1 + e^z)$ and $\log (1-p) = -\log(1 + e^z)$.) Its derivative is short:
# $\frac{d}{dz} \log(1 + e^z) = \frac{e^z}{1 + e^z} = \sigma(z)$, so $\partial \ell_i / \partial z_i =
# \sigma(z_i) - y_i$: the output error of lesson 01 again. Each text has a weight $s_i$ (`share` in the code),
# so that 543 good ones do not drown 20 bad ones, and L2 pulls $w$ (never $b$) towards zero:
#
# $$L = \textstyle\sum_i s_i \, \ell_i + \frac{\lambda}{2} \lVert w \rVert^2 .$$
#
# With $X$ of shape $(N, 7)$, one row for each text, and $dz$ short for $\partial L / \partial z$:
#
# $$dz = s \odot (\sigma(z) - y), \qquad dw = X^\top dz + \lambda w, \qquad db = \textstyle\sum_i dz_i .$$

# %%
source(filters.logistic_loss, docstring=False)

# %% tags=["check"]
rng = np.random.default_rng(0)
x, y, s = rng.normal(size=(9, 4)), rng.integers(0, 2, 9).astype(float), np.full(9, 1 / 9)
w, step = rng.normal(size=4), 1e-6
(_, dw, _), *sides = (
    filters.logistic_loss(w + e, 0.3, x, y, s, 0.1)
    for e in step * np.vstack([np.zeros(4), np.eye(4), -np.eye(4)])
)
numeric = [(sides[k][0] - sides[k + 4][0]) / (2 * step) for k in range(4)]
print("by hand           ", dw.round(5))
print("finite differences", np.round(numeric, 5))
quality = crawl.classifier()
print(len(crawl.good_texts()), "good and", len(crawl.bad_texts()), "bad examples; the weights:")
for name, weight in zip(filters.FEATURES, quality.weight, strict=True):
    print(f"  {name:38}{weight:+.2f}")

# %% [markdown]
# Gradient descent from zero found these weights. The features are standardised, so they compare. Function
# words speak most for a text; signs and exclamation marks against it, and so do long words and capitals. You
# could have guessed the signs, not the sizes. Larger projects train such a classifier on pages that good
# pages link to, or on labels from a large model. It is the same regression with more features.

# %% [markdown]
# ## The same text again
#
# Copies waste compute, and they are learned by heart. Copies that reach from the training text into the
# test text are worse: they make the score a lie. Exact copies are easy. Hash the text in lower case with
# single spaces, and look the hash up. But a changed word changes the hash.
#
# Take a document as the *set* of its **shingles**, here all runs of three words. Two sets are as similar as
# their Jaccard index
#
# $$J(A, B) = \frac{|A \cap B|}{|A \cup B|} .$$
#
# Comparing all pairs of $n$ documents costs $n^2/2$ comparisons: for a billion documents, never. Two
# ideas make it cheap.
#
# **Idea 1: MinHash.** Put all possible shingles in a random order. Which shingle of $A \cup B$ comes
# first? Each one equally likely. The first shingle of $A$ and the first of $B$ are the same
# exactly if the first of the union lies in both sets. So
#
# $$P(\text{same first}) = \frac{|A \cap B|}{|A \cup B|} = J .$$
#
# One order is a coin with bias $J$. $K$ orders are $K$ throws, and the share of agreements estimates $J$ with
# standard error $\sqrt{J(1-J)/K}$. A document is now $K$ numbers, its **signature**, however long it was. An
# order is never written down: each shingle is hashed to a number $u$, and its place in order $k$ is
# $(a_k u + b_k) \bmod 2^{64}$ with random $a_k$ and $b_k$. The signature keeps the upper 32 bits.
#
# **Your turn, 11.1 and 11.2:** the signature of a set, and the similarity that two signatures show.

# %%
learn.check("11.1")

# %%
learn.check("11.2")

# %%
source(minhash.minhash_signature, minhash.minhash_similarity, docstring=False)

# %% tags=["check"]
orders = minhash.MinHash.draw(np.random.default_rng(0))
texts = dict(pages)
for name in ("bees_reposted", "soup_reposted", "brakes_rewritten"):
    one, two = (minhash.shingles(texts[n]) for n in (name, name.partition("_")[0]))
    true = minhash.jaccard(one, two)
    told = minhash.minhash_similarity(orders.signature(one), orders.signature(two))
    error = minhash.standard_error(true, 128)
    print(f"{name:17} J = {true:.3f}, 128 orders say {told:.3f}, standard error {error:.3f}")

# %% [markdown]
# The rewritten page shares meaning and few runs of words: to MinHash it is another text. Who wants to find
# *paraphrases* needs vectors of meaning, at a far higher price.
#
# **Idea 2: bands.** Even signatures should not be compared pair by pair. Cut the $K = b\,r$ numbers into $b$
# bands of $r$ rows. Two documents become a candidate pair if *all* rows of *some* band agree. That
# is a look-up of $b$ keys in a dictionary. All rows of one band agree with probability $J^r$; they do not
# with $1 - J^r$; in none of the bands with $(1 - J^r)^b$. Hence
#
# $$P(\text{candidate}) = 1 - (1 - J^r)^b .$$

# %%
learn.ask("11.q1")

# %% tags=["check"]
for j in (0.2, 0.4, 0.5, 0.6, 0.8):
    print(f"J = {j}: {orders.pair_probability(j):.4f}")
common = (12, 20, 26, 30, 34, 38, 42, 46, 50, 54)
measured = minhash.measure_banding(orders, common, np.random.default_rng(1))
for point in measured[2::3]:
    p = orders.pair_probability(point.similarity)
    print(f"J = {point.similarity:.3f}: formula {p:.3f}, measured {point.share:.3f}")

# %%
shapes = ((32, 4), (64, 2), (16, 8))
cuts = {f"{b} bands of {r}": replace(orders, bands=b, rows=r) for b, r in shapes}
picture(
    pictures.banding(measured, {name: cut.pair_probability for name, cut in cuts.items()}, 0.5),
    "Three S-shaped curves of the probability to share a band against similarity. Black measured "
    "points lie on the curve for 32 bands of 4 rows; other shapes lie left and right of it.",
)

# %% [markdown]
# *What to see: the points are measured, 200 pairs each, and lie on the curve. The curve is a soft switch: few
# rows move it left (more candidates to check), many rows move it right (more missed). Candidates are then
# compared by their signatures, so that a band too many costs time, and now and then a false alarm.*
#
# Does it work? We make 5,000 paragraphs from sentences of the bundled texts. 500 of them are copies
# of an earlier one with one to six words replaced, left out, added or doubled. Another 500 are cousins: they
# share two of their five sentences with an earlier paragraph, and must be *kept*.

# %% tags=["check"]
planted = deduplicate.plant(np.random.default_rng(0))
found = minhash.near_duplicates(planted.texts, minhash.Index(orders, threshold=0.5))
recall, precision = deduplicate.judge(planted, found)
print(f"{len(planted.texts)} paragraphs, {len(planted.repeats)} copies, {len(found)} named")
print(f"recall {recall:.3f}, precision {precision:.3f}")
for number in found.keys() - planted.repeats.keys():
    earlier, told = found[number]
    true = minhash.jaccard(*(minhash.shingles(planted.texts[n]) for n in (number, earlier)))
    print(f"wrong: a cousin, J = {true:.3f}, its signature says {told:.3f}")

# %% [markdown]
# That took 5,000 signatures and their look-ups, in place of twelve million comparisons. The one wrong name
# among 501 is a cousin with bad luck: its estimate lies three standard errors too high. Whoever cannot
# afford that compares the few candidates shingle by shingle.

# %% [markdown]
# ## Tokens on disk, and batches
#
# What is left is encoded and written in **shards**: files of plain 16-bit numbers behind a header of one
# line. They are *mapped* into memory: the array looks as if it were there, and the system
# reads the pages that you touch. A corpus larger than memory needs no more of it. The command
# `python -m scratchgpt.corpus FILES --out DIR` does all of this for your own text.

# %% tags=["check"]
tokenizer = load_tokenizer(data_path("mini"))
kept = [np.array([tokenizer.eot_id, *tokenizer.encode(d.page.text)]) for d in decisions if d.kept]
with tempfile.TemporaryDirectory() as folder:
    where = Path(folder) / "corpus"
    total = shards.write_shards(kept, where, tokenizer.vocab_size, shard_tokens=1000)
    mapped = shards.open_shards(where)
    print(total, "tokens in", len(mapped.parts), "shards:", type(mapped.parts[0]).__name__)
    ids, targets = mapped.batches(batch_size=2, block_size=8, seed=0).at(0)
    del mapped
print("ids    ", ids[0], repr(tokenizer.decode(ids[0].tolist())))
print("targets", targets[0], repr(tokenizer.decode(targets[0].tolist())))

# %% [markdown]
# A batch is a set of windows. The targets are the same tokens, one place later. Thanks to the causal mask
# every position is a training example of its own: a text of $T + 1$ tokens gives $T$ signals, not
# one. The end-of-text token stands before every document, so that a model also learns how texts begin.

# %%
learn.ask("11.q2")

# %% [markdown]
# **Your turn, 11.3:** a batch, from the tokens of a text and the places where its windows begin.

# %%
learn.check("11.3")

# %%
source(batches.next_token_batch, batches.Batches.at, docstring=False)

# %% [markdown]
# In each epoch `_epoch_starts` cuts the text into windows at a fresh random offset and shuffles them. The
# $n$-th batch is a *function* of $n$ and the seed: no iterator has a state that could be lost, which will
# make the resumption below exact.
#
# ### How much is much?
# | text | characters or tokens (the last two cited) | steps of ours |
# |---|---|---|
# | the bundled tales, character by character | 219,116 | 428 |
# | what the bundled model `mini` read, repetitions counted | 14.3 M | 28,000 |
# | English Wikipedia (cited: about 4 B) | 4,000,000,000 | 7.8 M |
# | the training of LLaMA-3 (cited: Meta 2024, 15 T) | 15,000,000,000,000 | 29,300 M |
#
# From the first line to the last it is a factor of 68 million, and a token is longer than a
# character. Pipelines like the one above are not
# housekeeping at that size: they decide what the model is. RefinedWeb, a large public corpus, removed nearly
# 90 % of the documents of its crawl (cited: Penedo et al. 2023).

# %% tags=["check"]
trainer, chars = pretraining.make_trainer()
per_step = trainer.batches.at(0)[1].size
print("predictions in a step", per_step)
print(f"passes in 3,000 steps: {3000 / trainer.batches.steps_per_epoch:.1f}")
ours = len(trainer.data.train)
for name, n in {"tales": ours, "mini": 14.3e6, "Wikipedia": 4e9, "LLaMA-3": 15e12}.items():
    print(f"{name:10}{n:20,.0f} tokens {n / per_step:15,.0f} steps {n / ours:11,.0f} x")

# %% [markdown]
# ### A batch in pieces
# When a batch does not fit into memory, it is worked through in *micro-batches*: a forward and a backward pass
# for each, and one step of the optimizer for all of them. A pass gives the mean loss $\bar\ell_m$ over the $n_m$
# target tokens of its micro-batch, padding left out. The loss of the whole batch is the mean over all tokens,
# and a gradient goes through sums and factors unchanged:
#
# $$L = \frac{\sum_m n_m \, \bar\ell_m}{\sum_m n_m}, \qquad
# \nabla L = \frac{\sum_m n_m \, \nabla \bar\ell_m}{\sum_m n_m} .$$
#
# The mean of the means is the same only where all $n_m$ are equal. Otherwise the tokens of short
# micro-batches weigh more than the others, and nothing complains: widely used training loops had it wrong until
# 2024 (cited: Hugging Face 2024). **Your turn, 11.4**; then see how much it matters.

# %%
learn.check("11.4")

# %%
source(accumulation.accumulate_gradients, docstring=False)

# %% tags=["check"]
ids, targets = trainer.batches.at(0)
targets[6:, 5:] = -1  # two texts of five tokens, padded
fresh = trainer.model.init(np.random.default_rng(0), np.float64)


def loss_and_gradient(ids, targets):
    loss, cache = trainer.model.loss(fresh, ids, targets)
    grads = fresh.zeros_like()
    trainer.model.loss_backward(1.0, cache, grads)
    return float(loss), grads.buffer


whole = loss_and_gradient(ids, targets)[1]
parts = [loss_and_gradient(ids[rows], targets[rows]) for rows in (slice(6), slice(6, 8))]
losses, gradients = zip(*parts, strict=True)
pieces = targets[:6], targets[6:]
for name, found in (
    ("weighed by tokens", accumulation.accumulate_gradients(losses, gradients, pieces)[1]),
    ("mean of means    ", sum(gradients) / 2),
):
    print(f"{name}: off by {np.linalg.norm(found - whole) / np.linalg.norm(whole):.1%} of the gradient")
print("target tokens:", *((t != -1).sum() for t in pieces))

# %% [markdown]
# Ten tokens had half of the say, and the gradient of the other 384 nearly drowned in theirs.

# %% [markdown]
# ## The first steps, live
#
# A small model: 4 blocks, 4 heads, 128 wide, windows of 64 characters, AdamW with warm-up and cosine
# (lesson 10). It was trained for 3,000 steps, seven passes through the tales, and the record is kept in
# `data/results/pretraining.json` (**recorded, 35 minutes** beside other work on two busy cores; curves,
# samples and statistics below are drawn from it). You repeat its first 30 steps now.
# Before you do: what is the loss of a model that knows nothing?

# %%
learn.ask("11.q3")

# %% [markdown]
# A step in order: batches, gradients, the factor that clips them, a halt unless all is finite, the rate, the
# update.

# %%
source(Trainer.step, docstring=False)

# %% tags=["check"]
state = trainer.init(trainer.model.init(np.random.default_rng([0, 0])))
live, kept_state, inside = [], None, None
for _ in range(30):
    state, report = trainer.step(state, stats=state.step == 18)
    live.append(report.loss)
    inside = report.stats or inside
    if state.step == 15:
        kept_state = state.copy()
healthy = record["runs"][0]
print(f"{state.params.buffer.size:,} parameters, {chars.vocab_size} characters")
print(f"ln 76 = {np.log(76):.4f}")
print("live    ", *(f"{live[i]:.2f}" for i in (0, 1, 4, 9, 19, 29)))
print("recorded", *(f"{healthy['loss'][i]:.2f}" for i in (0, 1, 4, 9, 19, 29)))
print("all 30 within 1e-3:", np.abs(np.array(live) - healthy["loss"][:30]).max() < 1e-3)

# %% [markdown]
# The first loss is $\ln 76$ and a little more: a fresh model has nearly no preference, and the small random
# preferences that it has are wrong on average. **Check that number first in any run.** Much higher means
# that the initialisation is too wide or the targets are broken. Lower means that the answer leaks into the
# input (you will see one below).

# %% [markdown]
# ## What the loss means: phases
#
# A loss of 2.3 nats says little by itself. So put something beside it that you understand. A *count model* of
# order $k$ knows how often each character followed each context of $k$ characters in the training text, and
# nothing more. Order 0 knows how common each letter is, order 1 knows pairs. A long context was seen
# rarely, so the model mixes it with the next shorter one, $h'$. If $x$ came $c$ times after the context $h$,
# and after $h$ came something $N$ times and $D$ different characters, then
#
# $$P(x \mid h) = \frac{c + D \, P(x \mid h')}{N + D} .$$
#
# (Over all $x$ the counts $c$ add up to $N$, so that $P$ adds up to 1. In the code $D$ is `trust`, with
# `escape` 1.) Seen often and always followed by the same: the counts decide. Seen rarely, or followed by
# everything: the shorter context does. It begins with no context at all and equal probabilities.
#
# **Your turn, 11.5:** a count model of any order, in a loop or two.

# %%
learn.check("11.5")

# %% [markdown]
# The package counts once, into sorted tables, and scores all positions of a text together; this is how it mixes.
# Your way and its way agree:

# %%
source(CountModel._mix)

# %% tags=["check"]
train = trainer.data.train[:20_000]
counted = CountModel.fit(train, chars.vocab_size, order=2)
for context in ("th", "q", "zx"):
    h = chars.encode(context)
    p = counting.counted_probabilities(train, h, chars.vocab_size)
    same = np.allclose(p, counted.distribution(np.array(h)), atol=1e-14)
    best = chars.decode(np.argsort(-p, kind="stable")[:3].tolist())
    print(f"after {context!r}: likeliest {best!r}, {np.sort(p)[::-1][:3].round(3)}, both agree: {same}")

# %% tags=["check"]
lines = pretraining.count_lines(trainer.data.train, trainer.data.val, chars.vocab_size)
crossed = pictures.crossings(healthy["held_out"], lines)
for order, (nats, at) in enumerate(zip(lines, crossed, strict=True)):
    when = f"from step {at}" if at else "never"
    print(f"order {order}: {nats:.3f} nats, the network is below it {when}")
print("the network at the end:", healthy["held_out"][-1])
print(f"its training loss, mean of the last 200 steps: {np.mean(healthy['loss'][-200:]):.3f}")

# %%
chosen = (1, 29, 365, 1292, 3000)
samples = {p["step"]: p["text"] for p in healthy["probes"] if p["step"] in chosen}
picture(
    pictures.loss_phases(healthy["loss"], healthy["held_out"], lines, samples),
    "Training and held-out loss against the step on a logarithmic axis, falling from 4.35 to 1.55 "
    "through four of five dashed lines of count models. Beside it a sample text from each of five "
    "phases, from random signs to English-looking sentences.",
)

# %% [markdown]
# *What to see: where the curve crosses a line, the network has overtaken what that line knows (¶ is a line
# break). A: random signs. B, below order 0: more spaces and common letters, in no order, rare signs among
# them. C, below order 1: letters follow each other as in English. D, below order 2: short words, quotation
# marks and line breaks in their places. E, below order 3: mostly words. It never crosses the line of order
# 4.*
#
# That is the reading of a loss curve: **where it crosses a line is the phase**. At 2.9 nats the network
# knows letters, at 2.3 it begins to know more than pairs. The curve does not slow down because "training
# has stalled"; the next thing to learn is rarer and longer. Towards the end the training loss, 1.435, runs
# away from the held-out loss: text read seven times is partly known by heart. And be honest with
# the baseline: a table of counts of order 4 beats 3,000 steps of this network. Before you trust a network,
# compute what counting gets.
#
# On tiny Shakespeare, which is not bundled, the lines of order 1 to 4 are 2.486, 2.049, 1.774 and 1.669 nats
# with 90 % for training (cited: counted with this package; another program gives 1.773 and 1.665 for the
# last two). Lines belong to a text.

# %% [markdown]
# ## Perplexity, and what it cannot compare
#
# The exponential of the loss is the perplexity (lesson 02): the number of equally likely characters that
# would be as hard to predict.

# %% tags=["check"]
for step, loss in (healthy["held_out"][i] for i in (0, 10, -1)):
    bits = loss * len(trainer.data.val) / (trainer.data.val_bytes * np.log(2))
    perplexity = np.exp(loss)
    print(f"step {step:4}: {loss:.3f} nats, perplexity {perplexity:.2f}, {bits:.3f} bits per byte")
history = json.loads(data_path("mini/history.json").read_text(encoding="utf-8"))
last = history[-1]
print(
    f"mini, last milestone: {last['val_loss']:.3f} nats, perplexity {last['perplexity']:.1f},",
    f"{last['bits_per_byte']:.3f} bits per byte",
)

# %% [markdown]
# Our small network ends at a perplexity near 4.7, the bundled model, trained for hours, at about 32. That
# does not make it worse: one of its tokens stands for some three characters, and three characters at
# once are harder to guess than one. Across tokenizers only **bits per byte** compare, the loss of all tokens
# divided by $\ln 2$ and by the bytes that they stand for, and only on the same text. These two are of
# different texts, so that even 2.229 against 1.569 is a hint and no result.

# %% [markdown]
# ## A rate that is too large
#
# It is often said that a too-large learning rate shows in the samples before it shows in the curve. The
# record holds three runs at 3, 10 and 30 times the healthy rate, otherwise equal, for 600 steps. At each
# milestone sixteen texts are drawn, and their words of three letters or more are looked up in the
# training text. Two verdicts were fixed before the runs. The *curve* shows it when the held-out loss lies
# 0.1 nats above the healthy run at the same step, or, without a healthy run to compare, when it
# rises 0.05 above its own minimum. The *samples* show it when their share of known words lies two standard
# errors below the healthy one.

# %% tags=["check"]
by_rate = {run["lr"]: dict(map(tuple, run["held_out"])) for run in record["runs"]}
print("held-out loss at step", *(f"{step:8}" for step in (1, 13, 103, 239, 556)))
for rate, loss in by_rate.items():
    print(f"rate {rate:<16g}", *(f"{loss[step]:8.3f}" for step in (1, 13, 103, 239, 556)))
for run in record["runs"][1:]:
    rise, gap, bad = signs(healthy, run)
    print(f"rate {run['lr']:g}: rise at {rise}, above the healthy curve at {gap}, samples at {bad}")
print(len(trainer.data.val) - 1, "characters are predicted in an evaluation")

# %%
picture(
    pictures.large_rates(record["runs"], record["held_out_known"]),
    "Left: held-out loss of four rates over 600 steps. Right: share of known words in samples.",
)

# %% [markdown]
# *What to see: left, for the first dozen steps the larger rates are ahead. Then 0.06 stays at the loss of
# bare frequencies and 0.02 at that of pairs, while 0.006 lies on the healthy curve. Right: the samples say
# the same, with wide error bars.*
#
# So does the rule hold? **Not at our size.** Three times the rate was not too large: it ends where the
# healthy run does. At ten times the curve rises a little at step 68 and lies 0.1 above the healthy one at
# step 365; the samples show it at step 365. At thirty times it is step 8 against step 68. The curve
# is first both times, and there is a reason: it is a mean over 24,346 characters, and the samples of a
# milestone hold some 200 words.
#
# The rule may come from a different situation: one run, no healthy one beside it, and a person who reads
# the samples. After its bump the curve at ten times the rate falls at each milestone and looks
# healthy by itself, at 2.36 nats. What gives it away are the lines: after 556 steps it has not
# crossed that of order 1, at 2.319. (These runs were planned with 300 steps, and prolonged to 600 because
# two of the three had shown little by then.)

# %% [markdown]
# ## Inside: gradients, updates, activations
#
# The loss is one number. Three more for each block say whether the machine behind it is well, and
# `python -m scratchgpt.train --stats 100` writes them for your own runs:
#
# - the **norm of the gradient**: does the error reach all blocks? Zero in one of them means that it is cut
#   off; thousands, that something explodes.
# - the **update-to-weight ratio** $\lVert \Delta w \rVert / \lVert w \rVert$: how much of itself a block
#   changes in one step. About $10^{-3}$ is the usual advice; $10^{-1}$ is vandalism, $10^{-6}$ is standing
#   still.
# - the **standard deviation of the residual stream** behind each block: does the signal stay in range?
#
# (The code keeps the entropies of the attention, too.)

# %%
source(stats.layer_statistics)

# %% tags=["check"]
then = {row["step"]: row["blocks"] for row in healthy["stats"]}
recorded = [(b["grad_norm"], b["update_ratio"], b["activation_std"]) for b in then[19]]
now = [(b.grad_norm, b.update_ratio, b.activation_std) for b in inside]
print("step 19, recorded:", *(f"gradient {g:.3f}" for g, _, _ in recorded))
print("live within 1 %:", np.allclose(now, recorded, rtol=1e-2))
for step in (1, 103, 3000):
    print(f"step {step:4}: update/weight", *(f"{b['update_ratio']:.5f}" for b in then[step]))
    print("           stream       ", *(f"{b['activation_std']:7.2f}" for b in then[step]))

# %%
picture(
    pictures.layers(healthy["stats"]),
    "Three panels over the steps of the recorded run, one line for each of four blocks: norm of the "
    "gradient, update-to-weight ratio, standard deviation of the residual stream.",
)

# %% [markdown]
# *What to see: left, the gradient falls tenfold within a dozen steps, then block 0, next to the embeddings,
# keeps the largest one. Middle: the ratio is a picture of the schedule. It climbs with the warm-up to about
# $10^{-2}$ at step 103, and falls with the cosine to less than $10^{-3}$. Right: every block adds to the
# stream, so that it is wider behind each one, and training makes it forty to sixty-five times wider at the
# end.*
#
# Three readings. The ratios of all blocks lie together: no block is left out, none runs away. Ten
# times the usual $10^{-3}$ was fine here, for a small model and a short run. And the growing stream is why a
# norm stands before each sub-layer (lesson 08): what a block reads has the size 1 whatever the stream
# does. A dead block would show as a gradient of zero, a broken one as a line that leaves the others.

# %% [markdown]
# ## Stopping and going on, exactly
#
# A run of days will be interrupted. What must a checkpoint hold so that the run afterwards is *the same*,
# bit for bit, as one that never stopped? All that a step reads: the parameters, both moments of AdamW,
# the step number (for bias correction and schedule), the number of the next batch, and the state
# of the random generator. In this package that is one value, the `TrainState`. You kept it at step 15. It
# goes to disk, a new trainer reads it, and 15 steps later it is compared with the run that did not stop.

# %% tags=["check"]
with tempfile.TemporaryDirectory() as folder:
    Run(trainer, chars, Path(folder), {"texts": []}).save(kept_state, "last")
    fresh, _ = pretraining.make_trainer()
    resumed = Run(fresh, chars, Path(folder), {"texts": []}).load()
    print("back at step", resumed.step, "with batch", resumed.batch, "next")
while resumed.step < 30:
    resumed, report = fresh.step(resumed)
same = resumed.params.buffer.tobytes() == state.params.buffer.tobytes()
moments = all(resumed.moments[k].tobytes() == m.tobytes() for k, m in state.moments.items())
print("parameters equal, byte for byte:", same, "- moments too:", moments)

# %% [markdown]
# Now forget one thing, as many training scripts do: the moments start again at zero.

# %% tags=["check"]
forgetful = replace(kept_state.copy(), moments=trainer.optimizer.init(kept_state.params))
losses = []
for _ in range(15):
    forgetful, report = trainer.step(forgetful)
    losses.append(report.loss)
print("same batches, moments kept  ", *(f"{x:.2f}" for x in live[15:30:4]))
print("same batches, moments zeroed", *(f"{x:.2f}" for x in losses[::4]))

# %% [markdown]
# The curve goes on, a little differently, and nothing complains. That is what makes the mistake common.

# %% [markdown]
# ## Common mistakes
#
# | mistake | what you see |
# |---|---|
# | targets not shifted by one | the loss falls far below every line within minutes; samples repeat one sign |
# | test text inside the training text | a held-out loss that is too good, and gets better with every epoch |
# | filters never read back | the model cannot do what the dropped documents were about |
# | windows always cut at the same places | the same tokens are first in a window, and never have a context |
# | only the mean loss watched | a block has stopped to learn, and the others hide it |
# | moments or data position not saved | a small bump, or documents seen twice, after each restart |
# | perplexities of two tokenizers compared | the model with the shorter tokens seems better |
#
# The first two, live. A small model whose targets are its own inputs:

# %% tags=["check"]
model = GPT(replace(trainer.model.config, n_layer=1, n_embd=64))
for shifted in (True, False):
    params, rule = model.init(np.random.default_rng(0)), optim.AdamW()
    moments, losses = rule.init(params), []
    for n in range(60):
        ids, targets = trainer.batches.at(n)
        loss, cache = model.loss(params, ids, targets if shifted else ids)
        losses.append(loss)
        grads = params.zeros_like()
        model.loss_backward(1.0, cache, grads)
        rule.step(params, grads, moments, lr=3e-3, step=n + 1)
    name = "next character" if shifted else "own character "
    print(name, f"first loss {losses[0]:.2f}, after 60 steps {losses[-1]:.2f}")

# %% [markdown]
# The first loss tells: below $\ln 76$, since a model with tied embeddings repeats its input before it has
# learnt anything. Sixty steps, and it is below the best line of the whole lesson. A loss that is too good
# is a bug until you have proved otherwise. And here is contamination, with the count model of order 4,
# which cannot have become wiser:

# %% tags=["check"]
train, held_out = trainer.data.train, trainer.data.val
for share in (0.0, 0.1, 0.5):
    leaked = np.concatenate([train, held_out[: int(share * len(held_out))]])
    nats = CountModel.fit(leaked, chars.vocab_size, 4).mean_nll(held_out)
    print(f"{share:4.0%} of the test text in the training text: {nats:.3f} nats")

# %% [markdown]
# ## In PyTorch
#
# ```python
# loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
# loss.backward(); torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0); optimizer.step()
# ```
#
# Autograd walked back through all blocks. What it does not do for you: `optimizer.zero_grad()`; the shift
# by one (the Hugging Face models shift inside, so a shift of your own makes it two); mapping the shards
# (`np.memmap` serves there too). A checkpoint needs `model.state_dict()`, `optimizer.state_dict()`, the
# schedule, the position of the data loader and *four* generators (Python, NumPy, CPU, GPU). A `DataLoader`
# with shuffling cannot be asked for its $n$-th batch, one reason why exact resumption is rare. Bit-for-bit
# equality on a GPU also needs `torch.use_deterministic_algorithms(True)`, since sums there are otherwise
# taken in changing order.

# %% [markdown]
# ## What came later
#
# - **Data**: quality classifiers learned from labels of large models, de-duplication over whole crawls,
#   several sources mixed in chosen shares, the best of them last (annealing); text written by models.
# - **How much**: compute-optimal training uses about 20 tokens for each parameter (cited: Hoffmann et al.
#   2022). Since a small model is cheaper to *use*, today's are trained far beyond that.
# - **Batches**: documents packed into long windows with attention masked at their borders; batch size
#   raised during training.
# - **Schedules**: warm-up, a long constant rate and a short decay, so that a run can be prolonged.
#
# ## Extend
#
# Beat the held-out loss of this configuration after 239 steps of 512 predictions. Change what you
# like (rate, warm-up, shape, batch of equal size), and keep the text, the characters and the number of
# predictions. `pretraining.make_trainer` shows how a trainer is made, `trainer.evaluate(state.params)` gives
# the score: nats per character on all held-out text; less is better. The baseline's schedule was made for
# 3,000 steps, so there is room.

# %% tags=["check"]
print("baseline at step 239:", by_rate[healthy["lr"]][239], "nats per character")

# %% [markdown]
# ## Sources
#
# - Broder 1997, On the resemblance and containment of documents (MinHash).
# - Indyk, Motwani 1998, Approximate nearest neighbors (bands).
# - Witten, Bell 1991, The zero-frequency problem (the count models).
# - Lee et al. 2022, Deduplicating training data makes language models better.
# - Brown et al. 2020, Language models are few-shot learners, appendix A (quality, contamination).
# - Penedo et al. 2023, The RefinedWeb dataset.
# - Hoffmann et al. 2022, Training compute-optimal large language models.
# - Hugging Face 2024, Fixing gradient accumulation (a post in their blog).
# - Meta 2024, The Llama 3 herd of models.
