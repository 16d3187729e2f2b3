"""10.1: more mistakes in momentum: what is kept, what comes to it, and what takes the step."""

from collections.abc import Callable
from typing import Any

from ..exercise import Mistake

Part = Callable[..., Any]


def _average(m: Any, g: Any, b: float) -> Any:
    return b * m + (1 - b) * g


def _ball(m: Any, g: Any, b: float) -> Any:
    return b * m + g


def _rule(
    average: Part = _average,
    ball: Part = _ball,
    way: Part = lambda new, old, g, lr, b, ball: lr * new,
    kept: Part = lambda new, lr: new,
) -> Callable[..., Any]:
    """Momentum from exchangeable parts: the two forms of the average, the way to go, what is handed on."""

    def momentum_step(
        param: Any, grad: Any, m: Any, *, lr: float, beta: float = 0.9, heavy_ball: bool = False
    ) -> Any:
        new = (ball if heavy_ball else average)(m, grad, beta)
        return param - way(new, m, grad, lr, beta, heavy_ball), kept(new, lr)

    return momentum_step


def _velocity(rate_again: bool, sign: float) -> Callable[..., Any]:
    """The rate inside of the average: a velocity, with which the parameters move."""

    def momentum_step(
        param: Any, grad: Any, m: Any, *, lr: float, beta: float = 0.9, heavy_ball: bool = False
    ) -> Any:
        m = beta * m + sign * lr * (grad if heavy_ball else (1 - beta) * grad)
        return param - sign * (lr if rate_again else 1) * m, m

    return momentum_step


def _mixed(in_ball: bool) -> Callable[..., Any]:
    """The rate inside of what is kept in one of the forms only."""

    def momentum_step(
        param: Any, grad: Any, m: Any, *, lr: float, beta: float = 0.9, heavy_ball: bool = False
    ) -> Any:
        rule = _velocity(False, 1.0) if heavy_ball == in_ball else _rule()
        return rule(param, grad, m, lr=lr, beta=beta, heavy_ball=heavy_ball)

    return momentum_step


_SHARES = "To what do the shares of an average add up?"
_QUICK = "With a beta of 0.9, does an average change quickly or slowly?"
_BEFORE = "What did the steps before leave to this one?"
_RATE = "What does m hold: gradients, or steps?"
_FIRST = "What comes first, the average or the step?"
_FORMS = "In what do the two forms differ, and in what not?"

MORE = (
    Mistake(
        "old average takes the step",
        "The step is made with the average as it came in, before this gradient was in it.",
        _FIRST,
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * old),
    ),
    Mistake(
        "old and new take the step",
        "The step is made with the average as it came in and with the gradient beside it, in full.",
        _FIRST,
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * (old + g)),
    ),
    Mistake(
        "looking ahead",
        "The average was brought up to date a second time for the step, with the same gradient: that is Nesterov's form.",
        "Which average takes the step, and how often has it seen this gradient?",
        wrong=_rule(
            way=lambda new, old, g, lr, b, ball: lr * (_ball(new, g, b) if ball else _average(new, g, b))
        ),
    ),
    Mistake(
        "looking ahead, the gradient in full",
        "The gradient comes in full to the part of the new average that would stay: that is Nesterov's form of the "
        "heavy ball.",
        "Which average takes the step, and how often has it seen this gradient?",
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * (g + b * new)),
    ),
    Mistake(
        "beta of its own",
        "The part that stays is always the same, whatever was given.",
        "Which of the arguments have you not used yet?",
        wrong=_rule(average=lambda m, g, b: _average(m, g, 0.9), ball=lambda m, g, b: _ball(m, g, 0.9)),
    ),
    Mistake(
        "step kept at the share",
        "Only the part beta of the new average takes the step.",
        "By how much of the new average do the parameters move?",
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * b * new),
    ),
    Mistake(
        "ball scaled down",
        "The step of the heavy ball was shortened by the share of the gradient, so that both forms make the same "
        "steps; here the rate is taken as given.",
        _FORMS,
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * (1 - b) * new if ball else lr * new),
    ),
    Mistake(
        "average scaled up",
        "The step of the average was made longer, as if it were corrected for being young.",
        "Does the task speak of a correction?",
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * new if ball else lr * new / (1 - b)),
    ),
    Mistake(
        "shares exchanged",
        "In the average the old has the share of the new, and the new that of the old.",
        _QUICK,
        wrong=_rule(average=lambda m, g, b: (1 - b) * m + b * g),
    ),
    Mistake(
        "shares exchanged in both forms",
        "In both forms the old average has the share of the new.",
        _QUICK,
        wrong=_rule(average=lambda m, g, b: (1 - b) * m + b * g, ball=lambda m, g, b: (1 - b) * m + g),
    ),
    Mistake(
        "the ball keeps the other share",
        "The heavy ball keeps 1 less beta of what was there; it keeps the same part as the average does.",
        _FORMS,
        wrong=_rule(ball=lambda m, g, b: (1 - b) * m + g),
    ),
    Mistake(
        "shares exchanged, the ball with beta",
        "Everywhere beta stands with the gradient; it is the share of the old.",
        _QUICK,
        wrong=_rule(average=lambda m, g, b: (1 - b) * m + b * g, ball=lambda m, g, b: m + b * g),
    ),
    Mistake(
        "beta for both shares",
        "Old average and new gradient have the same share, beta.",
        _SHARES,
        wrong=_rule(average=lambda m, g, b: b * m + b * g),
    ),
    Mistake(
        "nothing forgotten",
        "What was there is kept in full, in both forms: nothing is ever forgotten.",
        "Which part of the old stays?",
        wrong=_rule(average=lambda m, g, b: m + (1 - b) * g, ball=lambda m, g, b: m + g),
    ),
    Mistake(
        "the ball forgets nothing",
        "The heavy ball keeps all that was there: with a constant gradient its steps would grow for ever.",
        "Which part of the old stays?",
        wrong=_rule(ball=lambda m, g, b: m + g),
    ),
    Mistake(
        "the average forgets nothing",
        "The average keeps all that was there and adds its share of the gradient.",
        _SHARES,
        wrong=_rule(average=lambda m, g, b: m + (1 - b) * g),
    ),
    Mistake(
        "beta over the sum",
        "The heavy ball shrinks this step's gradient as well: the part was taken of old and new together.",
        "Of what does a part stay, and what comes in full?",
        wrong=_rule(ball=lambda m, g, b: b * (m + g)),
    ),
    Mistake(
        "beta over the sum in both forms",
        "Both forms take the part of old and new together, so that the gradient is shrunk like the old.",
        "Of what does a part stay?",
        wrong=_rule(average=lambda m, g, b: b * (m + g), ball=lambda m, g, b: b * (m + g)),
    ),
    Mistake(
        "no memory",
        "The old average is gone: only this step's gradient counts.",
        _BEFORE,
        wrong=_rule(average=lambda m, g, b: (1 - b) * g, ball=lambda m, g, b: g),
    ),
    Mistake(
        "plain descent",
        "There is no average: the gradient took its place, and makes the step.",
        _BEFORE,
        wrong=_rule(average=lambda m, g, b: g, ball=lambda m, g, b: g),
    ),
    Mistake(
        "squared",
        "The average is one of squares of the gradient, as in RMSProp; in momentum it keeps the sign.",
        "What is to be averaged?",
        wrong=_rule(average=lambda m, g, b: b * m + (1 - b) * g * g, ball=lambda m, g, b: b * m + g * g),
    ),
    Mistake(
        "gradient subtracted",
        "The gradient was subtracted in the average, and the average was subtracted from the parameters: two signs "
        "too many for what is handed on.",
        "Where does the one minus sign belong?",
        wrong=_rule(average=lambda m, g, b: b * m - (1 - b) * g, ball=lambda m, g, b: b * m - g),
    ),
    Mistake(
        "gradient subtracted, average added",
        "The average holds the gradients with the other sign. A walk from zero would be the same, but not one that "
        "goes on from the m given here.",
        "Where does the one minus sign belong?",
        wrong=_rule(
            average=lambda m, g, b: b * m - (1 - b) * g,
            ball=lambda m, g, b: b * m - g,
            way=lambda new, old, g, lr, b, ball: -lr * new,
        ),
    ),
    Mistake(
        "rate inside the average",
        "The learning rate went into the average, and the average alone makes the step. While the rate stays the same "
        "this walks alike; but what is handed on is another thing.",
        _RATE,
        wrong=_velocity(rate_again=False, sign=1.0),
    ),
    Mistake(
        "velocity",
        "What is kept is a velocity, with the rate in it and the sign turned, which is added to the parameters; here m "
        "is an average of gradients.",
        _RATE,
        wrong=_velocity(rate_again=False, sign=-1.0),
    ),
    Mistake(
        "rate inside the average, but not in the ball",
        "Without the heavy ball the learning rate went into the average, and the average alone makes the step.",
        _RATE,
        wrong=_mixed(False),
    ),
    Mistake(
        "rate inside the ball, but not in the average",
        "In the heavy ball the learning rate went into what is kept, and that alone makes the step.",
        _RATE,
        wrong=_mixed(True),
    ),
    Mistake(
        "ball kept in both forms",
        "The heavy ball is kept in both forms, and the average differs in the length of its step only: the parameters would "
        "walk alike, and what is handed on is another thing.",
        _FORMS,
        wrong=_rule(
            average=_ball, way=lambda new, old, g, lr, b, ball: lr * new if ball else lr * (1 - b) * new
        ),
    ),
    Mistake(
        "gradient twice in the ball",
        "The heavy ball takes the gradient in full and its share of an average besides.",
        _FORMS,
        wrong=_rule(ball=lambda m, g, b: _average(m, g, b) + g),
    ),
    Mistake(
        "ball as a longer average",
        "The heavy ball was made from the average by making all of it longer, the old part too.",
        _FORMS,
        wrong=_rule(ball=lambda m, g, b: _average(m, g, b) / (1 - b)),
    ),
    Mistake(
        "average and gradient take the step",
        "The gradient makes a step of its own beside that of the average, in which it is already.",
        "What makes the step?",
        wrong=_rule(way=lambda new, old, g, lr, b, ball: lr * (new + g)),
    ),
    Mistake(
        "divided by the rate",
        "The step was divided by the learning rate: a smaller rate makes it longer.",
        "What should a learning rate of 0 do?",
        wrong=_rule(way=lambda new, old, g, lr, b, ball: new / lr),
    ),
    Mistake(
        "rate twice",
        "The learning rate went into the average and once more into the step.",
        _RATE,
        wrong=_velocity(rate_again=True, sign=1.0),
    ),
    Mistake(
        "rate handed on",
        "The parameters are right; what is handed on is the average times the rate.",
        _RATE,
        wrong=_rule(kept=lambda new, lr: lr * new),
    ),
    Mistake(
        "first gradient in full",
        "Where m is all zero the gradient became the average, in full: a first step like that needs to be told to be one, "
        "and here zeros are zeros.",
        "What is the share of the gradient in the first average?",
        wrong=_rule(average=lambda m, g, b: _average(m, g, b) if m.any() else g),
    ),
)
