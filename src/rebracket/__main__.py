"""``python -m rebracket`` is the command ``rebracket``."""

from rebracket.cli import main

if __name__ == "__main__":
    main()
