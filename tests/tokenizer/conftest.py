"""Settings of the property tests."""

from hypothesis import settings

# Derandomized: the suite gives the same verdict on every run; the search with fresh examples is a job of
# its own (tests/golden/tokenizer_parity.py). No deadline: a busy machine is not a failure.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")
