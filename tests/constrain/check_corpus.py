"""Checks tests/constrain/schemas against PyPI's jsonschema: what a case calls valid must be valid,
what it calls invalid must not be.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install 'jsonschema[format]'
    /tmp/venv/bin/python tests/constrain/check_corpus.py
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator


def main() -> int:
    wrong = cases = 0
    for path in sorted((pathlib.Path(__file__).parent / "schemas").glob("*.json")):
        content = json.loads(path.read_text())
        for case in content if isinstance(content, list) else [content]:
            cases += 1
            validator = Draft202012Validator(
                case["schema"], format_checker=Draft202012Validator.FORMAT_CHECKER
            )
            for expected, key in ((True, "valid"), (False, "invalid")):
                for instance in case[key]:
                    if validator.is_valid(instance) == expected:
                        continue
                    wrong += 1
                    print(f"{path.name}: {case['description']}: not {key}: {json.dumps(instance)}")
    print(f"{cases} cases, {wrong} wrong instances")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
