"""Which component belongs to which: nearest unique, as the design describes it.

A Service belongs to a kube-vip if that is the only one in the smallest directory that encloses the Service and
holds any. Families and ranges are never compared in order to group.
"""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import normpath
from typing import NamedTuple

from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component
from famlint.components.service import Service
from famlint.network.versions import Version
from famlint.resolve import Resolution
from famlint.resolve.tree import Way, encloses, parent
from famlint.resolve.workloads import Resolved
from famlint.unknown import Unknown

_OWN_SCOPE = ("test", "e2e", "example", "fixture", "testdata", "hack", "vendor", "ci")
_CLUSTERS = frozenset(("clusters", "environments", "envs", "stages", "sites", "overlays"))
_STARTS = ("test", "example", "fixture")


class Link(NamedTuple):
    """A Service that a kube-vip may serve, and why the two are thought to belong together."""

    service: Service
    why: str


class Cluster(NamedTuple):
    """Components that belong together. `name` is empty where nothing names the cluster."""

    name: str
    kube_vips: tuple[KubeVip, ...]
    services: tuple[Service, ...]
    links: tuple[tuple[KubeVip, tuple[Link, ...]], ...]

    def services_of(self, kube_vip: KubeVip) -> tuple[Link, ...]:
        """The LoadBalancer Services linked to a kube-vip workload; the ambiguous ones are left out."""
        exact = (links for subject, links in self.links if subject is kube_vip)
        same = (links for subject, links in self.links if subject.component.span == kube_vip.component.span)
        return next(exact, next(same, ()))


class Named(NamedTuple):
    """A cluster as the configuration names it: what belongs to it, and the releases of its components."""

    paths: tuple[str, ...] = ()
    versions: Mapping[str, Version] = {}


NOWHERE = Cluster("", (), (), ())
"""The cluster of things that belong to none."""


class Grouping(NamedTuple):
    """The clusters of a run, and the relations that stay open, in words."""

    clusters: tuple[Cluster, ...]
    notes: tuple[str, ...]


class _Instance(NamedTuple):
    subject: KubeVip
    way: Way
    cluster: str


class _Near(NamedTuple):
    """The kube-vip of a cluster by file and by (scope, directory), and where pools of other load balancers are."""

    files: dict[str, list[_Instance]]
    below: dict[tuple[str, str], list[_Instance]]
    others: set[tuple[str, str]]


_NOTHING = _Near({}, {}, set())


def group(resolution: Resolution, named: Mapping[str, Named]) -> Grouping:
    """Sort components into clusters and link Services to the kube-vip that serves them.

    Args:
        resolution: the components of the run.
        named: the configuration's clusters. Releases given there go over those of the input.
    """
    instances = [_instance(resolved, named) for resolved in resolution.kube_vips]
    near = _surroundings(instances, resolution.others)
    links: dict[int, list[Link]] = {}
    notes: dict[str, None] = {}
    members: dict[str, tuple[list[KubeVip], list[Service]]] = {}
    for instance in instances:
        members.setdefault(instance.cluster, ([], []))[0].append(instance.subject)
    for resolved in resolution.services:
        service = Service(resolved.component)
        name = _named(resolved.way.home, resolved.component.span.path, named)
        members.setdefault(name, ([], []))[1].append(service)
        if service.addressed_to_others:
            continue
        found = _nearest(resolved, near.get(name, _NOTHING), strong=bool(name))
        if isinstance(found, Unknown):
            notes.setdefault(f"{_where(resolved.component)}: {found.reason}")
        for instance, why in found if isinstance(found, list) else ():
            mine = links.setdefault(id(instance.subject), [])
            # A Service that goes two ways and stays the same is one Service.
            if (
                not mine
                or mine[-1].service.component.span != service.component.span
                or (mine[-1].service.component.values != service.component.values)
            ):
                mine.append(Link(service, why))
    clusters = tuple(
        Cluster(
            name,
            tuple(kube_vips),
            tuple(services),
            tuple((kube_vip, tuple(links.get(id(kube_vip), ()))) for kube_vip in kube_vips),
        )
        for name, (kube_vips, services) in sorted(members.items())
    )
    return Grouping(clusters, tuple(notes))


def _instance(resolved: Resolved, named: Mapping[str, Named]) -> _Instance:
    component = resolved.component
    cluster = _named(resolved.way.home, component.span.path, named)
    release = named[cluster].versions.get(component.kind) if cluster else None
    if release is not None:
        component = component._replace(known_version=release)
    return _Instance(KubeVip(component), resolved.way, cluster)


def _named(home: str, path: str, named: Mapping[str, Named]) -> str:
    """The configured cluster whose path encloses a component most closely; empty without one."""
    best, found = -1, ""
    for name, cluster in named.items():
        for directory in cluster.paths:
            place = normpath(directory.removesuffix("**").rstrip("/") or ".")
            place = "" if place == "." else place
            if len(place) > best and (encloses(place, home) or encloses(place, path)):
                best, found = len(place), name
    return found


def _may_serve(kube_vip: KubeVip) -> bool:
    """Whether Services could be its business: `svc_enable` is on or unknown."""
    try:
        return kube_vip.on("svc_enable")
    except Unknown:
        return True


def _surroundings(instances: Iterable[_Instance], others: Iterable[str]) -> dict[str, _Near]:
    """By cluster, what lies below each directory, so that no pair of components is compared."""
    found: dict[str, _Near] = {}
    for instance in instances:
        if _may_serve(instance.subject):
            near = found.setdefault(instance.cluster, _Near({}, {}, set()))
            near.files.setdefault(instance.subject.component.span.path, []).append(instance)
            home = instance.way.home
            for directory in _upwards(home):
                near.below.setdefault((_scope(home), directory), []).append(instance)
    pools = {(_scope(other), directory) for other in others for directory in _upwards(other)}
    return {cluster: near._replace(others=pools) for cluster, near in found.items()}


def _upwards(directory: str) -> Iterator[str]:
    """A directory and all above it, the root last."""
    while directory:
        yield directory
        directory = parent(directory)
    yield ""


def _nearest(resolved: Resolved, near: _Near, *, strong: bool) -> list[tuple[_Instance, str]] | Unknown:
    """The kube-vip that a Service belongs to; several where they are replicas of one."""
    path, scope = resolved.component.span.path, _scope(resolved.way.home)
    stream = [one for one in near.files.get(path, ()) if _may_belong(resolved, one)]
    if stream:
        return _one(stream, f"both stand in {path}")
    for directory in _upwards(resolved.way.home):
        if (scope, directory) in near.others and not strong:
            return Unknown("kube-vip", f"{directory or 'the tree'} also holds pools of another load balancer")
        inside = [one for one in near.below.get((scope, directory), ()) if _may_belong(resolved, one)]
        if inside:
            return _one(inside, f"the only kube-vip in {directory}/" if directory else "the only kube-vip in the tree")
    return []


def _may_belong(resolved: Resolved, instance: _Instance) -> bool:
    """Whether nothing says that a Service and a kube-vip are of two clusters.

    It says so where what applies them names two destinations, where they or what applies them lie in two
    directories below one called clusters, and where a template has one or the other.
    """
    mine, theirs = resolved.way, instance.way
    if mine.destination != theirs.destination and mine.destination and theirs.destination:
        return False
    for one, other in ((mine.home, theirs.home), (mine.applied_from, theirs.applied_from)):
        places = _place_among_clusters(one), _place_among_clusters(other)
        if all(places) and places[0] != places[1]:
            return False
    here, there = resolved.component, instance.subject.component
    same_file = here.span.path == there.span.path
    return not (same_file and here.branch and there.branch and here.branch != there.branch)


def _place_among_clusters(home: str) -> str:
    """The directory of one cluster among several, as `clusters/prod`; empty where the names do not tell."""
    parts = home.split("/")
    return next(
        ("/".join(parts[: end + 1]) for end, part in enumerate(parts) if end and parts[end - 1].lower() in _CLUSTERS),
        "",
    )


def _one(found: list[_Instance], why: str) -> list[tuple[_Instance, str]] | Unknown:
    first, where = _identity(found[0]), (found[0].subject.component.span, found[0].way.home)
    if all(_identity(one) == first or (one.subject.component.span, one.way.home) == where for one in found[1:]):
        return [(one, why) for one in found]
    names = ", ".join(sorted(_where(one.subject.component) for one in found[:3]))
    return Unknown("kube-vip", f"{len(found)} kube-vip are equally near ({names})")


def _where(component: Component) -> str:
    return f"{component.title} ({component.span.path})"


def _identity(instance: _Instance) -> tuple[str, ...]:
    """What makes two workloads replicas of one: the same control-plane address. Without one each is its own."""
    for variable in ("address", "vip_address"):
        try:
            value = instance.subject.get(variable)
        except Unknown:
            value = None
        if value is not None:
            return (variable, value.text)
    return (str(id(instance.subject)),)


def _scope(home: str) -> str:
    """The nearest directory above that is a scope of its own (tests, examples), empty for the tree itself."""
    parts = home.split("/") if home else []
    for end in range(len(parts), 0, -1):
        word = parts[end - 1].lower()
        if word in _OWN_SCOPE or word.rstrip("s") in _OWN_SCOPE or word.startswith(_STARTS):
            return "/".join(parts[:end])
    return ""
