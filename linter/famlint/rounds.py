"""Reads all files of a run: a first round for what matters by itself, a second one for what the first one wanted."""

from collections.abc import Callable, Mapping

from famlint.documents.carriers import is_kustomization_file
from famlint.documents.document import Role
from famlint.documents.limits import Limits
from famlint.documents.rancher_carriers import config_layer
from famlint.file_result import FileResult, Relevance, read_file, relevance
from famlint.resolve.tree import named_roles

Progress = Callable[[int, int], None]


def read_all(
    texts: Mapping[str, str], limits: Limits, progress: Progress | None = None
) -> tuple[dict[str, FileResult], Relevance]:
    """Every file's result by path, and what was looked for in the end.

    Some files count by their name, even where they hold no word that famlint looks for. The second round is the last:
    what it wants in its turn stays unknown.

    Args:
        texts: the decoded texts by path.
        limits: what ends in a fault on a file.
        progress: is told how many files of how many are read.
    """
    relevant = relevance()
    results = {}
    for number, (name, text) in enumerate(texts.items()):
        results[name] = read_file(name, text, relevant, limits, whole_file=_counts_whole(name))
        if progress:
            progress(number + 1, len(texts))
    wants = frozenset(want for result in results.values() for want in result.wants())
    if wants:
        relevant = relevance(wants)
    roles = named_roles(results)
    for name, text in texts.items():
        if name in roles or relevant.names(text):
            whole_file, role = name in roles or _counts_whole(name), roles.get(name, Role.MANIFEST)
            results[name] = read_file(name, text, relevant, limits, whole_file=whole_file, role=role)
    return results, relevant


def _counts_whole(path: str) -> bool:
    """Whether a file is Kustomize's own, or configuration of RKE2 or k3s at its path on a machine."""
    return is_kustomization_file(path) or config_layer(path) is not None
