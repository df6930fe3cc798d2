"""`.famlint.yaml`: found, validated, read."""

import re
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from famlint.config import Config, ConfigError, find_config, load_config
from famlint.documents.tree import Scalar
from famlint.findings import Severity
from famlint.network.versions import Version
from famlint.shapes import violations
from famlint_schemas import load as load_schema

WHOLE = """\
include: [clusters/, "**/values*.yaml"]
exclude: [vendor/, "!vendor/keep.yaml"]
select: [VIP, SVC001]
ignore: [VIP012]
severity: {VIP004: info}
plugins: [house_rules]
clusters:
  prod:
    paths: [clusters/prod, ./infra, "apps/prod/**"]
    kubernetes: "1.33"
    versions: {kube-vip: v0.8.9}
    expect: {families: [IPv6, IPv4], services: [fd00::/108], pods: []}
  tenant:
    host: prod
suppress:
  - rule: VIP012
    path: charts/**
    kind: DaemonSet
    namespace: kube-system
    name: kube-vip
    reason: upstream's chart
    until: 2027-01-31
  - {rule: SVC, reason: known}
"""


def load(directory: Path, text: str | bytes) -> Config:
    path = directory / ".famlint.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(path, ".famlint.yaml")


def fault(directory: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        load(directory, text)
    return str(caught.value)


def test_everything(tmp_path: Path) -> None:
    config = load(tmp_path, WHOLE)
    assert config.include == ("clusters/", "**/values*.yaml")
    assert config.exclude == ("vendor/", "!vendor/keep.yaml")
    assert (config.select, config.ignore, config.plugins) == (("VIP", "SVC001"), ("VIP012",), ("house_rules",))
    assert config.severity == {"VIP004": Severity.INFO}
    assert list(config.clusters) == ["prod", "tenant"]
    assert config.clusters["prod"].paths == ("clusters/prod", "./infra", "apps/prod/**")
    assert config.clusters["prod"].kubernetes == "1.33"
    assert config.clusters["prod"].versions == {"kube-vip": Version(0, 8, 9)}
    assert config.clusters["tenant"].host == "prod"
    entry, short = config.suppress
    assert entry[:7] == (
        "VIP012",
        "charts/**",
        "DaemonSet",
        "kube-system",
        "kube-vip",
        "upstream's chart",
        date(2027, 1, 31),
    )
    assert WHOLE[entry.span.start :].startswith("rule: VIP012")
    assert entry.span.path == ".famlint.yaml"
    assert (short.rule, short.path, short.until) == ("SVC", "", None)


def test_the_rules_that_it_names_and_where(tmp_path: Path) -> None:
    assert [(one.rule, one.place) for one in load(tmp_path, WHOLE).rules] == [
        ("VIP", ".famlint.yaml:3:10"),
        ("SVC001", ".famlint.yaml:3:15"),
        ("VIP012", ".famlint.yaml:4:10"),
        ("VIP004", ".famlint.yaml:5:12"),
        ("VIP012", ".famlint.yaml:16:11"),
        ("SVC", ".famlint.yaml:23:12"),
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", b"\xff\xfe" + "exclude: []".encode("utf-16-le")])
def test_nothing(tmp_path: Path, text: str | bytes) -> None:
    assert load(tmp_path, text)._replace(text="", path="") == Config()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: b\n\ningore: []\n",
            '1:1: unknown key "a"\n.famlint.yaml:3:1: unknown key "ingore": did you mean "ignore"?',
        ),
        ("- a\n", "1:1: a mapping of keys to values is expected"),
        ("select: VIP\n", "1:9: select: a list is expected"),
        ("select: [VIP, 1]\n", '1:15: select[1]: a text is expected (write it in quotes: "…")'),
        ("select: [VIP]\nselect: [SVC]\n", '2:1: the key "select" stands here a second time'),
        ("exclude: [a, '']\n", '1:14: exclude[1]: "" is no glob: it is empty'),
        ("exclude: [../a]\n", '1:11: exclude[0]: "../a" is no glob: it leads out of its directory with ..'),
        ("include: ['*a*a*a*']\n", '1:11: include[0]: "*a*a*a*" is no glob: more than 3 stars between two slashes'),
        ("severity: {001: info}\n", '1:12: severity: "001" is no code like VIP001, nor the start of one'),
        (
            "severity: {VIP001: wanring}\n",
            '1:20: severity.VIP001: "wanring" is none of error, warning, info: did you mean "warning"?',
        ),
        (
            "clusters: {a: {kubernetes: 1.30}}\n",
            '1:28: clusters.a.kubernetes: a text is expected (write it in quotes: "…")',
        ),
        (
            "clusters: {a: {kubernetes: latest}}\n",
            '1:28: clusters.a.kubernetes: "latest" is no version of Kubernetes like 1.33',
        ),
        (
            "clusters: {a: {versions: {kube-vip: v0.8}}}\n",
            '1:37: clusters.a.versions.kube-vip: "v0.8" is no release like v0.8.9',
        ),
        (
            "clusters: {a: {versions: {rke2: v1.31.4-rc2+rke2r1}}}\n",
            '1:33: clusters.a.versions.rke2: "v1.31.4-rc2+rke2r1" is no final release, '
            "and what holds for one may not hold for it",
        ),
        (
            "clusters: {a: {paths: ['c/*/a']}}\n",
            '1:24: clusters.a.paths[0]: "c/*/a" is no file or directory but a glob',
        ),
        (
            "clusters: {prod: {}, a: {host: prot}}\n",
            '1:32: clusters.a.host: "prot" is no other cluster: did you mean "prod"?',
        ),
        ("clusters: {a: {host: a}}\n", '1:22: clusters.a.host: "a" is no other cluster'),
        (
            "clusters: {a: {expect: {families: [IPv4, IPv4]}}}\n",
            "1:42: clusters.a.expect.families: it stands in the list twice",
        ),
        (
            "clusters: {a: {expect: {families: []}}}\n",
            "1:35: clusters.a.expect.families: the list is too short: it has at least 1",
        ),
        ("suppress: [{rule: VIP001}]\n", '1:12: suppress[0]: the key "reason" is missing'),
        (
            "suppress:\n- rule: VIP001\n  reason: a\n  until: 2027-02-30\n",
            '4:10: suppress[0].until: "2027-02-30" is no day like 2027-01-31',
        ),
        (
            "suppress: [{rule: VIP001, reason: a, until: 2027-W01-1}]\n",
            '1:45: suppress[0].until: "2027-W01-1" is no day like 2027-01-31',
        ),
        ("ü: {}\r\n\r\nb: {}\r\n", '1:1: unknown key "ü"\n.famlint.yaml:3:1: unknown key "b"'),
    ],
)
def test_faults_and_their_places(tmp_path: Path, text: str, message: str) -> None:
    assert fault(tmp_path, text) == f".famlint.yaml:{message}"


@pytest.mark.parametrize(
    ("text", "place"), [("a: [\n", "2:1"), ("a: b\r\n- c\r\n", "2:1"), ("a: b\n---\nc: d\n", "3:1")]
)
def test_what_is_no_yaml(tmp_path: Path, text: str, place: str) -> None:
    assert fault(tmp_path, text).startswith(f".famlint.yaml:{place}: the configuration is no YAML: ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff", ".famlint.yaml: the configuration is not UTF-8: the byte 0xff at offset 0 (line 1) does not fit"),
        (
            b"a: \0",
            ".famlint.yaml: the configuration is a binary file, not a text: there is a zero character on line 1",
        ),
        (b"[" * 300 + b"]" * 300, ".famlint.yaml: the configuration is nested deeper than 200 levels"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, data: bytes, message: str) -> None:
    assert fault(tmp_path, data) == message


def test_aliases_that_blow_up_end_in_a_fault(tmp_path: Path) -> None:
    text = f"plugins: [&a {'x' * 100_000}{', *a' * 5000}]\n"
    assert fault(tmp_path, text) == ".famlint.yaml:1:1: over 50,000,000 characters once its aliases are followed"


def test_the_nearest_configuration_up_to_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "root/a/b").mkdir(parents=True)
    (tmp_path / ".famlint.yaml").touch()
    root = tmp_path / "root"
    assert find_config(root / "a/b", root) is None
    (root / ".famlint.yaml").touch()
    assert find_config(root / "a/b", root) == root / ".famlint.yaml"
    (root / "a/.famlint.yaml").touch()
    assert find_config(root / "a/b", root) == root / "a/.famlint.yaml"
    monkeypatch.chdir(root / "a/b")
    assert find_config(Path("../../a/../a/b"), root) == root / "a/.famlint.yaml"
    (root / "a/.famlint.yaml").unlink()
    (root / "a/.famlint.yaml").mkdir()
    assert find_config(Path(), root) == root / ".famlint.yaml"


def test_a_link_to_the_start_does_not_hide_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "root/a").mkdir(parents=True)
    (tmp_path / "root/.famlint.yaml").touch()
    (tmp_path / "link").symlink_to("root/a")
    assert find_config(tmp_path / "link", tmp_path / "root") == tmp_path / "root/.famlint.yaml"


def test_a_configuration_outside_of_the_root_is_only_looked_for_where_the_start_is(tmp_path: Path) -> None:
    for directory in "root", "other/a":
        (tmp_path / directory).mkdir(parents=True)
    (tmp_path / "other/.famlint.yaml").touch()
    assert find_config(tmp_path / "other/a", tmp_path / "root") is None
    assert find_config(tmp_path / "other", tmp_path / "root") == tmp_path / "other/.famlint.yaml"


def test_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "root/a").mkdir(parents=True)
    (tmp_path / "secret").write_text("password: 1\n")
    (tmp_path / "root/a/.famlint.yaml").symlink_to("../../secret")
    with pytest.raises(ConfigError, match=r"^a/\.famlint\.yaml: the configuration is a link out of the repository$"):
        load_config(tmp_path / "root/a/.famlint.yaml", "a/.famlint.yaml")
    (tmp_path / "root/common.yaml").write_text("select: [VIP]\n")
    (tmp_path / "root/a/.famlint.yaml").unlink()
    (tmp_path / "root/a/.famlint.yaml").symlink_to("../common.yaml")
    assert load_config(tmp_path / "root/a/.famlint.yaml", "a/.famlint.yaml").select == ("VIP",)


def test_the_schema_is_one_and_its_formats_are_known() -> None:
    schema = load_schema("famlint")
    Draft202012Validator.check_schema(schema)
    formats = set(re.findall(r"'format': '([^']*)'", repr(schema)))
    assert formats == {"cidr", "day", "glob", "kubernetes-version", "place-in-tree", "release", "rule-code"}
    for name in formats:
        found = violations({"format": name}, Scalar("no such thing!*", 0, 1))
        assert not found if name == "glob" else len(found) == 1
    with pytest.raises(FileNotFoundError):
        load_schema("other")
