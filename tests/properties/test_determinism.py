"""The same bytes for the same input, whatever the order of files, the hash seed and the working directory."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.properties.oracle import Case, Service
from tests.properties.writer import FORMS, service, unmarked

FORMATS = ("text", "concise", "json")
SERVICES = (Service(("192.0.2.10", "2001:db8::10"), annotated=True), Service(("10.0.0.9",), annotated=False))


def case(release: str, **more: str) -> Case:
    return Case(
        release, "vip_arp", True, True, False, ("fd00::10", "10.0.0.10"), (), more.get("cidr", ""), "", SERVICES
    )


def tree() -> dict[str, str]:
    """Several clusters in directories of their own, a broken file, an ambiguous Service, a suppression."""
    files = {"web.yaml": unmarked(service(9, SERVICES[0])), "broken.yaml": "kind: Pod # kube-vip\na: [\n"}
    for number, (form, write) in enumerate(FORMS.items()):
        one = case(("0.8.9", "0.9.2", "1.2.3", "0.6.4")[number % 4], cidr="128" if number % 2 else "")
        files[f"c{number:02}/{form.replace(' ', '-')}.yaml"] = unmarked(write(one))
        for index, given in enumerate(SERVICES):
            files[f"c{number:02}/web-{index}.yaml"] = unmarked(service(index, given))
    files["c00/web-0.yaml"] += "# famlint: ignore[VIP001] nothing is here\n"
    return files


def write(root: Path, order: int) -> Path:
    """The tree below a directory; the order in which files are made decides how directories list them."""
    files = list(tree().items())
    random.Random(order).shuffle(files)
    for path, text in files:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    (root / ".famlint.yaml").touch()
    return root


def report(root: Path, cwd: Path, form: str, seed: str, *paths: str) -> bytes:
    program = "from famlint.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "check", "--info", "--format", form, *(paths or (os.path.relpath(root, cwd),))],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": seed, "NO_COLOR": "1"},
        check=False,
    )
    assert done.returncode == 1, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_same_bytes(form: str, tmp_path: Path) -> None:
    one, other = write(tmp_path / "one" / "repository", 1), write(tmp_path / "other" / "repository", 2)
    wanted = report(one, one, form, "1")
    assert wanted.count(b"VIP") > 20
    assert report(one, one, form, "1") == wanted
    assert report(one, one, form, "271828") == wanted
    assert report(one, tmp_path, form, "1") == wanted
    assert report(one, one / "c03", form, "3") == wanted
    assert report(other, other, form, "2") == wanted


@pytest.mark.parametrize("form", FORMATS)
def test_the_order_of_arguments_does_not_matter(form: str, tmp_path: Path) -> None:
    root = write(tmp_path / "repository", 1)
    paths = sorted(tree())
    wanted = report(root, root, form, "1", *paths)
    random.Random(7).shuffle(paths)
    assert report(root, root, form, "2", *paths) == wanted
    assert report(root, root, form, "1", *reversed(paths), *paths) == wanted
