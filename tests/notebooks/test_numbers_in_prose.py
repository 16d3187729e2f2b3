"""Each number of a lesson's text is computed, given in code, or cited."""

import pytest

from scratchgpt.notebooks.numbers import unsupported


@pytest.mark.parametrize(
    ("prose", "printed"),
    [
        ("The loss is 0.2685.", "loss 0.268536"),
        ("The loss is 0.2685.", "[0.26854 1.0]"),
        ("It falls by -0.2355.", "0.2355"),
        ("That is $-1.427$ nats.", "-1.4271"),
        ("It has 124,439,808 parameters.", "124439808"),
        ("It has $124{,}439{,}808$ parameters.", "n = 124_439_808"),
        ("About 45.5 % of it.", "share 0.4549"),
        ("About $45.5\\%$ of it.", "45.47"),
        ("The error is 2.34e-10.", "2.341e-10"),
        ("Two, 7, 40, 0.02, 1000 and 500 are round, and 2017 is a year.", ""),
        ("`0.1234` is code.", ""),
        ("```\n0.1234\n```", ""),
        ("See [there](page-12345.html).", ""),
        ("## 3.14159 in a heading\n", ""),
        ("The paper has 74.7 (cited: Radford 2018).", ""),
        ("## Sources\n\narXiv 1706.03762\n\nand 12345", ""),
    ],
)
def test_supported(prose, printed):
    assert unsupported([prose], printed) == []


@pytest.mark.parametrize(
    ("prose", "printed", "missing"),
    [
        ("The loss is 0.2686.", "loss 0.268536", ["0.2686"]),
        ("The loss is 0.268536.", "0.2685", ["0.268536"]),  # more digits than were ever printed
        ("About 45.5 of it.", "share 0.4549", ["45.5"]),  # a share only with a percent sign
        ("12,345 and 12,346", "12345", ["12,346"]),
        ("Cited here: 1.23.\n\nNot there: 4.56.", "", ["4.56"]),
        ("recited: 1.23", "", ["1.23"]),
        ("## Sources\n\n1.23\n\n## Then\n\n4.56", "", ["4.56"]),
        ("2.50 is not round, 250 is", "", ["2.50"]),
        ("a table\n| 0.111 | 0.222 |", "0.222", ["0.111"]),
    ],
)
def test_unsupported(prose, printed, missing):
    assert unsupported([prose], printed) == missing
