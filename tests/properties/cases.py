"""Random clusters and random ways to write them."""

from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from tests.properties.oracle import MODES, Case, Service
from tests.properties.tables import CIDR_VALUES, RELEASES, SUBNET_VALUES, number
from tests.properties.writer import FORMS, service, with_image_override

_V4 = ("10.0.0.10", "192.0.2.77", "172.16.5.9")
_V6 = ("fd00::10", "2001:db8:1::7", "fd00:0:0:5::abcd:9")
_KUSTOMIZE = "kustomize"
_NAMES = ("apps", "infra", "prod", "kube-system", "web", "a b", "ü")
_NOISE = {
    "noise/README.yaml": "# nothing but a comment\n",
    "noise/deploy.yml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec:\n  template:\n"
    "    spec: {containers: [{name: web, image: nginx:1.29, env: [{name: vip_cidr, value: '128'}]}]}\n",
    "noise/clusterip.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: inner}\nspec: {clusterIP: 10.0.0.1}\n",
    "noise/broken.yaml": "key: [unclosed\n",
}


class Written(NamedTuple):
    """A case and its files, with marks."""

    case: Case
    form: str
    files: dict[str, str]


def _addresses(most: int) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from((*_V4, *_V6)), min_size=1, max_size=most, unique=True).map(tuple)


@composite
def services(draw: DrawFn) -> Service:
    """One Service with an address, or with one of each family."""
    annotated = draw(st.booleans())
    if not annotated:
        return Service((draw(st.sampled_from((*_V4, *_V6))),), annotated=False)
    both = draw(st.booleans())
    first, second = draw(st.permutations((draw(st.sampled_from(_V4)), draw(st.sampled_from(_V6)))))
    return Service((first, second) if both else (first,), annotated=True)


@composite
def cases(draw: DrawFn) -> Case:
    """A kube-vip that can start as far as its switches go: one mode, something to do, an address where it needs one."""
    cp, svc = draw(st.sampled_from(((True, False), (False, True), (True, True))))
    address = draw(st.one_of(st.just(()), _addresses(3)))
    vip_address = draw(st.one_of(st.just(()), _addresses(2)))
    if cp and not address and not vip_address:
        address = draw(_addresses(3))
    release = draw(st.sampled_from(RELEASES))
    # The variable that the release reads is drawn more often than the other one.
    new = number(release) >= (0, 9, 0)
    maybe = st.sampled_from(("", "", "", "32", "24", "128"))
    cidr, subnet = st.sampled_from(("", *CIDR_VALUES)), st.sampled_from(("", *SUBNET_VALUES))
    return Case(
        release,
        draw(st.sampled_from(MODES)),
        cp,
        svc,
        draw(st.booleans()) and svc,
        address,
        vip_address,
        draw(maybe if new else cidr),
        draw(subnet if new else st.one_of(st.just(""), subnet)),
        tuple(draw(st.lists(services(), max_size=3))),
    )


@composite
def written(draw: DrawFn) -> Written:
    """A case in a random form, over random files and directories."""
    case = draw(cases())
    form = draw(st.sampled_from([form for form in (*FORMS, _KUSTOMIZE) if _fits(case, form)]))
    directory = "".join(f"{name}/" for name in draw(st.lists(st.sampled_from(_NAMES), max_size=2)))
    if form == _KUSTOMIZE:
        files = with_image_override(case, directory)
    else:
        suffix = "json" if form == "json" else draw(st.sampled_from(("yaml", "yml")))
        files = {f"{directory}kube-vip.{suffix}": FORMS[form](case)}
    main = next(iter(files))
    for index, given in enumerate(case.services):
        place = draw(st.sampled_from(("same", "beside", "elsewhere")))
        text = service(index, given)
        if place == "same" and form not in (_KUSTOMIZE, "json", "crlf"):
            files[main] = f"{files[main]}---\n{text}"
        else:
            home = directory if place == "beside" else f"{draw(st.sampled_from(_NAMES))}/services/"
            files[f"{home}web-{index}.yaml"] = text
    noise = {path: _NOISE[path] for path in draw(st.lists(st.sampled_from(sorted(_NOISE)), unique=True))}
    names = draw(st.permutations(sorted({**noise, **files})))
    return Written(case, form, {name: {**noise, **files}[name] for name in names})


def _fits(case: Case, form: str) -> bool:
    """Whether a form can say this case: a flag that a release does not know ends it."""
    if "flags" not in form:
        return True
    release = number(case.release)
    return not (case.vip_cidr and release >= (0, 9, 0)) and not (case.vip_subnet and release < (0, 5, 6))
