"""Which component belongs to which cluster, and to which other component.

Stronger evidence goes first: the configuration, then what stands together in one stream, then the nearest unique one
(`famlint.clusters.nearest`).
"""

from collections.abc import Callable, Iterable, Mapping
from posixpath import normpath
from typing import Generic, NamedTuple, TypeVar, cast

from famlint.clusters.nearest import Index, candidates, distinct, index, nearest, where, why
from famlint.components.adapter import Adapter
from famlint.components.kube_vip import KubeVip
from famlint.components.model import Component
from famlint.components.service import Service
from famlint.components.table import ADAPTER_OF
from famlint.network.versions import Version
from famlint.positions import Span
from famlint.resolve import Resolution
from famlint.resolve.tree import encloses
from famlint.unknown import Unknown

Subject = TypeVar("Subject")
Filter = Callable[[Component], bool] | None


class Link(NamedTuple):
    """A Service that a kube-vip may serve, and why the two are thought to belong together."""

    service: Service
    why: str


class Server(NamedTuple):
    """A kube-vip that may serve a Service, and why the two are thought to belong together."""

    kube_vip: KubeVip
    why: str


class Near(NamedTuple, Generic[Subject]):
    """What belongs to a component, and why. Of several replicas it is the first."""

    subject: Subject
    why: str


class Member(NamedTuple):
    """A component of a cluster, as rules see it."""

    component: Component
    subject: object


class Known(NamedTuple):
    """What is known of a cluster beside its components: from the configuration and the command line.

    `kubernetes` has the patch 0 where only a minor version is given (`minor`). `families`, `services` and `pods` are
    what the cluster is expected to have, primary first.
    """

    kubernetes: Version | None = None
    minor: bool = False
    versions: Mapping[str, Version] = {}
    families: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()


class Cluster(NamedTuple):
    """Components that belong together. `name` is empty where nothing names the cluster.

    `host` is the cluster that a virtual one runs in, where the configuration says so, `others` are files that hold
    pools of another load balancer. The rest serves the questions below; `made_of` fills it.
    """

    name: str
    members: tuple[Member, ...]
    links: tuple[tuple[KubeVip, tuple[Link, ...]], ...]
    known: Known
    host: "Cluster | None"
    by_type: Mapping[type, tuple[Member, ...]]
    servers: Mapping[Span, tuple[tuple[Server, Link], ...]]
    indexes: dict[tuple[tuple[type, ...], Filter], Index]
    by_component: Mapping[int, object]
    others: tuple[str, ...]
    subjects: Mapping[type, tuple[object, ...]]
    answers: dict[tuple[int, tuple[type, ...]], "tuple[tuple[Component, ...], str] | Unknown"]

    @property
    def kubernetes(self) -> Version | None:
        """The release of Kubernetes, from the configuration or the command line."""
        return self.known.kubernetes

    def of(self, kind: type[Subject]) -> tuple[Subject, ...]:
        """All subjects of a type."""
        # The table holds the subjects of exactly this type.
        return cast("tuple[Subject, ...]", self.subjects.get(kind, ()))

    def services_of(self, kube_vip: KubeVip) -> tuple[Link, ...]:
        """The LoadBalancer Services linked to a kube-vip workload; the ambiguous ones are left out."""
        exact = (links for subject, links in self.links if subject is kube_vip)
        same = (links for subject, links in self.links if subject.component.span == kube_vip.component.span)
        return next(exact, next(same, ()))

    def servers_of(self, service: Service) -> tuple[Server, ...]:
        """The kube-vip workloads that a Service is linked to; several only where they are replicas of one."""
        linked = self.servers.get(service.component.span, ())
        return tuple(server for server, link in linked if _same(link.service.component, service.component))

    def nearest(self, component: Component, *kinds: type[Subject], noun: str = "") -> Near[Subject] | None:
        """The subject that belongs to a component, of one type or of several that count as one: None without any.

        `noun` is how people call what is looked for, the component's kind by default. Raises Unknown where several are
        equally near.
        """
        key = id(component), kinds
        answer = self.answers.get(key)
        if answer is None:
            try:
                answer = nearest(component, self._index(kinds, noun), identity)
            except Unknown as unknown:
                answer = unknown
            # The answer of a component that nobody keeps would be another one's when its place is taken.
            if id(component) in self.by_component:
                self.answers[key] = answer
        if isinstance(answer, Unknown):
            raise answer
        found, said = answer
        subject = self.by_component[id(found[0])] if found else None
        return Near(subject, said) if isinstance(subject, kinds) else None

    def equally_near(
        self, component: Component, *kinds: type[Subject], noun: str = "", only: Filter = None
    ) -> tuple[Near[Subject], ...]:
        """As `nearest`, but all that are equally near, of replicas the first: for facts on which they may agree.

        `only`, a function of a module, says which ones count.
        """
        around = self._index(kinds, noun, only)
        found, place = candidates(component, around)
        kept = distinct(found, identity)
        several = f"the nearest {around.noun}, {len(kept)} that agree"
        said = why(component, around.noun, place) if len(kept) == 1 else several
        subjects = (self.by_component.get(id(one)) for one in kept)
        return tuple(Near(subject, said) for subject in subjects if isinstance(subject, kinds))

    def _index(self, kinds: tuple[type, ...], noun: str, only: Filter = None) -> Index:
        if (kinds, only) not in self.indexes:
            found = [member.component for kind in kinds for member in self.by_type.get(kind, ())]
            called = noun or (found[0].kind if found else "")
            others = self.others if any(ADAPTER_OF[one.kind].balances for one in found[:1]) else ()
            self.indexes[kinds, only] = index(called, (one for one in found if only is None or only(one)), others)
        return self.indexes[kinds, only]


class Named(NamedTuple):
    """A cluster as the configuration names it: what belongs to it, what is known of it, the name of its host."""

    paths: tuple[str, ...] = ()
    known: Known = Known()
    host: str = ""


def made_of(
    name: str,
    members: Iterable[Member] = (),
    links: tuple[tuple[KubeVip, tuple[Link, ...]], ...] = (),
    known: Known | None = None,
    host: Cluster | None = None,
    others: tuple[str, ...] = (),
) -> Cluster:
    """A cluster of members."""
    members = tuple(members)
    by_type: dict[type, tuple[Member, ...]] = {}
    for kind in {type(member.subject) for member in members}:
        by_type[kind] = tuple(member for member in members if type(member.subject) is kind)
    servers: dict[Span, list[tuple[Server, Link]]] = {}
    for kube_vip, linked in links:
        for link in linked:
            servers.setdefault(link.service.component.span, []).append((Server(kube_vip, link.why), link))
    by_place = {span: tuple(found) for span, found in servers.items()}
    subjects = {kind: tuple(member.subject for member in found) for kind, found in by_type.items()}
    by_component = {id(member.component): member.subject for member in members}
    known = known or Known()
    return Cluster(name, members, links, known, host, by_type, by_place, {}, by_component, others, subjects, {})


NOWHERE = made_of("")
"""The cluster of things that belong to none."""


class Grouping(NamedTuple):
    """The clusters of a run, and the relations that stay open, in words."""

    clusters: tuple[Cluster, ...]
    notes: tuple[str, ...]


def identity(component: Component) -> str:
    """What makes two components replicas of one; empty where each is its own."""
    adapter = ADAPTER_OF[component.kind]
    return adapter.identity(component) if adapter.identity else ""


def group(resolution: Resolution, named: Mapping[str, Named], known: Known | None = None) -> Grouping:
    """Sort components into clusters and link Services to the kube-vip that serves them.

    Args:
        resolution: the components of the run.
        named: the configuration's clusters. Releases given there go over those of the input.
        known: what holds for the cluster that nobody names.
    """
    members: dict[str, list[Member]] = {name: [] for name in named}
    for component in resolution.components:
        name = _named(component, named)
        own = named[name].known if name else known or Known()
        member = _member(component, ADAPTER_OF[component.kind], own)
        if member is not None:
            members.setdefault(name, []).append(member)
    notes: dict[str, None] = {}
    made: dict[str, Cluster] = {}
    for name in sorted(members):
        own = named[name].known if name else known or Known()
        others = () if name else resolution.others
        links = _links(members[name], others, notes)
        made[name] = made_of(name, members[name], links, own, others=others)
    clusters = tuple(_with_host(cluster, made, named) for cluster in made.values())
    return Grouping(tuple(cluster for cluster in clusters if cluster.members), tuple(notes))


def _with_host(cluster: Cluster, made: Mapping[str, Cluster], named: Mapping[str, Named]) -> Cluster:
    host = named[cluster.name].host if cluster.name else ""
    return cluster._replace(host=made.get(host)) if host else cluster


def _member(component: Component, adapter: Adapter, known: Known) -> Member | None:
    """A component as its rules see it, of the release that is given for it."""
    if adapter.subject is None:
        return None
    release = known.versions.get(adapter.release_name) if adapter.release_name else None
    if adapter.minor_decides and release is None:
        release = known.kubernetes
    if release is not None:
        component = component._replace(known_version=release, version_span=None)
    return Member(component, adapter.subject(component))


def _named(component: Component, named: Mapping[str, Named]) -> str:
    """The configured cluster whose path encloses a component most closely; empty without one."""
    best, found = -1, ""
    for name, cluster in named.items():
        for directory in cluster.paths:
            place = normpath(directory.removesuffix("**").rstrip("/") or ".")
            place = "" if place == "." else place
            inside = encloses(place, component.place.home) or encloses(place, component.span.path)
            if len(place) > best and inside:
                best, found = len(place), name
    return found


def _links(
    members: Iterable[Member], others: Iterable[str], notes: dict[str, None]
) -> tuple[tuple[KubeVip, tuple[Link, ...]], ...]:
    """Each kube-vip with the Services that it may serve. What stays open is added to `notes`."""
    members = tuple(members)
    kube_vips = [member.subject for member in members if isinstance(member.subject, KubeVip)]
    serving = [kube_vip.component for kube_vip in kube_vips if kube_vip.may_serve]
    around = index("kube-vip", serving, others if serving else ())
    links: dict[int, list[Link]] = {}
    for service in (member.subject for member in members if isinstance(member.subject, Service)):
        if service.addressed_to_others:
            continue
        try:
            found, said = nearest(service.component, around, identity)
        except Unknown as unknown:
            notes.setdefault(f"{where(service.component)}: {unknown.reason}")
            continue
        for component in found:
            mine = links.setdefault(id(component), [])
            # A Service that goes two ways and stays the same is one Service.
            if not mine or not _same(mine[-1].service.component, service.component):
                mine.append(Link(service, said))
    return tuple((kube_vip, tuple(links.get(id(kube_vip.component), ()))) for kube_vip in kube_vips)


def _same(one: Component, other: Component) -> bool:
    return one.span == other.span and one.values == other.values
