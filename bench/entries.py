"""What the list of figures is made of."""
import dataclasses


@dataclasses.dataclass
class Figure:
    """A speed: ours beside the peers'. Each command prints one JSON line."""

    title: str
    ours: list
    peers: dict  # label -> command
    goal: str
    unit: str = "images/s"
    digits: int = 2
    higher_is_better: bool = True  # per_second counts; otherwise seconds do
    rounds: int = 5
    gigaflop: float = 0  # of a picture, for the share of the matrix-product limit


@dataclasses.dataclass
class Table:
    """Anything else: rows of text that are measured one after the other, once."""

    title: str
    header: list
    rows: object  # called without arguments; gives the rows, one by one


@dataclasses.dataclass
class Entry:
    """A figure or table by name; `make(context)` gives it when its turn comes, or raises LeftOut."""

    name: str
    make: object
    precision: str = "float32"
    only_native: bool = False  # never measured where the machine only emulates the precision
    quick: bool = True  # part of --quick


class LeftOut(Exception):
    """Why a figure cannot be measured here: what it needs is not there."""
