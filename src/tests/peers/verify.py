"""Verifies the DKIM signature of the mail on standard input and prints `good` or `bad`.

Arguments: the name in DNS at which the key is, and the text that is there.
"""

import sys

import dkim

name, text = sys.argv[1:]


def dns(asked: bytes, timeout: int = 5) -> bytes | None:
    return text.encode() if asked.decode().rstrip(".") == name else None


print("good" if dkim.verify(sys.stdin.buffer.read(), dnsfunc=dns) else "bad")
