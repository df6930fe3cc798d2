"""JSON Schemas of famlint's configuration and of the structured inputs that it reads."""

from collections.abc import Mapping


def load(name: str) -> Mapping[str, object]:
    """A schema by its name (`famlint`). Raises FileNotFoundError for one that does not exist."""
    import json
    from pathlib import Path

    schema: Mapping[str, object] = json.loads((Path(__file__).parent / f"{name}.schema.json").read_text("utf-8"))
    return schema
