"""The pictures of the newest snapshot, as a marimo notebook.

    marimo run warehouse/notebooks/lagesbild.py [-- --snapshot PATH]

Without a path it opens the snapshot of the home that `MOTBILD_HOME` names. It asks the worked
queries of `warehouse/queries/` and writes nothing.
"""

import marimo

app = marimo.App(width="medium", app_title="Motbild: bilder ur ögonblicksbilden")

with app.setup:
    from datetime import date, datetime
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    QUERIES = Path(__file__).parents[1] / "queries"
    WIDTH = 640
    TIMES = "datum.value == 1 ? 'lika' : replace(format(datum.value, ''), '.', ',') + ' ×'"
    PERCENT = "round(100 * datum.value) + ' %'"
    INK, QUIET, SIGNAL = "#1f4e79", "#9fb3c8", "#b5442e"
    STANCES = {
        "asserts": "påstår",
        "counters": "motsäger",
        "reports": "berättar om",
        "asks": "frågar",
        "none": "annat",
    }
    STATUSES = {
        "read": "läst",
        "already-read": "inget nytt",
        "empty": "tom",
        "failed": "gick inte att läsa",
    }


@app.cell
def _():
    mo.md(
        """
        # Lägesbild ur ögonblicksbilden

        Vad som sprids, var, på vilket språk och vem som frågar. En flaggning är en modells
        förslag och inte en dom. Antal under tröskeln visas inte, och en dag då en källa inte
        gick att läsa är inte noll.
        """
    )
    return


@app.cell
def _():
    def find_snapshot():
        """Return the file that is asked for, or the newest of the home."""
        told = mo.cli_args().get("snapshot")
        if told:
            return Path(str(told)).resolve()
        from motbild.settings import Settings

        return Settings.load().snapshot_link.resolve()

    path = find_snapshot()
    mo.stop(
        not path.exists(),
        mo.callout(
            mo.md("Det finns ingen ögonblicksbild här. Kör `motbild nightly` en gång först."),
            kind="warn",
        ),
    )
    snapshot = duckdb.connect(str(path), read_only=True)
    snapshot.execute("SET TimeZone = 'Europe/Stockholm'; SET enable_progress_bar = false")

    def ask(query):
        """Return the rows of a query, with days and moments as text that charts read."""
        cursor = snapshot.execute(query)
        names = [column[0] for column in cursor.description]
        return [
            {
                name: value.isoformat() if isinstance(value, date | datetime) else value
                for name, value in zip(names, row, strict=True)
            }
            for row in cursor.fetchall()
        ]

    def ask_worked(name):
        """Return the rows of a worked query."""
        return ask((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))

    def picture(rows, nothing, draw):
        """Draw rows, or say that there is nothing to draw."""
        if not rows:
            return mo.md(f"*{nothing}*")
        return draw(alt.Chart(alt.Data(values=rows)))

    return ask, ask_worked, picture


@app.cell
def _(ask):
    [_made] = ask("FROM analyst.publication")
    _stale = _made["failed_source_count"]
    mo.hstack(
        [
            mo.stat(_made["newest_day"] or "–", label="Senaste dag med inlägg"),
            mo.stat((_made["ended_at"] or "–")[:16].replace("T", " "), label="Natten blev klar"),
            mo.stat(_stale, label="Källor som inte gick att läsa"),
            mo.stat(_made["smallest_count"], label="Lägsta antal som visas"),
        ],
        justify="start",
        gap=2,
    )
    return


@app.cell
def _(ask_worked, picture):
    def _draw(chart):
        base = chart.transform_filter("datum.ratio !== null").encode(
            y=alt.Y("narrative_title:N", title=None, sort=None, axis=alt.Axis(labelLimit=280))
        )
        scale = alt.Scale(type="log", domain=[0.02, 50], clamp=True)
        axis = alt.Axis(
            values=[0.1, 0.25, 0.5, 1, 2, 4, 10],
            labelExpr=TIMES,
        )
        spans = base.mark_rule(color=QUIET, strokeWidth=3).encode(
            x=alt.X("low:Q", scale=scale, axis=axis, title="Denna vecka jämfört med veckan före"),
            x2="high:Q",
        )
        points = base.mark_point(filled=True, size=90, color=INK).encode(
            x=alt.X("ratio:Q", scale=scale),
            tooltip=[
                alt.Tooltip("narrative_title:N", title="Narrativ"),
                alt.Tooltip("week_before:Q", title="Veckan före"),
                alt.Tooltip("this_week:Q", title="Denna vecka"),
                alt.Tooltip("ratio:Q", title="Kvot"),
                alt.Tooltip("low:Q", title="Från"),
                alt.Tooltip("high:Q", title="Till"),
            ],
        )
        counts = base.mark_text(align="left", dx=6, color=INK).encode(
            x=alt.value(WIDTH),
            text=alt.Text("told:N"),
        )
        same = (
            alt.Chart(alt.Data(values=[{"x": 1}]))
            .mark_rule(strokeDash=[4, 4], color=SIGNAL)
            .encode(x=alt.X("x:Q", scale=scale))
        )
        return (same + spans + points + counts).properties(
            width=WIDTH, height=alt.Step(34), padding={"right": 90}
        )

    _rows = ask_worked("16_week_against_week")
    for _row in _rows:
        _row["told"] = f"{_row['week_before']} → {_row['this_week']}"
    _known = [row for row in _rows if row["ratio"] is not None]
    mo.vstack(
        [
            mo.md(
                """
                ## Vecka mot vecka

                De senaste sju hela dagarna mot de sju före: flaggade inlägg per narrativ, med 95 %
                konfidensintervall. Når strecket över *lika* kan skillnaden vara slump.
                """
            ),
            picture(_known, "Inga flaggade inlägg de senaste två veckorna.", _draw),
        ]
    )
    return


@app.cell
def _(ask, picture):
    def _draw(chart):
        return (
            chart.mark_bar(color=INK)
            .encode(
                x=alt.X(
                    "yearmonthdate(posted_day):T",
                    title=None,
                    axis=alt.Axis(format="%-d/%-m", tickCount=8, grid=False),
                ),
                y=alt.Y(
                    "post_count:Q",
                    title=None,
                    axis=alt.Axis(format="d", tickMinStep=1, tickCount=4),
                ),
                tooltip=[
                    alt.Tooltip("posted_day:T", title="Dag", format="%Y-%m-%d"),
                    alt.Tooltip("post_count:Q", title="Flaggade inlägg"),
                ],
            )
            .properties(width=WIDTH, height=70)
            .facet(
                row=alt.Row(
                    "narrative_title:N",
                    title=None,
                    header=alt.Header(
                        labelAngle=0,
                        labelAlign="left",
                        labelOrient="top",
                        labelFontWeight="bold",
                        labelAnchor="start",
                    ),
                )
            )
            .resolve_scale(y="independent")
        )

    _rows = ask(
        """
        WITH bounds AS (
            SELECT max(posted_day) AS last_day FROM analyst.flagged_posts
        ),
        counted AS (
            SELECT narrative_id, narrative_title, posted_day, count(*) AS post_count
            FROM analyst.flagged_posts, bounds
            WHERE posted_day > last_day - INTERVAL 8 WEEK
            GROUP BY ALL
        )
        FROM counted ORDER BY narrative_title, posted_day
        """
    )
    mo.vstack(
        [
            mo.md(
                """
                ## Dag för dag

                Flaggade inlägg per dag de senaste åtta veckorna. Varje narrativ har sin egen skala.
                """
            ),
            picture(_rows, "Inga inlägg har flaggats ännu.", _draw),
        ]
    )
    return


@app.cell
def _(ask_worked, picture):
    def _draw(chart):
        base = chart.encode(
            x=alt.X("platform:N", title="Plattform", axis=alt.Axis(labelAngle=0, orient="top")),
            y=alt.Y("lang:N", title="Språk", sort=_langs),
        )
        cells = base.mark_rect().encode(
            color=alt.Color(
                "flagged_post_count:Q",
                title="Flaggade inlägg",
                scale=alt.Scale(scheme="blues", domainMin=0),
                legend=None,
            )
        )
        numbers = base.mark_text().encode(
            text="flagged_post_count:Q",
            color=alt.condition(
                alt.datum.flagged_post_count > _top / 2, alt.value("white"), alt.value("#333")
            ),
        )
        return (cells + numbers).properties(width=WIDTH, height=alt.Step(34))

    _rows = ask_worked("04_language_and_platform")
    _top = max((row["flagged_post_count"] for row in _rows), default=1)
    _langs = list(dict.fromkeys(row["lang"] for row in _rows))
    mo.vstack(
        [
            mo.md("## Var och på vilket språk\n\nFlaggade inlägg per språk och plattform."),
            picture(_rows, "Inga inlägg har flaggats ännu.", _draw),
        ]
    )
    return


@app.cell
def _(ask, ask_worked, picture):
    def _draw(chart):
        base = chart.encode(
            y=alt.Y("told:N", title=None, sort=list(STANCES.values())),
            color=alt.Color(
                "told:N",
                scale=alt.Scale(
                    domain=list(STANCES.values()),
                    range=[SIGNAL, "#2e7d5b", "#7a8ca3", "#d9a441", "#b9c2cd"],
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("narrative:N", title="Narrativ"),
                alt.Tooltip("told:N", title="Hållning"),
                alt.Tooltip("post_count_at_least:Q", title="Minst"),
                alt.Tooltip("post_count_at_most:Q", title="Högst"),
            ],
        )
        known = base.mark_bar().encode(
            x=alt.X(
                "post_count_at_least:Q", title="Inlägg", axis=alt.Axis(format="d", tickMinStep=1)
            )
        )
        possible = base.mark_bar(opacity=0.3).encode(
            x="post_count_at_least:Q", x2="post_count_at_most:Q"
        )
        header = alt.Header(
            labelAngle=0,
            labelAlign="left",
            labelOrient="top",
            labelFontWeight="bold",
            labelAnchor="start",
        )
        return (
            (known + possible)
            .properties(width=WIDTH, height=alt.Step(18))
            .facet(row=alt.Row("narrative:N", title=None, header=header), spacing=10)
            .resolve_scale(y="independent")
        )

    _titles = {row["narrative_id"]: row["title_sv"] for row in ask("FROM analyst.narratives")}
    _rows = [row for row in ask_worked("05_stances") if row["post_count_at_most"]]
    for _row in _rows:
        _row["told"] = STANCES.get(_row["stance"], _row["stance"])
        _row["narrative"] = _titles.get(_row["narrative_id"], _row["narrative_id"])
    mo.vstack(
        [
            mo.md(
                """
                ## Vem påstår, vem frågar

                Alla inlägg som rör ett narrativ, efter vad modellen läser som deras hållning. Det
                ljusa är vad som kan tillkomma: veckor med få inlägg visar inte hur många.
                """
            ),
            picture(_rows, "Inga inlägg rör något narrativ ännu.", _draw),
        ]
    )
    return


@app.cell
def _(ask_worked, picture):
    def _draw(chart):
        return (
            chart.transform_fold(["Andel av inläggen", "Andel av räckvidden"], ["measure", "share"])
            .mark_bar()
            .encode(
                x=alt.X("share:Q", title="Andel", axis=alt.Axis(labelExpr=PERCENT)),
                y=alt.Y("narrative_title:N", title=None, sort=None, axis=alt.Axis(labelLimit=280)),
                yOffset=alt.YOffset("measure:N"),
                color=alt.Color(
                    "measure:N",
                    title=None,
                    scale=alt.Scale(
                        domain=["Andel av inläggen", "Andel av räckvidden"], range=[QUIET, INK]
                    ),
                    legend=alt.Legend(orient="top"),
                ),
                tooltip=[
                    alt.Tooltip("narrative_title:N", title="Narrativ"),
                    alt.Tooltip("flagged_post_count:Q", title="Flaggade inlägg"),
                    alt.Tooltip("view_count:Q", title="Visningar, där de är kända"),
                    alt.Tooltip("interaction_count:Q", title="Reaktioner, delningar, svar"),
                ],
            )
            .properties(width=WIDTH, height=alt.Step(16))
        )

    _rows = ask_worked("18_weighted_by_reach")
    _sum = sum(row["flagged_post_count"] for row in _rows)
    for _row in _rows:
        _row["Andel av inläggen"] = _row["flagged_post_count"] / _sum
        _row["Andel av räckvidden"] = _row["reach_share"]
    mo.vstack(
        [
            mo.md(
                """
                ## Vad som sägs och vad som når fram

                Andel av de flaggade inläggen mot andel av reaktioner, delningar och svar, de
                senaste fyra veckorna. Vad som märks mycket är inte alltid vad som sägs mycket.
                """
            ),
            picture(_rows, "Inga inlägg har flaggats ännu.", _draw),
        ]
    )
    return


@app.cell
def _(ask, picture):
    def _draw(chart):
        return (
            chart.mark_rect(stroke="white")
            .encode(
                x=alt.X("night:O", title="Natt", axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
                y=alt.Y("source_id:N", title="Källa"),
                color=alt.Color(
                    "told:N",
                    title=None,
                    scale=alt.Scale(
                        domain=list(STATUSES.values()),
                        range=["#2e7d5b", "#a9c9b8", "#d5dbe3", SIGNAL],
                    ),
                    legend=alt.Legend(orient="top"),
                ),
                tooltip=[
                    alt.Tooltip("source_id:N", title="Källa"),
                    alt.Tooltip("night:O", title="Natt"),
                    alt.Tooltip("told:N", title="Hur det gick"),
                    alt.Tooltip("post_count:Q", title="Nya inlägg"),
                ],
            )
            .properties(width=alt.Step(22), height=alt.Step(26))
        )

    _rows = ask(
        """
        SELECT
            health.source_id,
            strftime(health.run_day, '%Y-%m-%d') AS night,
            CASE
                WHEN bool_or(health.status = 'failed') THEN 'failed'
                WHEN bool_or(health.status = 'read') THEN 'read'
                ELSE max(health.status)
            END AS status,
            sum(health.post_count)::BIGINT AS post_count
        FROM analyst.source_health AS health
        WHERE health.run_day > (SELECT max(run_day) FROM analyst.source_health) - INTERVAL 30 DAY
        GROUP BY ALL ORDER BY ALL
        """
    )
    for _row in _rows:
        _row["told"] = STATUSES.get(_row["status"], _row["status"])
    mo.vstack(
        [
            mo.md(
                """
                ## Hur hela nätterna är

                Varje källa, natt för natt. En lucka betyder att natten inte berättade om källan.
                """
            ),
            picture(_rows, "Ingen natt har läst någon källa ännu.", _draw),
        ]
    )
    return


@app.cell
def _(ask):
    _rows = ask(
        """
        SELECT
            any_value(flagged.narrative_title) AS "Narrativ",
            count(DISTINCT flagged.post_id) AS "Inlägg",
            list_aggregate(list_sort(list(DISTINCT flagged.platform)), 'string_agg', ', ')
                AS "Plattformar",
            list_aggregate(list_sort(list(DISTINCT flagged.lang)), 'string_agg', ', ') AS "Språk",
            left(arg_max(flagged.carrying_sentence, flagged.priority_score), 160)
                AS "Säger (maskat)"
        FROM analyst.flagged_posts AS flagged
        GROUP BY flagged.family_id
        HAVING count(DISTINCT flagged.post_id) > 1
        ORDER BY count(DISTINCT flagged.post_id) DESC, flagged.family_id
        LIMIT 15
        """
    )
    mo.vstack(
        [
            mo.md(
                "## Meddelanden som sprids mest\n\nKopior av ett och samma meddelande, flest först."
            ),
            mo.ui.table(_rows, selection=None, pagination=False, wrapped_columns=["Säger (maskat)"])
            if _rows
            else mo.md("*Inget flaggat meddelande finns i mer än ett inlägg.*"),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
