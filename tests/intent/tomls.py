"""Write TOML, which the standard library only reads."""

import datetime
import math


def dumped(document):
    """A document as TOML: a line for each key, tables inline."""
    return "".join(f"{_string(key)} = {_value(value)}\n" for key, value in document.items())


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_string(key)} = {_value(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _float(value):
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}{'e' + exponent if exponent else ''}"


def _string(text):
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'
