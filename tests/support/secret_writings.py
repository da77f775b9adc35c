"""The forms in which pages, servers and tools write a value, and the decoder of each: the table of the canary tests.

It shares no code with the product, which must find every one of them.
"""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote_to_bytes


def _groups(value: str, by: str) -> str:
    bare = re.sub(r"[\W_]", "", value)
    return by.join(bare[start : start + 4] for start in range(0, len(bare), 4))


def _jwt(value: str) -> str:
    def part(data: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': 'ann', 'key': value, 'n': 1})}.c2lnbmF0dXJl"


WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda value: value,
    "blanks folded": lambda value: " ".join(value.split()),
    "with CRLF": lambda value: value.replace("\n", "\r\n"),
    "broken by line feeds": lambda value: "\n".join(value[start : start + 6] for start in range(0, len(value), 6)),
    "with soft hyphens": lambda value: "\u00ad".join(value),
    "with zero-width spaces": lambda value: "\u200b".join(value),
    "with non-breaking blanks": lambda value: re.sub(r"\s", "\u00a0", value),
    "with a blank after each character": lambda value: "\u2009".join(value),
    "grouped by blanks": lambda value: _groups(value, " "),
    "grouped by hyphens": lambda value: _groups(value, "-"),
    "grouped by dots": lambda value: _groups(value, "."),
    "grouped by slashes": lambda value: _groups(value, "/"),
    "grouped by dashes": lambda value: _groups(value, " – "),
    "in capitals": str.upper,
    "in small letters": str.lower,
    "with capitals at words": str.title,
    "in full width": lambda value: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value),
    "in NFD": lambda value: unicodedata.normalize("NFD", value),
    "in NFKC": lambda value: unicodedata.normalize("NFKC", value),
    "backwards": lambda value: value[::-1],
    "in an address": lambda value: f"/sent?a=1&key={quote(value)}&b=2",
    "in an address by a form": lambda value: f"/sent?key={quote_plus(value)}",
    "in an address in small letters": lambda value: (
        f"/sent?key={re.sub('%..', lambda found: found[0].lower(), quote(value, safe=''))}"
    ),
    "in an address, all escaped": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "in an address, escaped twice": lambda value: f"/to?url={quote('/sent?key=' + quote(value, safe=''), safe='')}",
    "in an address, escaped three times": lambda value: (
        f"/to?u={quote(quote(quote(value, safe=''), safe=''), safe='')}"
    ),
    "in a path segment": lambda value: f"/keys/{quote(value, safe='')}/edit#top",
    "in a fragment": lambda value: f"/keys#key={quote(value, safe='!~*()')}",
    "in an address in latin-1": lambda value: f"/sent?key={quote_plus(value, encoding='latin-1', errors='replace')}",
    "in an address in windows-1252": lambda value: f"/sent?key={quote_plus(value, encoding='cp1252')}",
    "by escape() of scripts": lambda value: "".join(
        c if c.isascii() and c.isalnum() else f"%{ord(c):02X}" if ord(c) < 256 else f"%u{ord(c):04X}" for c in value
    ),
    "in HTML": html.escape,
    "in HTML, by decimal numbers": lambda value: "".join(f"&#{ord(c)};" for c in value),
    "in HTML, by hexadecimal numbers": lambda value: "".join(f"&#x{ord(c):X};" for c in value),
    "in HTML, escaped twice": lambda value: html.escape(html.escape(value)),
    "in JSON": lambda value: json.dumps({"key": value}),
    "in JSON as Unicode": lambda value: json.dumps({"key": value}, ensure_ascii=False),
    "in JSON of PHP": lambda value: json.dumps(value).replace("/", "\\/"),
    "in JSON for HTML": lambda value: re.sub("[<>&']", lambda c: f"\\u{ord(c[0]):04x}", json.dumps(value)),
    "in JSON in JSON": lambda value: json.dumps({"body": json.dumps({"key": value})}),
    "by \\u escapes": lambda value: "".join(f"\\u{ord(c):04x}" for c in value),
    "by \\x escapes": lambda value: "".join(f"\\x{byte:02x}" for byte in value.encode()),
    "by octal escapes": lambda value: "".join(f"\\{byte:03o}" for byte in value.encode()),
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
    "in base64, one byte on": lambda value: base64.b64encode(f"a{value}b".encode()).decode(),
    "in base64, two bytes on": lambda value: base64.b64encode(f"a:{value}".encode()).decode(),
    "in base64 for addresses": lambda value: base64.urlsafe_b64encode(f"u:{value}:~?~".encode()).decode().rstrip("="),
    "in base64 of UTF-16": lambda value: base64.b64encode(f"x{value}".encode("utf-16-le")).decode(),
    "in base64 of base64": lambda value: base64.b64encode(base64.b64encode(f"x{value}".encode())).decode(),
    "in base64 of JSON": lambda value: base64.b64encode(json.dumps({"a": 1, "key": value}).encode()).decode(),
    "in base64 by lines": lambda value: base64.encodebytes(b"x" * 40 + value.encode() + b"y" * 40).decode(),
    "in a JWT": _jwt,
    "in base32": lambda value: base64.b32encode(value.encode()).decode(),
    "in hexadecimal": lambda value: value.encode().hex(),
    "in hexadecimal capitals": lambda value: value.encode().hex().upper(),
    "in hexadecimal pairs": lambda value: value.encode().hex(":"),
    "by the numbers of its bytes": lambda value: str(list(value.encode())),
}
"""Each form by name. What comes out of a run must hold none of them."""


def simplified(text: str) -> str:
    """Letters and digits of a text alone, in one case: two writings of a value have the same."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return re.sub(r"[\W_]+", "", text)


def decodings(text: str) -> list[str]:
    """What a text holds after each decoder that a reader could apply to all of it."""
    found = [text]
    for _ in range(3):
        last = found[-1]
        last = html.unescape(unquote_to_bytes(last.encode("utf-8", "surrogatepass")).decode("utf-8", "replace"))
        last = re.sub(r"%u([0-9A-Fa-f]{4})", lambda c: chr(int(c[1], 16)), last)
        last = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda c: chr(int(c[1], 16)), last)
        last = re.sub(r"(?:\\x[0-9A-Fa-f]{2})+", lambda c: _bytes(c[0].replace("\\x", "")), last)
        last = re.sub(r"(?:\\[0-3][0-7]{2})+", lambda c: bytes(int(o, 8) for o in c[0][1:].split("\\")).decode(
            "utf-8", "replace"), last)  # fmt: skip
        last = re.sub(r"\\(.)", r"\1", last)
        found.append(last)
    found += [unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("cp1252", "replace")]
    found += [_bytes(word.replace(":", "")) for word in re.findall(r"(?:[0-9A-Fa-f]{2}:?){8,}", text)]
    return found + list(_unpacked(found[0], 2)) + list(_unpacked(found[-1], 1))


def _unpacked(text: str, depth: int) -> list[str]:
    """The base64 words of a text, decoded, and what those decode to."""
    found = []
    for word in re.findall(r"[A-Za-z0-9+/_-]{12,}", re.sub(r"(?<=[A-Za-z0-9+/])\n", "", text)):
        for shift in range(4):
            part = word[shift:].replace("-", "+").replace("_", "/")
            part = part[:-1] if len(part) % 4 == 1 else part
            data = base64.b64decode(part + "=" * (-len(part) % 4))
            decoded = data.decode("utf-8", "ignore")
            plain = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda c: chr(int(c[1], 16)), decoded)
            found += [decoded, plain, data.decode("utf-16-le", "ignore"), data[1:].decode("utf-16-le", "ignore")]
            if depth > 1:
                found += _unpacked(decoded, depth - 1)
    return found


def _bytes(digits: str) -> str:
    return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")
