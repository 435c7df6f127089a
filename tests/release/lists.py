"""Files and lists of them on disk, and what is told of a file."""

import hashlib

from inspector.intent import Plan
from inspector.release.listed import held

CONTENT = b"some bytes" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
WRONG = hashlib.sha256(b"other bytes").hexdigest()


def put(path, content=CONTENT):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def ask(path, plan=None, sha256=None, *, hashes=True, below=0):
    return held(str(path), plan or Plan(), {"sha256": sha256} if sha256 else {}, hashes=hashes, below=below)


def told(path, below=0):
    """Whether each list is right, by its name."""
    return [(one.source, one.algorithm, one.listed == one.computed) for one in ask(path, below=below).sums]
