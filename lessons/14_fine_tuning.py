# %% [markdown]
# # 14 · Fine-tuning
# *90 minutes · builds on 02, 06, 09, 10, 12 · exercises 14.1 to 14.7*
#
# ## The question
# You have a language model, and you have a task: is this review good or bad, does this sentence follow
# from that one, which of two endings fits? How does a model that has only ever predicted the next token
# become a classifier? GPT-1's answer is short. Write the task as one row of tokens, read the state at
# its last position with one new matrix, go on predicting tokens beside it, and train everything a
# little further.
#
# ## Why it matters to you
# Most of what is done with models in practice begins here: with a checkpoint, a few hundred or thousand
# labels, and choices. Which learning rate? Train all layers, or the last one only? Keep the
# language-model loss or drop it? Is this accuracy better than counting words? After this lesson you can
# say what each choice does to the gradient, which symptom shows that it went wrong, and which of the
# usual promises hold at a size you can run yourself, and which do not.

# %%
import dataclasses
import json

import numpy as np

from scratchgpt import costs, learn, pretrained
from scratchgpt.config import SMALL_MODEL, GPTConfig, TuneConfig
from scratchgpt.layers import ClassifierHead
from scratchgpt.layers.lora import lora_backward, lora_forward
from scratchgpt.notebooks import picture, source
from scratchgpt.plots import comparison, film_curves
from scratchgpt.plots import fine_tuning as pictures
from scratchgpt.resources import data_path
from scratchgpt.tasks import baselines, data, runs, starting, tuning
from scratchgpt.tasks.batches import collate, encode
from scratchgpt.tasks.formats import Formatter, Specials, fit_texts, task_rows
from scratchgpt.tasks.model import TaskModel
from scratchgpt.worked import combined_loss, film, film_stages, film_variations, gpt1_head, input_rows

mini = model, params, tokenizer = pretrained.load("mini")
specials = Specials.behind(tokenizer.vocab_size)

# %% [markdown]
# ## One model per task, and what is wrong with it
#
# Before 2018 the usual way was a network for each task, trained from random numbers on that task's
# labels. Three problems follow.
#
# 1. **Labels cost.** Somebody has to read each text and decide. Text without labels is everywhere.
# 2. **Nothing is shared.** Take "The bank of the river was muddy." A sentiment classifier has to find
#    out that it says nothing about liking. An entailment model needs to know that a bank by a river is
#    ground and may be wet. A paraphrase model should see that "the side of the river" is the same
#    thing. Each needs the same knowledge (which *bank* this is), and each would learn it again, from
#    its own labels.
# 3. **Small sets make fragile models.** With a million parameters and five hundred rows, a network
#    learns the rows.
#
# The cure is two stages: learn the language once, from text alone; then add very little per task. How
# little? Compare, in GPT-1's size, three models for three tasks with one model and three small
# additions:

# %% tags=["check"]
gpt1 = GPTConfig(vocab_size=40_478, block_size=512, norm_position="post", final_norm=False)
size = sum(costs.parameters_by_part(gpt1).values())
print(f"GPT-1: {size:,} parameters; three models: {3 * size:,}")
print(f"three learned rows (Start, Delim, Extract): 3 x 768 = {3 * 768:,}")
for classes in (3, 4):
    print(f"W_y for {classes} classes: {768 * classes:,}, {768 * classes / size:.4%} of the model")

# %% [markdown]
# 2,304 stands there twice by coincidence: once three rows of 768 for the special tokens, once 768 rows
# of three for the classes. What is often called `117 M` is 116,534,784 numbers.
#
# One caution. GPT-1 adds this little, and then trains *all* weights further, so each task ends with its
# own copy of the model. What is shared is the beginning: the knowledge, not the memory. How to share the
# model itself is the section on freezing.
#
# **A plan in two stages, with numbers.** You have 500 labelled abstracts and ten million papers without
# labels. The first stage takes the papers, the second the labels. What does each cost, and what can you
# conclude at the end?

# %% tags=["check"]
tokens = 10_000_000 * 250  # ten million abstracts of 250 tokens
flop = costs.flops_per_token(GPTConfig(), 1024).training  # GPT-2 small
print(
    f"stage 1: {tokens / 1e9:.1f} B tokens, {tokens * flop:.1e} FLOP, "
    f"{tokens * flop / 1e14 / 3600:.0f} hours at 100 TFLOP/s"
)
train, held_out = 400, 100
print(f"stage 2: {3 * int(np.ceil(train / 32))} steps of 32 (3 epochs of {train})")
print(f"verdict: 80 % right of {held_out} has a standard error of {np.sqrt(0.8 * 0.2 / held_out):.1%}")

# %% [markdown]
# (100 TFLOP/s is an assumption: what one accelerator may sustain.) So: begin with a released checkpoint,
# continue its language model on the papers for hours, then tune on labels for minutes. Keep 100 labels
# out of everything. Put the majority class and naive Bayes beside it. With 100 held-out rows you cannot
# tell 80 % from 84 %; repeat with several seeds, or spend the labelling budget on the test set first.
#
# ## A task as one row of tokens
#
# A language model reads one sequence. Tasks have pairs, or a question with options. GPT-1 leaves the
# model as it is and rewrites the *input*, with three new tokens whose embeddings are learned while
# fine-tuning: Start, Delim, Extract.
#
# | task | rows | read at |
# |---|---|---|
# | classification | Start text Extract | Extract |
# | entailment | Start premise Delim hypothesis Extract | Extract |
# | similarity | both orders of the two texts | both Extract states, added |
# | multiple choice | Start context Delim option Extract, for each option | each Extract: one score each, softmax over the options |

# %%
learn.ask("14.q1")

# %% [markdown]
# A row must not be longer than the model can see. What is cut is the context, for a choice at its
# beginning, since an option goes on where the context ends; special tokens never are. **Your turn, 14.1
# and 14.2:** make the texts fit, then write the rows of all four kinds.

# %%
learn.check("14.1")

# %%
learn.check("14.2")

# %%
source(task_rows, fit_texts)

# %% [markdown]
# Here are the package's rows for an example of each kind:


# %% tags=["check"]
rows = input_rows.spelled_rows(tokenizer)
for kind, texts in input_rows.EXAMPLES.items():
    print(f"{kind:>10}:", " / ".join(texts))
pair = rows["pair"]
at = [pair.index(special) for special in ("Start", "Delim", "Extract")]
print("".join(pair))
print(len(pair), "tokens; Start, Delim and Extract at", *at)

# %%
picture(
    pictures.transformations(rows),
    "Six rows of token boxes over positions 0 to 17. Each row begins with Start and ends with Extract, in "
    "colour. The pair has Delim at position 9 and Extract at 17. Similarity has two rows in opposite order; "
    "choice has one row per option.",
)

# %% [markdown]
# *What to see: Start is always at 0 and Extract always last, wherever that is. The entailment pair has
# 1 + 8 + 1 + 7 + 1 = 18 tokens on positions 0 to 17 (you may find it printed as 19). Similarity is the
# same pair twice, in both orders.*
#
# **Why the last position?** A causal model lets each position see itself and what came before (lesson
# 06). Only the last one has seen everything. Measured, on the small film model that you will meet
# below: exchange one token, and see which states move.

# %%
film_start = film_variations.pretrained_film(seed=0)
film_gpt = film_stages.film_model().gpt
text = "Start the film was great Extract"
moved = film_variations.reach(film_gpt, film_start, film_stages.encode(text), film_stages.encode("cat")[0])
picture(
    pictures.reach_map(moved, text.split()),
    "A square map of six tokens by six states. Everything above the diagonal is empty, an exact zero; the "
    "bottom row, the state at Extract, is full.",
)

# %% [markdown]
# *What to see: the empty cells above the diagonal are exact zeros. The state at Start depends on
# nothing but itself; only the bottom row, Extract, has a number in every column.*
#
# **Why both orders for similarity?** "A is like B" has no order, but a causal model reads one: the
# first text is read without knowing the second. **And why can one model serve all tasks?** Because what
# it makes of the shared text is the same. Give the river sentence to three tasks:

# %% tags=["check"]
base = starting.Base("mini", *pretrained.load("mini", dtype=np.float64))
sentiment = data.load("sentiment")
start = starting.begin(base, sentiment, SMALL_MODEL)
river = "The bank of the river was muddy."
second = {"single": [], "pair": ["The ground was wet."], "similarity": ["The side of the river was soft."]}
states = {}
for kind, more in second.items():
    found = Formatter(tokenizer, kind, specials, 256).sequences([river, *more])
    states[kind] = [start.model.gpt.hidden(start.params, np.array([row]))[0][0] for row in found]
n = 1 + len(tokenizer.encode(" " + river))  # Start and the sentence
same = [np.allclose(states["single"][0][:n], states[kind][0][:n], atol=1e-10) for kind in second]
print(f"states of the first {n} positions, equal in all three tasks: {all(same)}")
one, other = (order[-1] for order in states["similarity"])
apart = np.linalg.norm(one - other) / np.linalg.norm(one)
print(f"Extract after one order and after the other: {apart:.2f} of its norm apart")

# %% [markdown]
# The first twelve states are *the same numbers* in all three tasks: one computation. The tasks part only
# where the rows part. (Tuning then moves each task's copy its own way, a little.) The two orders of the
# pair end in clearly different states; their sum is the same whichever comes first, so the answer cannot
# depend on the order.
#
# ## One new matrix
#
# Let $h_m \in \mathbb{R}^C$ be the model's final state at Extract, the last of $m$ positions, a row. The
# classifier is one matrix $W_y \in \mathbb{R}^{C \times K}$:
#
# $$P(y \mid x) = \mathrm{softmax}(h_m W_y)_y, \qquad L_2 = -\log P(y \mid x).$$
#
# The gradient is that of every softmax (lesson 02). With $p = \mathrm{softmax}(h_m W_y)$ and $e_y$ the
# one-hot label, $\partial L_2 / \partial \text{logits} = p - e_y$, hence
#
# $$\frac{\partial L_2}{\partial W_y} = h_m^\top (p - e_y) \in \mathbb{R}^{C \times K}, \qquad
# \frac{\partial L_2}{\partial h_m} = (p - e_y)\, W_y^\top \in \mathbb{R}^{C}.$$
#
# In a batch of rows of different lengths each row has its Extract at another position, and pads behind it.
# **Your turn, 14.3 and 14.4:** the loss of such a batch, and its gradients.

# %%
learn.check("14.3")

# %%
learn.check("14.4")

# %% [markdown]
# By hand, for "I love cats" with width 4 and two classes. The final states are given, the label is
# *positive*:

# %%
source(ClassifierHead.forward, ClassifierHead.backward, gpt1_head.classify, docstring=False)

# %% [markdown]
# `at` holds the position of Extract in each row, and `rows` is 2 for similarity, where two states are
# added. Backward, `_put_back` writes the gradient of the state into zeros, at the position it was read
# from.

# %% tags=["check"]
print("last state", gpt1_head.STATES[-1], "\nW_y\n", gpt1_head.W_Y)
by_hand = gpt1_head.classify()
print("logits ", by_hand.logits.round(4), " P", by_hand.probs.round(4), " -log P", round(by_hand.loss, 4))
print("dlogits", by_hand.dlogits.round(4))
print("dW_y\n", by_hand.dw_y.round(4))
print("dh\n", by_hand.dstates.round(4))
after = gpt1_head.classify(gpt1_head.W_Y - 0.1 * by_hand.dw_y)
print("after a step of 0.1 on W_y: P", after.probs.round(4), " loss", round(after.loss, 4))

# %% [markdown]
# Check one entry: $0.52 = -0.2 \cdot 0.15 + 0.9 \cdot 0.30 + (-1.0)(-0.25) + 0.3 \cdot 0.10$. The
# gradient of the states is zero in all rows but the last: the task speaks to the model through one
# position. What it says there, attention carries back to all the others, as in lesson 07.
#
# The original code adds a bias to $W_y$, and so does the package where it tunes a model; multiple
# choice has $768 \times 1$, a score per option.
#
# ## The combined loss
#
# While the classifier is learned, the model goes on predicting the next token of the same rows. Count the
# positions from 1 to $m$; then there are $n = m - 1$ predictions:
#
# $$L_1 = -\frac{1}{n}\sum_{t=1}^{n} \log P(x_{t+1} \mid x_{\le t}), \qquad L_3 = L_2 + \lambda L_1,
# \qquad \lambda = 0.5 .$$
#
# Who teaches $W_y$? Answer before you read on.

# %%
learn.ask("14.q2")

# %% [markdown]
# Here are the gradients. Let $q_t = \mathrm{softmax}(h_t W_e^\top)$ be the next-token distribution at
# position $t$, with the token table $W_e \in \mathbb{R}^{V \times C}$ (lesson 09). Each prediction is a
# softmax like that of the classes, so each sends back "probabilities minus one-hot" through its matrix.
# In square brackets stands 1 where the condition holds, else 0:
#
# $$\frac{\partial L_3}{\partial W_y} = \frac{\partial L_2}{\partial W_y} + \lambda \cdot 0, \qquad
# \frac{\partial L_3}{\partial h_t} = \underbrace{[t = m]\,(p - e_y)\,W_y^\top}_{\text{task}} +
# \underbrace{[t < m]\,\frac{\lambda}{n}\,(q_t - e_{x_{t+1}})\,W_e}_{\text{language}} .$$
#
# $W_y$ does not occur in $L_1$, so $L_1$ cannot move it. And look at the brackets: the task pulls on the
# last state alone, since behind Extract there is nothing to predict; the language pulls on all the
# others. The two losses never meet at a state of the top. They meet in the blocks below, whose
# parameters add up both gradients, and in the token table. In code (`scores` and `options` concern
# regression and multiple choice; with lambda 0 `cache.lm` is None):

# %%
source(TaskModel.loss_backward)

# %% tags=["check"]
film_model = film_stages.film_model()
grads = combined_loss.gradients(film_model, film_start, collate(film_stages.reviews()))
gap = np.abs(grads.combined.buffer - grads.task.buffer - 0.5 * grads.language.buffer).max()
print("gradient of L3 is that of L2 plus half that of L1, to 1e-14:", gap < 1e-14)
parts = {
    "token table": "wte.",
    "positions": "wpe.",
    "attention": "h.0.attn",
    "MLP": "h.0.mlp",
    "W_y": "classifier",
}
task = combined_loss.part_norms(grads.task, parts)
language = {k: 0.5 * v for k, v in combined_loss.part_norms(grads.language, parts).items()}
for part in parts:
    print(f"{part:>12}: from L2 {task[part]:.3f}, from 0.5 L1 {language[part]:.3f}")

# %%
picture(
    pictures.gradient_parts(task, language),
    "Pairs of bars by part of the model. Token table, positions, attention and MLP get gradients from both "
    "losses, the larger ones from the language. W_y gets its gradient from the task only.",
)

# %% [markdown]
# *What to see: over $W_y$ the second bar is missing, an exact zero. Every other part gets something
# from both losses; at this point, before the first step, more from the language.*
#
# ### By hand, and which sign
#
# The paper writes log-likelihoods, which are negative and to be *maximised*; code minimises losses,
# which are their negatives. Both are right. A formula with one of each is not. In log-likelihoods, for
# "Start This film was brilliant Extract" with $P(\text{positive}) = 0.85$:

# %% tags=["check"]
c = combined_loss.combined(combined_loss.P_POSITIVE, combined_loss.P_NEXT)
for word, p, log in zip(combined_loss.WORDS, combined_loss.P_NEXT, c.logs, strict=True):
    print(f"P({word}) = {p:.2f}   log P = {log:.3f}")
print(f"L1: sum {c.total:.3f}, mean {c.mean:.4f};  L2 = {c.l2:.4f}")
print(f"L3 = {c.l2:.4f} + 0.5 x ({c.mean:.4f}) = {c.l3:.4f}    as a loss: {-c.l3:.4f}")

# %% [markdown]
# **Sum or mean?** It decides what $\lambda$ means. With the sum, a text of 200 tokens has a language
# loss 200 times as large, and the class hardly counts. GPT-1 averages over the tokens of each sequence,
# then over sequences. Try one that you may find printed, $L_2 = -0.45$ and "$L_1 = -12.3$" over 25
# tokens:

# %%
learn.ask("14.q3")

# %% tags=["check"]
print(f"-12.3 as a mean: L3 = {-0.45 + 0.5 * -12.3:.3f}")
print(f"-12.3 as a sum over 25 tokens: mean {-12.3 / 25:.3f}, L3 = {-0.45 + 0.5 * (-12.3 / 25):.3f}")
print(f"uniform guessing over 40,000 tokens has log P = {-np.log(40_000):.2f}")

# %% [markdown]
# A mean of $-12.3$ would be worse than guessing uniformly ($-10.60$), so a trained model cannot have
# it: the number must have been a sum. Such a check takes one line.
#
# **Your turn, 14.5:** the combined loss of a padded batch, as losses, averaged as GPT-1 does.

# %%
learn.check("14.5")

# %% [markdown]
# ## Ten words, two stages
#
# Everything so far fits into a model of ten words that trains in a second. It knows *Start, Delim,
# Extract, the, film, was, great, terrible, cat, sat*; one block, width 16, two heads. Stage 1: five
# sentences, next-token loss. Stage 2: four labelled ones with $L_3$, Adam with fresh moments at half
# the rate.

# %% tags=["check"]
told = film_stages.film_runs(seed=0)
recipe = told.recipe
print("pre-training on: ", "; ".join(film_stages.SENTENCES))
print("perplexity at epochs 0, 10, ..., 50:", *(f"{recipe.perplexities[i]:.2f}" for i in range(0, 51, 10)))
print(f"floor: {film_stages.perplexity_floor(film_stages.sentences()):.3f}")
print("labels:", "; ".join(f"{t} ({film_stages.CLASSES[y]})" for t, y in film_stages.LABELLED))
print("right after epochs 0 to 5:", *(f"{a:.0%}" for a in recipe.accuracies[:6]))
sure = film_stages.certainty(recipe.model, recipe.params)
unseen = ", ".join(f"{t} {p:.3f}" for (t, _), p in zip(film_stages.TESTS, sure, strict=True))
print("P of the right class, two unseen sentences:", unseen)
after = film_stages.next_words(recipe.model, recipe.params, film.PROMPT)[:2]
print(f'after "{film.PROMPT}":', ", ".join(f"{word} {p:.2f}" for word, p in after))

# %%
picture(
    film_curves(told),
    "Left: perplexity over 50 epochs of pre-training; Adam falls to the floor of 1.609, SGD stays above. "
    "Right: accuracy over 40 epochs of fine-tuning; Adam with and without pre-training reaches 100 percent "
    "after a few epochs, plain SGD later.",
)

# %% [markdown]
# *What to see: on the left Adam comes close to the floor (dotted), plain SGD at the same rate stays
# above. On the right Adam has all four sentences right within a few epochs, and so has Adam without
# pre-training (dashed).*
#
# (The floor: the same beginning goes on in several ways, and no model can know in which. One that has
# learned how often each comes has a perplexity of 1.609, and none has less.)
#
# It works: all four labels, both unseen sentences, and it still speaks. Now be careful what you
# conclude. The same four runs in numbers (`no_lm`: lambda 0; `scratch`: no pre-training; `sgd`: plain
# SGD in both stages), and what 20 seeds gave (recorded; a test computes them again):

# %% tags=["check"]
for name in told._fields:
    run = getattr(told, name)
    print(
        f"{name:>8}: all right after epoch {film_stages.first_perfect(run.accuracies)}, "
        f"P at least {run.certainty:.3f}, perplexity of the labelled format {run.kept:.2f}"
    )
t = film.TWENTY_SEEDS
print(f"seeds 0-19, all right by epoch 10: Adam {t.adam_by_10}, plain SGD {t.sgd_by_10}")
print(f"by epoch 30: Adam {t.adam_by_30}, without pre-training {t.scratch_by_30}, plain SGD {t.sgd_by_30}")

# %% [markdown]
# **What the toy cannot show.** Without pre-training Adam gets there as well. One word decides each
# sentence; nobody needs a language to see that. So this example shows *how* the recipe works, and
# nothing about *what it is worth*. Plain SGD at the same rates fails or comes late: that says something
# about the optimizer (lesson 10), and nothing about the recipe.
#
# ### What lambda does here, and what it does not
#
# It is said that the auxiliary loss keeps the language model alive. Alive on which text? Two are worth
# measuring: the labelled format (Start ... Extract), and the sentences of the first stage. Five seeds:

# %% tags=["check"]
print("perplexity of     labelled format               earlier sentences")
print("seed     before  lambda 0.5  lambda 0      before  lambda 0.5  lambda 0")
for seed in range(5):
    begun = film_variations.pretrained_film(seed)
    labelled, earlier = film_variations.untuned(begun)
    with_lm, without = (film_variations.vary(begun, lm_weight=w) for w in (0.5, 0.0))
    print(
        f"{seed:4} {labelled:10.2f} {with_lm.labelled:11.2f} {without.labelled:9.2f}"
        f" {earlier:11.2f} {with_lm.earlier:11.2f} {without.earlier:9.2f}"
    )

# %% [markdown]
# On the labelled format the difference is large. But look at the column "before": the model had never
# read that format. Lambda *teaches* the format; with lambda 0 nothing does. On the earlier sentences it
# is the other way round: with every seed the model forgets *more* of them with lambda 0.5 than with 0.
# That is no contradiction. $L_1$ is computed on the labelled texts, and says nothing about any other.
# If you want to keep an older language, its text has to be in the batch.
#
# At GPT-1's size the average over tasks was *higher* without the auxiliary loss, 75.0 against 74.7
# (cited: Radford and others 2018, table 5). It helped on the larger sets (QQP, MNLI, QNLI) and on RTE,
# and hurt on the other four. The story is often told the other way round.
#
# ## The learning rate
#
# GPT-1 was pre-trained with a rate of up to 2.5e-4 and tuned with 6.25e-5, a quarter of it, for 3
# epochs (cited: Radford and others 2018, section 4.1). The package's defaults are these:

# %% tags=["check"]
defaults = TuneConfig()
print(
    f"lr {defaults.lr}, epochs {defaults.epochs}, batch {defaults.batch_size}, warm-up {defaults.warmup:.1%} "
    f"of the steps, then linear to 0, dropout {defaults.dropout}, lambda {defaults.lm_weight}"
)
print("2.5e-4 / 6.25e-5 =", 2.5e-4 / defaults.lr)

# %% [markdown]
# Why smaller than before? A pre-trained model is at a good place already: a step should adjust it, not
# carry it away. And few labels mean noisy gradients. On the film example, from a sixteenth of its rate
# to sixteen times:

# %% tags=["check"]
rates = film_variations.RATES
tuned = [film_variations.vary(film_start, rate=rate) for rate in rates]
labelled, earlier = film_variations.untuned(film_start)
print(f"before:                                        labelled {labelled:5.2f}, earlier {earlier:5.2f}")
for rate, v in zip(rates, tuned, strict=True):
    print(
        f"rate {rate:9.6f}: {v.accuracy:4.0%} right, unseen P {v.certainty:.3f}, "
        f"labelled {v.labelled:5.2f}, earlier {v.earlier:5.2f}"
    )

# %%
picture(
    pictures.rate_ladder(
        rates,
        [v.accuracy for v in tuned],
        {"earlier sentences": [v.earlier for v in tuned], "labelled format": [v.labelled for v in tuned]},
        {"earlier sentences": earlier, "labelled format": labelled},
    ),
    "Two charts against the learning rate. Left: accuracy is 100 percent at four rates and 50 percent at the "
    "largest. Right: the perplexity of the earlier sentences is about 2 at the small rates and jumps to 18.5 "
    "at 0.02, while that of the labelled format falls.",
)

# %% [markdown]
# *What to see: at 0.02 the task looks perfect (left), while the earlier sentences (right, squares) have
# become far harder to predict than before. At 0.08 the classifier too is back to guessing. The damage
# begins where the accuracy does not show it. (At the smallest rate all four labels are right as well,
# but the model is hardly sure of an unseen sentence: 0.544.)*
#
# So a rate that is too large shows in two places: first in the language that is forgotten, then in a
# loss that jumps and an accuracy stuck at the majority class. Measure the loss on plain text before and
# after tuning.
#
# ## Freezing or tuning everything
#
# A parameter that is frozen gets no update; what is below the lowest trained one needs no backward
# pass, either. The extreme is to train $W_y$ alone, on fixed states.
#
# **LoRA** stands between. It freezes each matrix $W \in \mathbb{R}^{a \times b}$ and trains two thin
# ones beside it, $x W + s\, x A B$, with $A \in \mathbb{R}^{a \times r}$ and $B \in \mathbb{R}^{r \times
# b}$, a small rank $r$ and a fixed number $s$: $r(a + b)$ numbers in place of $ab$. $B$ begins as zeros,
# so tuning begins at the very model that was given. **Your turn, 14.6 and 14.7:** LoRA, forward and
# backward.

# %%
learn.check("14.6")

# %%
learn.check("14.7")

# %%
source(lora_forward, lora_backward, docstring=False)

# %% [markdown]
# The frozen matrix gets no gradient, and still takes part in that of the input. How many numbers are trained,
# and what it comes to:

# %% tags=["check"]
for name, patterns in film_variations.FREEZE.items():
    v = film_variations.vary(film_start, freeze=patterns)
    print(
        f"frozen: {name:>11}: {v.n_trained:5,} trained, all right after epoch {v.reached}, "
        f"unseen P {v.certainty:.2f}, earlier {v.earlier:.2f}"
    )
for name, change in {
    "all": {},
    "upper half": {"freeze_layers": 3},  # the tables and the lower three of six layers are frozen
    "LoRA, rank 4": {"lora": 4},
    "W_y and special rows": {"freeze_layers": -1},  # all layers are frozen
}.items():
    begun = starting.begin(base, sentiment, dataclasses.replace(SMALL_MODEL, **change))
    print(f"bundled model, {name}: {begun.n_trained:,} numbers are trained")

# %% [markdown]
# With $W_y$ alone, 32 numbers, the four labels are fitted late, and one of the unseen sentences gets
# the wrong class (below 0.5): the states at Extract were never trained to tell the two apart, since
# Extract did not occur in the first stage. In return nothing is forgotten: the perplexity of the
# earlier sentences is what it was. That is the trade. Freeze when labels are few, when the states
# already say what you need, or when one frozen model shall serve many tasks. Tune everything when you
# can afford it and the task is unlike the first stage. In between stand LoRA and the upper layers. Do
# not freeze the special rows: in the package they stay trainable in a frozen table.
#
# ## The bundled model
#
# Here are the first steps of tuning it to the bundled reviews, good against bad, with dropout on.
# `SMALL_MODEL` is the package's recipe for models of a few million parameters. Its highest rate is 1e-3,
# 16 times GPT-1's: small models learn at rates that would spoil a large one.

# %%
base = starting.Base("mini", *mini)
start = starting.begin(base, sentiment, SMALL_MODEL)
train, dev = (encode(sentiment.splits[part], start.formatter) for part in ("train", "dev"))
tuner = tuning.Tuner(start, SMALL_MODEL, train, dev, ("accuracy",))
state = tuner.init()
print(f"{len(train)} reviews, {tuner.steps} steps in all; ln 2 = {np.log(2):.3f}")
for _ in range(5):
    state, report = tuner.step(state)
    losses = report.losses
    print(
        f"step {state.step}, rate {report.lr:.1e}: "
        f"L3 {losses.total:.2f} = L2 {losses.task:.2f} + 0.5 x L1 {losses.lm:.2f}"
    )

# %% [markdown]
# $L_2$ begins around $\ln 2$, which is guessing, and the language makes up most of $L_3$. The rate is
# still warming up. Whether anything is learned, five noisy steps of 16 reviews cannot tell.
#
# A whole comparison takes longer. This one is recorded: SST's five classes, 1,500 of its training
# sentences, 1,101 development rows, five seeds for each of six ways to tune:
#
# | way | begins with | trains |
# |---|---|---|
# | pretrained | the bundled model | everything |
# | scratch | random numbers | everything |
# | lambda 0 | the bundled model | everything, without $L_1$ |
# | embeddings | its two tables; random blocks | everything |
# | half the layers | its tables and lower three blocks; random above | everything |
# | lora | the bundled model | products of rank 4, at a rate of their own |
#
# Settings were fixed before
# the runs, and one command makes it again
# (`python -m scratchgpt.experiments.finetuning_claims sst --data FOLDER`). Its sentences are not
# bundled, so what can be run again here is its starting point: the bundled model's loss on plain text.

# %% tags=["check"]
record = json.loads(data_path("results/finetuning_sst.json").read_text(encoding="utf-8"))
minutes = sum(row["seconds"] * record["about"]["seeds"] for row in record["rows"] if row["seconds"]) / 60
print(
    f"recorded {record['about']['date']}, {minutes:.0f} minutes: {record['title']}, "
    f"{record['settings']['pretrained']['examples']:,} training sentences"
)
recorded, now = record["about"]["plain_text_loss_before"], np.mean(runs.plain_losses(*mini))
print(f"loss on plain text before tuning: {now:.3f}, as recorded: {abs(now - recorded) < 1e-3}")

# %% tags=["check"]
for row in record["rows"]:
    spread = f" +- {row['spread']['accuracy']:.1%}" if row["spread"]["accuracy"] else ""
    loss = f", plain text {row['mean']['plain_text_loss']:.2f}" if not row["baseline"] else ""
    print(f"{row['name']:>23}: accuracy {row['mean']['accuracy']:.1%}{spread}{loss}")
print("(+-: standard deviation over the seeds; plain text: the loss on it after tuning)")

# %%
picture(
    comparison(record, "accuracy"),
    "Accuracy of six ways to tune, a point per seed, intervals that overlap, between 29 and 34 percent. "
    "Dashed lines: the majority class at 26.2 percent; naive Bayes at 37.5 and 40.2, right of the others.",
)

# %% [markdown]
# *What to see: the means of the six ways lie within a few points of each other, and all of them are
# left of naive Bayes, which only counts words (and learned from all 8,544 training sentences, cited:
# the data set's authors; the six ways had 1,500).*

# %% tags=["check"]
for f in record["findings"]:
    low, high = f["interval"]
    print(f"{f['claim']}: {f['metric']} {f['difference']:+.3f} ({low:+.3f} to {high:+.3f}): {f['verdict']}")

# %% [markdown]
# Read the verdicts. At this size, with these labels, "pre-training helps" and "lambda helps" cannot be
# told from chance: the intervals contain zero. (For the loss a positive difference means that the first
# of the two is lower, hence better.) One claim holds: LoRA forgets less. And one comparison needs no
# statistics: from scratch the loss on plain text ends far higher, since such a model never learned to
# speak. The cited gains of GPT-1 belong to a model twenty times as large, which had read far more text.
#
# ## Common mistakes
#
# **The state is read at a pad.** In a batch, short rows are filled up. Whoever reads position $-1$
# reads a pad there. Symptom: the prediction for a text changes with its company.


# %% tags=["check"]
def first_p(batch):
    return float(recipe.model.predict(recipe.params, batch)[0][0, 1])


short, long = ("cat was great", 1), ("the film was great", 1)
alone, together = (collate(film_stages.reviews(texts)) for texts in ([short], [short, long]))
at_pad = together._replace(at=np.full(2, together.ids.shape[1] - 1))
print(
    f"alone {first_p(alone):.4f}, in company {first_p(together):.4f}, read at the pad {first_p(at_pad):.4f}"
)

# %% [markdown]
# **Mixed signs.** $L_2$ as a loss and $L_1$ as a log-likelihood: the optimizer makes the language
# *worse* as fast as it can. Symptom: $L_3$ falls without end, below zero.
#
# **A sum for a mean.** Symptom: the accuracy depends on the length of the texts, and a $\lambda$ from
# elsewhere does not work.
#
# **Pads in the language loss.** Symptom: $L_1$ is suspiciously low in batches of unequal length, as
# pads are easy to predict.
#
# **Special rows that nobody trains.** Start and Extract are random vectors until a gradient reaches
# them. Symptom: with the layers frozen as well, nothing can make up for it, as in the film's row "all but
# W_y" above.
#
# **The old optimizer's moments.** They belong to another loss. Symptom: a jump in the first steps.
# Begin with fresh ones.
#
# **Judging by the rows that were used for choosing.** Symptom: the next data set is worse by several
# points.
#
# ## In PyTorch
#
# ```python
# model = AutoModelForSequenceClassification.from_pretrained("openai-gpt", num_labels=2)
# tokenizer.pad_token = tokenizer.unk_token  # this tokenizer comes without a pad
# model.config.pad_token_id = tokenizer.pad_token_id
# model(**tokenizer(texts, return_tensors="pt", padding=True), labels=labels).loss.backward()
# ```
#
# What differs: the head there reads the last token that is no pad, so `pad_token_id` has to be set, or a
# batch of several rows is refused; there is no Extract token (add one with `add_special_tokens` and
# `resize_token_embeddings`), no auxiliary loss, and the head has no bias. If you add the language loss
# yourself, autograd does what `loss_backward` does above: it adds both gradients in the blocks, and gives
# $W_y$ nothing from $L_1$ because nothing connects them. Linear weights are stored (out, in) in PyTorch.
# `torch.optim.AdamW` decays *all*
# parameters you hand over, biases and norms too, unless you make groups; ours leaves them alone.
#
# ## What came later
#
# - **BERT** (2018) fine-tunes in the same way a model that sees both sides; **ULMFiT** (the same year)
#   unfreezes layer by layer and gives lower layers smaller rates.
# - **GPT-2 and GPT-3** write the task in words and change no weights. The *cloze* head in the package
#   is a step towards that.
# - **Adapters, LoRA, prefix tuning**: train little, share the rest. LoRA is in the table above.
# - **Instruction tuning** uses the same loss $L_1$, on dialogues. Training from preferences goes on from
#   there, with losses of its own.
#
# ## Write it all yourself
#
# The whole ten-word GPT, from its softmax to both training loops, is a project: `exercises/project_film.py`,
# fourteen functions in plain NumPy, each checked by itself (about three and a half hours).
# `python -m scratchgpt.learn train film` trains, at any time, what you have written, with the package's
# functions for what is still to be done, beside the model of this lesson.
#
# ## Extend
#
# Beat counting: tune the bundled model to the bundled reviews so that it is better on the *test* rows
# than the baselines below, with at least five seeds
# (`python -m scratchgpt.finetune sentiment --seeds 5`). Your score is the mean accuracy minus that of
# the best baseline, with the interval the command prints. Choose rate, epochs, lambda, frozen layers or
# LoRA on development rows only.

# %% tags=["check"]
targets = np.array([example.label for example in sentiment.splits["test"]])
for row in baselines.rows(sentiment, "test"):
    print(f"{row.name}: {np.mean(np.array(row.predictions) == targets):.3f}")

# %% [markdown]
# ## Sources
#
# - Radford, Narasimhan, Salimans, Sutskever 2018, *Improving language understanding by generative
#   pre-training*
# - Howard, Ruder 2018, *Universal language model fine-tuning for text classification*
# - Devlin, Chang, Lee, Toutanova 2019, *BERT*
# - Hu and others 2022, *LoRA: low-rank adaptation of large language models*
# - Socher and others 2013, *Recursive deep models for semantic compositionality* (SST)
# - Glorot, Bengio 2010, *Understanding the difficulty of training deep feedforward neural networks*
#   (how the film model's first weights are drawn)
