"""The examples of the facts about kube-vip's Services, BGP, endpoints and pools (kube-vip 5.3 to 5.6), as settings.

Each bad one raises its rule and no other, each good one nothing. Behind them: releases at both ends of a band, and
configuration that looks wrong and works (5.7, 1.3).
"""

from typing import NamedTuple

import pytest

from famlint.findings import Severity
from famlint.fixes import apply
from famlint.testing import check_files

ARP = {"vip_arp": "true", "svc_enable": "true"}
ELECTION = {**ARP, "svc_election": "true"}
TABLE = {"vip_routingtable": "true", "svc_enable": "true"}
WIREGUARD = {"vip_wireguard": "true", "svc_enable": "true"}
BGP = {"bgp_enable": "true", "bgp_routerid": "10.0.0.1", "svc_enable": "true"}
BGP_CP = {"bgp_enable": "true", "bgp_routerid": "10.0.0.1", "cp_enable": "true", "address": "10.0.0.10,fd00::10"}
IPV6_CP = {"cp_enable": "true", "address": "fd00::10"}
DUAL_CP = {**ARP, "cp_enable": "true", "address": "10.0.0.10,fd00::10"}
PEER, PEER6 = "10.0.0.254:65000::false", "[fd00::fe]:65000::false"
BOTH_PEERS = f"{PEER},{PEER6}"
V4, V6 = "10.0.0.200", "fd80::200"
BOTH = f"{V4},{V6}"
BOTH_FAMILIES = "IPv4, IPv6"
MP = "mpbgp_nexthop=fixed;mpbgp_ipv6=fd00::1"


def daemon_set(release: str, settings: dict[str, str]) -> str:
    env = ", ".join(f'{{name: {name}, value: "{value}"}}' for name, value in settings.items())
    return f"""apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: kube-vip-ds, namespace: kube-system}}
spec:
  template:
    spec:
      serviceAccountName: kube-vip
      containers:
      - name: kube-vip
        image: ghcr.io/kube-vip/kube-vip:{release}
        args: [manager]
        env: [{env}]
"""


def service(
    ips: str = "", families: str = "", policy: str = "", *, namespace: str = "shop", fields: str = "", **more: str
) -> str:
    """A Service; `more` are annotations of kube-vip, with `_` for `-`."""
    named = {
        **({"loadbalancerIPs": ips} if ips else {}),
        **{name.replace("_", "-"): text for name, text in more.items()},
    }
    annotations = ", ".join(f'kube-vip.io/{name}: "{text}"' for name, text in named.items())
    spec = ["type: LoadBalancer", "selector: {app: web}", "ports: [{port: 80}]"]
    spec += [f"ipFamilies: [{families}]"] if families else []
    spec += [f"ipFamilyPolicy: {policy}"] if policy else []
    spec += [fields] if fields else []
    return f"""apiVersion: v1
kind: Service
metadata: {{name: web, namespace: {namespace}, annotations: {{{annotations}}}}}
spec: {{{", ".join(spec)}}}
"""


def pools(**data: str) -> str:
    text = ", ".join(f'{key.replace("_", "-")}: "{value}"' for key, value in data.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: kubevip, namespace: kube-system}}\ndata: {{{text}}}\n"


def provider(release: str) -> str:
    return f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: kube-vip-cloud-provider, namespace: kube-system}}
spec: {{template: {{spec: {{containers: [
  {{name: provider, image: "ghcr.io/kube-vip/kube-vip-cloud-provider:{release}"}}]}}}}}}
"""


def rights(*rules: str) -> str:
    listed = "".join(f"- {rule}\n" for rule in ('{apiGroups: [""], resources: [services], verbs: [watch]}', *rules))
    return f"""apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: kube-vip}}
rules:
{listed}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: kube-vip}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kube-vip}}
subjects: [{{kind: ServiceAccount, name: kube-vip, namespace: kube-system}}]
"""


def api_server(ranges: str) -> str:
    return f"""apiVersion: v1
kind: Pod
metadata: {{name: kube-apiserver, namespace: kube-system}}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.30.0
    command: [kube-apiserver, "--service-cluster-ip-range={ranges}", --advertise-address=10.0.0.5]
"""


DUAL = service(BOTH, BOTH_FAMILIES, "RequireDualStack")
BLANK = service(f"{V4}, {V6}", BOTH_FAMILIES, "RequireDualStack")
NAME = service("web.example.com")
NEEDS_BOTH = service("", BOTH_FAMILIES, "RequireDualStack")
EGRESS6 = service("fd80::201", "IPv6", egress="true", egress_ipv6="true")
EGRESS_BOTH = service("", BOTH_FAMILIES, "RequireDualStack", egress="true", egress_ipv6="true")
EGRESS4 = service("10.0.0.201", "IPv4", egress="true")
SLICES = "{apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, get, watch]}"


def limited(networks: str) -> str:
    return service("10.0.0.201", "IPv4", egress="true", egress_allowed_networks=networks)


def documents(*parts: str | tuple[str, dict[str, str]]) -> str:
    """One file: texts as they are, a release with settings as a DaemonSet."""
    return "---\n".join(part if isinstance(part, str) else daemon_set(*part) for part in parts)


class Example(NamedTuple):
    """A rule, what raises it how severely, and what does not."""

    code: str
    severity: Severity
    bad: str
    good: str


E, W, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
EXAMPLES = (
    Example("VIP019", E, service(BOTH), DUAL),
    Example("VIP020", W, service(V4, BOTH_FAMILIES, "RequireDualStack"), DUAL),
    Example("VIP021", E, service(f"{V4}/24"), service(V4)),
    Example("VIP022", E, documents(pools(cidr_global="10.0.0.200/29,fd80::200/124"), BLANK), DUAL),
    Example("VIP023", E, documents(("v1.2.3", ARP), service("::", "IPv6")), service(V6, "IPv6")),
    Example("VIP024", E, documents(("v0.9.2", ARP), NAME), documents(("v0.9.2", ARP), service(V4))),
    Example(
        "VIP025",
        W,
        documents(("v1.0.4", {**ELECTION, "egress_podcidr": "10.42.0.0/16"}), EGRESS6),
        documents(("v1.0.4", {**ELECTION, "egress_podcidr": "10.42.0.0/16,fd42::/56"}), EGRESS6),
    ),
    Example(
        "VIP026",
        E,
        documents(("v0.9.2", ELECTION), EGRESS_BOTH),
        documents(("v0.9.2", {**ELECTION, "enable_endpointslices": "true"}), EGRESS_BOTH),
    ),
    Example("VIP027", W, limited("fd99::/64"), limited("172.18.0.0/24")),
    Example(
        "VIP028",
        E,
        documents(("v1.2.3", {**BGP, "bgp_routerid": "fd00::1", "bgp_peers": PEER6})),
        documents(("v1.2.3", {**BGP, "bgp_peers": PEER6})),
    ),
    Example(
        "VIP029",
        E,
        documents(("v1.2.3", {**BGP, "bgp_peers": "fd00::fe:65000::false"})),
        documents(("v1.2.3", {**BGP, "bgp_peers": PEER6})),
    ),
    Example(
        "VIP030",
        E,
        documents(("v1.2.3", {**BGP, "mpbgp_nexthop": "fixed", "bgp_peers": f"{PEER}::{MP}"})),
        documents(("v1.2.3", {**BGP, "mpbgp_nexthop": "fixed", "mpbgp_ipv6": "fd00::1", "bgp_peers": PEER})),
    ),
    Example(
        "VIP031",
        W,
        documents(("v1.0.4", {**BGP_CP, "bgp_peers": PEER})),
        documents(("v1.0.4", {**BGP_CP, "bgp_peers": BOTH_PEERS})),
    ),
    Example(
        "VIP032",
        E,
        documents(("v1.2.3", {**BGP, "bgp_sourceip": "10.0.0.1", "bgp_peers": BOTH_PEERS})),
        documents(("v1.2.3", {**BGP, "bgp_sourceif": "eth0", "bgp_peers": BOTH_PEERS})),
    ),
    Example(
        "VIP033",
        W,
        documents(("v1.0.4", {**ARP, "enable_endpointslices": "false"})),
        documents(("v1.0.4", ARP)),
    ),
    Example(
        "VIP034",
        W,
        documents(("v1.0.4", {**TABLE, "enable_endpoints": "true"}), DUAL),
        documents(("v1.0.4", TABLE), DUAL),
    ),
    Example("VIP035", W, documents(("v1.0.4", ARP), rights()), documents(("v1.0.4", ARP), rights(SLICES))),
    Example(
        "VIP036",
        W,
        documents(("v0.8.9", {**ARP, **IPV6_CP, "enable_node_labeling": "true"})),
        documents(("v1.2.3", {**ARP, **IPV6_CP, "enable_node_labeling": "true"})),
    ),
    Example(
        "VIP037",
        E,
        documents(("v0.7.2", {"vip_arp": "true", **IPV6_CP, "lb_enable": "true"})),
        documents(("v1.0.4", {"vip_arp": "true", **IPV6_CP, "lb_enable": "true"})),
    ),
    Example(
        "VIP038",
        W,
        documents(("v1.2.3", WIREGUARD), DUAL),
        documents(("v1.2.3", WIREGUARD), service(V4, "IPv4")),
    ),
    Example(
        "VIP039",
        E,
        documents(("v1.2.3", {**BGP, "vip_arp": "true", "bgp_peers": PEER})),
        documents(("v1.2.3", {**BGP, "vip_arp": "false", "bgp_peers": PEER})),
    ),
    Example(
        "VIP040",
        INFO,
        documents(("v1.2.3", {"vip_routingtable": "true", "vip_interface": "eth0", **IPV6_CP})),
        documents(("v1.2.3", {"vip_routingtable": "true", "vip_interface": "eth0", **IPV6_CP, "vip_skipdad": "true"})),
    ),
    Example(
        "VIP041",
        INFO,
        documents(("v0.8.2", DUAL_CP), service(V4, "IPv4")),
        documents(("v0.8.3", DUAL_CP), service(V4, "IPv4")),
    ),
    Example(
        "KCP001",
        E,
        pools(cidr_global="192.168.0.200/29, fd80::100/124"),
        pools(cidr_global="192.168.0.200/29,fd80::100/124"),
    ),
    Example(
        "KCP002",
        E,
        pools(cidr_global="192.168.0.200/29", range_global="fd80::100-fd80::1ff"),
        pools(range_global="192.168.0.200-192.168.0.207,fd80::100-fd80::1ff"),
    ),
    Example(
        "KCP003",
        E,
        documents(pools(cidr_shop="192.168.0.208/29", cidr_global="192.168.0.200/29,fd80::100/124"), NEEDS_BOTH),
        documents(
            pools(cidr_shop="192.168.0.208/29,fd80::110/124", cidr_global="192.168.0.200/29,fd80::100/124"), NEEDS_BOTH
        ),
    ),
    Example("KCP004", W, documents(provider("v0.0.9"), NEEDS_BOTH), documents(provider("v0.0.10"), NEEDS_BOTH)),
    Example(
        "KCP005",
        W,
        pools(cidr_global="192.168.0.200/29", cidr_ipv6="fd80::100/124"),
        pools(cidr_global="192.168.0.200/29,fd80::100/124"),
    ),
    Example("KCP006", E, documents(provider("v0.0.12"), NAME), documents(provider("v0.0.12"), service(V4))),
)


def raised(text: str) -> dict[str, Severity]:
    return {found.code: found.severity for found in check_files({"kube-vip.yaml": text}).findings}


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.code for example in EXAMPLES])
class TestExamples:
    def test_the_bad_one_raises_its_rule_alone(self, example: Example) -> None:
        assert raised(example.bad) == {example.code: example.severity}

    def test_the_good_one_raises_nothing(self, example: Example) -> None:
        assert raised(example.good) == {}


def bgp(release: str, peers: str, **settings: str) -> str:
    return documents((release, {**BGP, "vip_subnet": "", "bgp_peers": peers, **settings}))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(documents(("v0.8.9", {**ARP, "vip_cidr": "32"}), DUAL), id="one number, Services alone"),
        pytest.param(documents(("v0.8.9", {**ARP, "vip_cidr": "128"}), service(V6, "IPv6")), id="128 in IPv6 alone"),
        pytest.param(
            documents(("v1.0.4", {**ARP, "vip_subnet": "32", "cp_enable": "false"}), DUAL), id="chart default"
        ),
        pytest.param(
            documents(("v1.0.4", {**ARP, "address": "", "vip_address": "", "bgp_peeraddress": ""})), id="empty is unset"
        ),
        pytest.param(service(V4), id="one address, no families"),
        pytest.param(service(BOTH, "IPv4", "PreferDualStack"), id="the second family is added"),
        pytest.param(service(BOTH, BOTH_FAMILIES), id="refused by the API server"),
        pytest.param(service(BOTH, "IPv4", ignore="true"), id="ignored"),
        pytest.param(documents(("v1.0.4", ELECTION), EGRESS6), id="ranges are detected"),
        pytest.param(documents(("latest", {**ARP, "enable_endpointslices": "false"})), id="unknown release"),
        pytest.param(bgp("v1.2.3", "<address:AS:password:multihop>"), id="placeholder of a peer"),
        pytest.param(bgp("v1.2.3", "router.example.com:65000::false"), id="name of a peer"),
        pytest.param(bgp("v1.2.3", f"{PEER},"), id="an empty element is left out"),
        pytest.param(bgp("latest", f",{PEER}"), id="and so it is in any release that reads IPv6"),
        pytest.param(bgp("v1.2.3", "10.0.0.254:65000:secret "), id="a blank in the password"),
        pytest.param(bgp("v0.9.0", "", bgp_peers="10.0.0.254:65000:secret:false"), id="a password"),
        pytest.param(bgp("v1.2.2", "10.0.0.254:65000:p/w:false"), id="a slash in the password from 1.2.2 on"),
        pytest.param(documents(("v1.2.3", {**ARP, "bgp_peers": f"{PEER}, {PEER}"})), id="parsed, and BGP is off"),
        pytest.param(documents(("v1.2.3", {**ARP, "bgp_peers": "2001:100::1:65000"})), id="parsed by chance"),
        pytest.param(
            bgp("v1.2.3", PEER, mpbgp_nexthop="auto_sourceif", bgp_sourceif="eth0", mpbgp_ipv4="fd00::1"),
            id="a next hop that this mode does not read",
        ),
    ],
)
def test_silent(text: str) -> None:
    assert raised(text) == {}


@pytest.mark.parametrize(
    ("release", "metal", "found"),
    [("v0.8.10", "true", False), ("v0.8.10", "false", True), ("v0.9.0", "true", True), ("latest", "true", False)],
)
def test_a_router_id_of_equinix_metal(release: str, metal: str, *, found: bool) -> None:
    text = documents((release, {**BGP, "bgp_routerid": "", "bgp_peers": PEER, "vip_packet": metal}))
    assert ("VIP028" in raised(text)) is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(bgp("v1.2.3", f"{PEER}, {PEER}"), {"VIP029": E}, id="a blank, BGP is on"),
        pytest.param(
            documents(("v1.2.3", {**ARP, "bgp_peers": f"{PEER}, {PEER6}"})),
            {"VIP029": E},
            id="a blank before a bracket",
        ),
        pytest.param(bgp("v0.9.0", "10.0.0.254:65000:p/w:false"), {"VIP029": E}, id="a slash in the password"),
        pytest.param(bgp("v1.2.1", "10.0.0.254/32:65000::false"), {"VIP029": E}, id="a slash in the address"),
        pytest.param(bgp("v0.5.7", f"{PEER},"), {"VIP029": E}, id="an empty element before 0.5.8"),
        pytest.param(bgp("v0.5.7", "", bgp_peeraddress="fd00::fe"), {"VIP029": E}, id="one IPv6 peer before 0.5.8"),
        pytest.param(
            bgp("v1.0.4", f"{PEER}/mpbgp_nexthop=auto", mpbgp_nexthop="fixed", mpbgp_ipv6="fd00::1"),
            {"VIP030": E},
            id="a next-hop mode of one peer",
        ),
        pytest.param(
            bgp("v1.0.4", f"{PEER}/mpbgp_ipv4=fd00::9", mpbgp_nexthop="fixed", mpbgp_ipv6="fd00::1"),
            {"VIP030": W},
            id="a next hop of one peer",
        ),
        pytest.param(
            documents(("v1.0.4", {**BGP_CP, "bgp_peers": f"{PEER},fd00::fe:65000::false"})),
            {"VIP029": E},
            id="an IPv6 peer that cannot be read is one",
        ),
        pytest.param(
            documents(
                ("v0.8.9", {**BGP_CP, "vip_cidr": "32", "bgp_peers": PEER, "mpbgp_nexthop": "fixed"}),
            ),
            {"VIP030": INFO, "VIP031": W},
            id="a next hop that is not read",
        ),
        pytest.param(
            documents(
                (
                    "v0.8.9",
                    {**BGP, "vip_cidr": "32", "bgp_peers": BOTH_PEERS}
                    | {"bgp_sourceip": "10.0.0.1", "mpbgp_nexthop": "auto_sourceif"},
                ),
            ),
            {"VIP030": INFO, "VIP032": E},
            id="nor does it choose the source",
        ),
    ],
)
def test_peers(text: str, expected: dict[str, Severity]) -> None:
    assert raised(text) == expected


@pytest.mark.parametrize(
    ("setting", "written", "mended"),
    [
        ("bgp_peers", f"{PEER}, {PEER6}", BOTH_PEERS),
        ("bgp_peers", f"{PEER},{PEER6} ", BOTH_PEERS),
        ("bgp_peers", "fd00::fe:65000::false", PEER6),
        ("bgp_peeraddress", "[fd00::fe]", "fd00::fe"),
        ("bgp_peeraddress", " 10.0.0.254", "10.0.0.254"),
        ("bgp_peers", "10.0.0.254", "10.0.0.254"),
        ("bgp_peeraddress", "[fd00::fe]:179", "[fd00::fe]:179"),
    ],
)
def test_a_peer_with_one_right_text_is_mended(setting: str, written: str, mended: str) -> None:
    text = documents(("v1.2.3", {**BGP, setting: written}))
    (found,) = check_files({"kube-vip.yaml": text}).findings
    assert found.fix is not None
    assert apply(text, found.fix.edits) == text.replace(f'"{written}"', f'"{mended}"')


class TestReportedEndpoints:
    @pytest.mark.parametrize(("release", "found"), [("v0.7.0", True), ("v0.8.2", True), ("v0.8.3", False)])
    def test_the_band(self, release: str, *, found: bool) -> None:
        assert ("VIP041" in raised(documents((release, DUAL_CP), service(V4, "IPv4")))) is found

    def test_says_that_it_is_a_report_and_what_helps(self) -> None:
        (found,) = check_files({"a.yaml": documents(("v0.8.2", DUAL_CP), service(V4, "IPv4"))}).findings
        assert "It is a report" in found.message
        assert "upgrading is the remedy" in found.message

    def test_the_api_server_says_that_the_cluster_is_dual_stack(self) -> None:
        parts = (("v0.8.2", {**DUAL_CP, "address": "10.0.0.10"}), service(V4, "IPv4"))
        assert raised(documents(*parts, api_server("10.96.0.0/16,fd00:96::/112"))) == {"VIP041": INFO}
        assert raised(documents(*parts)) == {}

    def test_the_api_server_says_that_it_is_not(self) -> None:
        assert raised(documents(("v0.8.2", DUAL_CP), service(V4, "IPv4"), api_server("10.96.0.0/16"))) == {}

    def test_the_configuration_says_that_it_is_not(self) -> None:
        text = documents(("v0.8.2", DUAL_CP), service(V4, "IPv4"))
        expects = 'clusters:\n  prod: {paths: ["."], expect: {families: [IPv4]}}\n'
        assert check_files({"kube-vip.yaml": text, ".famlint.yaml": expects}).findings == ()
