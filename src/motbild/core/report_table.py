"""An evaluation report as a compact table of plain text."""

from collections.abc import Mapping, Sequence
from typing import Any

Cell = Mapping[str, float | None]
COLUMNS = ("flag AP", "flag P", "flag R", "flag F1", "false flags", "narr. F1", "stance F1")


def format_report(report: Mapping[str, Any]) -> str:
    """Return the report as lines to print: by language, narrative and stance.

    Args:
        report: The report of `motbild.stages.evaluate.evaluate`.
    """
    overall = report["overall"]
    scopes = {"all": overall, **report["languages"]}
    threat = overall["threat"]
    lines = [
        f"Model {report['model_version']}, encoder {report['encoder_id']}, "
        f"{overall['post_count']} posts; 95 % intervals from {report['resamples']} resamples.",
        "",
        _line("", "posts", COLUMNS),
        *(_line(name, scope["post_count"], _headline(scope)) for name, scope in scopes.items()),
        "",
        _line("narrative", "posts", ("precision", "recall", "F1", "AP")),
        *(
            _line(name, cells["support"], [format_cell(cells[key]) for key in keys])
            for name, cells in overall["narratives"].items()
            for keys in [("precision", "recall", "f1", "average_precision")]
        ),
        "",
        _line("stance", "posts", ("precision", "recall", "F1", "false flags")),
        *(
            _line(name, cells["support"], _stance_cells(name, cells, overall["protected_speech"]))
            for name, cells in overall["stances"].items()
        ),
        "",
        f"Threats ({threat['support']}): recall {format_cell(threat['recall'])}, precision "
        f"{format_cell(threat['precision'])}, false per 200 others "
        f"{format_cell(threat['false_per_200'])}.",
        "Calibration error: narratives "
        f"{format_cell(overall['calibration_error']['narratives'])}, flag score "
        f"{format_cell(overall['calibration_error']['flag_score'])}, threat "
        f"{format_cell(overall['calibration_error']['threat'])}.",
    ]
    return "\n".join(line.rstrip() for line in lines)


def format_cell(cell: Cell) -> str:
    """Return a measure as ``0.71 [0.64-0.78]``, or a dash where there is none."""
    if cell["value"] is None:
        return "-"
    if cell["low"] is None or cell["high"] is None:
        return f"{cell['value']:.2f}"
    return f"{cell['value']:.2f} [{cell['low']:.2f}-{cell['high']:.2f}]"


def _headline(scope: Mapping[str, Any]) -> list[str]:
    cells = [scope["flag"][key] for key in ("average_precision", "precision", "recall", "f1")]
    cells.append(scope["protected_speech"]["all"]["false_flag_rate"])
    cells += [scope["narrative_macro_f1"], scope["stance_macro_f1"]]
    return [format_cell(cell) for cell in cells]


def _stance_cells(name: str, cells: Mapping[str, Any], protected: Mapping[str, Any]) -> list[str]:
    told = [format_cell(cells[key]) for key in ("precision", "recall", "f1")]
    return [*told, format_cell(protected[name]["false_flag_rate"])] if name in protected else told


def _line(name: str, count: object, cells: Sequence[str]) -> str:
    return f"{name:<24}{count:>6}  " + "".join(f"{cell:<18}" for cell in cells)
