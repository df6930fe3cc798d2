"""Gates and API switches cell by cell against facts/kubernetes.md section 4."""

from collections.abc import Sequence

import pytest

from famlint.behaviours.feature_gates import (
    MULTI_CIDR,
    NO_DUAL_WRITE,
    Gate,
    gate_release,
    is_on,
    serves,
    settings,
    words_of,
)
from famlint.components.model import Value
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.unknown import Unknown

NOBODY = Unknown("the release of Kubernetes", "nothing names it")


def flag(*texts: str) -> Value:
    values = tuple(
        Value(text, Span("a.yaml", 100 * n, 100 * n + len(text)), "manifest") for n, text in enumerate(texts)
    )
    if len(values) == 1:
        return values[0]
    return values[-1]._replace(text=",".join(texts), items=values)


@pytest.mark.parametrize(
    ("gate", "on"),
    [
        (MULTI_CIDR, [False] * 13 + [True] * 6),
        (NO_DUAL_WRITE, [False] * 14 + [True] * 5),
    ],
    ids=lambda value: value.name if isinstance(value, Gate) else None,
)
def test_defaults_from_1_20_to_1_38(gate: Gate, on: Sequence[bool]) -> None:
    assert [is_on(gate, {}, Version(1, minor, 0)) for minor in range(20, 39)] == on


@pytest.mark.parametrize(
    ("gate", "words", "minor", "on"),
    [
        (MULTI_CIDR, {"MultiCIDRServiceAllocator": "true"}, 32, True),
        (MULTI_CIDR, {"MultiCIDRServiceAllocator": "false"}, 33, False),
        (MULTI_CIDR, {"MultiCIDRServiceAllocator": "false"}, 34, True),
        (MULTI_CIDR, {"AllBeta": "true"}, 32, True),
        (MULTI_CIDR, {"AllBeta": "true"}, 30, False),
        (MULTI_CIDR, {"AllAlpha": "true"}, 30, True),
        (MULTI_CIDR, {"AllBeta": "true", "MultiCIDRServiceAllocator": "false"}, 32, False),
        (NO_DUAL_WRITE, {"AllBeta": "true"}, 33, True),
        (NO_DUAL_WRITE, {"DisableAllocatorDualWrite": "false"}, 34, False),
        (NO_DUAL_WRITE, {"DisableAllocatorDualWrite": "false"}, 35, True),
    ],
)
def test_what_flags_say(gate: Gate, words: dict[str, str], minor: int, *, on: bool) -> None:
    assert is_on(gate, words, Version(1, minor, 5)) is on


def test_a_word_that_is_no_truth_value() -> None:
    with pytest.raises(Unknown):
        is_on(MULTI_CIDR, {"MultiCIDRServiceAllocator": "yes"}, Version(1, 33, 0))


def test_settings_and_their_places() -> None:
    value = flag("A=true, kube:B=false,other:C=true", "A=false")
    assert words_of(value) == {"A": "false", "B": "false"}
    (a, b) = settings(value)
    assert (a.span.start, a.span.end) == (100, 107)
    assert (b.span.start, b.span.end) == (8, 20)
    assert not b.on


@pytest.mark.parametrize(
    ("own", "emulated", "counts"),
    [
        (Version(1, 34, 1), None, Version(1, 34, 1)),
        (Version(1, 34, 1), "1.33", Version(1, 33, 0)),
        (Version(1, 34, 1), "kube=v1.33", Version(1, 33, 0)),
        (Version(1, 30, 1), "1.29", Version(1, 30, 1)),
        (NOBODY, "1.33", Version(1, 33, 0)),
    ],
)
def test_the_release_whose_gates_hold(own: Version | Unknown, emulated: str | None, counts: Version) -> None:
    assert gate_release(own, flag(emulated) if emulated else None) == counts


@pytest.mark.parametrize(
    ("own", "emulated"),
    [(NOBODY, None), (Version(1, 34, 1), "newest"), (Version(1, 19, 4), None)],
)
def test_no_release(own: Version | Unknown, emulated: str | None) -> None:
    with pytest.raises(Unknown):
        gate_release(own, flag(emulated) if emulated else None)


@pytest.mark.parametrize(
    ("text", "version", "on"),
    [
        ("networking.k8s.io/v1beta1=true", "v1beta1", True),
        ("networking.k8s.io/v1beta1", "v1beta1", True),
        ("a/v1=true,networking.k8s.io/v1beta1=true", "v1beta1", True),
        ("networking.k8s.io/v1beta1/servicecidrs=true", "v1beta1", True),
        ("api/beta=true", "v1beta1", True),
        ("api/all=true", "v1alpha1", True),
        ("api/alpha=true", "v1alpha1", True),
        ("api/beta=true", "v1alpha1", False),
        ("networking.k8s.io/v1beta1=false", "v1beta1", False),
        ("networking.k8s.io/v1beta10=true", "v1beta1", False),
        ("resource.k8s.io/v1beta1=true", "v1beta1", False),
    ],
)
def test_apis(text: str, version: str, *, on: bool) -> None:
    assert serves(flag(text), "networking.k8s.io", version) is on
    assert serves(flag("x/v1=true", text), "networking.k8s.io", version) is on


def test_no_switch_at_all() -> None:
    assert not serves(None, "networking.k8s.io", "v1beta1")
