"""A small strict reader of RFC 5545, written against the text and not against our library."""

import re

# name *(";" param) ":" value (3.1): parameter values quoted, or without quotes, colons, semicolons and commas.
LINE = re.compile(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*)*):(.*)', re.DOTALL)
# What each component must have exactly once, and what it may have once at most (3.6, and RFC 7986 for names).
ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
}
AT_MOST_ONCE = {
    "VCALENDAR": {"CALSCALE", "METHOD", "REFRESH-INTERVAL", "NAME"},
    "VEVENT": {"DTEND", "SUMMARY", "DESCRIPTION", "URL", "TRANSP", "SEQUENCE", "LAST-MODIFIED"},
}
PARENTS = {
    "VCALENDAR": "",
    "VEVENT": "VCALENDAR",
    "VTIMEZONE": "VCALENDAR",
    "STANDARD": "VTIMEZONE",
    "VALARM": "VEVENT",
}
# Values by property and VALUE parameter ("" for none).
DATE, TIME = r"\d{8}", r"\d{8}T\d{6}"
FORMS = {
    ("DTSTAMP", ""): TIME + "Z",
    ("DTSTART", "DATE"): DATE,
    ("DTEND", "DATE"): DATE,
    ("DTSTART", ""): TIME + "Z?",
    ("DTEND", ""): TIME + "Z?",
    ("TRIGGER", "DATE-TIME"): TIME + "Z",
    ("REFRESH-INTERVAL", "DURATION"): r"P(T\d+H|\d+D)",
    ("X-PUBLISHED-TTL", ""): r"P(T\d+H|\d+D)",
    ("TRANSP", ""): "TRANSPARENT|OPAQUE",
    ("TZOFFSETFROM", ""): r"[+-]\d{4}",
    ("TZOFFSETTO", ""): r"[+-]\d{4}",
    ("VERSION", ""): r"2\.0",
}
STRICT = {name for name, _value in FORMS}
TEXTS = {"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME", "PRODID", "UID"}


def unfold(body: bytes) -> list[str]:
    """Content lines of a file; fails on bare line ends, long lines and characters cut by a fold (3.1)."""
    assert body.endswith(b"\r\n"), "the last line has no end"
    assert b"\r" not in body.replace(b"\r\n", b""), "CR without LF"
    assert b"\n" not in body.replace(b"\r\n", b""), "LF without CR"
    lines: list[str] = []
    for raw in body[:-2].split(b"\r\n"):
        assert 0 < len(raw) <= 75, f"{len(raw)} octets: {raw!r}"
        # Each physical line by itself: a fold inside a character would fail here.
        text = raw.decode("utf-8")
        if text[0] in " \t":
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def check(body: bytes) -> dict[str, int]:
    """Check a whole file; says how many components of each kind it has."""
    counts: dict[str, int] = {}
    stack: list[tuple[str, list[str]]] = []
    zones: set[str] = set()
    for line in unfold(body):
        found = LINE.fullmatch(line)
        assert found, f"no content line: {line!r}"
        name, raw_parameters, value = found.groups()
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value), f"control character: {line!r}"
        if name == "BEGIN":
            assert PARENTS[value] == (stack[-1][0] if stack else ""), f"{value} in the wrong place"
            assert stack or not counts, "more than one object"
            stack.append((value, []))
            counts[value] = counts.get(value, 0) + 1
        elif name == "END":
            _close(value, stack)
        else:
            assert stack, f"outside of every component: {line!r}"
            stack[-1][1].append(name)
            _check_property(name, _parameters(raw_parameters), value, stack[-1][0], zones)
    assert stack == [], "a component is not ended"
    assert sum(counts.values()) > 1, "a calendar needs a component (3.6)"
    return counts


def _close(value: str, stack: list[tuple[str, list[str]]]) -> None:
    kind, names = stack.pop()
    assert kind == value, f"END:{value} ends {kind}"
    for name in ONCE.get(kind, set()):
        assert names.count(name) == 1, f"{kind} has {names.count(name)} {name}"
    for name in AT_MOST_ONCE.get(kind, set()):
        assert names.count(name) <= 1, f"{kind} has {names.count(name)} {name}"


def _parameters(raw: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in raw.split(";") if part)


def _check_property(name: str, parameters: dict[str, str], value: str, kind: str, zones: set[str]) -> None:
    if name == "TZID" and kind == "VTIMEZONE":
        zones.add(value)
    if "TZID" in parameters:
        assert parameters["TZID"] in zones, f"{parameters['TZID']} is not defined"
        assert not value.endswith("Z"), "a zone and UTC at once"
    if name in STRICT:
        form = FORMS.get((name, parameters.get("VALUE", "")))
        assert form, f"{name} with {parameters}"
        assert re.fullmatch(form, value), f"{name}: {value!r}"
    if name in TEXTS:
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"not escaped: {value!r}"
