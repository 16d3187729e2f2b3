"""19.3: weights in other places than those of the induction score."""

from ..exercise import Mistake

PICKED = "weights[..., queries, queries - T // 2 + 1]"
WHERE = "In 7 4 9 7 4 9, at which position should the second 4 look?"
WHO = "Which queries have an earlier occurrence of their token?"
WEIGHT = "Is the weight itself asked for, or something made of it?"

INDUCTION_PLACES = (
    *(
        Mistake(key, says, asks, edits=((PICKED, new),))
        for key, says, asks, new in (
            (
                "queries and keys exchanged",
                "Rows and columns were exchanged: the weights of earlier positions on later ones.",
                "Which axis of the weights is that of the queries?",
                "weights[..., queries - T // 2 + 1, queries]",
            ),
            (
                "queries and keys exchanged, duplicates",
                "Rows and columns were exchanged: these are weights of the first half on the second, half a sequence apart.",
                "Which axis of the weights is that of the queries?",
                "weights[..., queries - T // 2, queries]",
            ),
            (
                "queries of the first half",
                "The queries lie in the first half, where no token has occurred before.",
                WHO,
                "weights[..., queries - T // 2, queries - T // 2]",
            ),
            (
                "next position in the first half",
                "The queries lie in the first half and look at the position behind themselves.",
                WHO,
                "weights[..., queries - T // 2, queries - T // 2 + 1]",
            ),
            (
                "own position in the first half for a key",
                "The keys are the right ones, but the queries are those of the first half.",
                WHO,
                "weights[..., queries - T // 2, array_module(weights).minimum(queries + 1, T - 1)]",
            ),
            (
                "one row for all keys",
                "All keys were looked up in the row of the last query; each query has a row of its own.",
                "Which row belongs to which key?",
                "weights[..., -1, queries - T // 2 + 1]",
            ),
            (
                "one row for all keys, the first",
                "All keys were looked up in the row of the first query; each query has a row of its own.",
                "Which row belongs to which key?",
                "weights[..., T // 2, queries - T // 2 + 1]",
            ),
            (
                "keys in the second half",
                "The keys lie one behind the query, in the second half, not behind the earlier occurrence.",
                WHERE,
                "weights[..., queries, array_module(weights).minimum(queries + 1, T - 1)]",
            ),
            (
                "keys from the end",
                "The key is counted from the last position backwards.",
                WHERE,
                "weights[..., queries, T - 1 - queries + T // 2]",
            ),
            (
                "largest weights",
                "The largest weight of each query was taken, wherever it lies.",
                "Does it matter where a head looks?",
                "weights[..., queries, :].max(axis=-1)",
            ),
            (
                "largest weight of the first half",
                "The largest weight on the first half was taken, wherever in it that lies.",
                "Does it matter where a head looks?",
                "weights[..., queries, : T // 2].max(axis=-1)",
            ),
            (
                "all of the first half",
                "All weight on the first half was counted, wherever in it that lies.",
                "Does it matter where a head looks?",
                "weights[..., queries, : T // 2].sum(axis=-1)",
            ),
            (
                "both places",
                "The weight on the earlier occurrence was added to that on the position behind it.",
                WHERE,
                "(weights[..., queries, queries - T // 2 + 1] + weights[..., queries, queries - T // 2])",
            ),
            (
                "everything since the earlier occurrence",
                "All weight from behind the earlier occurrence on was counted; only the position just behind it holds what "
                "followed.",
                WHERE,
                "array_module(weights).stack("
                "[weights[..., q, q - T // 2 + 1 :].sum(axis=-1) for q in range(T // 2, T)], axis=-1)",
            ),
            (
                "share of hits",
                "These are shares of queries whose largest weight lies in the right place; the mean weight there was asked for.",
                WEIGHT,
                "(weights[..., queries, :].argmax(axis=-1) == queries - T // 2 + 1)",
            ),
            (
                "compared with the largest",
                "Each weight was divided by the largest of its row.",
                WEIGHT,
                "(weights[..., queries, queries - T // 2 + 1] / weights[..., queries, :].max(axis=-1))",
            ),
            (
                "compared with the first half",
                "Each weight was divided by the weight of its row on the whole first half.",
                WEIGHT,
                "(weights[..., queries, queries - T // 2 + 1] / weights[..., queries, : T // 2].sum(axis=-1))",
            ),
            (
                "logarithms",
                "The logarithms of the weights were averaged.",
                WEIGHT,
                "array_module(weights).log(weights[..., queries, queries - T // 2 + 1])",
            ),
            (
                "softmax again",
                "A softmax was applied to the weights, which are shares already.",
                "Do the rows of the weights sum to 1 as they are?",
                "(lambda e: e / e.sum(axis=-1, keepdims=True))(array_module(weights).exp(weights))"
                "[..., queries, queries - T // 2 + 1]",
            ),
            (
                "every query, wrapped",
                "The queries of the first half were counted too, at places that negative indices lead to.",
                WHO,
                "weights[..., array_module(weights).arange(T), array_module(weights).arange(T) - T // 2 + 1]",
            ),
            (
                "next position for every query",
                "These are the weights of all positions but the last on the position behind themselves.",
                WHERE,
                "weights[..., array_module(weights).arange(T - 1), array_module(weights).arange(1, T)]",
            ),
            (
                "previous position for every query",
                "These are the weights of all positions but the first on the position before them, as for a head that looks at "
                "the previous token.",
                WHERE,
                "weights[..., array_module(weights).arange(1, T), array_module(weights).arange(T - 1)]",
            ),
        )
    ),
)
