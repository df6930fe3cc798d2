"""The built-in rules, one module per component or subject."""
