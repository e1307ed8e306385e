"""python -m station: the window without arguments, a command with them."""

from __future__ import annotations

import sys


def main() -> None:
    from station.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
