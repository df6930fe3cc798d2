"""What the facts demand of famlint for one made-up cluster: where an error must lie, and when there must be none."""

from typing import NamedTuple

from tests.properties.tables import (
    APPENDED,
    ARP_LIST,
    BGP_ELEMENT,
    BGP_TEXT,
    BROKEN,
    OPEN,
    SUBNET_LIST,
    Cell,
    derived,
    derived_row,
    number,
)

ARP, BGP, TABLE = "vip_arp", "bgp_enable", "vip_routingtable"
MODES = (ARP, BGP, TABLE)


class Service(NamedTuple):
    """A Service with its addresses, in the annotation or in `loadBalancerIP`."""

    addresses: tuple[str, ...]
    annotated: bool


class Case(NamedTuple):
    """A kube-vip and the Services beside it."""

    release: str
    mode: str
    cp: bool
    svc: bool
    election: bool
    address: tuple[str, ...]
    vip_address: tuple[str, ...]
    vip_cidr: str
    vip_subnet: str
    services: tuple[Service, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The release, to compare."""
        return number(self.release)


class Fault(NamedTuple):
    """Something that an error must say: at one of these variables ("" is anywhere), and why."""

    variables: tuple[str, ...]
    reason: str


class Demand(NamedTuple):
    """The errors that must be found, and whether all else must be silent."""

    errors: tuple[Fault, ...]
    complete: bool


class Vip(NamedTuple):
    """A VIP whose family is known, or a Service that nothing is known of (both families are asked)."""

    control_plane: bool
    v6: bool


def demand(case: Case) -> Demand:
    """What the tables and section 5 demand for a case."""
    found: list[Fault] = []
    complete = True
    vips, blind, unread = _vips(case, found)
    verdicts = [
        (vip, {variable: _verdict(case, variable, cell, vip) for variable, cell in _cells(case, vip)}) for vip in vips
    ]
    also: tuple[str, ...] = ()
    if blind:
        judged = {variable: _blind_verdict(case, variable) for variable in ("vip_cidr", "vip_subnet")}
        if unread and judged["vip_subnet"]:
            # 5.1 asks for a VIP that is an IP, and these Services have none that is read. An error may still say so.
            judged["vip_subnet"], also = OPEN, ("vip_subnet",)
        verdicts.append((Vip(False, False), judged))
    for vip, by_variable in verdicts:
        complete = complete and OPEN not in by_variable.values()
        # A VIP may fail for two settings at once. It is one VIP that does not work: one error is enough.
        wrong = {_place(case, name): verdict for name, verdict in by_variable.items() if verdict not in ("", OPEN)}
        if wrong:
            found.append(Fault((*wrong, *also), f"{vip}: {wrong}"))
    if reversed_pair := _reversed(case):
        found.append(Fault((reversed_pair,), "a reversed pair (5.1)"))
    return Demand(tuple(dict.fromkeys(found)), complete)


def _vips(case: Case, found: list[Fault]) -> tuple[list[Vip], bool, bool]:
    """The VIPs of known family; whether no Service's family is known; whether a Service has what is not read.

    The lists of 5.2 go to `found`.
    """
    vips = []
    lists = case.numbers >= (0, 7, 0)
    if case.cp:
        items, variable = (case.address, "address") if case.address else (case.vip_address, "vip_address")
        if len(items) > 1 and not lists:
            found.append(Fault((variable,), "a list up to 0.6.4 (5.2)"))
        else:
            vips += [Vip(True, ":" in item) for item in items]
            if case.release == "0.8.4" and case.mode == ARP and len({":" in item for item in items}) > 1:
                found.append(Fault((variable,), "both families in 0.8.4 (5.2)"))
    unread = False
    for service in case.services if case.svc else ():
        if (service.annotated and case.numbers < (0, 5, 12)) or (len(service.addresses) > 1 and not lists):
            unread = True
            continue
        vips += [Vip(False, ":" in item) for item in service.addresses]
    seen = any(not vip.control_plane for vip in vips)
    return list(dict.fromkeys(vips)), case.svc and not seen, unread


def _cells(case: Case, vip: Vip) -> list[tuple[str, Cell]]:
    """2.1: which variables decide about a VIP, and what its tables say."""
    release = case.numbers
    if release >= (0, 9, 0):
        return [("vip_subnet", _listed(case, "vip_subnet", vip))]
    cells: list[tuple[str, Cell]] = []
    if release >= (0, 5, 6):
        appended = APPENDED.get(case.vip_subnet, (OPEN, OPEN))[vip.v6]
        if case.mode != TABLE and not (case.mode == ARP and release < (0, 8, 5)) and appended != BROKEN:
            appended = 128 if vip.v6 else 32  # It only has to be parsable where another setting decides.
        cells.append(("vip_subnet", appended))
    if case.mode == BGP:
        cells.append(("vip_cidr", _announced(case, vip)))
    elif case.mode == ARP and release >= (0, 8, 5):
        cells.append(("vip_cidr", _listed(case, "vip_cidr", vip)))
    elif case.mode == TABLE and release >= (0, 8, 5) and "auto" in case.vip_cidr:
        cells.append(("vip_cidr", BROKEN))
    return cells


def _listed(case: Case, variable: str, vip: Vip) -> Cell:
    """2.4 and 2.6: a list of numbers, explicit or derived."""
    text = case.vip_cidr if variable == "vip_cidr" else case.vip_subnet
    table = ARP_LIST if variable == "vip_cidr" else SUBNET_LIST
    if not text and case.address:
        row = derived_row(
            derived(case.release, tuple(":" in item for item in case.address)), strict=variable == "vip_subnet"
        )
        return row.cell(control_plane=vip.control_plane, v6=vip.v6)
    if "auto" in text and (case.mode != ARP or case.address or case.vip_address):
        return BROKEN
    given = table.get(text)
    return OPEN if given is None else given.cell(control_plane=vip.control_plane, v6=vip.v6)


def _announced(case: Case, vip: Vip) -> Cell:
    """2.5, with the default of 2.2."""
    release = case.numbers
    if "auto" in case.vip_cidr:
        return BROKEN if release >= (0, 8, 5) else OPEN
    text = case.vip_cidr
    if not text and release <= (0, 8, 0):
        text = "32"
    elif not text and release >= (0, 8, 3):
        text = ",".join(map(str, derived(case.release, tuple(":" in item for item in case.address))))
    by_element = not vip.control_plane and case.election and release >= (0, 8, 5)
    if by_element and not case.vip_cidr and case.address:
        row = derived_row(derived(case.release, tuple(":" in item for item in case.address)), strict=False)
        cell = row.cell(control_plane=False, v6=vip.v6)
        return cell if cell == BROKEN else "announced"
    table = BGP_ELEMENT if by_element else BGP_TEXT
    if text not in table and not by_element and not case.vip_cidr:
        return BROKEN  # A derived list of any length.
    cell = table.get(text, (OPEN, OPEN))[vip.v6]
    # BGP has IPv6 announcements from 0.5.8 on: what is not the prefix's fault is for other rules (5.4).
    return OPEN if vip.v6 and release < (0, 5, 8) else cell


def _verdict(case: Case, variable: str, cell: Cell, vip: Vip) -> str:
    """Why a cell is an error (5.1), empty where it is none."""
    if cell in (OPEN, BROKEN):
        return str(cell)
    if vip.v6 and isinstance(cell, int) and cell <= 32:
        return "an IPv6 VIP with an IPv4 prefix"
    if case.mode == TABLE and not vip.v6 and isinstance(cell, int) and cell != 32 and _explicit(case, variable):
        return "no host route in table mode"
    return ""


def _blind_verdict(case: Case, variable: str) -> str:
    """A Service of unknown family: an error where both families fail, or where 5.1 says what is assumed."""
    verdicts = []
    for v6 in (False, True):
        vip = Vip(False, v6)
        verdicts.append(next((_verdict(case, *cell, vip) for cell in _cells(case, vip) if cell[0] == variable), ""))
    derived_only = not _explicit(case, variable) and not (variable == "vip_cidr" and case.mode == BGP)
    if "" not in verdicts and OPEN not in verdicts:
        return OPEN if derived_only else BROKEN  # Without a setting to blame, 5.1 asks for evidence.
    text = case.vip_subnet
    if variable == "vip_subnet" and case.numbers >= (0, 9, 0):
        slash, first = text.rpartition("/")[2] if "/" in text else "", text.split(",")[0]
        if slash.isdigit() and int(slash) <= 32:
            return BROKEN
        if case.mode == TABLE and first.isdigit() and int(first) <= 31:
            return BROKEN
    return "" if verdicts == ["", ""] else OPEN


def _reversed(case: Case) -> str:
    """5.1, prefix-pair-reversed: whatever the VIPs are."""
    for variable, text, applies in (
        ("vip_subnet", case.vip_subnet, case.numbers >= (0, 9, 0)),
        ("vip_cidr", case.vip_cidr, (0, 8, 5) <= case.numbers <= (0, 8, 10) and case.mode == ARP),
    ):
        parts = text.split(",")
        numbers = [int(part) for part in parts if part.isdigit()]
        if applies and len(parts) == len(numbers) == 2 and numbers[0] > 32 >= numbers[1]:
            return variable
    return ""


def _explicit(case: Case, variable: str) -> bool:
    return bool(case.vip_cidr if variable == "vip_cidr" else case.vip_subnet)


def _place(case: Case, variable: str) -> str:
    """Where the error must lie: the setting, the address that it was derived from, else anywhere."""
    if _explicit(case, variable):
        return variable
    derives = case.numbers >= ((0, 8, 3) if variable == "vip_cidr" else (0, 9, 0))
    if case.address:
        return "address" if derives else ""
    announced = case.mode == BGP and case.numbers < (0, 9, 0)
    return "vip_address" if case.cp and case.vip_address and not announced else ""
