"""JSON Schemas of famlint's configuration and of the structured inputs that it reads."""

from collections.abc import Mapping


def load(name: str) -> Mapping[str, object]:
    """A schema by its name (`famlint`). Raises FileNotFoundError for one that does not exist."""
    import json
    from importlib.resources import files

    text = files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: Mapping[str, object] = json.loads(text)
    return schema
