"""The columns of the arrays that learning merges works on, by name."""

NONE = -1

# A symbol is a row of int32. Next and last: its neighbours in the list of the places of its pair.
TOKEN, WORD, AFTER, BEFORE, PAIR, NEXT, LAST = range(7)
# A pair is a row of int64. Count: occurrences in the text; places: those in distinct words.
LEFT, RIGHT, COUNT, PLACES, FIRST = range(5)
# A token is a row of int64: where its bytes begin; the first 7 of them as a number, which decides most ties.
START, PREFIX = range(2)
# How many there are in use; `offered` pairs were put in the heap.
N_PAIRS, N_OFFERED, N_HEAP, N_TOKENS = range(4)
