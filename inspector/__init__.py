"""Go knowledge, judgement and presentation on top of the container readers in ``formats``."""

__version__ = "0.1.0"
