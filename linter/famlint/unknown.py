"""What famlint does not know, as a value that travels and an exception that ends a conclusion."""


class Unknown(Exception):  # noqa: N818 - the word of the field; it is an answer, not an error
    """A fact that the input does not settle.

    Raised when a check reads the fact, caught by the engine, recorded for `famlint coverage`. Unknown is
    not wrong: nothing is ever reported on the strength of it.

    Args:
        fact: what was asked for, in the words of the field (`vip_cidr`, `kube-vip version`).
        reason: why the input does not settle it (`a placeholder: ${VIP_CIDR}`).
    """

    def __init__(self, fact: str, reason: str) -> None:
        super().__init__(f"{fact}: {reason}")
        self.fact = fact
        self.reason = reason
