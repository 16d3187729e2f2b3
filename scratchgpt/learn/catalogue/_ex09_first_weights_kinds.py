"""09.6: biases, gains, and the distribution that the others are drawn from."""

_BIAS = 'if name.endswith(".bias"):'
_ZEROS = "return np.zeros(shape)"
_GAIN = "if len(shape) == 1:  # the gain of a norm"
_ONES = "return np.ones(shape)"
_STD = "std = 0.02"
_WHERE = 'if name.endswith(".c_proj.weight"):'
_DRAW = "return std * rng.standard_normal(shape)"

_BEGIN = "What should a norm do to a vector before any training?"
_SIZE = "What is 0.02, a variance or a standard deviation?"
_CALL = "Which call draws all numbers of a tensor, and what is their standard deviation?"

KINDS = (
    (
        "gains 0",
        "The gains are 0: every norm returns its bias and nothing gets through.",
        _BEGIN,
        ((_ONES, _ZEROS),),
    ),
    (
        "gains drawn",
        "The gains were drawn at random like a matrix.",
        _BEGIN,
        ((f"    {_GAIN}\n        {_ONES}\n", ""),),
    ),
    (
        "gains as integers",
        "The gains came out as integers.",
        "Which dtype was asked for?",
        ((_ONES, "return np.ones(shape, dtype=int)"),),
    ),
    (
        "biases as integers",
        "The biases came out as integers.",
        "Which dtype was asked for?",
        ((_ZEROS, "return np.zeros(shape, dtype=int)"),),
    ),
    (
        "gains and biases as integers",
        "Gains and biases came out as integers.",
        "Which dtype was asked for?",
        ((_ONES, "return np.ones(shape, dtype=int)"), (_ZEROS, "return np.zeros(shape, dtype=int)")),
    ),
    (
        "gains around 1",
        "The gains were drawn around 1; they begin at exactly 1.",
        _BEGIN,
        ((_ONES, "return 1 + 0.02 * rng.standard_normal(shape)"),),
    ),
    (
        "gains of 0.02",
        "The gains are 0.02 each: each norm would shrink the vectors to a fiftieth.",
        _BEGIN,
        ((_ONES, "return np.full(shape, 0.02)"),),
    ),
    (
        "last gain drawn",
        "The gain of the last norm was drawn at random: its name is not of the same form as those in the blocks.",
        "Which norms are there outside of the blocks?",
        ((_GAIN, 'if ".ln_" in name:'),),
    ),
    (
        "gains of the second norm drawn",
        "The gain of a block's second norm was drawn at random.",
        "How many norms are in a block?",
        ((_GAIN, 'if "ln_1" in name or "ln_f" in name:'),),
    ),
    (
        "all of a norm 1",
        "The biases of the norms are 1, like their gains.",
        "What would a norm with a bias of 1 do to a vector of zeros?",
        ((_BIAS, 'if name.endswith(".bias") and "ln_" not in name:'),),
    ),
    (
        "biases of the blocks' norms 1",
        "The biases of the norms in the blocks are 1, like their gains; the last norm's is right.",
        "What would a norm with a bias of 1 do to a vector of zeros?",
        ((_BIAS, 'if name.endswith(".bias") and ".ln_" not in name:'),),
    ),
    ("biases 1", "All biases are 1.", "With which number do biases begin?", ((_ZEROS, _ONES),)),
    (
        "biases drawn",
        "The biases were drawn at random like a matrix.",
        "With which number do biases begin?",
        ((_ZEROS, "return 0.02 * rng.standard_normal(shape)"),),
    ),
    (
        "biases of the maps drawn",
        "The biases of the linear maps were drawn at random, those of the norms are right.",
        "With which number do biases begin?",
        ((_ZEROS, 'return np.zeros(shape) if "ln_" in name else 0.02 * rng.standard_normal(shape)'),),
    ),
    (
        "biases of the maps drawn, factor included",
        "The biases of the linear maps were drawn at random, with the factor where their matrix has it.",
        "With which number do biases begin?",
        (
            (_BIAS, 'if name.endswith(".bias") and "ln_" in name:'),
            (_GAIN, 'if "ln_" in name:'),
            (_WHERE, 'if ".c_proj." in name:'),
        ),
    ),
    (
        "gains and biases exchanged",
        "Gains are 0 and biases 1: it is the other way round.",
        _BEGIN,
        ((_ZEROS, "return np.full(shape, 1.0)"), (_ONES, "return np.full(shape, 0.0)")),
    ),
    (
        "gains of the maps",
        "The biases of the linear maps are 1, as if they were gains of norms.",
        "Which tensors have one axis, and which of them are gains?",
        ((_BIAS, 'if name.endswith(".bias") and "ln_" in name:'),),
    ),
)

DRAWS = (
    (
        "variance 0.02",
        "The variance is 0.02, where the standard deviation should be.",
        _SIZE,
        ((_STD, "std = math.sqrt(0.02)"),),
    ),
    (
        "0.02 squared",
        "The standard deviation is 0.02 squared: that is the variance.",
        _SIZE,
        ((_STD, "std = 0.02**2"),),
    ),
    ("standard deviation 1", "The numbers have the standard deviation 1.", _CALL, ((_STD, "std = 1.0"),)),
    ("standard deviation 0.2", "The numbers are ten times too large.", _CALL, ((_STD, "std = 0.2"),)),
    (
        "standard deviation 0.01",
        "The numbers are half as large as asked for.",
        _CALL,
        ((_STD, "std = 0.01"),),
    ),
    (
        "one over the root of the inputs",
        "The size depends on the width of the matrix, as in other initialisations; here it is the same for all.",
        "On what does the standard deviation depend here?",
        ((_STD, "std = 1 / math.sqrt(shape[0])"),),
    ),
    (
        "by inputs and outputs",
        "The size depends on both widths of the matrix, as in other initialisations; here it is the same for all.",
        "On what does the standard deviation depend here?",
        ((_STD, "std = math.sqrt(2 / sum(shape))"),),
    ),
    (
        "for ReLU, by the inputs",
        "The size depends on the width of the matrix, as in an initialisation for ReLU; here it is the same for all.",
        "On what does the standard deviation depend here?",
        ((_STD, "std = math.sqrt(2 / shape[0])"),),
    ),
    (
        "positions at 0.01",
        "The positions were drawn half as large, as in some programs; here both tables have the same size.",
        "What does the task say of the tables?",
        ((_STD, 'std = 0.01 if name == "wpe.weight" else 0.02'),),
    ),
    (
        "tables of standard deviation 1",
        "The tables have the standard deviation 1, as other programs draw them; here they are drawn like the matrices.",
        "What does the task say of the tables?",
        ((_STD, 'std = 1.0 if name.startswith("w") else 0.02'),),
    ),
    (
        "tokens of standard deviation 1",
        "The table of tokens has the standard deviation 1; here it is drawn like the matrices.",
        "What does the task say of the tables?",
        ((_STD, 'std = 1.0 if name == "wte.weight" else 0.02'),),
    ),
    (
        "positions 0",
        "The positions begin at 0; here they are drawn like the tokens.",
        "What does the task say of the tables?",
        ((_STD, 'std = 0.0 if name == "wpe.weight" else 0.02'),),
    ),
    (
        "uniform",
        "The numbers are spread evenly over an interval, where the normal distribution was asked for.",
        _CALL,
        ((_DRAW, "return rng.uniform(-std, std, shape)"),),
    ),
    (
        "uniform, same variance",
        "The numbers are spread evenly over an interval, where the normal distribution was asked for.",
        _CALL,
        ((_DRAW, "return rng.uniform(-std * math.sqrt(3), std * math.sqrt(3), shape)"),),
    ),
    (
        "uniform from 0",
        "No number is negative: they are spread evenly from 0.",
        _CALL,
        ((_DRAW, "return std * rng.random(shape)"),),
    ),
    (
        "a generator of one's own",
        "The numbers come from a generator of your own, so every tensor begins with the same ones.",
        "Which of the arguments have you not used yet?",
        ((_DRAW, "return std * np.random.default_rng(0).standard_normal(shape)"),),
    ),
    (
        "drawn in float32",
        "The numbers were drawn as float32, which takes other random bits.",
        "Which dtype was asked for?",
        ((_DRAW, "return std * rng.standard_normal(shape, dtype=np.float32)"),),
    ),
    (
        "transposed",
        "The numbers were drawn for the transposed shape and then turned round.",
        "In which order does one call fill an array?",
        ((_DRAW, "return std * rng.standard_normal(shape[::-1]).T"),),
    ),
    (
        "scaled to its own deviation",
        "The numbers were scaled so that this very sample has the standard deviation, instead of the distribution.",
        "Does the standard deviation belong to the numbers drawn or to the distribution?",
        ((_DRAW, "w = rng.standard_normal(shape)\n    return std * w / w.std()"),),
    ),
    (
        "cut off at two deviations",
        "Numbers beyond two standard deviations were cut off.",
        _CALL,
        ((_DRAW, "return std * rng.standard_normal(shape).clip(-2, 2)"),),
    ),
    (
        "moved to mean 0.02",
        "0.02 became the mean, where it should be the standard deviation.",
        _SIZE,
        ((_DRAW, "return 0.02 + std / 0.02 * rng.standard_normal(shape)"),),
    ),
)
