"""14.5: which tokens are predicted, from where, and how they are averaged."""

from ...worked.combined_loss import combined_loss
from ..exercise import Mistake
from ._ex14_combined_slips import MEAN
from ._unpaired import unpaired

TARGETS = unpaired(
    combined_loss,
    (
        Mistake(
            "divided by all positions",
            "The sum of each row was divided by the number of its positions, pads included.",
            "How many tokens are predicted in a row of three?",
            (("/ (lengths - 1)", "/ T"),),
        ),
        Mistake(
            "pads in each row's sum",
            "What the pads cost is in the sum of each row, which was then divided by the number of real predictions.",
            "Which of the following ids are real tokens?",
            (("(logs * real)", "logs"),),
        ),
        Mistake(
            "sum of the rows",
            "The rows' averages were added up; they should be averaged too.",
            "What should a batch of two equal rows cost, compared with one of them?",
            (("(lengths - 1)).mean()", "(lengths - 1)).sum()"),),
        ),
        Mistake(
            "sum of everything",
            "All tokens of all rows were added up, and nothing averaged.",
            "What becomes of the language model's loss when every text is twice as long?",
            ((MEAN, "(logs * real).sum())"),),
        ),
        Mistake(
            "all tokens divided by the rows' lengths",
            "The tokens of the whole batch were added up and divided by the number of all real tokens, Start included.",
            "Which token of a row is never predicted?",
            ((MEAN, "(logs * real).sum() / lengths.sum())"),),
        ),
        Mistake(
            "Extract not predicted, average over the rest",
            "Extract itself was left out, of the sum and of the count; it is a real token like the others, and a target.",
            "Which is the last token of a row that is predicted?",
            (
                ("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) < lengths[:, None] - 1"),
                ("/ (lengths - 1)", "/ (lengths - 2)"),
            ),
        ),
        Mistake(
            "Extract not predicted, average kept finite",
            "Extract itself was left out, of the sum and of the count; it is a real token like the others, and a target.",
            "Which is the last token of a row that is predicted?",
            (
                ("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) < lengths[:, None] - 1"),
                ("/ (lengths - 1)", "/ np.maximum(lengths - 2, 1)"),
            ),
        ),
        Mistake(
            "Extract predicted in the shortest rows only",
            "Extract was left out but for rows of two tokens; it is a real token like the others, and a target.",
            "Which is the last token of a row that is predicted?",
            (
                ("< lengths[:, None]", "< np.maximum(lengths - 1, 2)[:, None]"),
                ("/ (lengths - 1)", "/ np.maximum(lengths - 2, 1)"),
            ),
        ),
        Mistake(
            "one pad predicted and counted",
            "In padded rows the first pad was predicted from Extract and counted; behind Extract there is nothing to predict.",
            "Which is the last token of a row that is predicted?",
            (
                ("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) <= lengths[:, None]"),
                ("/ (lengths - 1)", "/ real.sum(axis=1)"),
            ),
        ),
        Mistake(
            "one pad predicted, divided by the tokens",
            "In padded rows the first pad was predicted from Extract, and the sum of each row was divided by the number of its "
            "tokens.",
            "How many tokens of a row are predicted, and which is the last?",
            (
                ("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) <= lengths[:, None]"),
                ("/ (lengths - 1)", "/ lengths"),
            ),
        ),
        Mistake(
            "first word not predicted",
            "The token behind Start was not predicted, though it is a real token and not the first.",
            "What does the model predict when it has seen nothing but Start?",
            (
                (
                    "np.arange(1, T) < lengths[:, None]",
                    "(np.arange(1, T) < lengths[:, None]) & (np.arange(1, T) > 1)",
                ),
            ),
        ),
        Mistake(
            "first word not predicted, average over the rest",
            "The token behind Start was neither predicted nor counted, though it is a real token and not the first.",
            "What does the model predict when it has seen nothing but Start?",
            (
                (
                    "np.arange(1, T) < lengths[:, None]",
                    "(np.arange(1, T) < lengths[:, None]) & (np.arange(1, T) > 1)",
                ),
                ("/ (lengths - 1)", "/ np.maximum(lengths - 2, 1)"),
            ),
        ),
        Mistake(
            "first word not predicted, rows of two not at all",
            "The token behind Start was neither predicted nor counted, though it is a real token and not the first; rows of two have "
            "nothing left to average.",
            "What does the model predict when it has seen nothing but Start?",
            (
                (
                    "np.arange(1, T) < lengths[:, None]",
                    "(np.arange(1, T) < lengths[:, None]) & (np.arange(1, T) > 1)",
                ),
                ("/ (lengths - 1)", "/ (lengths - 2)"),
            ),
        ),
        Mistake(
            "not shifted, every token",
            "The scores at each position were held against the token that stands there, Start included: as many predictions as "
            "tokens.",
            "Which token do the scores at a position speak of?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "ids[:, :, None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                ("/ (lengths - 1)", "/ lengths"),
            ),
        ),
        Mistake(
            "not shifted, divided by the predictions",
            "The scores at each position were held against the token that stands there, Start included, and the sum of each row was divided by one token fewer.",
            "Which token do the scores at a position speak of?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "ids[:, :, None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
            ),
        ),
        Mistake(
            "not shifted, average over all tokens",
            "The scores at each position were held against the token that stands there, Start included, and all tokens of the batch count the same.",
            "Which token do the scores at a position speak of?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "ids[:, :, None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                (MEAN, "(logs * real).sum() / real.sum())"),
            ),
        ),
        Mistake(
            "not shifted, pads too",
            "The scores at each position were held against the token that stands there, Start included, and pads as well.",
            "Which token do the scores at a position speak of?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "ids[:, :, None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                (MEAN, "logs).mean()"),
            ),
        ),
        Mistake(
            "not shifted, sum",
            "The scores at each position were held against the token that stands there, Start included, and the tokens of a row were added up.",
            "Which token do the scores at a position speak of?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "ids[:, :, None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                (MEAN, "(logs * real).sum(axis=1)).mean()"),
            ),
        ),
        Mistake(
            "row turned round",
            "Every real token had to predict the one behind it, Extract too: behind that stands a pad, or, where the row was turned round, Start.",
            "What is there to predict behind Extract?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "np.roll(ids, -1, axis=1)[..., None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                ("/ (lengths - 1)", "/ lengths"),
            ),
        ),
        Mistake(
            "row turned round, divided by the predictions",
            "Every real token had to predict the one behind it, Extract too: behind that stands a pad, or, where the row was turned round, Start.",
            "What is there to predict behind Extract?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "np.roll(ids, -1, axis=1)[..., None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
            ),
        ),
        Mistake(
            "row turned round, average over all tokens",
            "Every real token had to predict the one behind it, Extract too: behind that stands a pad, or, where the row was turned round, Start; and all tokens of the batch count the same.",
            "What is there to predict behind Extract?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "np.roll(ids, -1, axis=1)[..., None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                (MEAN, "(logs * real).sum() / real.sum())"),
            ),
        ),
        Mistake(
            "row turned round, pads too",
            "Every real token had to predict the one behind it, Extract too: behind that stands a pad, or, where the row was turned round, Start; and pads were predicted as well.",
            "What is there to predict behind Extract?",
            (
                ("[:, :-1], next_ids", ", next_ids"),
                ("ids[:, 1:, None]", "np.roll(ids, -1, axis=1)[..., None]"),
                ("np.arange(1, T) <", "np.arange(T) <"),
                (MEAN, "logs).mean()"),
            ),
        ),
        Mistake(
            "one pad predicted, average over all tokens",
            "In padded rows the first pad was predicted from Extract, and all tokens of the batch count the same.",
            "Which is the last token of a row that is predicted?",
            (
                ("np.arange(1, T) < lengths[:, None]", "np.arange(1, T) <= lengths[:, None]"),
                (MEAN, "(logs * real).sum() / real.sum())"),
            ),
        ),
        Mistake(
            "tokens of id 0 taken for pads, average over all tokens",
            "Real tokens whose id is 0 were taken for pads, and all others of the batch count the same; the lengths say what is real.",
            "What tells a pad from a token with the same id?",
            (
                ("np.arange(1, T) < lengths[:, None]", "ids[:, 1:] != 0"),
                (MEAN, "(logs * real).sum() / real.sum())"),
            ),
        ),
        Mistake(
            "predictions from tokens of id 0 left out",
            "What is predicted from a token of id 0 was taken for a pad; the lengths say what is real.",
            "What tells a pad from a token with the same id?",
            (("np.arange(1, T) < lengths[:, None]", "ids[:, :-1] != 0"),),
        ),
        Mistake(
            "predictions from tokens of id 0 left out and not counted",
            "What is predicted from a token of id 0 was taken for a pad and not counted; the lengths say what is real.",
            "What tells a pad from a token with the same id?",
            (
                ("np.arange(1, T) < lengths[:, None]", "ids[:, :-1] != 0"),
                ("/ (lengths - 1)", "/ np.maximum(real.sum(axis=1), 1)"),
            ),
        ),
        Mistake(
            "not shifted, all but Start",
            "The scores at each position but the first were held against the token that stands there.",
            "Which token do the scores at a position speak of?",
            (("log_softmax(logits)[:, :-1]", "log_softmax(logits)[:, 1:]"),),
        ),
        Mistake(
            "shifted the wrong way",
            "The scores at a position were held against the token before it; they speak of the one behind it.",
            "Which token do the scores at a position speak of?",
            (
                ("log_softmax(logits)[:, :-1]", "log_softmax(logits)[:, 1:]"),
                ("ids[:, 1:, None]", "ids[:, :-1, None]"),
            ),
        ),
        Mistake(
            "tokens of id 0 taken for pads",
            "Real tokens whose id is 0 were taken for pads; the lengths say what is real.",
            "What tells a pad from a token with the same id?",
            (("np.arange(1, T) < lengths[:, None]", "ids[:, 1:] != 0"),),
        ),
        Mistake(
            "tokens of id 0 taken for pads, and not counted",
            "Real tokens whose id is 0 were taken for pads and left out of the count as well; the lengths say what is real.",
            "What tells a pad from a token with the same id?",
            (
                ("np.arange(1, T) < lengths[:, None]", "ids[:, 1:] != 0"),
                ("/ (lengths - 1)", "/ real.sum(axis=1)"),
            ),
        ),
        Mistake(
            "tokens of id 0 taken for pads, rows kept finite",
            "Real tokens whose id is 0 were taken for pads and left out of the count as well; the lengths say what is real.",
            "What tells a pad from a token with the same id?",
            (
                ("np.arange(1, T) < lengths[:, None]", "ids[:, 1:] != 0"),
                ("/ (lengths - 1)", "/ np.maximum(real.sum(axis=1), 1)"),
            ),
        ),
    ),
)
