"""What a plain check imports: every module costs everybody who runs famlint on save or in a hook."""

import subprocess
import sys
from pathlib import Path

import pytest

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: kube-vip, namespace: kube-system}
spec:
  containers:
  - name: kube-vip
    image: ghcr.io/kube-vip/kube-vip:v1.2.3
    args: [manager]
    env:
    - {name: vip_arp, value: "true"}
    - {name: cp_enable, value: "true"}
    - {name: address, value: 192.0.2.10}
    - {name: vip_subnet, value: PREFIX}
"""
LATE = {
    "asyncio",
    "famlint.documentation",
    "famlint.testing",
    "famlint.reports.coverage",
    "famlint.reports.json",
    "famlint_rules.housekeeping",
    "famlint_rules.inputs",
    "famlint_schemas",
    "importlib.metadata",
    "jsonschema",
    "multiprocessing",
    "pathspec",
    "pydantic",
    "rich",
    "sarif_om",
}
"""What is imported only for what needs it: a configuration, another format, a fault of the input, many files."""

_PROGRAM = """
import sys
sys.argv[:] = ["famlint", "check", "kube-vip.yaml"]
from famlint.cli import main
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize(("prefix", "code"), [('"32"', 0), ('"128"', 1)])
def test_a_check_of_one_manifest(prefix: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "kube-vip.yaml").write_text(MANIFEST.replace("PREFIX", prefix), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == code, done.stderr
    assert ("VIP001" in done.stdout) == bool(code)
    imported = set(done.stderr.split())
    assert {"famlint.engine", "famlint.components.kube_vip", "famlint_rules.kube_vip"} <= imported
    assert sorted(imported & LATE) == []
