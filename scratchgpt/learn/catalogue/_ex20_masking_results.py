"""20.1: other inputs and targets than were asked for."""

from ..exercise import Mistake
from ._ex20_masking_draws import ELSE, INPUTS, SHOULD_GUESS, TARGETS, WHO

_RETURN = f"return {INPUTS}, {TARGETS}"

MASKING_RESULTS = (
    *(
        Mistake(key, says, asks, edits=((TARGETS, new),))
        for key, says, asks, new in (
            (
                "-100 for no target",
                "Where no token was chosen the target is -100, as other libraries have it; here it is -1.",
                ELSE,
                "np.where(chosen, ids, -100)",
            ),
            (
                "1 for no target",
                "Where no token was chosen the target is 1, which is a token; the loss would ask for it.",
                ELSE,
                "np.where(chosen, ids, 1)",
            ),
            (
                "mask for no target",
                "Where no token was chosen the target is the mask; the loss would ask for it.",
                ELSE,
                "np.where(chosen, ids, mask_id)",
            ),
            (
                "masked ones only",
                "Only tokens that became the mask are targets; a random id and one that stays have to be guessed too.",
                SHOULD_GUESS,
                "np.where(chosen & (action < 0.8), ids, IGNORE)",
            ),
            (
                "unchanged ones no targets",
                "Chosen tokens that stay as they are, are no targets; the model does not know which those are, and has to guess "
                "them too.",
                SHOULD_GUESS,
                "np.where(chosen & (action < 0.9), ids, IGNORE)",
            ),
            (
                "where the input differs",
                "Targets stand where the input differs from the text; a chosen token that stays, or meets its own id by chance, is "
                "a target too.",
                SHOULD_GUESS,
                "np.where(chosen & (replaced != ids), ids, IGNORE)",
            ),
            (
                "where the mask stands",
                "Targets stand wherever the input is the mask's id; a random id and one that stays have to be guessed too.",
                SHOULD_GUESS,
                "np.where(np.where(chosen, replaced, ids) == mask_id, ids, IGNORE)",
            ),
            (
                "new ids as targets",
                "The targets are what stands in the input now; the model has to guess what stood there before.",
                SHOULD_GUESS,
                "np.where(chosen, replaced, IGNORE)",
            ),
            (
                "targets one later",
                "The targets are the next tokens, as for a model that reads forward; here each is the token of its own place.",
                SHOULD_GUESS,
                "np.where(chosen, np.roll(ids, -1, axis=-1), IGNORE)",
            ),
            (
                "truth values",
                "These are truth values, where the tokens to guess belong.",
                SHOULD_GUESS,
                "chosen",
            ),
            (
                "ones and zeros for targets",
                "These are ones and zeros, where the tokens to guess belong.",
                SHOULD_GUESS,
                "chosen.astype(np.int64)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((INPUTS, new),))
        for key, says, asks, new in (
            (
                "inputs unchanged",
                "The model sees the text as it was: nothing is hidden.",
                "What should the model see in the place of a chosen token?",
                "ids",
            ),
            (
                "mask where nothing was chosen",
                "Where no token was chosen, the input is not the token itself.",
                WHO,
                "np.where(chosen, replaced, IGNORE)",
            ),
            (
                "everything else masked",
                "Where no token was chosen the model sees the mask; it should see the text there.",
                WHO,
                "np.where(chosen, replaced, mask_id)",
            ),
            (
                "zeros where nothing was chosen",
                "Where no token was chosen the model sees id 0; it should see the text there.",
                WHO,
                "np.where(chosen, replaced, 0)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_RETURN, new),))
        for key, says, asks, new in (
            (
                "results exchanged",
                "Inputs and targets have changed places.",
                "Which of the two is asked for first?",
                f"return {TARGETS}, {INPUTS}",
            ),
            (
                "inputs only",
                "There are inputs and no targets.",
                "Which two results were asked for?",
                f"return {INPUTS}",
            ),
            (
                "chosen ones in a row",
                "The targets are a list of the chosen tokens alone; they should have the shape of the ids.",
                "Which shape should the targets have?",
                f"return {INPUTS}, ids[chosen]",
            ),
            (
                "choice returned too",
                "There is a third result, which tokens were chosen; two were asked for.",
                "Which two results were asked for?",
                f"return {INPUTS}, {TARGETS}, chosen",
            ),
        )
    ),
)
