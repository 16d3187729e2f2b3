"""19.1: mistakes with the norm of the logit lens."""

from ..exercise import Mistake

NORM = "states, _ = layernorm_forward(stream, weight, bias, eps)"
SAME = "What does the model itself do between its last layer and its logits, and in which of your layers is it different?"
_AXIS = "Over which numbers does the norm of a single vector take its mean?"
STREAM = "Is the stream behind a layer what the layer added, or what has come together so far?"
_BY_HAND = (
    "centred = stream - stream.mean(axis=-1, keepdims=True)\n"
    "    square = (centred * centred).mean(axis=-1, keepdims=True)\n"
    "    states = "
)

LENS_NORMS = (
    *(
        Mistake(key, says, asks, edits=((NORM, new),))
        for key, says, asks, new in (
            (
                "last layer not normalised",
                "All layers but the last were normalised; the stream behind the last one is given in front of the norm too.",
                SAME,
                "states, _ = layernorm_forward(stream, weight, bias, eps)\n    states[-1] = stream[-1]",
            ),
            (
                "last layer alone normalised",
                "Only the stream behind the last layer was normalised; the others went to the head as they are.",
                SAME,
                "states = stream.copy()\n"
                "    states[-1], _ = layernorm_forward(stream[-1], weight, bias, eps)",
            ),
            (
                "last layer normalised twice",
                "The stream behind the last layer has passed the norm twice.",
                SAME,
                "states, _ = layernorm_forward(stream, weight, bias, eps)\n"
                "    states[-1], _ = layernorm_forward(states[-1], weight, bias, eps)",
            ),
            (
                "embeddings not normalised",
                "The embeddings, the first of the L + 1, went to the head without the norm.",
                SAME,
                "states, _ = layernorm_forward(stream, weight, bias, eps)\n    states[0] = stream[0]",
            ),
            (
                "normalised twice",
                "The vectors have passed the norm twice.",
                SAME,
                "states, _ = layernorm_forward(layernorm_forward(stream, weight, bias, eps)[0], weight, bias, eps)",
            ),
            (
                "frozen at the embeddings",
                "Every layer was normalised with mean and deviation of the embeddings; each vector has its own.",
                "Whose mean would the model take away if it really stopped after this layer?",
                "_, first = layernorm_forward(stream[0], weight, bias, eps)\n"
                "    states = (stream - first.mean) * first.rstd * weight + bias",
            ),
            (
                "deviation of the last layer",
                "Each vector lost its own mean, but was divided by the deviation of the last layer.",
                "Whose deviation would the model take if it really stopped after this layer?",
                "_, last = layernorm_forward(stream[-1], weight, bias, eps)\n"
                "    states = (stream - stream.mean(axis=-1, keepdims=True)) * last.rstd * weight + bias",
            ),
            (
                "streams added up",
                "The streams of the layers were added up; each already holds all that came before it.",
                STREAM,
                "states, _ = layernorm_forward(stream.cumsum(axis=0), weight, bias, eps)",
            ),
            (
                "averaged over the layers so far",
                "Each layer was read as the average of the streams up to it; each already holds all that came before it.",
                STREAM,
                "count = array_module(stream).arange(1, len(stream) + 1)[:, None, None]\n"
                "    states, _ = layernorm_forward(stream.cumsum(axis=0) / count, weight, bias, eps)",
            ),
            (
                "embeddings added",
                "The embeddings were added to the stream of each later layer; they are in it already.",
                STREAM,
                "joined = stream.copy()\n"
                "    joined[1:] += stream[0]\n"
                "    states, _ = layernorm_forward(joined, weight, bias, eps)",
            ),
            (
                "embeddings taken away",
                "The embeddings were taken out of the stream of each later layer; the head reads the stream with them in it.",
                STREAM,
                "joined = stream.copy()\n"
                "    joined[1:] -= stream[0]\n"
                "    states, _ = layernorm_forward(joined, weight, bias, eps)",
            ),
            (
                "normalised over positions",
                "Mean and deviation were taken over the positions, not over the channels.",
                _AXIS,
                "centred = stream - stream.mean(axis=1, keepdims=True)\n"
                "    square = (centred * centred).mean(axis=1, keepdims=True)\n"
                "    states = centred / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "normalised over layers",
                "Mean and deviation were taken over the layers, not over the channels.",
                _AXIS,
                "centred = stream - stream.mean(axis=0, keepdims=True)\n"
                "    square = (centred * centred).mean(axis=0, keepdims=True)\n"
                "    states = centred / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "normalised over whole layers",
                "There is one mean and one deviation for all positions of a layer; each vector has its own.",
                _AXIS,
                "centred = stream - stream.mean(axis=(1, 2), keepdims=True)\n"
                "    square = (centred * centred).mean(axis=(1, 2), keepdims=True)\n"
                "    states = centred / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "normalised over everything",
                "There is one mean and one deviation for all numbers of the stream; each vector has its own.",
                _AXIS,
                "centred = stream - stream.mean()\n"
                "    square = (centred * centred).mean()\n"
                "    states = centred / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "divided by n - 1",
                "The variance was divided by one less than the number of channels; the norm of a model divides by their number.",
                "By what is the variance divided in a norm, and by what in statistics?",
                _BY_HAND + "centred / array_module(stream).sqrt("
                "square * stream.shape[-1] / (stream.shape[-1] - 1) + eps) * weight + bias",
            ),
            (
                "eps outside the root",
                "The small constant was added to the deviation, behind the root; its place is with the variance.",
                "Where does the constant stand, inside or outside of the root?",
                _BY_HAND + "centred / (array_module(stream).sqrt(square) + eps) * weight + bias",
            ),
            (
                "eps forgotten",
                "The small constant under the root is missing.",
                "Which of the arguments have you not used yet?",
                _BY_HAND + "centred / array_module(stream).sqrt(square) * weight + bias",
            ),
            (
                "variance for deviation",
                "The vectors were divided by their variance, not by its root.",
                "What spread should a vector have behind the norm, before gain and bias?",
                _BY_HAND + "centred / (square + eps) * weight + bias",
            ),
            (
                "mean not taken away",
                "The vectors were divided by their deviation, but their mean was not taken away.",
                "What mean should a vector have behind the norm, before gain and bias?",
                _BY_HAND + "stream / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "deviation forgotten",
                "The mean was taken away, but the vectors were not divided by their deviation.",
                "What spread should a vector have behind the norm, before gain and bias?",
                _BY_HAND + "centred * weight + bias",
            ),
            (
                "root mean square",
                "The vectors were divided by their root mean square, and their mean was kept: that is another norm.",
                "What mean should a vector have behind the norm, before gain and bias?",
                "square = (stream * stream).mean(axis=-1, keepdims=True)\n"
                "    states = stream / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "brought to length 1",
                "The vectors were brought to length 1; the norm takes their mean away and makes their deviation 1.",
                "What spread should a vector have behind the norm, before gain and bias?",
                "square = (stream * stream).sum(axis=-1, keepdims=True)\n"
                "    states = stream / array_module(stream).sqrt(square + eps) * weight + bias",
            ),
            (
                "gain and bias exchanged",
                "Gain and bias have changed places: one multiplies, the other is added.",
                "Which of the two multiplies?",
                "states, _ = layernorm_forward(stream, bias, weight, eps)",
            ),
            (
                "bias before the gain",
                "The bias was added before the gain multiplied; it comes after.",
                "In which order do gain and bias act?",
                _BY_HAND + "(centred / array_module(stream).sqrt(square + eps) + bias) * weight",
            ),
            (
                "bias subtracted",
                "The bias of the norm was taken away, where it has to be added.",
                "Which sign has the bias?",
                "states, _ = layernorm_forward(stream, weight, -bias, eps)",
            ),
            (
                "gain counted from 1",
                "1 was added to the gain; here the gain is the whole factor.",
                "What does a gain of 1 do to a vector?",
                "states, _ = layernorm_forward(stream, 1 + weight, bias, eps)",
            ),
        )
    ),
)
