"""Commands around the models of a home: list, promote, rollback, retrain."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, progress, warn
from motbild.errors import InputError, ModelError

if TYPE_CHECKING:
    from motbild.core.promotions import Outcome
    from motbild.settings import Settings
    from motbild.wiring.registry import StoredModel


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(
        help="See, change and renew the model that nights classify with.", no_args_is_help=True
    )
    group.command("list", epilog="Example: motbild models list --json")(list_models)
    group.command(epilog="Example: motbild models promote challenger/")(promote)
    group.command(epilog="Example: motbild models rollback")(rollback)
    group.command(epilog="Example: motbild models retrain --home /srv/motbild")(retrain)
    app.add_typer(group, name="models")


def list_models(home: Home = None, as_json: AsJson = False) -> None:
    """List every version: when and on what it was trained, and which is in use."""
    from dataclasses import asdict

    from motbild.wiring import registry

    models = registry.list_models(_settings(home))
    if as_json:
        print_json([asdict(model) for model in models])
        return
    print_table(
        ["", "version", "trained on", "decisions", "encoder", "on the gold set"],
        [
            (
                "in use" if model.is_in_use else "",
                f"{model.version} (comes along)" if model.comes_along else model.version,
                model.trained_on,
                model.decision_count,
                model.encoder_id,
                _headline(model),
            )
            for model in models
        ],
    )
    for model in models:
        if model.problem:
            warn(f"motbild: {model.problem}")


def promote(
    model: Annotated[str, typer.Argument(help="A version, or a folder that holds a model.")],
    force: Annotated[
        str | None,
        typer.Option(
            help="Promote it even if it does worse, for this reason, which is kept.",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Put a model in use, unless it does worse on the gold set than the one in use."""
    from motbild.wiring import registry

    if force is not None and not force.strip():
        raise InputError("The reason for --force is empty; write why the model is promoted.")
    settings = _settings(home)
    with progress("Comparing the two models"):
        outcome = registry.promote(settings, model, forced_because=force)
    _print_outcome(settings, outcome, as_json)
    if outcome.event == "refused":
        raise ModelError(
            f"The model {outcome.version} was not promoted; it is kept, and --force with a reason "
            "promotes it all the same."
        )


def rollback(home: Home = None, as_json: AsJson = False) -> None:
    """Go back to the model that was in use before; again goes one further."""
    from motbild.wiring import registry

    settings = _settings(home)
    with progress("Loading the earlier model"):
        outcome = registry.rollback(settings)
    _print_outcome(settings, outcome, as_json)


def retrain(home: Home = None, as_json: AsJson = False) -> None:
    """Learn again from the seeds and people's decisions; promoted if it does no worse."""
    from motbild.wiring import registry

    settings = _settings(home)
    with progress("Training"):
        outcome = registry.retrain(settings, command=f"motbild {' '.join(sys.argv[1:])}")
    _print_outcome(settings, outcome, as_json)


def _settings(home: Path | None) -> "Settings":
    from motbild.settings import Settings

    return Settings.load(home=home)


def _headline(model: "StoredModel") -> str:
    from motbild.core.promotions import summarise_gold

    return ", ".join(f"{name} {value:.2f}" for name, value in summarise_gold(model.gold).items())


def _print_outcome(settings: "Settings", outcome: "Outcome", as_json: bool) -> None:
    from dataclasses import asdict

    from motbild.core.promotions import describe_outcome

    if as_json:
        print_json(asdict(outcome))
    else:
        if outcome.comparisons:
            print_table(
                ["on the gold set", "posts", "in use", "challenger", "worse in"],
                [
                    (
                        told.measure,
                        told.post_count,
                        f"{told.champion:.3f}",
                        f"{told.challenger:.3f}",
                        f"{told.loss_share:.0%} of draws",
                    )
                    for told in outcome.comparisons
                ],
            )
        print_line(describe_outcome(outcome))
    if settings.model is not None:
        warn(f"Nights here classify with {settings.model} nonetheless, as MOTBILD_MODEL says.")
