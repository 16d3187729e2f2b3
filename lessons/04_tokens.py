# %% [markdown]
# # 04 · Tokens
#
# *60 minutes · builds on 02 · exercises 04.1 to 04.6*
#
# ## The question
#
# A language model predicts the next element of a list. It never sees a letter: it sees integers, and
# somebody has to decide which piece of text each integer stands for. That somebody is the **tokenizer**. A
# piece is a **token**, its integer an **id**, and the list of all pieces the **vocabulary**. The tokenizer
# is made before the model, it is not trained by gradients, and the model can never see past it.
#
# How do you choose the pieces? Letters make long lists, words make endless vocabularies. This lesson builds
# the answer that GPT-2 uses, byte-level **byte-pair encoding** (BPE), first on paper with twelve words,
# then on real text.
#
# ## Why it matters to you
#
# - **You pay by the token.** The same sentence costs several times as much in another script. You will
#   measure it.
# - **Prompts break at token boundaries.** One space at the end of a prompt can ruin the answer. You will
#   see by how much, and why.
# - **You may have to choose a vocabulary,** or to decide whether an old one fits your domain. Its size
#   fixes how much text fits into a context, and how many parameters the model spends on its table: one row
#   of numbers for each entry.
# - **A tokenizer is an input parser.** Text from a user must not be able to forge a control token.

# %%
import re
from collections import Counter
from itertools import islice

import numpy as np

from scratchgpt import learn, pretrained
from scratchgpt.config import PRESETS
from scratchgpt.costs import parameters_by_part
from scratchgpt.errors import UserError
from scratchgpt.notebooks import picture, source
from scratchgpt.ops.softmax import softmax
from scratchgpt.plots import tokens as plots
from scratchgpt.resources import data_path
from scratchgpt.tokenizer import ByteBPE
from scratchgpt.tokenizer.bpe_train import count_pairs, learn_merges, merge_pair
from scratchgpt.tokenizer.split import GPT2_PATTERN, split
from scratchgpt.worked import bpe_steps
from scratchgpt.worked.bpe import encode_word

# %% [markdown]
# ## Letters, words, and what lies between
#
# Two choices come to mind first.
#
# **One token per letter.** The vocabulary is tiny, and nothing is ever unknown as long as the letter is in
# the list. But the text becomes long. A model with room for 1,000 tokens sees 1,000 letters, which are
# fewer than 200 English words.
#
# **One token per word.** The lists are short. But the vocabulary never ends: each new text brings words
# that were not in the last one, and all of them become the same "unknown".
#
# BPE starts from the first and walks towards the second, one step at a time. Each step adds **one** entry
# to the vocabulary: the pair of neighbours that is most frequent in the text becomes a symbol of its own,
# everywhere. Such a step is called a **merge**. Why that pair? Let the text have $N$ symbols, and let a pair occur at $n$ places that do not overlap.
# Writing one symbol for the pair saves one symbol at each place,
#
# $$N' = N - n ,$$
#
# so that the most frequent pair is the one new entry that shortens the text most. (In "aaa" the pair `a+a`
# stands at two places, but they overlap, and only one can be merged. Programs count both all the same,
# because it is faster; outside of rows of equal symbols it makes no difference.) BPE is greedy compression,
# and it was published as such before anybody used it for language.
#
# ## By hand, with every count
#
# The text: low, low, low, low, low, lowest, lowest, newer, newer, newer, wider, wider. Pairs are counted
# inside words only, so the text is fully described by its four different words and how often each occurs.

# %%
learn.ask("04.q1")

# %% tags=["check"]
text = "low low low low low lowest lowest newer newer newer wider wider"
words = list(Counter(text.split()).items())
print(words)
for pair, n in count_pairs(words).items():
    print("+".join(pair), n, end="   ")

# %% [markdown]
# `l+o` and `o+w` both occur 7 times: a **tie**, at the very first step. Algorithms printed in papers leave
# open what happens then, and the whole vocabulary depends on it. State a rule: *the highest count; among
# equals the pair that occurs first*, reading the words in their order, from left to right. Now eight
# merges. Under each stand all the pairs that it was chosen from, with their counts:

# %% tags=["check"]
steps = bpe_steps.merge_steps(words, 8)
for i, step in enumerate(steps, 1):
    tie = " (tie)" if step.tied else ""
    print(f"{i}. merge {'+'.join(step.pair)}, {step.counts[step.pair]} times{tie}, out of:")
    print("   " + "  ".join(f"{'+'.join(pair)} {n}" for pair, n in step.counts.items()))

# %% [markdown]
# Follow one count. `w+e` occurs 5 times at first: 2 in lowest and 3 in newer. After `low` has become one
# symbol, the `w` of lowest is gone; `low+e` takes over with 2, and `w+e` keeps 3. Counts of *neighbours*
# change too, which is why they are taken anew at each step.

# %%
rows = [("letters", [c.encode() for word, _ in words for c in word])]
for step in steps:
    symbols = [s.encode() for word, _ in step.words for s in word]
    rows.append((f"+ {''.join(step.pair)}", symbols))
picture(
    plots.token_rows(rows, "The four words, after each merge"),
    "Nine rows of coloured boxes: the letters of low, lowest, newer and wider, and after each of eight "
    "merges fewer and longer boxes.",
)

# %% [markdown]
# *What to see: each merge makes the rows shorter. Frequent words close early, low after two merges and
# newer after six. The rare wider has only its `er`, which it shares with newer. (Colours only tell
# neighbours apart.)*
#
# **Exercises 04.1 and 04.2.** Two short functions do all of this: one counts, one merges, from left to
# right. Write both now, while you can check them on paper. The trap in both is "aaa": its pair counts
# twice and is merged once.

# %%
learn.check("04.1")

# %%
learn.check("04.2")

# %% [markdown]
# The package's own two, to compare with yours. A word is a string of letters at first, later a list of
# symbols:

# %%
source(count_pairs, merge_pair, docstring=False)

# %% [markdown]
# ## Find the rule
#
# The same text and the same algorithm are printed in many places, with different results. None of them need
# be wrong: they break ties differently. Some mark the end of each word, here with `_`, so that `er_` at the
# end of a word and `er` inside one are different tokens. GPT-1 does that.
#
# Here are five rules. Among pairs with the same count, take the one
#
# - **earliest**: that occurs first in the text (ours);
# - **latest**: that occurs last;
# - **lowest ids**: with the smallest id on the left, then on the right. Ids are given to the letters in
#   alphabetical order, then to each new symbol;
# - **lowest letters**: that comes first when pairs are sorted as strings;
# - **shortest**: whose joined symbol is shortest, and of these the earliest.
#
# One version in circulation has both "est" and "wid" among its merges. Which rule makes them? Go on from
# `newer` with pencil: six pairs are left then, with 2 each.

# %%
learn.ask("04.q2")

# %% tags=["check"]
for rule in bpe_steps.TIE_RULES:
    made = bpe_steps.merged_symbols(bpe_steps.merge_steps(words, 10, rule))
    print(f"{rule:14} {' '.join(made)}")
marked = [(word + "_", n) for word, n in words]
made = bpe_steps.merged_symbols(bpe_steps.merge_steps(marked, 8))
print(f"{'earliest, with _':14} {' '.join(made)}")

# %% [markdown]
# Only one of these rules makes both: shortest. It takes pairs of single letters first. "earliest" uses up the
# e of est for lowest, and the other three the d of wid for `der`. "lowest ids" is the rule of the tokenizers library, "lowest
# letters" that of this package's own trainer. Both have a merit that "earliest" lacks: they do not depend
# on the order in which the words came. On real text with large counts ties are rare at first and common at
# the end, where pairs occur twice or three times.
#
# The lesson in it: a tokenizer is a *file*, not an algorithm with a text. Never train it again and expect
# the same ids.
#
# **Exercise 04.3.** Put your two functions together and learn the merges yourself, under the rule
# "earliest".

# %%
learn.check("04.3")

# %% [markdown]
# ## Encoding: the merges in their order
#
# Training is done once. Encoding a new word replays it: start from single symbols, and among the neighbours
# that are in the list of merges always merge the pair that was **learned first**, until none is left. Not
# the longest match, and not from left to right.
#
# "lower" was not in the text. By our eight merges: `l o w e r`, then `lo w e r` (merge 1), `low e r`
# (merge 2), `low er` (merge 3); `low+e` is the seventh, but its e is gone. Can they spell "unprecedented"?

# %% tags=["check"]
in_bytes = [(left.encode(), right.encode()) for left, right in (step.pair for step in steps)]
print("lower:", encode_word("lower", in_bytes))
alphabet = {c for word, _ in words for c in word}
print("letters of unprecedented that the text lacks:", sorted(set("unprecedented") - alphabet))

# %% [markdown]
# No. A vocabulary that starts from the letters of its training text cannot spell a word with a new letter,
# and a list of all characters in Unicode would have more entries than GPT-2's whole vocabulary.
#
# ## Bytes: an alphabet of 256 that spells everything
#
# Every text in a computer is bytes already. UTF-8 writes a character as one to four of them: ASCII stays
# one byte each, an accented Latin letter or a Greek or Russian one takes two, most Chinese and Japanese
# characters three, an emoji four. Start BPE from the 256 possible bytes and nothing can ever be unknown.

# %%
learn.ask("04.q3")

# %% tags=["check"]
for written in ("low", "café 🙂", "日本"):
    data = written.encode()
    print(f"{written}: {len(written)} characters, {len(data)} bytes: {list(data)}")

# %% [markdown]
# The price: a token may be *part of a character*. Bytes of several tokens must be joined before they are
# decoded, and while a model writes, the last bytes may have to wait for the next token.

# %% tags=["check"]
model, params, mini = pretrained.load("mini")
ids = mini.encode("café 🙂")
print("joined, then decoded:", mini.decode(ids))
print("decoded one by one:  ", "".join(mini.decode([i]) for i in ids))

# %% [markdown]
# The second line is a bug you will meet in programs that stream text: each � is part of a character. The
# cure is to hold the last bytes back until their character is complete. UTF-8 tells when: a byte from `192`
# on begins a character of two bytes, from `224` on one of three, from `240` on one of four, and the bytes
# that follow lie between `128` and `191`. Look at é above: 195, 169.
#
# **Exercises 04.4 to 04.6.** Encode, decode, and hold back what is not complete.

# %%
learn.check("04.4")

# %%
learn.check("04.5")

# %%
learn.check("04.6")

# %%
source(encode_word, docstring=False)

# %% [markdown]
# Now the tokenizer of the bundled model, which learned 3,839 merges from another text, on the word that
# defeated our eight:

# %%
rows = bpe_steps.encoding_steps(" unprecedented", mini.merges)
labels = ["14 bytes", *(f"merge {i}" for i in range(1, len(rows)))]
picture(
    plots.token_rows(list(zip(labels, rows, strict=True)), "The bundled tokenizer reads one word"),
    "Ten rows of boxes: the word unprecedented with a space before it, from single bytes to four tokens: "
    "space unp, re, ced, ented.",
)

# %% [markdown]
# *What to see: nine merges take 14 bytes to 4 tokens. The dot is a space, which belongs to the word behind
# it. The cuts follow frequency, not grammar: un-pre-cedent-ed is not found.*

# %% tags=["check"]
print("tokens:", [mini.token_bytes(i).decode() for i in mini.encode(" unprecedented")])
print(f"{256} bytes + {len(mini.merges):,} merges + {len(mini.special_tokens)} special = {mini.vocab_size:,}")

# %%
learn.ask("04.q4")

# %% tags=["check"]
gpt2 = PRESETS["gpt2"].model
print(f"GPT-2: {256} + {gpt2.vocab_size - 257:,} + 1 = {gpt2.vocab_size:,}")

# %% [markdown]
# ## Words first: GPT-2's pattern, and why it needs `regex`
#
# So far, words were given. In running text somebody has to cut them. If nobody does, merges run across
# words. Compare the first merges of 20,000 characters, each line taken whole, with those of the same text
# cut into words first:

# %% tags=["check"]
docs = data_path("tales.txt").read_text(encoding="utf-8").split("<|endoftext|>")
part = "".join(docs)[:20_000]
for name, pieces in (("lines", [line for line in part.split("\n") if line]), ("words", split(part))):
    merges = islice(learn_merges(Counter(piece.encode() for piece in pieces)), 16)
    print(name, [(left + right).decode() for left, right in merges])

# %% [markdown]
# Without cutting, entries such as "e " and ". " glue the end of one word to the next. Later "dog.", "dog!"
# and "dog?" each take an entry, and the model has to learn three times what a dog is. GPT-2 therefore cuts
# with this pattern, and merges never cross a cut:

# %% tags=["check"]
for alternative in GPT2_PATTERN.split("|"):
    print(alternative)
print(split("It's 3 o'clock,  dear"))

# %% [markdown]
# From left to right, the first alternative that matches wins: English endings, then letters, digits,
# anything else that is not white space, each with at most *one* space before it, and last the white space
# that is left. `\s+(?!\S)` is white space with no other character behind it: of the two spaces above it can
# take only the first, and the second goes with "dear". Each character falls under some alternative, so that
# the pieces joined are the text again. A space belongs to the word behind it.
#
# `\p{L}` means a letter of any script and `\p{N}` any number. Python's own `re` knows neither, hence the
# package `regex`. Writing `[a-zA-Z]` in their place is a tempting way out:

# %%
try:
    re.compile(GPT2_PATTERN)
except re.error as error:
    print("re says:", error)
ascii_only = GPT2_PATTERN.replace(r"\p{L}+", "[a-zA-Z]+", 1).replace(r"\p{N}+", "[0-9]+", 1)
ascii_only = ascii_only.replace(r"\p{L}\p{N}", "a-zA-Z0-9")
sample = "Zoë's naïve café: 3½ Ωmega"
print("ASCII only:", re.findall(ascii_only, sample))
print("GPT-2:     ", split(sample))

# %% [markdown]
# The symptom of the ASCII version: names fall apart at the first accent, and no error is raised.
#
# **Special tokens** are entries that no text can spell. GPT-2 has one, `<|endoftext|>`, which stands
# between documents. If a user's text holds these 13 characters, should it end the document? Never by
# accident:

# %% tags=["check"]
try:
    mini.encode("Dear <|endoftext|>")
except UserError as error:
    print(error)
print("allowed:    ", mini.encode("Dear <|endoftext|>", allowed_special="all"))
print("spelled out:", mini.encode_ordinary("Dear <|endoftext|>"))

# %% [markdown]
# ## How large a vocabulary?
#
# Merges are learned one after the other, so each vocabulary contains all smaller ones. One training on 90
# of the bundled tales is enough to measure every size, on those and on the eleven held out.

# %% tags=["check"]
train, held_out = "".join(docs[:90]), "".join(docs[90:])
print(f"{len(train.encode()):,} bytes to learn from, {len(held_out.encode()):,} held out")
largest = ByteBPE.train(docs[:90], 4096)
sizes = (257, 300, 400, 512, 768, 1024, 2048, 4096)
smaller = {size: bpe_steps.with_fewer_merges(largest, size - 257) for size in sizes}

# %% tags=["check"]
curves = {
    name: [bpe_steps.bytes_per_token(smaller[size], part) for size in sizes]
    for name, part in (("tales it learned from", train), ("tales held out", held_out))
}
ours = bpe_steps.bytes_per_token(mini, held_out)
print("         bytes per token")
print(" entries  learned  held out  256 tokens hold  numbers in a table 256 wide")
for size, seen, unseen in zip(sizes, *curves.values(), strict=True):
    print(f"{size:8,} {seen:8.3f} {unseen:9.3f} {256 * unseen:10.0f} bytes {256 * size:28,}")
print(f"bundled tokenizer on the tales held out: {ours:.3f} bytes per token")

# %%
other = ("bundled tokenizer, learned elsewhere", mini.vocab_size, ours)
picture(
    plots.length_by_vocabulary(sizes, curves, other),
    "Bytes per token rise with the vocabulary, ever more slowly; the line for held-out text stays below.",
)

# %% [markdown]
# *What to see: the axis below is logarithmic, and still the curve bends. By 512 entries one byte per token
# has become 2.2; on held-out tales the last 2,048 entries add less than 0.3. The gap between the lines is
# overfitting: merges that only the training text needed. The star, a vocabulary of 4,096 from another text,
# loses to the equally large one learned from tales.*
#
# Why does it bend? By $N' = N - n$ each merge saves as many symbols as its pair occurs, and the counts fall
# from merge to merge. A late merge pays for one rare word. There is a second cost: a row of the table learns
# only where its token occurs (lesson 05), so that an entry that hardly occurs hardly learns.

# %% tags=["check"]
counts = Counter(i for doc in docs[:90] for i in smaller[4096].encode(doc))
rare = sum(counts[i] < 10 for i in range(4095))
print(f"of 4,095 ordinary entries, {rare:,} occur fewer than 10 times in the 90 tales: {rare / 4095:.1%}")
for name in ("mini", "gpt2", "gpt2-xl"):
    parts = parameters_by_part(PRESETS[name].model)
    share = parts["embeddings"] / sum(parts.values())
    print(f"{name}: table {parts['embeddings']:,} of {sum(parts.values()):,} parameters, {share:.1%}")

# %% [markdown]
# So the size is a compromise, and it moves with the size of the model and of its training text. GPT-2 small
# spends nearly a third of its parameters on the table, its largest sibling a twentieth: the wider and deeper
# the model, the less the table counts. Vocabularies have grown with the models, though not evenly:
#
# | model | entries (all cited) | kind |
# |---|---|---|
# | GPT-1 (2018) | 40,478, of which 40,000 are merges | BPE on characters, lower case, end marker |
# | GPT-2 (2019) | 50,257 | byte-level BPE |
# | LLaMA-2 (2023) | 32,000 | BPE on characters, single bytes for what is missing |
# | GPT-4 (2023) | about 100,000 (tiktoken, `cl100k_base`) | byte-level BPE |
#
# Perplexities *per token* under different vocabularies cannot be compared: fewer tokens carry the same
# text. Bits per byte can (lesson 02).
#
# ## One sentence, many lengths

# %%
sentence = "Naïve readers rarely see 2,048 tokens."
rows = [("characters", [c.encode() for c in sentence]), ("bytes", [bytes([b]) for b in sentence.encode()])]
for name, bpe in (("tales, 300", smaller[300]), ("tales, 1,024", smaller[1024]), ("bundled", mini)):
    rows.append((name, [bpe.token_bytes(i) for i in bpe.encode(sentence)]))
picture(
    plots.token_rows(rows, "One sentence under five tokenizers"),
    "The sentence as characters, bytes, and under three BPE vocabularies, with ever fewer boxes.",
)

# %% [markdown]
# *What to see: ï is one character and two bytes (C3, AF), and no merge of these vocabularies joins them.
# Digits stay apart, since hardly any merge of digits was learned. Common short words are whole, the others
# in pieces.*
#
# Now much the same sentence in six languages:

# %% tags=["check"]
translations = {
    "English": "The old man walked home through the rain.",
    "German": "Der alte Mann ging durch den Regen nach Hause.",
    "French": "Le vieil homme rentra chez lui sous la pluie.",
    "Greek": "Ένας γέρος γύρισε στο σπίτι μέσα στη βροχή.",
    "Russian": "Старик шёл домой под дождём.",
    "Japanese": "老人は雨の中を歩いて家に帰った。",
}
lengths = {name: (len(s), len(s.encode()), len(mini.encode(s))) for name, s in translations.items()}
for name, (characters, data, n) in lengths.items():
    print(f"{name:9} {characters} characters, {data} bytes, {n} tokens: {n / 9:.1f} times English")

# %%
picture(
    plots.languages(lengths),
    "Bars of characters, bytes and tokens for a sentence in six languages; tokens are fewest in English and "
    "as many as bytes in Greek, Russian and Japanese.",
)

# %% [markdown]
# *What to see: English needs 9 tokens. German and French need two to three times as many, though their
# letters are the same. Greek, Russian and Japanese pay one token for every byte: their merges were never
# learned. A tokenizer speaks the language of its training text, and everybody else pays more and gets less
# context.*
#
# ## Common mistakes
#
# **A space at the end of the prompt.** The space belongs to the *next* word: " time" is one token. If the
# prompt has taken the space already, the model has to go on with a word that begins without one, which it
# hardly ever saw.

# %% tags=["check"]
for prompt, word in (("Once upon a", " time"), ("Once upon a ", "time")):
    logits, _ = model.forward(params, np.array([mini.encode(prompt)]))
    p = softmax(logits[0, -1].astype(np.float64))
    best = mini.token_bytes(int(p.argmax())).decode()
    print(f"{prompt!r}: P({word!r}) = {p[mini.encode(word)[0]]:.2g}, likeliest {best!r}: {p.max():.2f}")

# %% [markdown]
# Symptom: fluent answers become fragments. Cure: strip the prompt.
#
# **The tokenizer of another model.** Ids fit the table, no error is raised, the loss is absurd. Here is the
# bundled model on a tale, with its own ids and with those of the equally large vocabulary of the tales:

# %% tags=["check"]
for name, bpe in (("its own", mini), ("another", smaller[4096])):
    x = np.array([bpe.encode(docs[95])[:257]])
    loss, _ = model.loss(params, x[:, :-1], x[:, 1:])
    print(f"{name} tokenizer: {loss:.2f} nats a token")
print(f"guessing blindly among 4,096: {np.log(4096):.2f}")

# %% [markdown]
# A loss above that of blind guessing is the signature: the model is confident, about the wrong list.
#
# **The longest match in place of the order of merges.** It looks the same on most words:

# %% tags=["check"]
vocabulary = {mini.token_bytes(i): i for i in range(mini.vocab_size - 1)}
seen = Counter(split(held_out))
differ = sum(
    n
    for word, n in seen.items()
    if [mini.token_bytes(i) for i in mini.encode_ordinary(word)]
    != bpe_steps.longest_match(word, set(vocabulary))
)
print(f"{differ / sum(seen.values()):.1%} of the words come out differently; ' roof' is one of them:")
print(encode_word(" roof", mini.merges), "against", bpe_steps.longest_match(" roof", set(vocabulary)))

# %% [markdown]
# What does the model say to it? The beginnings of four tales, and the loss per byte, since the two ways need
# different numbers of tokens:

# %% tags=["check"]
samples = [doc.strip()[:700] for doc in docs[95:99]]
longest = [[t for w in split(s) for t in bpe_steps.longest_match(w, set(vocabulary))] for s in samples]
ways = {
    "in order": [mini.encode_ordinary(s) for s in samples],
    "longest match": [[vocabulary[t] for t in cut] for cut in longest],
}
for name, texts in ways.items():
    nats = 0.0
    for ids in texts:
        x = np.array([[mini.special_tokens["<|endoftext|>"], *ids]])
        nats += model.loss(params, x[:, :-1], x[:, 1:])[0] * len(ids)
    per_byte = nats / len("".join(samples).encode())
    print(f"{name:13} {sum(map(len, texts))} tokens, {per_byte:.2f} nats a byte")

# %% [markdown]
# Symptom: no error, no more tokens, readable text, and a loss that is worse by more than a tenth, for 1 word
# in 20: the model never saw these words cut in this way. Two more, in short:
#
# - *Overlaps merged wrongly* ("aaa"): results differ from the reference only in texts with repeated
#   characters.
# - *"Low" is not "low", nor " low".* The model sees three different lists of ids and has to learn that they
#   mean the same. Counting letters or reversing a word is hard for it for the same reason: it does not see
#   them.

# %%
for word in (" low", "low", "Low"):
    print(f"{word!r:7}", mini.encode(word))

# %% [markdown]
# ## In PyTorch
#
# PyTorch has no tokenizer. Two lines with the usual library:
#
# ```python
# from transformers import AutoTokenizer
# ids = AutoTokenizer.from_pretrained("gpt2")("low lower", return_tensors="pt").input_ids
# ```
#
# Autograd does nothing for you here: ids are integers, and no gradient passes through the choice of a
# token. Training ends at the row of the table that the id selects (lesson 05).
#
# Where defaults differ: transformers turns `<|endoftext|>` inside a text into the special token without
# asking; tiktoken and this package refuse. GPT-2's tokenizer has no padding token, so many programs reuse
# `<|endoftext|>`, and then have to mask it. Trainers of different libraries break ties differently, as you
# have seen.
#
# ## What came later
#
# - **SentencePiece** treats the space as a letter and needs no pattern; its *unigram* variant begins with a
#   large vocabulary and drops entries instead of merging.
# - **Digits** are cut into groups of at most three, or one by one, so that numbers of equal length look
#   alike.
# - **Byte fallback** keeps characters as the alphabet and spells only unknown ones by bytes.
# - **Larger vocabularies** for more languages (LLaMA-3: 128,256 entries, cited from its published
#   configuration).
# - **No tokenizer:** models that read bytes and group them inside the network.
#
# ## Extend
#
# Make a better vocabulary of 1,024 entries for the tales. Learn from the 90 tales, score on the eleven held
# out, in bytes per token; every text must still come back unchanged. You may change the pattern that cuts
# words, count differently, or drop entries that turn out useless and learn others. The score to beat:

# %% tags=["check"]
baseline = bpe_steps.bytes_per_token(smaller[1024], held_out)
print(f"1,024 entries: {baseline:.4f} bytes per token on held-out tales")

# %% [markdown]
# ## Sources
#
# - Gage 1994, *A New Algorithm for Data Compression*
# - Sennrich, Haddow, Birch 2016, *Neural Machine Translation of Rare Words with Subword Units*
# - Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*, section 4.1
# - Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, section 2.2
# - Kudo, Richardson 2018, *SentencePiece*; Kudo 2018, *Subword Regularization*
# - Touvron et al. 2023, *Llama 2: Open Foundation and Fine-Tuned Chat Models*
# - Petrov et al. 2023, *Language Model Tokenizers Introduce Unfairness Between Languages*
# - Xue et al. 2022, *ByT5*
