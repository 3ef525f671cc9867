"""Verification codes: readable aloud, not to be guessed."""

import secrets

# Without 0 O, 1 I L: they are taken for each other on paper. 31 characters, so 12 of them are 59 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
GROUP = 4


def new_code() -> str:
    """A fresh code as it is stored, without hyphens."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def shown(code: str) -> str:
    """In groups of four, as it is printed: ABCD-EFGH-JKMN."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def cleaned(text: str) -> str:
    """What somebody typed, as it would be stored; "" for what can be no code."""
    code = "".join(char for char in text.upper() if char not in " -－—\u3000")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
