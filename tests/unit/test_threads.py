"""No number may depend on how many threads a rule has."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = [
    (rule.split(":", 1)[0], rule)
    for path in sorted((ROOT / "workflow" / "rules").glob("*.smk"))
    for rule in re.split(r"^rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
]
SHARED = [(name, rule) for name, rule in RULES if re.search(r"^    threads: [2-9]", rule, re.M)]
PRODUCT = """
import sys
import hashlib
import numpy as np
from osteoct.threads import one_thread
if "one" in sys.argv:
    one_thread()
values = np.random.default_rng(1).normal(size=(2, 700, 700)).astype(np.float32)
print(hashlib.sha256((values[0] @ values[1]).tobytes()).hexdigest())
"""


def product(threads, *words):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(threads)}
    environment["PYTHONPATH"] = str(ROOT / "workflow" / "scripts")
    command = [sys.executable, "-c", PRODUCT, *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_product_of_matrices_is_the_same_whatever_the_rule_may_use():
    assert product(4, "one") == product(2, "one") == product(1)


def test_rules_of_several_threads_are_known():
    assert len(SHARED) >= 4


@pytest.mark.parametrize("rule", [rule for _, rule in SHARED], ids=[name for name, _ in SHARED])
def test_rule_of_several_threads_keeps_the_libraries_to_one(rule):
    script = re.search(r'"\.\./scripts/(\w+\.py)"', rule)[1]
    assert "\none_thread()\n" in (ROOT / "workflow" / "scripts" / script).read_text(
        encoding="utf-8"
    )
