# %% [markdown]
# # 05 · Embeddings and positions
#
# *60 minutes · builds on 01, 02, 04 · exercises 05.1 to 05.5*
#
# ## The question
#
# The tokenizer hands over integers. Token 2,000 is not twice token 1,000, so a network cannot compute with
# them as numbers. And the integers come in an order, on which everything depends: "dog bites man" is no
# news, "man bites dog" is.
#
# Two questions, then. How does an integer become a vector that can be learned? And how does a model know
# *where* a token stands? The second has a surprise in it: the heart of a GPT, attention, cannot see order
# at all.
#
# ## Why it matters to you
#
# - **Padding on the left** shifts positions. One forgotten argument, and a good model babbles. You will
#   measure it.
# - **"Can I give it a longer text?"** depends on how positions were made. Three answers, measured past the
#   end.
# - **Frequent and rare tokens learn at different speeds,** because of how the gradient of the table is
#   summed. A famous one-line bug hides exactly there.
# - **What a model without positions can do** tells you what the causal mask (each place sees itself
#   and what stands before it) already gives away.

# %%
import numpy as np

from scratchgpt import learn, pretrained
from scratchgpt.errors import UserError
from scratchgpt.gradcheck import check_pair
from scratchgpt.notebooks import picture, source
from scratchgpt.ops.embedding import embedding_backward, embedding_forward
from scratchgpt.ops.positions import sinusoidal_positions
from scratchgpt.plots import positions as plots
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import CharTokenizer
from scratchgpt.worked import order, past_the_end
from scratchgpt.worked.embedding import embed_backward, embed_forward

# %% [markdown]
# ## A lookup is a matrix product
#
# Keep a table $W$ of shape $(V, C)$: one row of $C$ numbers for each of the $V$ tokens. Token $i$
# becomes row $i$, its **embedding**. That is the whole forward pass. To differentiate it, write it as a
# product. Let the text be the ids $i_0, \dots, i_{T-1}$ (places and ids are counted from 0, as in the code),
# and let $X$ $(T, V)$ have the **one-hot** rows $X_{tj} = 1$ where $j = i_t$, else 0. Then
#
# $$Y = X W, \qquad Y_{tc} = \sum_{j=0}^{V-1} X_{tj} W_{jc} = W_{i_t c}, \qquad (T, V)(V, C) \to (T, C).$$
#
# All terms of the sum but one are 0, so nobody computes it this way: one picks the row. What the product
# would cost, in GFLOP ($10^9$ multiplications and additions):

# %% tags=["check"]
weight = np.array([[0.2, 0.1], [0.5, -0.3], [-0.4, 0.6], [0.3, 0.8]])
ids = np.array([2, 0, 2, 2])
one_hot = np.eye(4)[ids]
print("product equals lookup:", np.array_equal(one_hot @ weight, weight[ids]))
T, V, C = 1024, 50_257, 768
print(
    f"GPT-2, {T:,} tokens: {2 * T * V * C / 1e9:.1f} GFLOP as a product, {T * C:,} numbers copied as a lookup"
)

# %% [markdown]
# Is it a linear layer without a bias, then? Exactly, one whose input is one-hot. The rows begin as random
# numbers with standard deviation 0.02 ("of size 0.02" below) and are learned like every other weight.
#
# **Exercise 05.1.** Write the lookup.

# %%
learn.check("05.1")

# %% [markdown]
# ## Its gradient is a scatter-add
#
# Let $dY$ $(T, C)$ be the gradient of the loss with respect to $Y$. The loss depends on $W_{jc}$ through
# every $Y_{tc}$, so the chain rule sums over all places $t$:
#
# $$dW_{jc} = \sum_{t=0}^{T-1} dY_{tc} \frac{\partial Y_{tc}}{\partial W_{jc}} = \sum_{t=0}^{T-1} X_{tj}\, dY_{tc}
# \qquad\text{that is}\qquad dW = X^\top dY .$$
#
# Since $X_{tj}$ is 1 exactly where token $j$ stands,
#
# $$dW_j = \sum_{t \,:\, i_t = j} dY_t .$$
#
# Every row collects the gradients of all the places where its token stood: a **scatter-add**. A token that
# did not occur gets 0.

# %%
learn.ask("05.q1")

# %% tags=["check"]
dy = np.array([[0.5, 0.1], [0.9, -0.7], [-0.2, 0.3], [0.4, 0.2]])
_, cache = embedding_forward(ids, weight)
dweight = embedding_backward(dy, cache)
print(dweight)
print("equals one-hot transposed times dy:", np.allclose(dweight, one_hot.T @ dy))

# %%
picture(
    plots.scatter_add(ids, ["row 0", "row 1", "row 2", "row 3"], dy, dweight),
    "Left, the gradients at four places of a text; right, the table's gradient: row 2 is the sum of three.",
)

# %% [markdown]
# *What to see: row 2 stood at places 0, 2 and 3 and has the sum of these three lines. Rows 1 and 3 did not
# occur.*
#
# **Exercise 05.2.** Write the gradient. The line that comes to mind first is `dweight[ids] += dy`. Try it,
# and see what the check says.

# %%
learn.check("05.2")

# %% [markdown]
# The package's version, to compare with yours (`xp` is NumPy, or its counterpart on a GPU):

# %%
source(embedding_forward, embedding_backward, docstring=False)

# %% [markdown]
# Why `add.at` and not `dweight[ids] += dy`? NumPy reads that line as: take the rows (copies), add, write
# them back. Of several places with the same id, the last one written wins, and the others are lost. No
# error, right shape:

# %% tags=["check"]
lost = np.zeros_like(weight)
lost[ids] += dy
print("with +=, row 2:", lost[2], " right:", dweight[2])

# %% [markdown]
# How much is lost on real text? The bundled model's tokenizer, on eight pieces of 64 tokens of the tales:

# %% tags=["check"]
model, params, mini = pretrained.load("mini")
tales = data_path("tales.txt").read_text(encoding="utf-8").split("<|endoftext|>")
docs = [np.array(mini.encode(tale.strip())) for tale in tales]
batch = np.stack([doc[:64] for doc in docs if len(doc) > 64][:8])
tokens, n = np.unique(batch, return_counts=True)
lost_share = 1 - len(tokens) / batch.size
print(f"{batch.size} places, {len(tokens)} different tokens: {lost_share:.1%} of the places lost")
frequent = np.argsort(-n)[:5]
print({mini.token_bytes(int(tokens[i])).decode(): int(n[i]) for i in frequent})

# %% [markdown]
# What to expect in training: rare tokens learn as they should, frequent ones at the speed of rare ones. The
# loss still falls, and nothing looks broken. A gradient check finds it at once, *if* its ids repeat.
#
# The right sum has a consequence too: a frequent token's row gets many contributions at every step, a rare
# one's is 0 at most steps. Lesson 10 shows what optimizers make of that.
#
# ## Blind to order
#
# Attention is the subject of lesson 06. Here you need one sentence about it, as a black box: **each
# position receives a weighted average over all positions.** How much position $t$ wants of position $s$ is
# a positive number $a(x_t, x_s)$, which depends on these two vectors and on nothing else. What it gets of
# it is $v(x_s)$, with one function $v$ for all positions. Division by the sum makes an average of it:
#
# $$y_t = \frac{\sum_s a(x_t, x_s)\, v(x_s)}{\sum_s a(x_t, x_s)} .$$
#
# All other parts of a GPT's layer treat each position by itself, and by the same rule. Now let the words
# change places: $x'_t = x_{\pi(t)}$ for a permutation $\pi$. Then
#
# $$y'_t = \frac{\sum_s a(x_{\pi(t)}, x_{\pi(s)})\, v(x_{\pi(s)})}{\sum_s a(x_{\pi(t)}, x_{\pi(s)})}
# = \frac{\sum_r a(x_{\pi(t)}, x_r)\, v(x_r)}{\sum_r a(x_{\pi(t)}, x_r)} = y_{\pi(t)} ,$$
#
# because neither sum cares in which order its terms come ($r = \pi(s)$ runs over all positions). The
# outputs change places with the words, and otherwise *nothing changes*. What holds for one layer holds for
# a stack of them.
#
# So "dog" has the same **state**, the vector at its place after the last layer, in both sentences. Here is
# the package's GPT with two layers in which every position sees every other, with large random weights so
# that no effect can hide:

# %% tags=["check"]
blind = order.order_model(2, causal=False, positions="none")
weights = order.loud(order.drawn(blind, seed=0), seed=1)
states = {}
for sentence in ("dog bites man", "man bites dog"):
    words = sentence.split()
    h, _ = blind.hidden(weights, np.array([[order.WORDS.index(word) for word in words]]))
    states[sentence] = h[0, words.index("dog")]
    print(f"{sentence}: the state of dog begins", states[sentence][:4].round(4))
print("largest difference below 1e-12:", np.abs(np.subtract(*states.values())).max() < 1e-12)

# %% [markdown]
# A model like this reads a bag of words. "Dog bites man" and "man bites dog" are the same to it, with any
# weights, after any training.
#
# ## What the causal mask gives away
#
# A GPT predicts from the left, so position $t$ averages over $s \le t$ only; the **causal mask** leaves the
# others out of both sums. Does that restore order? Ask the *last* position, which sees everything: first in
# a model of one layer, then in one of two.

# %%
learn.ask("05.q2")

# %%
learn.ask("05.q3")

# %% tags=["check"]
sentence = ("dog", "bites", "man", "?")
kinds = {
    "no mask, no positions": (False, "none"),
    "causal, no positions": (True, "none"),
    "no mask, learned positions": (False, "learned"),
    "causal, learned positions": (True, "learned"),
}
spreads = {label: [] for label in kinds}
print("different last states over 6 orders, with 1, 2, 3, 4 layers:")
for label, (causal, positions) in kinds.items():
    found = []
    for n_layer in (1, 2, 3, 4):
        gpt = order.order_model(n_layer, causal, positions)
        last = order.last_states(gpt, order.loud(order.drawn(gpt, 0), 1), sentence)
        spreads[label].append(float(np.abs(last - last[0]).max()))
        found.append(order.distinct(last))
    print(f"{label:27} {found}")

# %%
picture(
    plots.order_seen(spreads),
    "Largest change of the last state over the number of layers, log scale: without mask and positions at "
    "rounding level throughout; causal without positions at that level for one layer, near 1 from two on.",
)

# %% [markdown]
# *What to see: without mask and positions the change is a rounding error at any depth. With the mask alone
# it is a rounding error for one layer, and large from two on. With positions it is large at once.*
#
# Why? With one layer the last position takes a single average, and what it averages are vectors of single
# words: a **set**. With two layers, the state at place $s$ after the first depends on the word there *and on
# the set of words up to it*. For "dog bites man" these sets are {dog}, {dog, bites}, {dog, bites, man}; for another order
# they are others. The second layer averages over these states, and so the last position sees nested sets,
# which spell the order. The first word is the easiest to recognise: it has seen nobody but itself.
#
# There is a limit. An average forgets how many terms it had if all are equal:

# %% tags=["check"]
gpt = order.order_model(4, causal=True, positions="none")
h, _ = gpt.hidden(order.loud(order.drawn(gpt, 0), 1), np.zeros((1, 6), int))
print(
    "dog dog dog dog dog dog: largest difference between places below 1e-12:",
    np.ptp(h[0], axis=0).max() < 1e-12,
)

# %% [markdown]
# Without positions, a text that repeats one token looks the same at every place, however deep the model is.
#
# ## Does it learn? Positions removed, in both
#
# Seeing order is one thing, using it another. A small task: all 30 sentences "X bites Y ?" with six
# animals. At the question mark the model must name the biter. Who sees a set knows the two animals and must
# guess: its loss cannot go below $\ln 2$. Twelve models of width 16, 80 steps each: with and without mask,
# one and two layers, and positions of three kinds: none, and two that the next section explains.

# %%
runs = {
    (n_layer, causal, positions): order.learn_order(n_layer, causal, positions)
    for causal in (False, True)
    for n_layer in (1, 2)
    for positions in ("none", "learned", "sinusoidal")
}

# %% tags=["check"]
print(f"ln 2 = {np.log(2):.4f}")
for (n_layer, causal, positions), run in runs.items():
    kind = f"{'causal' if causal else 'no mask'}, {n_layer} layer{'s' * (n_layer > 1)},"
    print(f"{kind:18} {positions:10}: loss {run.losses[-1]:.2f}, right {run.accuracy:.0%}")

# %%
picture(
    plots.order_learned(runs),
    "Four panels of loss curves. Without positions the loss stays at ln 2 in three of them; with a "
    "causal mask and two layers it falls to 0 like the others.",
)

# %% [markdown]
# *What to see: without positions (solid) the loss stops at the dotted line, ln 2, except in the panel with
# a causal mask and two layers. There it falls to 0 about as fast as with positions. The derivation was
# right, and training finds the way.*
#
# So a model without a causal mask (BERT is one) *must* have positions. A causal model of two layers or more
# can do without, and some do.
#
# ## Two ways to say where
#
# **Learned.** Beside the tokens' table, now $W_e$, a second table $W_p$ $(N, C)$ with one row per place, which
# is added to the token's row:
#
# $$h_t = W_e[i_t] + W_p[t] .$$
#
# That is what GPT-1 and GPT-2 do. Its gradient is a scatter-add again, with the ids $0, 1, \dots, T-1$ for
# every text of the batch: row $t$ collects place $t$ of all texts. On small numbers:

# %% tags=["check"]
wte = np.array([[0.2, -0.1, 0.5, 0.3], [0.8, 0.4, -0.2, 0.1], [0.1, 0.7, 0.3, -0.4]])
wpe = np.array([[0, 0.1, 0, -0.1], [0.1, 0, -0.1, 0.1], [0, -0.1, 0.1, 0]])
h, cache = embed_forward(np.array([[0, 1, 2]]), wte, wpe)
print(h[0].round(4))
tables = {"ids": np.array([[2, 0, 2], [1, 2, 2]]), "wte": wte, "wpe": wpe}
report = check_pair(embed_forward, embed_backward, tables, rng=np.random.default_rng(0))
print("gradients agree with finite differences:", report.ok)

# %% [markdown]
# **Exercises 05.4 and 05.5.** The sum of both tables, and both gradients: what does row $t$ of $W_p$ hear
# from a batch of $B$ texts?

# %%
learn.check("05.4")

# %%
learn.check("05.5")

# %%
source(embed_forward, embed_backward, docstring=False)

# %% [markdown]
# Why add, and not put the two vectors side by side? A matrix that reads them side by side has rows of its own
# for each and computes $xM_1 + pM_2$. One that reads the sum computes $(x + p)M = xM + pM$: still one
# contribution of the token and one of the place, with the same $M$. That is less free, but costs no width,
# and training can let the two point in different directions of the $C$ dimensions.
#
# **Sinusoidal.** Nothing is learned. The columns go in pairs $i = 0, \dots, C/2 - 1$, the hands of clocks
# that turn at different speeds $\omega_i = 10000^{-2i/C}$:
#
# $$p_{t,2i} = \sin(\omega_i t), \qquad p_{t,2i+1} = \cos(\omega_i t) .$$
#
# Why such a form? Move on by $k$ places. For each pair, with the addition theorems,
#
# $$\begin{pmatrix} \sin \omega(t+k) \\ \cos \omega(t+k) \end{pmatrix} =
# \begin{pmatrix} \cos \omega k & \sin \omega k \\ -\sin \omega k & \cos \omega k \end{pmatrix}
# \begin{pmatrix} \sin \omega t \\ \cos \omega t \end{pmatrix} :$$
#
# a rotation that depends on the distance $k$ and not on $t$. One fixed matrix means "three places further"
# everywhere in the text. And the dot product of two places depends on their distance alone:
#
# $$p_t \cdot p_s = \sum_i \left( \sin\omega_i t \sin\omega_i s + \cos\omega_i t \cos\omega_i s \right)
# = \sum_i \cos \omega_i (t - s) .$$

# %%
learn.ask("05.q4")

# %% tags=["check"]
p = sinusoidal_positions(40, 64)
print("dot products at distance 4:", [round(float(p[t] @ p[t + 4]), 4) for t in (0, 7, 30)])
print(
    "sum of cosines:            ", round(float(np.cos(4 * 10000.0 ** (-np.arange(0, 64, 2) / 64)).sum()), 4)
)
print("dot product with itself:   ", round(float(p[5] @ p[5]), 4))

# %%
picture(
    plots.position_table(sinusoidal_positions(256, 256), "computed positions"),
    "Left, stripes that grow wider with the dimension; right, cosines that are largest on the diagonal and "
    "equal along every parallel to it.",
)

# %% [markdown]
# *What to see: left, fast hands on the left and almost still ones on the right. Right, every parallel to
# the diagonal has one colour: only the distance counts, and near places are alike.*
#
# **Exercise 05.3.** Write the clocks, without a loop: an array of angles $(T, C/2)$ first.

# %%
learn.check("05.3")

# %% [markdown]
# And what did the bundled model *learn* for its 256 places?

# %%
picture(
    plots.position_table(params.flat["wpe.weight"].astype(np.float64), "the bundled model's positions"),
    "Left, a noisy table with vertical stripes; right, cosines in two blocks: early places are alike, "
    "late places are alike, and the two groups point against each other.",
)

# %% [markdown]
# *What to see: nobody told it that place 20 lies beside place 21. Still, near places are more alike than
# distant ones. But it is no clock: early and late places form two camps that point against each other (blue
# corners).*
#
# The token table has learned a geography as well. Nearest rows by cosine, mean removed:

# %%
rows = params.flat["wte.weight"].astype(np.float64)
rows = rows - rows.mean(axis=0)
rows /= np.linalg.norm(rows, axis=1, keepdims=True)
for word in (" king", " three", " red", " said"):
    nearest = np.argsort(-(rows @ rows[mini.encode(word)[0]]))[1:6]
    print(f"{word:7}", [mini.token_bytes(int(i)).decode() for i in nearest])

# %% [markdown]
# ## Past the last position
#
# A learned table ends. The bundled model has 256 rows, for the places 0 to 255. A 257th token has no place,
# and the package says so:

# %% tags=["check"]
try:
    model.hidden(params, np.zeros((1, 257), int))
except UserError as error:
    print(error)

# %% [markdown]
# A computed table never ends. Does that mean the model can go on? Train a character model of two layers and
# width 32 for 200 steps, each on eight pieces of 16 characters of the tales, then let it read 64, and look at
# the loss of each place. Four versions: learned positions, none, sinusoidal, and sinusoidal with token vectors that start
# 50 times as large, at size 1. The reason for the last is their lengths. A vector of $C$ random numbers of
# size $\sigma$ has a length near $\sigma\sqrt C$, a sinusoidal one $\sqrt{C/2}$:

# %% tags=["check"]
places = np.linalg.norm(sinusoidal_positions(16, 32), axis=1).mean()
print(f"length of a sinusoidal vector, C = 32: {places:.2f}; of a fresh token vector: {0.02 * 32**0.5:.3f}")
print(f"the place is {places / (0.02 * 32**0.5):.0f} times as loud as the token")

# %%
text = "".join(tales)
characters = CharTokenizer.train(text)
ids = np.array(characters.encode(text))
cut = len(ids) * 9 // 10
inputs, targets = past_the_end.windows(ids[cut:], 64, 100, np.random.default_rng(2))
curves = {}
for positions, std in (("learned", 0.02), ("none", 0.02), ("sinusoidal", 0.02), ("sinusoidal", 1.0)):
    gpt = past_the_end.character_model(characters.vocab_size, positions)
    trained = past_the_end.train_characters(gpt, ids[:cut], token_std=std)
    T = 16 if positions == "learned" else 64
    gpt = past_the_end.longer(gpt, T)
    label = f"{positions}, tokens of size {std:g}"
    curves[label] = past_the_end.loss_by_position(gpt, trained, inputs[:, :T], targets[:, :T])

# %% tags=["check"]
for label, losses in curves.items():
    beyond = f"{losses[16:].mean():.2f}" if len(losses) > 16 else "refused"
    print(f"{label:31} places 0 to 15: {losses[:16].mean():.2f}   16 to 63: {beyond}")

# %%
picture(
    plots.beyond(curves, past_the_end.TRAINED),
    "Loss by position: the learned curve ends at 16; without positions it stays almost level; both "
    "sinusoidal curves rise beyond the trained length.",
)

# %% [markdown]
# *What to see (each point is the mean of four places): left of the line three models are close, and the one
# whose tokens are drowned by their places is behind. Right of the line both sinusoidal models get worse,
# though every vector is defined; the model without positions stays almost level.*
#
# A vector that exists is not a vector that was trained. The hands at place 40 stand in a combination that
# the network never met. A longer context needs positions that *generalise*, or training on longer texts.
#
# Note the other result: on its own ground the model without positions is close to the one with learned
# positions (one short run each: another seed may turn so small a difference). The causal mask gives much of
# the order away, in real text as in the small task.
#
# ## Common mistakes
#
# **Left padding, positions not corrected.** To batch prompts of different lengths, programs fill up on the
# left. If positions are then counted over the padding, a short prompt begins at place 192 and not at 0. The
# bundled model on eight beginnings of tales, 64 tokens each, the same tokens every time:

# %% tags=["check"]
x = np.stack([doc[:65] for doc in docs if len(doc) > 64][:8])
for start in (0, 16, 128, 192):
    at = np.arange(64) + start
    loss = past_the_end.loss_by_position(model, params, x[:, :-1], x[:, 1:], positions=at).mean()
    print(f"places {start:3} to {start + 63:3}: {loss:5.1f} nats a token")
print(f"guessing blindly: {np.log(mini.vocab_size):.1f}")

# %% [markdown]
# A shift of a few places costs little; at 192 the loss is several times that of blind guessing. In
# training, a token at place 192 always had 192 tokens before it. Nothing prepared the model for a late
# place with a short past, and the blue corners of the picture show how different late vectors are. Cure:
# `positions` that count from 0 at the first real token.
#
# **Position vectors missing or mixed up.** What does the trained model lose?

# %% tags=["check"]
x = np.stack([doc[:129] for doc in docs if len(doc) > 128][:4])
zeroed, mixed = params.copy(), params.copy()
zeroed.flat["wpe.weight"][...] = 0
mixed.flat["wpe.weight"][1:] = params.flat["wpe.weight"][1:][np.random.default_rng(0).permutation(255)]
for name, p in (("as trained", params), ("all position vectors 0", zeroed), ("rows mixed up", mixed)):
    loss = past_the_end.loss_by_position(model, p, x[:, :-1], x[:, 1:]).mean()
    print(f"{name:24} {loss:.2f} nats a token")

# %% [markdown]
# Symptom: no error, and a loss that is worse by about half a nat. That is easy to overlook, because the words
# and the mask carry most of the load.
#
# **A negative id.** In NumPy `weight[-1]` is the last row. A padding value of -1 becomes a real token,
# silently. The package refuses it:

# %% tags=["check"]
try:
    model.hidden(params, np.array([[5, -1]]))
except UserError as error:
    print(error)

# %% [markdown]
# **`+=` with repeated ids**, as above: frequent tokens learn slowly, and only a gradient check with repeated
# ids tells. **Positions counted from 1**: the first row is never trained, and a text of full length fails.
#
# ## In PyTorch
#
# ```python
# wte, wpe = torch.nn.Embedding(50257, 768), torch.nn.Embedding(1024, 768)
# h = wte(ids) + wpe(torch.arange(ids.shape[1]))
# ```
#
# Autograd did the scatter-add for you, and summed the position rows over the batch. Where its defaults
# differ: rows start from N(0, 1), not from 0.02, which is far too large when the same table serves as the
# head (lesson 09); `padding_idx` keeps one row's gradient at 0; `sparse=True` stores only the rows that
# occurred; a negative id is an error. `grad[ids] += d` loses repeats there too; `index_add_` does not. On a
# GPU an id out of range stops the program with an assertion far from the line that caused it, and the order of the sum varies from
# run to run.
#
# ## What came later
#
# - **Relative positions**: for each distance a learned vector (Shaw) or number (T5), added where two
#   positions are compared.
# - **RoPE** turns vectors inside attention by the rotation above, so that dot products depend on the
#   distance and no vector is added. Most open models use it.
# - **ALiBi** subtracts a penalty proportional to the distance, and goes on past the trained length.
# - **Interpolation** squeezes the places of a longer text into the trained range, with a little more
#   training.
# - **No positions at all** works in causal models of some depth, as our two layers suggest.
#
# ## Extend
#
# Make the character model read on. Same size (two layers, width 32), same 200 steps on eight pieces of 16
# characters, any way to say where a token stands, or any way to feed it in training. Score: the mean loss
# of places 16 to 63. The score to beat is that of no positions at all:

# %% tags=["check"]
print(f"places 16 to 63, no positions: {curves['none, tokens of size 0.02'][16:].mean():.3f}")

# %% [markdown]
# ## Sources
#
# - Bengio et al. 2003, *A Neural Probabilistic Language Model*, section 2
# - Vaswani et al. 2017, *Attention Is All You Need*, sections 3.4 and 3.5
# - Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*, section 3.1
# - Shaw, Uszkoreit, Vaswani 2018, *Self-Attention with Relative Position Representations*
# - Su et al. 2021, *RoFormer*; Press, Smith, Lewis 2022, *Train Short, Test Long*
# - Haviv et al. 2022, *Transformer Language Models without Positional Encodings Still Learn Positional
#   Information*
# - Kazemnejad et al. 2023, *The Impact of Positional Encoding on Length Generalization in Transformers*
