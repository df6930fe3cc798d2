"""`python -m famlint`."""

from famlint.cli import main

if __name__ == "__main__":
    main()
