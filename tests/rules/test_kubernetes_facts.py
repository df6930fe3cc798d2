"""The ground truth on kube-apiserver, ServiceCIDR and RKE2, case by case through the whole of famlint.

Every row is of facts/kubernetes.md (7.1, 7.7, 7.9) or facts/distributions.md (0.1, 6.1 R32, 6.5).
"""

from collections.abc import Mapping

import pytest

from famlint.testing import check_files
from tests.rules.control_planes import pod, ranges, service_cidr

V4, V6 = "10.20.0.0/16", "fd20::/112"
MULTI = "MultiCIDRServiceAllocator"
SINGLE_WRITE = "DisableAllocatorDualWrite"
WITH_V6 = "--advertise-address=fd00::7"
BETA = "--runtime-config=networking.k8s.io/v1beta1=true"
CODES = ("API", "SCD", "RKE", "SCH")


def gates(*words: str) -> str:
    return f"--feature-gates={','.join(words)}"


def found(files: Mapping[str, str], kubernetes: str | None = None) -> list[str]:
    run = check_files(files, select=CODES, kubernetes_version=kubernetes)
    assert run.problems == ()
    return [f"{finding.code} {finding.severity.word}" for finding in run.findings]


def of_server(release: str | None, *flags: str) -> list[str]:
    return found({"cp/kube-apiserver.yaml": pod(release, *flags)})


BAD_SERVERS: list[tuple[str, str | None, tuple[str, ...]]] = [
    ("API001 error", None, (ranges(f"{V4},{V6},10.21.0.0/16"),)),
    ("API002 error", None, (ranges(f"{V4},10.21.0.0/16"),)),
    ("API002 error", "v1.33.2", (ranges(f"{V4},::ffff:10.21.0.0/112"),)),
    ("API003 error", None, (ranges(f"{V4}, {V6}"),)),
    ("API003 error", None, (ranges(f"{V4},"),)),
    ("API003 error", None, (ranges("10.20.0.0"),)),
    ("API004 error", "v1.20.0", (ranges("fd20::/107"), WITH_V6)),
    ("API004 error", "v1.33.9", (ranges("fd20::/64"), WITH_V6)),
    ("API004 error", "v1.33.9", (ranges("10.0.0.0/11"),)),
    ("API004 error", "v1.33.9", (ranges("fd20::/64"), WITH_V6, gates(f"{SINGLE_WRITE}=true", f"{MULTI}=false"))),
    ("API004 error", "v1.34.0", (ranges("10.0.0.0/11"), gates(f"{SINGLE_WRITE}=false"))),
    ("API004 error", "v1.34.0", (ranges("10.0.0.0/11"), "--emulated-version=1.33")),
    ("API004 error", None, (ranges("10.0.0.0/11"), "--emulated-version=kube=1.33")),
    ("API004 info", None, (ranges("10.0.0.0/11"),)),
    ("API004 info", "v1.30.9", (ranges("10.0.0.0/11"), gates(f"{MULTI}=true"), "--runtime-config=api/all=true")),
    ("API005 error", None, (ranges("10.20.0.0/30"),)),
    ("API005 error", None, (ranges("fd20::/126"), WITH_V6)),
    ("API005 error", "v1.35.0", (ranges("0.0.0.0/1"),)),
    ("API006 error", "v1.34.0", (ranges(f"{V4},fd20::/63"),)),
    ("API006 error", "v1.33.1", (ranges(f"{V4},fd20::/63"), gates(f"{MULTI}=true", f"{SINGLE_WRITE}=true"))),
    ("API007 error", "v1.24.0", (ranges(f"{V6},{V4}"), "--advertise-address=192.0.2.7")),
    ("API007 error", "v1.24.0", (ranges(V6), "--bind-address=192.0.2.7")),
    ("API007 warning", "v1.23.17", (ranges(V6), "--advertise-address=192.0.2.7")),
    ("API007 warning", None, (ranges(V6), "--advertise-address=192.0.2.7")),
    ("API008 warning", "v1.36.4", (ranges(V4), "--advertise-address=127.0.0.1")),
    ("API008 error", "v1.37.0", (ranges(V4), "--advertise-address=169.254.7.7")),
    ("API008 warning", "v1.37.0", (ranges(V6), "--advertise-address=ff02::1")),
    ("API008 error", "v1.33.2", (ranges(f"{V4},{V6}"), "--advertise-address=192.0.2.7,fd00::7")),
    ("API009 info", "v1.24.0", (ranges(V6),)),
    ("API009 info", None, (ranges(V6), "--advertise-address=::", "--bind-address=0.0.0.0")),
    ("API010 error", "v1.34.0", (ranges(V4), gates(f"{MULTI}=false"))),
    ("API010 info", "v1.34.0", (ranges(V4), gates(f"{MULTI}=true"))),
    ("API010 error", "v1.35.0", (ranges(V4), gates(f"{SINGLE_WRITE}=false"))),
    ("API010 error", "v1.38.0", (ranges(V4), gates(f"{SINGLE_WRITE}=true"))),
    ("API010 info", None, (ranges(V4), gates(f"{MULTI}=false"))),
    ("API011 warning", "v1.32.9", (ranges(V4), gates(f"{MULTI}=true"))),
    ("API011 warning", "v1.31.0", (ranges(V4), gates(f"{MULTI}=true"), "--runtime-config=api/beta=false")),
    ("API011 info", "v1.30.0", (ranges(V4), gates(f"{MULTI}=true"))),
]


@pytest.mark.parametrize(("said", "release", "flags"), BAD_SERVERS)
def test_a_server_that_is_reported(said: str, release: str | None, flags: tuple[str, ...]) -> None:
    assert of_server(release, *flags) == [said]


GOOD_SERVERS: list[tuple[str | None, tuple[str, ...]]] = [
    ("v1.33.2", (ranges(f"{V4},{V6}"), "--advertise-address=192.0.2.7")),
    ("v1.33.9", (ranges("10.0.0.0/12,fd20::/108"),)),
    ("v1.34.0", (ranges("fd20::/64"), WITH_V6)),
    ("v1.34.0", (ranges("10.0.0.0/8"),)),
    ("v1.35.0", (ranges("10.0.0.0/8"),)),
    ("v1.31.0", (ranges("fd20::/64"), WITH_V6, gates(f"{MULTI}=true", f"{SINGLE_WRITE}=true"), BETA)),
    ("v1.33.2", (ranges("10.20.0.0/29"),)),
    ("v1.33.2", (ranges("10.20.0.0/16,fd20::/127"),)),
    ("v1.33.2", (ranges(V6), "--bind-address=::")),
    ("v1.23.17", (ranges(V6),)),
    ("v1.33.2", (ranges(V6), "--advertise-address=192.0.2.7", "--endpoint-reconciler-type=none")),
    ("v1.33.2", (ranges(V6), "--bind-address=127.0.0.1")),
    ("v1.37.0", (ranges(V4), "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none")),
    ("v1.33.9", (ranges(V4), gates(f"{MULTI}=false"))),
    ("v1.34.9", (ranges(V4), gates(f"{SINGLE_WRITE}=false"))),
    ("v1.34.9", (ranges(V4), gates(f"{MULTI}=false"), "--emulated-version=1.33")),
    (None, (ranges(V4), gates(f"{MULTI}=true"))),
    ("v1.32.0", (ranges(V4), gates(f"{MULTI}=true"), "--runtime-config=api/all=true")),
    ("v1.33.0", (ranges(V4), gates(f"{MULTI}=true"))),
    ("v1.28.9", (ranges(V4), gates(f"{MULTI}=true"))),
    # Tempting checks that would be wrong.
    ("v1.33.2", (ranges(V6), WITH_V6, "--bind-address=0.0.0.0")),
    ("v1.33.2", (ranges(V4), "--bind-address=::")),
    ("v1.33.2", (ranges(V6), WITH_V6, "--etcd-servers=https://127.0.0.1:2379")),
    ("v1.33.2", (ranges("2001:db8:20::/112"), "--advertise-address=2001:db8::7")),
    ("v1.33.2", (ranges("010.020.0.0/016"),)),
    ("v1.33.2", (ranges("10.20.0.9/16"),)),
    ("v1.33.2", (ranges(V4), "--advertise-address=0.0.0.0")),
    ("v1.33.2", (ranges(V4), "--advertise-address= 192.0.2.7 ")),
    ("v1.33.2", (ranges("SERVICE_RANGES"), "--advertise-address=$(HOST_IP)")),
    ("v1.33.2", (ranges(f"{V4},10.21.0.0/16"), ranges(V4))),
]


@pytest.mark.parametrize(("release", "flags"), GOOD_SERVERS)
def test_a_server_that_is_right(release: str | None, flags: tuple[str, ...]) -> None:
    assert of_server(release, *flags) == []


@pytest.mark.parametrize(
    ("said", "cidrs"),
    [
        (["SCD001 error"], ()),
        (["SCD001 error"], ("10.21.0.0/16", "10.22.0.0/16")),
        (["SCD001 error"], ("10.21.0.0/16", "fd21::/112", "fd22::/112")),
        (["SCD001 error"], ("10.21.0.7/16",)),
        (["SCD001 error"], ("010.21.0.0/16",)),
        (["SCD001 error"], ("fd21:0021::/112",)),
        (["SCD001 error"], ("FD21::/112",)),
        (["SCD001 error"], ("::ffff:10.21.0.0/112",)),
        (["SCD002 error"], ("fd21::/63",)),
        ([], ("fd21::/64",)),
        ([], ("10.21.0.0/16", "fd21:21::/112")),
    ],
)
def test_an_object_by_itself(said: list[str], cidrs: tuple[str, ...]) -> None:
    assert found({"extra.yaml": service_cidr(*cidrs, name="extra")}) == said
    dumped = service_cidr(*cidrs, name="extra", metadata=", resourceVersion: '7'")
    assert found({"extra.yaml": dumped}) == [one for one in said if one != "SCD001 error"]


VERSIONS = {
    "v1alpha1": {"1.28": "error", "1.29": "warning", "1.33": "warning", "1.34": "error", None: "info"},
    "v1beta1": {"1.30": "error", "1.31": "warning", "1.36": "warning", "1.37": "error", None: "info"},
    "v1": {"1.32": "error", "1.33": "", "1.38": "", None: ""},
}


@pytest.mark.parametrize(
    ("version", "kubernetes", "word"),
    [(version, release, word) for version, words in VERSIONS.items() for release, word in words.items()],
)
def test_a_version_of_the_api(version: str, kubernetes: str | None, word: str) -> None:
    files = {"extra.yaml": service_cidr(V4, name="extra", version=version)}
    assert found(files, kubernetes) == ([f"SCD003 {word}"] if word else [])


ON_IN_1_32 = (gates(f"{MULTI}=true"), BETA)
DIFFERS, MISSES = "SCD004 warning", "SCD005 error"


@pytest.mark.parametrize(
    ("said", "release", "flag", "cidrs"),
    [
        (DIFFERS, "v1.33.0", "10.16.0.0/12", ("10.16.0.0/16",)),
        (DIFFERS, None, "10.16.0.0/12", ("10.16.0.0/16",)),
        (DIFFERS, "v1.35.0", f"{V6},{V4}", (V4, V6)),
        (DIFFERS, "v1.33.0", f"{V6},{V4}", (V4,)),
        (DIFFERS, "v1.32.9", f"{V4},{V6}", (V4,)),
        (MISSES, "v1.33.0", V4, (V4, V6)),
        (MISSES, "v1.32.9", V4, (V6,)),
        ("", "v1.33.0", f"{V4},{V6}", (V4,)),
        ("", None, f"{V4},{V6}", (V4,)),
        ("", "v1.33.0", "10.20.0.9/16,FD20:0::/112", (V4, V6)),
        ("", "v1.33.0", "${RANGES}", (V6,)),
    ],
)
def test_the_object_of_the_server(said: str, release: str | None, flag: str, cidrs: tuple[str, ...]) -> None:
    old = release is not None and release.startswith("v1.32.")
    flags = (ranges(flag), "--endpoint-reconciler-type=none", *(ON_IN_1_32 if old else ()))
    text = service_cidr(*cidrs, version="v1beta1" if old else "v1")
    assert found({"cp/api.yaml": pod(release, *flags), "cp/object.yaml": text}) == ([said] if said else [])
    dumped = service_cidr(*cidrs, version="v1beta1" if old else "v1", metadata=", uid: 7")
    assert found({"cp/api.yaml": pod(release, *flags), "cp/object.yaml": dumped}) == ([said] if said else [])


def test_the_object_where_the_gate_is_off() -> None:
    files = {"cp/api.yaml": pod("v1.32.9", ranges("10.16.0.0/12"), BETA)}
    assert found(files | {"cp/object.yaml": service_cidr("10.16.0.0/16", version="v1beta1")}) == []


def test_the_object_beside_two_servers() -> None:
    servers = {"a/api.yaml": pod("v1.33.0", ranges("10.16.0.0/12")), "b/api.yaml": pod("v1.33.0", ranges(V4))}
    assert found(servers | {"c/object.yaml": service_cidr("10.16.0.0/16")}) == []
    assert found(servers | {"b/object.yaml": service_cidr(V4), "a/object.yaml": service_cidr("10.16.0.0/16")}) == [
        DIFFERS
    ]


def test_objects_that_overlap_are_legal() -> None:
    files = {"a.yaml": service_cidr("10.20.0.0/16", name="a"), "b.yaml": service_cidr("10.20.0.0/20", name="b")}
    assert found(files) == []


RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {{name: far, namespace: fleet-default}}
spec:
  kubernetesVersion: {release}
  rkeConfig:
    machineGlobalConfig: {{{config}}}
"""
ONLY_V6 = "cni: calico, cluster-cidr: 'fd42::/56', service-cidr: 'fd43::/112'"
BANDS = {
    "1.24": None,
    "1.25": (16, 16),
    "1.26": (11, 15),
    "1.27": (8, 16),
    "1.28": (4, 15),
    "1.29": (0, 12),
    "1.30": (0, 8),
    "1.31": (0, 4),
    "1.32": (0, 0),
    "1.33": None,
}
EDGES = [
    (f"v{minor}.{patch}", within[0] <= patch <= within[1])
    for minor, within in BANDS.items()
    if within
    for patch in sorted({max(within[0] - 1, 0), *within, within[1] + 1})
] + [("v1.24.17", False), ("v1.33.0", False)]


@pytest.mark.parametrize(("release", "bad"), EDGES)
def test_the_calico_chart_by_release(release: str, bad: bool) -> None:
    said = ["RKE001 warning"] if bad else []
    assert found({"a.yaml": RANCHER.format(release=f"{release}+rke2r1", config=ONLY_V6)}) == said
    assert found({"a.yaml": RANCHER.format(release=f"{release}-rc2+rke2r1", config=ONLY_V6)}) == []
    file = {"etc/rancher/rke2/config.yaml": ONLY_V6.replace(", ", "\n") + "\n"}
    assert found(file, f"{release}+rke2r1") == said
    assert found(file, release[1:].rpartition(".")[0]) == []


PAIR = "cluster-cidr: 10.42.0.0/16, service-cidr: 10.43.0.0/16"
FINE = {
    "a node with more families": f"{PAIR}, node-ip: '10.0.0.7,fd00::7'",
    "bits for hosts": "cluster-cidr: 10.42.0.1/16, service-cidr: 10.43.0.1/16",
    "DNS of one family": "cluster-cidr: '10.42.0.0/16,fd42::/56', service-cidr: '10.43.0.0/16,fd43::/112', "
    "cluster-dns: 10.43.0.10",
    "an IPv6 range of /108": "cluster-cidr: 'fd42::/56', service-cidr: 'fd43::/108', node-ip: 'fd00::7'",
    "documentation prefixes": "cluster-cidr: '2001:cafe:42::/56', service-cidr: '2001:cafe:42:1::/112'",
    "any IPv4 address": "cluster-cidr: 'fd42::/56', service-cidr: 'fd43::/112', bind-address: 0.0.0.0",
    "any IPv6 address": f"{PAIR}, bind-address: '::'",
    "blanks at the end": "cluster-cidr: '10.42.0.0/16 ', service-cidr: '10.43.0.0/16 '",
    "a cache for DNS": f"{PAIR}, kubelet-arg: [cluster-dns=169.254.20.10]",
    "a wide range": "cluster-cidr: 172.16.0.0/16, service-cidr: 10.0.0.0/11",
    "an IPv4 range with many blocks": "cluster-cidr: 10.0.0.0/6, service-cidr: 192.168.0.0/16",
    "elements of single flags": f"{PAIR}, advertise-address: [10.0.0.7]",
    "the last of several": f"{PAIR}, advertise-address: ['fd00::7', 10.0.0.7]",
}


@pytest.mark.parametrize("config", FINE.values(), ids=FINE.keys())
def test_a_configuration_that_works(config: str) -> None:
    assert found({"a.yaml": RANCHER.format(release="v1.34.1+rke2r1", config=config)}) == []
