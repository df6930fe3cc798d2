"""kube-vip and the endpoints of its Services: VIP033 to VIP035, VIP041."""

from collections.abc import Iterator

from famlint.behaviours import kube_vip_endpoints as endpoints
from famlint.behaviours.kube_vip import checked
from famlint.behaviours.kube_vip_endpoints import UnreadSwitch
from famlint.behaviours.kube_vip_permissions import lacks_slices
from famlint.clusters import Cluster, Link
from famlint.components.kube_vip import KubeVip
from famlint.findings import Fix, Label, Severity
from famlint.rules import Draft, finding, rule
from famlint_rules.kube_vip_address_words import image
from famlint_rules.kube_vip_fixes import rewrite


@rule(
    "VIP033",
    "endpoint-switch-renamed",
    subject=KubeVip,
    severity=(Severity.WARNING, Severity.INFO),
    basis="kube-vip 5.5",
    references=("kube-vip/kube-vip#1215", "kube-vip/kube-vip pkg/kubevip/config_environment.go@v1.0.0"),
)
def endpoint_switch_renamed(kube_vip: KubeVip, _cluster: Cluster) -> Iterator[Draft]:
    """The switch for EndpointSlices is one that this release does not read

    What it finds:
        `enable_endpointslices` with kube-vip v1.0.0 or later, or `enable_endpoints` with v0.9.2 or older. Where the
        release does what the switch asks for anyway, or serves no Services, the finding is info.

    Why it matters:
        v1.0.0 made EndpointSlices the default and turned the switch round: `enable_endpointslices: "true"` became
        `enable_endpoints: "false"`. A switch of the other name is left out without a message, so that kube-vip reads
        other endpoints than the setting says, and needs other rights for that. See kube-vip/kube-vip#1215.

    Bad (kube-vip v1.0.4, found in 0.5.0-0.6.4, 1.0.0-1.2.3):
        env:
          vip_arp: "true"
          svc_enable: "true"
          enable_endpointslices: "false"

    Good (kube-vip v1.0.4):
        env:
          vip_arp: "true"
          svc_enable: "true"

    Bad (kube-vip v0.9.2, found in 0.5.0-0.9.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
          enable_endpoints: "false"

    Good (kube-vip v0.9.2):
        env:
          vip_arp: "true"
          svc_enable: "true"
          enable_endpointslices: "true"

    How to fix:
        With v1.0.0 or later remove `enable_endpointslices`, or write `enable_endpoints: "true"` to keep Endpoints. With
        v0.7.0 to v0.9.2 write `enable_endpointslices: "true"` for EndpointSlices. Older releases know only Endpoints.

    Limits:
        Silent where the release is not known.
    """
    for switch in endpoints.unread_switches(kube_vip):
        used = "EndpointSlices" if switch.slices else "Endpoints"
        follows = f"it uses {used} anyway" if switch.harmless else f"it uses {used}, which the setting does not ask for"
        yield finding(
            switch.value,
            f'{switch.variable} "{switch.value.text}" is not read by kube-vip {kube_vip.version}: {follows}'
            + checked(kube_vip.version),
            label="not read by this release",
            because=image(kube_vip),
            fix=Fix(_instead(switch)),
            severity=Severity.INFO if switch.harmless else Severity.WARNING,
        )


@rule(
    "VIP034",
    "endpoints-dual-stack-routes",
    subject=KubeVip,
    severity=Severity.WARNING,
    basis="kube-vip 5.5",
    references=("kube-vip/kube-vip#1379", "kube-vip/kube-vip pkg/endpoints/endpoints_routing_table.go@v1.2.3"),
)
def endpoints_dual_stack_routes(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """The second family of a dual-stack Service gets no route

    What it finds:
        Table mode without an election that reads Endpoints, while a Service has VIPs of both families.

    Why it matters:
        kube-vip installs a route where it finds an endpoint of the VIP's family on its node. Endpoints list only those
        of the Service's first family, so that there is never a route for the second one. See
        pkg/endpoints/endpoints_routing_table.go@v1.2.3 of kube-vip/kube-vip, and kube-vip/kube-vip#1379.

    Bad (kube-vip v1.0.4, found in 0.9.1-1.2.3):
        env:
          vip_routingtable: "true"
          svc_enable: "true"
          enable_endpoints: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Bad (kube-vip v0.9.2, found in 0.9.1-0.9.2):
        env:
          vip_routingtable: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    Good (kube-vip v1.0.4):
        env:
          vip_routingtable: "true"
          svc_enable: "true"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: "10.0.0.200,fd80::200"}}
        spec:
          type: LoadBalancer
          ipFamilyPolicy: RequireDualStack
          ipFamilies: [IPv4, IPv6]
          selector: {app: web}
          ports: [{port: 80}]

    How to fix:
        Use EndpointSlices with v1.0.4 or later: remove `enable_endpoints`. Before v1.0.4 the EndpointSlices of the two
        families overwrite each other. The ClusterRole must allow to watch EndpointSlices.

    Limits:
        Silent with an election, for single-stack Services, and where the cluster decides whether a Service is
        dual-stack (`PreferDualStack` without both families or both addresses).
    """
    route, missing = endpoints.missing_route(kube_vip, cluster.services_of(kube_vip))
    if route is not None:
        place = route.switch or kube_vip.get("vip_routingtable")
        ready = endpoints.keeps_slices_apart(kube_vip.version)
        upgrade = "" if ready else "use kube-vip v1.0.4 or later with EndpointSlices"
        on = f'set {route.variable}: "{route.word}"'
        yield finding(
            place or kube_vip.component.span,
            f"kube-vip {kube_vip.version} reads Endpoints, which list one family: the second family of "
            f"{_services(route.links)} gets no route{checked(kube_vip.version)}",
            label="Endpoints are read" if route.switch else f"table mode, and {route.variable} is not set",
            because=(*image(kube_vip), *(_label(link, "this Service has two families") for link in route.links)),
            fix=rewrite(f'write "{route.word}"', route.switch, (0, len(route.switch.text), route.word))
            if ready and route.switch
            else Fix(upgrade or on),
        )
    if missing is not None:
        raise missing


@rule(
    "VIP035",
    "endpointslices-rbac",
    subject=KubeVip,
    severity=Severity.WARNING,
    basis="kube-vip 5.5",
    references=(
        "kube-vip/kube-vip pkg/kubevip/config_generator.go@v0.9.0",
        "kube-vip/helm-charts charts/kube-vip/templates/rbac.yaml@kube-vip-0.8.0",
    ),
)
def endpointslices_rbac(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """The ClusterRole of kube-vip does not let it watch EndpointSlices

    What it finds:
        A kube-vip that reads EndpointSlices for its Services, bound to a ClusterRole of the input without the verb
        `watch` for `endpointslices` of `discovery.k8s.io`.

    Why it matters:
        kube-vip reads EndpointSlices by default from v1.0.0 on, and before where `enable_endpointslices` is on. Roles
        that were generated up to v0.8.10 do not allow it: the watch is forbidden, and from v1.2.0 on Services without
        an election never start. See pkg/kubevip/config_generator.go@v0.8.10 and @v0.9.0 of kube-vip/kube-vip.

    Bad:
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-vip-ds, namespace: kube-system}
        spec:
          selector: {matchLabels: {name: kube-vip-ds}}
          template:
            metadata: {labels: {name: kube-vip-ds}}
            spec:
              hostNetwork: true
              serviceAccountName: kube-vip
              containers:
              - name: kube-vip
                image: ghcr.io/kube-vip/kube-vip:v1.0.4
                args: [manager]
                env: [{name: vip_arp, value: "true"}, {name: svc_enable, value: "true"}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: "system:kube-vip-role"}
        rules:
        - {apiGroups: [""], resources: [services, services/status, nodes, endpoints], verbs: [list, get, watch, update]}
        - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [list, get, watch, update, create]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: "system:kube-vip-binding"}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:kube-vip-role"}
        subjects: [{kind: ServiceAccount, name: kube-vip, namespace: kube-system}]

    Good:
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-vip-ds, namespace: kube-system}
        spec:
          selector: {matchLabels: {name: kube-vip-ds}}
          template:
            metadata: {labels: {name: kube-vip-ds}}
            spec:
              hostNetwork: true
              serviceAccountName: kube-vip
              containers:
              - name: kube-vip
                image: ghcr.io/kube-vip/kube-vip:v1.0.4
                args: [manager]
                env: [{name: vip_arp, value: "true"}, {name: svc_enable, value: "true"}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: "system:kube-vip-role"}
        rules:
        - {apiGroups: [""], resources: [services, services/status, nodes, endpoints], verbs: [list, get, watch, update]}
        - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [list, get, watch, update, create]}
        - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, get, watch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: "system:kube-vip-binding"}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:kube-vip-role"}
        subjects: [{kind: ServiceAccount, name: kube-vip, namespace: kube-system}]

    How to fix:
        Add the rule: `apiGroups: [discovery.k8s.io]`, `resources: [endpointslices]`, `verbs: [list, get, watch]`.

    Limits:
        Silent where role or binding are not in the input, where another role may give the right to the account, for a
        kubeconfig (a static Pod), for the chart of kube-vip, and for roles that are bound in one namespace alone.
    """
    lacking = lacks_slices(kube_vip, cluster)
    # Workloads of one account lack one rule: it is said once.
    if lacking is None or lacking.kube_vips[0].component is not kube_vip.component:
        return
    yield finding(
        lacking.role.component.span,
        f"ClusterRole {lacking.role.component.name} does not let ServiceAccount {lacking.account} watch "
        f"endpointslices of discovery.k8s.io, which kube-vip {kube_vip.version} reads: the watch is forbidden, and its "
        f"Services may never start{checked(kube_vip.version)}",
        label="no rule for endpointslices",
        because=(
            Label(lacking.binding.component.span, f"binds it to ServiceAccount {lacking.account}"),
            *(
                Label(one.component.version_span or one.component.span, _reads(lacking.why))
                for one in lacking.kube_vips
            ),
        ),
        fix=Fix("add {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, get, watch]} to rules"),
    )


@rule(
    "VIP041",
    "single-stack-endpoints-reported",
    subject=KubeVip,
    severity=Severity.INFO,
    basis="kube-vip 6.2",
    references=("kube-vip/kube-vip#934",),
)
def single_stack_endpoints_reported(kube_vip: KubeVip, cluster: Cluster) -> Iterator[Draft]:
    """IPv6 endpoints were reported for IPv4 Services of this release

    What it finds:
        kube-vip v0.7.0 to v0.8.2 that serves a single-stack IPv4 Service in a cluster that is known to be dual-stack.

    Why it matters:
        This is a report from upstream, kube-vip/kube-vip#934: endpoints of the other family for such Services, seen
        with v0.8.2. The cause is not confirmed, and no release of kube-vip writes endpoints. A maintainer expects
        v0.8.3 to behave; upgrading is the remedy that is known.

    Bad (kube-vip v0.8.2, found in 0.7.0-0.8.2):
        env:
          vip_arp: "true"
          cp_enable: "true"
          svc_enable: "true"
          address: "10.0.0.10,fd00::10"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200}}
        spec: {type: LoadBalancer, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}

    Good (kube-vip v0.8.3):
        env:
          vip_arp: "true"
          cp_enable: "true"
          svc_enable: "true"
          address: "10.0.0.10,fd00::10"
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, annotations: {kube-vip.io/loadbalancerIPs: 10.0.0.200}}
        spec: {type: LoadBalancer, ipFamilies: [IPv4], selector: {app: web}, ports: [{port: 80}]}

    How to fix:
        Upgrade to v0.8.3 or newer, not to v0.8.4 where kube-vip has addresses of both families. `ipFamilyPolicy:
        SingleStack` is the default and changes nothing.

    Limits:
        Silent where nothing says that the cluster is dual-stack: the cluster's `expect` in the configuration, the
        service ranges of its kube-apiserver, and where neither is known, addresses of both families of this kube-vip or
        another dual-stack Service.
    """
    links = cluster.services_of(kube_vip)
    found = endpoints.reported_services(kube_vip, links)
    ranges = endpoints.ranges_near(kube_vip, cluster) if found.links else None
    evidence = endpoints.dual_stack_cluster(kube_vip, links, cluster.known, ranges) if found.links else None
    if evidence is not None:
        yield finding(
            kube_vip.component.version_span or kube_vip.component.span,
            f"kube-vip {kube_vip.version} serves {_services(found.links)}, IPv4 alone, in a dual-stack cluster "
            f"({evidence.why}): IPv6 endpoints were reported for such Services (kube-vip/kube-vip#934). It is a "
            "report, its cause is not confirmed; upgrading is the remedy",
            label="this release",
            because=(*(_label(link, "a single-stack IPv4 Service") for link in found.links), *evidence.places),
            fix=Fix("upgrade to kube-vip v0.8.3 or later (not v0.8.4 with addresses of both families)"),
        )
    found.settle()


def _instead(switch: UnreadSwitch) -> str:
    if switch.harmless:
        return f"remove {switch.variable}"
    if switch.reads == endpoints.ENDPOINTS:
        return f'remove {switch.variable}, or set {switch.reads}: "true" to keep Endpoints'
    if switch.reads and not switch.slices:
        return f'set {switch.reads}: "true" in its place'
    return f"remove {switch.variable}" + ("" if switch.reads else ": EndpointSlices need kube-vip v0.7.0 or later")


def _services(links: tuple[Link, ...]) -> str:
    first = links[0].service.component.name
    return f"Service {first}" if len(links) == 1 else f"Service {first} and {len(links) - 1} more"


def _label(link: Link, said: str) -> Label:
    return Label(link.service.component.span, f"{said} ({link.why})" if link.why else said)


def _reads(why: str) -> str:
    return f"this kube-vip reads EndpointSlices ({why})" if why else "this kube-vip reads EndpointSlices"
