"""``python -m inspector`` is ``gobin-inspect``."""

import gc
import signal
import sys

# Imports make some 25,000 objects, none of which is garbage; to look for some at every 700th took a tenth of the
# start. Set here, so that it holds in worker processes too, which import this module first.
gc.set_threshold(50_000)


def main() -> int:
    """Run the command line and return the exit code.

    It is imported here, because a Ctrl-C that comes meanwhile shows no traceback either, and because worker processes
    import the module they were started from and need no command line. SIGTERM, which ends a job that CI cancels or a
    container that stops, is to be as Ctrl-C: what is known is reported, and nothing is left behind.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from inspector.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130  # ExitCode.INTERRUPTED, which may not be there yet


if __name__ == "__main__":
    sys.exit(main())
