"""The envelope of WeCom's callbacks: AES-256-CBC inside, a SHA-1 signature outside (document path 91144)."""

import base64
import binascii
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hmac import compare_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

FRESH_S = 300  # an older (or later) envelope is refused: WeCom itself prescribes no window
BLOCK = 32  # the padding fills up to 32 bytes although AES blocks have 16
HEAD = 20  # 16 random bytes and the length of the message


class Forged(Exception):
    """Not from WeCom, too old, or damaged. Answer 401 and keep nothing. ``reason``: a word of ours, for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in the query of a callback."""

    signature: str
    timestamp: str
    nonce: str


class Seal:
    """Opens what WeCom sends and closes what is answered.

    ``receive_id`` is the corporation's id for a self-built app and empty for a 智能机器人.
    """

    def __init__(self, token: str, aes_key: str, receive_id: str, *, clock: Callable[[], float] = time.time) -> None:
        """Raises ValueError for a key that is none: it has 43 characters."""
        try:
            key = base64.b64decode(aes_key + "=")
        except (binascii.Error, ValueError):
            key = b""
        if len(aes_key) != 43 or len(key) != 32:
            raise ValueError("EncodingAESKey: 43 × A–Z a–z 0–9")
        self._token = token
        self._key = key
        self._receive_id = receive_id.encode()
        self._clock = clock

    @cached_property
    def _cipher(self) -> "Cipher[modes.CBC]":
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # a tenth of an idle bot's memory

        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))

    def open(self, encrypted: str, stamp: Stamp) -> bytes:
        """The message inside. Raises `Forged`, and nothing else, whatever was sent."""
        expected = self.sign(encrypted, stamp.timestamp, stamp.nonce)
        if not compare_digest(expected.encode(), stamp.signature.encode("utf-8", "replace")):
            raise Forged("signature")
        if not self._is_fresh(stamp.timestamp):
            raise Forged("timestamp")
        return self._content(self._decrypt(encrypted))

    def close(self, message: bytes, *, timestamp: str, nonce: str) -> tuple[str, str]:
        """The encrypted message and its signature."""
        plain = secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + self._receive_id
        count = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()
        encrypted = base64.b64encode(sealed).decode()
        return encrypted, self.sign(encrypted, timestamp, nonce)

    def sign(self, encrypted: str, timestamp: str, nonce: str) -> str:
        """The SHA-1 (the platform's choice) of the sorted parts."""
        parts = sorted((self._token, timestamp, nonce, encrypted))
        return hashlib.sha1("".join(parts).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()

    def _is_fresh(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        return abs(self._clock() - int(timestamp)) <= FRESH_S

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Forged("base64") from error
        if not sealed or len(sealed) % 16:
            raise Forged("length")
        decryptor = self._cipher.decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
        count = padded[-1]
        if not 1 <= count <= BLOCK or padded[-count:] != bytes([count]) * count:
            raise Forged("padding")
        return padded[:-count]

    def _content(self, plain: bytes) -> bytes:
        size = int.from_bytes(plain[16:HEAD], "big")
        if len(plain) < HEAD + size:
            raise Forged("length")
        if not compare_digest(plain[HEAD + size :], self._receive_id):
            raise Forged("receive id")
        return plain[HEAD : HEAD + size]
