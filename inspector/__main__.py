"""``python -m inspector`` is ``gobin-inspect``."""

import sys


def main() -> int:
    """Run the command line and return the exit code.

    It is imported here, because a Ctrl-C that comes meanwhile shows no traceback either, and because worker processes
    import the module they were started from and need no command line.
    """
    try:
        from inspector.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130  # ExitCode.INTERRUPTED, which may not be there yet


if __name__ == "__main__":
    sys.exit(main())
