# %% [markdown]
# # 00 · Start here
#
# *40 minutes · builds on nothing · no exercises yet*
#
# ## The question
#
# What does a GPT do when it writes? Not what it is made of: that takes fourteen lessons. What does
# it *do*, seen from outside, when you give it a text and get more text back?
#
# The answer fits in one sentence. **It gives a probability to every token that could come next; one
# of them is drawn and put behind the text; and this is repeated.** In this lesson you will watch it
# happen, take it apart into its steps, and see five lines put them together again. Then you will
# learn how these lessons work and where to find what in the package.
#
# This lesson shows. It does not explain how the probabilities come about. Each part is named here
# with the lesson that derives it.
#
# ## Why it matters to you
#
# If you use language models, you have met these questions. Why do I get another answer to the same
# prompt? Is an invented fact a fault, or what should be expected? Why does a long answer cost more
# than a long prompt? Which of these can I change with a setting, and which not? The loop of this
# lesson answers all four, before any mathematics: two of its parts are yours to set (the prompt and
# how to draw), one is not (the model).
#
# ## What you need
#
# These lessons are for people who use language models and want to understand them. You need
#
# * **Python**: functions, classes, `NamedTuple`; you need not have written a package,
# * **NumPy**: shapes, broadcasting, `@`, sums over an axis,
# * **calculus**: derivatives, partial derivatives, the chain rule,
# * **linear algebra**: matrix products, the transpose, the dot product,
# * **probability**: what a distribution is, a mean, a variance, independence.
#
# You do not need any knowledge of neural networks, nor of PyTorch. To see whether you are ready,
# answer these five on paper. The cell after the next one computes the answers.
#
# 1. `A` has shape (2, 3, 4) and `W` (4, 5). What is the shape of `A @ W`?
# 2. `x` has shape (2, 3). What are the row sums of `x - x.mean(axis=1, keepdims=True)`?
# 3. What is the derivative of $\log(1 + e^z)$ at $z = 0$?
# 4. Which product is the same as $(A B)^\top$: $A^\top B^\top$ or $B^\top A^\top$?
# 5. Two independent events have the probabilities 0.4 and 0.6. What is the probability of both?

# %%
import numpy as np

from scratchgpt import learn, plots, pretrained, sampling
from scratchgpt.config import SampleConfig
from scratchgpt.errors import UserError
from scratchgpt.experiments.floor_plan import FLOORS
from scratchgpt.notebooks import picture, source
from scratchgpt.notebooks.lesson import find
from scratchgpt.ops.activations import relu_backward, relu_forward
from scratchgpt.plots import first_look

# %% tags=["check"]
rng = np.random.default_rng(0)
x, A, B = (rng.standard_normal(shape) for shape in ((2, 3), (2, 3), (3, 4)))
centred = x - x.mean(axis=1, keepdims=True)
print("1.", (np.ones((2, 3, 4)) @ np.ones((4, 5))).shape)
print("2.", np.abs(centred.sum(axis=1)).round(12))
print("3.", (np.log(1 + np.exp(1e-6)) - np.log(2)).round(12) * 1e6)
print("4. B^T A^T:", np.allclose((A @ B).T, B.T @ A.T))
print("5.", 0.4 * 0.6)

# %% [markdown]
# The reasons, in the same order. `@` multiplies the last axis of `A` with the first of `W`; the axes
# before it stay. The mean of a row, taken from each of its entries, takes the whole sum away. The
# chain rule gives $e^z / (1 + e^z)$, at 0 one half; you will meet this function in lesson 01. A
# transposed product turns its factors round. Independent means that probabilities are multiplied.
# If two or more gave you trouble, an hour with a text on that subject first will save you more than
# an hour here.
#
# ## Let it write
#
# The repository contains a small GPT, called `mini`, that this project trained with its own code.
# We load it and let it go on from four words. The cell prints each piece as soon as the model has
# written it: run it and watch.

# %% tags=["check"]
model, params, tokenizer = pretrained.load("mini", dtype=np.float64)
prompt = tokenizer.encode("Once upon a time")
config = SampleConfig(max_new_tokens=60)


def story(seed, config, **options):
    rng = sampling.generator(seed)
    return sampling.sample_text(model, params, tokenizer, prompt, config, rng, **options)


print("Once upon a time", end="")
sample = story(4, config, write=lambda piece: print(piece, end=""))

# %% [markdown]
# English sentences, a name, a story that has a beginning. Soon it loses its way: what might it mean
# to "do something like she had"? That is what a model of this size can do. How many numbers does it
# consist of, and how long may its texts be?

# %% tags=["check"]
print(f"{params.buffer.size:,} numbers, {model.config.vocab_size:,} tokens in its vocabulary")
print(f"texts of up to {model.config.block_size} tokens")
print("the prompt as tokens:", [tokenizer.decode([i]) for i in prompt], "by number:", prompt)

# %% [markdown]
# The model does not see letters. A *tokenizer* cuts a text into pieces from a fixed list, the
# vocabulary, and hands over their numbers. Frequent words are one token, space included; rare ones
# are made of several. How such a list is learned is the subject of lesson 04.
#
# ## What may come next
#
# You give the model a prompt. How much does it say about the next token? This is the first recall
# question of the lessons. Put your answer in, `learn.ask("00.q1", 7)` if you think 7, and run the
# cell again, before you read on:

# %%
learn.ask("00.q1")

# %%
AS_IT_IS = SampleConfig(temperature=1.0, top_p=1.0)  # the model's own probabilities, no filter


def next_probabilities(text):
    ids = np.array([tokenizer.encode(text)])  # (1, T)
    logits, _ = model.forward(params, ids)  # (1, T, V): scores for what follows each position
    return sampling.probabilities(logits[0, -1], AS_IT_IS)  # (V,)


def likeliest(text, n):
    probs = next_probabilities(text)
    best = np.argsort(-probs)[:n]
    return [tokenizer.decode([int(i)]) for i in best], probs[best]


def in_words(text):
    pairs = zip(*likeliest(text, 4), strict=True)
    return ", ".join(f"{token!r} {p:.3f}" for token, p in pairs)


# %% tags=["check"]
probs = next_probabilities("Once upon a time")
print("shape", probs.shape, "- sum", probs.sum().round(6), "- smallest", f"{probs.min():.0e}")
for token, p in zip(*likeliest("Once upon a time", 5), strict=True):
    print(f"{token!r:10} {p:.4f}")

# %% [markdown]
# It says something about *every* token: 4,096 probabilities, none of them zero, with the sum 1. A
# comma is most likely. The word "there" is next, so a story can begin in either way. Three prompts
# side by side:

# %%
prompts = ("Once upon a", "She wanted to play with her", "The")
picture(
    first_look.next_tokens({text: likeliest(text, 6) for text in prompts}, model.config.vocab_size),
    "The six likeliest next tokens after three prompts, and all others in grey.",
)

# %% [markdown]
# *What to see: after "Once upon a" nearly everything lies on one token. After "She wanted to play
# with her" there are a few good ways to go on. After "The" the six likeliest together have less
# than a fifth, and the rest is spread over four thousand others. The model is sure where English is
# sure.*
#
# ## One distribution, repeated
#
# A probability for each token is not a text yet. Somebody has to choose. The simplest honest way is
# to *draw*: take each token as often as its probability says. Then the text is one token longer,
# and the game starts again. (The settings used here lean a little towards the likely tokens, as
# most programs do: `SampleConfig` has a temperature of 0.8 and a `top_p` of 0.95 unless told
# otherwise. Lesson 12 says what these do.)
#
# If $t_1, \dots, t_n$ are the tokens so far, and $P$ stands for what the model computes, each round
# is
#
# $$ t_{n+1} \sim P(\,\cdot \mid t_1, \dots, t_n) . $$
#
# The sign $\sim$ means "is drawn from". Note what is on the right: all tokens so far, whether you
# wrote them or the model did. It makes no difference between them, and it keeps nothing else in
# mind.

# %%
picture(
    first_look.the_loop(len(prompt), model.config.vocab_size),
    "A loop: text, tokens, GPT, probabilities, draw, and back to the text.",
)

# %% [markdown]
# *What to see: chance enters at one place only, the orange one. Everything before it is a fixed
# computation: the same text always gives the same probabilities.*
#
# You ask for 60 new tokens. Before you read on:

# %%
learn.ask("00.q2")

# %% [markdown]
# Here is the loop in five lines. It uses three things of the package: `model.forward` (lesson 09),
# `sampling.probabilities` and `sampling.draw` (lesson 12).

# %% tags=["check"]
ids, rng, runs = list(prompt), sampling.generator(seed=4), 0
for _ in range(60):
    logits, _ = model.forward(params, np.array([ids]))
    ids.append(int(sampling.draw(sampling.probabilities(logits[0, -1], config), rng)))
    runs += 1
written = tokenizer.decode(ids[len(prompt) :])
print("the same text as above:", written == sample.text, "-", runs, "runs")

# %% [markdown]
# So a generated token costs one run of the model, while a prompt is read in one run as a whole.
# This is why, token for token, answers cost more than prompts. (Our five lines read the whole text
# again in each round. The package remembers what it computed for earlier tokens; lesson 12 shows
# how, and how much that saves.)
#
# Now the same prompt and the same settings with three seeds, one of them twice. What will you see?

# %%
learn.ask("00.q3")

# %% tags=["check"]
short = SampleConfig(max_new_tokens=16)
for seed in (1, 1, 2, 3):
    print(f"seed {seed}: {story(seed, short).text!r}")

# %% [markdown]
# The first two lines are equal, since they have the same seed. In the others the draws fell
# differently, and each draw moved everything after it. A service that gives you another answer each
# time need not have changed its mind: it draws anew. (It may differ even without any draw. Sums are
# rounded otherwise when many users' texts are computed together, and models are replaced.)
#
# How to draw is yours to set. A *temperature* below 1 makes likely tokens still likelier; one above 1
# gives unlikely tokens more of a chance. At 0 nothing is drawn: the likeliest token is taken.

# %% tags=["check"]
for temperature in (0.0, 0.8, 2.0):
    for seed in (1, 2):
        text = story(seed, SampleConfig(max_new_tokens=16, temperature=temperature)).text
        print(f"temperature {temperature}, seed {seed}: {text!r}")

# %% [markdown]
# At 0 the seed no longer matters, at 2 English is gone. No setting has made the model know more: for
# the same text it says the same each time, and only the choice from it differs.
#
# How likely was what was drawn? For each token of the story above, this is the probability that the
# model itself gave it:

# %%
checked = story(4, config, logprobs=True)
drawn = [tokenizer.decode([i]) for i in checked.token_ids]
picture(
    first_look.drawn_tokens(drawn, np.exp(checked.logprobs)),
    "The tokens of the story in boxes, coloured by the probability of each.",
)

# %% [markdown]
# *What to see: bright tokens had hardly a rival: after "three years" comes "old", after "One" comes
# "day". Dark ones are where the story decides: the name Lucy, that she is curious, the moon. (A dot
# is a space.)*
#
# ### Likely is not true
#
# The model was trained to give high probabilities to what comes next in its texts, and for nothing
# else. Truth comes in only as far as true sentences were frequent in them. What does it say about a
# fact?

# %% tags=["check"]
for text in ("The capital of France is", "One day, Tom and Lily went to the"):
    print(f"{text} ... {in_words(text)}")
paris = tokenizer.encode(" Paris")[0]
probs = next_probabilities("The capital of France is")
rank = 1 + (probs > probs[paris]).sum()
print("' Paris' would begin with", repr(tokenizer.decode([paris])), "- its rank:", rank)

# %% [markdown]
# Children in stories go to the park, and the model has read that often. It has read little about
# the capital of France. It does not refuse either: the probabilities always sum to 1, so something
# is always drawn. A model that invents is doing exactly what it does when it is right.
#
# ## How a lesson works
#
# You have used most of it already. Every lesson has the same parts, in the same order:
#
# * **The question**, and why it matters to you: a decision that you can make better afterwards.
# * **The mathematics**, step by step and with shapes, first on numbers that you can check with a
#   pencil.
# * **The code of the package**, shown from its file. Nothing is written twice: what you read is
#   what runs.
# * **Recall questions**, before the answer is run. Dare to be wrong: that is what they are for. A
#   wrong answer that has a known reason is told the reason:

# %% tags=["check"]
learn.ask("00.q1", 256)

# %% [markdown]
# * **Exercises**, in the folder `exercises/` of the repository: functions of the package to write
#   again. In a terminal, `python -m scratchgpt.learn start` makes your own copies,
#   `python -m scratchgpt.learn` says where you stand, and `python -m scratchgpt.learn hint 01.1`
#   helps a little. In a notebook, a cell like the next one judges your answer. If it is wrong, it
#   says which mistake it probably is, and asks you a question.

# %%
learn.check("01.1")

# %% [markdown]
# * **Checked cells.** A machine runs all lessons again and again. Where a cell has the tag `check`
#   (your notebook program shows tags among the cell's properties), what it prints must stay the
#   same, and a number in the text must be one that some cell computes, or say where it is from.
# * **Common mistakes** with what one sees when one makes them, the same thing **in PyTorch**, what
#   **came later** in newer models, one open task to **extend** the lesson, with a score to beat,
#   and the **sources**.
#
# Run a notebook from top to bottom. The minutes in its first lines are for working through it with
# a pencil; the exercises come on top, and each says how long it takes. Reading alone takes about
# twenty minutes.

# %%
PATH = ("01", "06", "07", "09", "12", "14")
for lesson in find():
    star = "*" if lesson.number in PATH else " "
    print(lesson.number, star, f"{lesson.minutes:3} min ", lesson.title)

# %% [markdown]
# **If you have two hours:** read the six lessons with a star, in this order, and leave pencil and
# exercises for later. 01 is the whole idea of learning on nine numbers. 06 and 07 are attention,
# forward and backward. 09 puts the GPT together, 12 makes it write, 14 makes it do a task. Each
# says in its first lines what it builds on; where a step is missing, look there.
#
# ## A tour of the floor plan
#
# The package is a house with eight floors, and a room may only use what is on its own floor or
# below.

# %%
picture(
    plots.floor_plan(FLOORS),
    "Rooms of the package on eight floors, from the commands at the top to the ground.",
)

# %% [markdown]
# *What to see: read it from below. The ground is about files, flags and errors. `ops` on the floor
# above holds the calculus, and everything that learns stands on it. The commands that you type are
# at the top, and nothing depends on them.*
#
# | you want to know | look into |
# |---|---|
# | what a layer computes, and its gradient | `ops/`, one screen for each pair of functions |
# | how layers are put together | `layers/`, then `model.py` |
# | what one training step does | `trainer/step.py`, `optim.py` |
# | how a token is chosen | `sampling/filters.py` |
# | an example small enough for paper | `worked/` |
# | whether a gradient is right | `gradcheck/` |
#
# All the calculus is written in one form. Here is the shortest pair of them all; lesson 01 explains
# what it is for:

# %%
source(relu_forward, relu_backward)

# %% [markdown]
# Five habits are the same everywhere, so that you learn to read the package once:
#
# 1. `x_forward(...)` returns a result and a **cache**. `x_backward(dy, cache)` returns gradients.
#    The cache is exactly what the way back needs.
# 2. The prefix `d` is "gradient of the loss with respect to". A gradient has the shape of what it
#    belongs to.
# 3. Docstrings state **shapes** with fixed letters: B sequences, T positions, C numbers per
#    position, V tokens. A test reads these lines and runs the function on them.
# 4. **Nothing is hidden.** There is no global mode and no object that changes behind your back.
#    Parameters, caches and random generators are passed in and handed back, as `rng` was above.
# 5. **Every gradient is checked** against finite differences, by a tool that you can use for your
#    own (lesson 01).
#
# ## Common mistakes
#
# **A space at the end of the prompt.** More than half of the tokens begin with a space. If you write
# it yourself, it becomes a token of its own, those tokens no longer fit, and the model has to go on
# in a way that it has hardly ever seen:

# %% tags=["check"]
spaced = [tokenizer.decode([i]).startswith(" ") for i in range(model.config.vocab_size)]
print(f"tokens that begin with a space: {np.mean(spaced):.2f} of the vocabulary")
for text in ("Once upon a time", "Once upon a time "):
    print(f"{text!r:20}", in_words(text))

# %% [markdown]
# **A text that is too long.** A model has a longest text, here 256 tokens. The package says so in
# one line, as it does with every mistake that you can mend:

# %% tags=["check"]
try:
    sampling.sample_text(model, params, tokenizer, prompt * 100, config, sampling.generator(0))
except UserError as error:
    print(error)

# %% [markdown]
# | mistake | what you see |
# |---|---|
# | judging a setting by one text | another seed reverses the judgement; compare several seeds, or better, a loss (lesson 02) |
# | taking a high probability for a true statement | fluent inventions, most of all about names and numbers |
# | cells run in another order | a `NameError`, or a value that does not fit the text: restart the kernel and run all |
# | the notebook runs in another environment | `ModuleNotFoundError: scratchgpt`; print `sys.executable` to see which Python it is |
#
# ## In PyTorch
#
# With the `transformers` library the same loop is one call:
#
# ```python
# inputs = tokenizer("Once upon a time", return_tensors="pt")
# ids = model.generate(**inputs, do_sample=True, max_new_tokens=60)
# text = tokenizer.decode(ids[0])  # the prompt is in it
# ```
#
# What differs: without `do_sample=True` it takes the likeliest token every time, unless the model's
# own settings say otherwise. The chance comes from a global generator, set by `torch.manual_seed`,
# so that anything that drew numbers before changes your text. Here a generator is an argument. And
# a PyTorch model remembers whether it is training: `model.eval()` must have been called, or some of
# its layers draw random numbers too (`from_pretrained` does that for you). Here a model draws
# nothing unless it is given a generator.
#
# ## What came later
#
# GPT-1 read up to 512 tokens and GPT-2 up to 1,024 (cited from their papers); today's models read
# hundreds of thousands. A chat is this loop over a text in which the speakers are marked. A model
# that "thinks" first draws tokens that you are often not shown. What a tool or a search has found
# enters as tokens too, and a picture as vectors in their place. The loop itself has not changed: one
# distribution, one draw, again.
#
# ## Extend
#
# How unsure can you make the model? Find a prompt of exactly five English words for which the
# *likeliest* next token has the smallest probability. The score is that probability; less is
# better. The baseline:

# %% tags=["check"]
for text in ("Once upon a time there", "She opened the door and", "The old man and his"):
    (token,), (p,) = likeliest(text, 1)
    print(f"{text!r}: {token!r} {p:.4f}")

# %% [markdown]
# ## Sources
#
# * Shannon: A mathematical theory of communication. Bell System Technical Journal, 1948 (section 3
#   draws English text letter by letter and word by word).
# * Bengio, Ducharme, Vincent, Jauvin: A neural probabilistic language model. JMLR, 2003.
# * Radford, Narasimhan, Salimans, Sutskever: Improving language understanding by generative
#   pre-training. OpenAI, 2018.
# * Radford, Wu, Child, Luan, Amodei, Sutskever: Language models are unsupervised multitask
#   learners. OpenAI, 2019.
