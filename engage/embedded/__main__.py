"""`python -m engage.embedded`: start the local servers, or `stop` them."""

import sys

from engage import embedded


def main() -> int:
    """Do what the one argument says; tell in a sentence what cannot be done."""
    action = sys.argv[1] if len(sys.argv) > 1 else "start"
    try:
        if action == "start":
            embedded.ensure()
        elif action == "stop":
            embedded.stop()
        else:
            print("usage: python -m engage.embedded [start|stop]", file=sys.stderr)
            return 2
    except embedded.Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
