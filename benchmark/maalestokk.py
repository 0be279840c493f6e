"""A piece of work that never changes: how fast the machine is just now. Seconds measured beside it become ratios that
tell something on another machine too. The mixture is that of the project: texts, dictionaries, sorting and JSON."""

import hashlib
import json
import re

ROUNDS = 40


def main() -> None:
    """Do the work."""
    words = re.compile(r"(\w+)-(\d+)")
    text = ""
    for number in range(ROUNDS):
        rows = [{"navn": f"rad-{n * 7919 % 5003}", "tall": n * number % 997, "tekst": text[:40]} for n in range(5000)]
        rows.sort(key=lambda row: (row["tall"], row["navn"]))
        groups: dict[str, int] = {}
        for row in rows:
            match = words.match(row["navn"])
            groups[match[2][-2:]] = groups.get(match[2][-2:], 0) + row["tall"]
        text = hashlib.sha256(json.dumps(json.loads(json.dumps([rows, groups]))).encode()).hexdigest()
    print(text)


main()
