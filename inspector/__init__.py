"""Go knowledge, judgement and presentation on top of the container readers in ``formats``."""
