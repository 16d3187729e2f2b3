"""Print the commands of the README's first `sh` block, one a line: CI runs them as they stand there."""

import re
import sys
from pathlib import Path


def setup_commands(readme: str) -> list[str]:
    """Return the lines of the first ```sh block that are commands."""
    block = re.search(r"```sh\n(.*?)```", readme, flags=re.DOTALL)
    lines = block[1].splitlines() if block else []
    return [line for line in lines if line.strip() and not line.startswith("#")]


if __name__ == "__main__":
    print("\n".join(setup_commands(Path(sys.argv[1]).read_text(encoding="utf-8"))))
