"""The object `kubernetes` against the flag by facts/kubernetes.md 6.1 and 6.2; the address that is advertised."""

import pytest

from famlint.behaviours.api_servers import Advertised, advertised, api_server, reconciles
from famlint.behaviours.service_cidrs import Comparison, Difference, Outcome, compare, linked, reads_objects
from famlint.components.kube_apiserver import KubeApiserver
from famlint.components.service_cidr import ServiceCidr
from famlint.unknown import Unknown
from tests.rules.control_planes import API_SERVER, OBJECT, clusters, pod, ranges, servers, service_cidr

V4, V6 = "10.96.0.0/16", "fd00:96::/112"
GATE = "--feature-gates=MultiCIDRServiceAllocator=true"


def compared(release: str | None, flag: str, *cidrs: str, flags: tuple[str, ...] = ()) -> Comparison | None:
    files = {API_SERVER: pod(release, ranges(flag), *flags), OBJECT: service_cidr(*cidrs)}
    (cluster,) = clusters(files)
    (subject,) = cluster.of(ServiceCidr)
    found = linked(subject, cluster)
    assert found is not None
    assert found.why == "the only kube-apiserver in the tree"
    return compare(subject, found.server, found.why)


CHANGES = [
    ("v1.33.0", V4, (V4,), Outcome.EQUAL, None),
    ("v1.33.0", f"{V4},{V6}", (V4, V6), Outcome.EQUAL, None),
    ("v1.33.0", f"{V4},{V6}", (V4,), Outcome.UPDATED_BY_ITSELF, Difference.SECOND_ADDED),
    ("v1.33.0", f"{V6},{V4}", (V6,), Outcome.UPDATED_BY_ITSELF, Difference.SECOND_ADDED),
    ("v1.37.0", f"{V4},{V6}", (V4,), Outcome.UPDATED_BY_ITSELF, Difference.SECOND_ADDED),
    ("v1.32.9", f"{V4},{V6}", (V4,), Outcome.INCONSISTENT, Difference.SECOND_ADDED),
    ("v1.29.0", f"{V4},{V6}", (V4,), Outcome.INCONSISTENT, Difference.SECOND_ADDED),
    ("v1.33.0", f"{V6},{V4}", (V4,), Outcome.INCONSISTENT, Difference.OTHER),
    ("v1.33.0", f"{V6},{V4}", (V4, V6), Outcome.INCONSISTENT, Difference.SWAPPED),
    ("v1.33.0", V4, (V4, V6), Outcome.INCONSISTENT, Difference.SECOND_DROPPED),
    ("v1.33.0", V6, (V4,), Outcome.INCONSISTENT, Difference.OTHER),
    ("v1.33.0", "10.96.0.0/12", (V4,), Outcome.INCONSISTENT, Difference.OTHER),
    ("v1.33.0", f"10.96.0.0/12,{V6}", (V4,), Outcome.INCONSISTENT, Difference.OTHER),
    # The flag is made canonical before it is compared.
    ("v1.33.0", "10.96.0.5/16", (V4,), Outcome.EQUAL, None),
    ("v1.33.0", "010.96.0.0/016", (V4,), Outcome.EQUAL, None),
    ("v1.33.0", "FD00:0096::/112", (V6,), Outcome.EQUAL, None),
    (None, f"{V4},{V6}", (V4,), Outcome.UPDATED_BY_ITSELF, Difference.SECOND_ADDED),
]


@pytest.mark.parametrize(("release", "flag", "cidrs", "outcome", "difference"), CHANGES)
def test_a_change(
    release: str | None, flag: str, cidrs: tuple[str, ...], outcome: Outcome, difference: Difference | None
) -> None:
    found = compared(release, flag, *cidrs)
    assert found is not None
    assert (found.outcome, found.difference) == (outcome, difference)
    assert all("the only kube-apiserver" in label.message for label in found.because)
    assert found.differs_at.text in cidrs


@pytest.mark.parametrize(
    ("flag", "cidrs"),
    [
        (f"{V4}, {V6}", (V4,)),
        ("10.96.0.0/16,10.97.0.0/16", (V4,)),
        (f"{V4},{V6},10.97.0.0/16", (V4,)),
        (V4, ()),
        (V4, ("10.96.0.5/16",)),
        ("", (V4,)),
    ],
)
def test_nothing_to_compare(flag: str, cidrs: tuple[str, ...]) -> None:
    assert compared("v1.33.0", flag, *cidrs) is None


@pytest.mark.parametrize(
    ("release", "version", "flags", "reads"),
    [
        ("v1.28.9", "v1", (GATE,), False),
        ("v1.29.0", "v1", (GATE,), True),
        ("v1.32.9", "v1", (), False),
        ("v1.32.9", "v1beta1", (GATE,), True),
        ("v1.33.0", "v1", (), True),
        ("v1.33.0", "v1", ("--feature-gates=MultiCIDRServiceAllocator=false",), False),
        ("v1.34.0", "v1", ("--emulated-version=1.32",), False),
        (None, "v1", (), True),
    ],
)
def test_whether_objects_are_read(release: str | None, version: str, flags: tuple[str, ...], *, reads: bool) -> None:
    files = {API_SERVER: pod(release, ranges(V4), *flags), OBJECT: service_cidr(V4, version=version)}
    (cluster,) = clusters(files)
    (subject,), (server,) = cluster.of(ServiceCidr), cluster.of(KubeApiserver)
    assert reads_objects(subject, api_server(server, cluster)) is reads


def test_a_beta_object_and_no_release() -> None:
    (cluster,) = clusters({API_SERVER: pod(None, ranges(V4)), OBJECT: service_cidr(V4, version="v1beta1")})
    (subject,), (server,) = cluster.of(ServiceCidr), cluster.of(KubeApiserver)
    with pytest.raises(Unknown):
        reads_objects(subject, api_server(server, cluster))


@pytest.mark.parametrize(
    ("flags", "address"),
    [
        ((), None),
        (("--advertise-address=192.0.2.10",), ("192.0.2.10", "--advertise-address")),
        (("--advertise-address= 192.0.2.10 ",), ("192.0.2.10", "--advertise-address")),
        (("--advertise-address=::ffff:192.0.2.10",), ("192.0.2.10", "--advertise-address")),
        (("--advertise-address=010.0.0.1",), None),
        (("--advertise-address=0.0.0.0",), None),
        (("--advertise-address=::", "--bind-address=fd00::10"), ("fd00::10", "--bind-address")),
        (("--bind-address=192.0.2.10",), ("192.0.2.10", "--bind-address")),
        (("--bind-address=127.0.0.1",), None),
        (("--bind-address=::1",), None),
        (("--bind-address=::",), None),
        (("--advertise-address=192.0.2.10", "--bind-address=fd00::10"), ("192.0.2.10", "--advertise-address")),
    ],
)
def test_the_address_that_flags_settle(flags: tuple[str, ...], address: tuple[str, str] | None) -> None:
    (server,) = servers({API_SERVER: pod("v1.33.2", ranges(V4), *flags)})
    found = advertised(server)
    assert (found is None) is (address is None)
    if isinstance(found, Advertised):
        assert (str(found.address), found.flag) == address


@pytest.mark.parametrize(("word", "does"), [("none", False), ("lease", True), ("master-count", True), (None, True)])
def test_reconcilers(word: str | None, *, does: bool) -> None:
    flags = (f"--endpoint-reconciler-type={word}",) if word else ()
    (server,) = servers({API_SERVER: pod("v1.33.2", *flags)})
    assert reconciles(server) is does


def test_what_is_unknown_stays_unknown() -> None:
    (server,) = servers({API_SERVER: pod("v1.33.2", "--advertise-address=${IP}", "--endpoint-reconciler-type=${R}")})
    with pytest.raises(Unknown):
        advertised(server)
    with pytest.raises(Unknown):
        reconciles(server)
    assert server.service_range is None
