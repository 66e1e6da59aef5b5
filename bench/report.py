"""One line a measurement, the same everywhere."""

from __future__ import annotations


def line(name: str, *, ours: float, reference: float, unit: str, **more: object) -> None:
    """Prints `BENCH name ratio=… ours=… reference=… unit=…` and whatever else was measured."""
    extra = "".join(f" {key}={value}" for key, value in more.items())
    ratio = f"ratio={ours / reference:.2f} ours={ours:.4g} reference={reference:.4g} unit={unit}"
    print(f"BENCH {name} {ratio}{extra}", flush=True)
