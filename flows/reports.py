"""A run's report on the scheduler's page: in words, and its sources as a table."""

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from motbild.core.night_report import NightReport, render_markdown


def publish_report(report: NightReport, key: str) -> None:
    """Show what a run did.

    Args:
        report: What it did.
        key: What the report is found by, such as ``night``; later ones stand before earlier.
    """
    create_markdown_artifact(
        render_markdown(report), key=f"{key}-report", description=f"Run {report.run_id}"
    )
    create_table_artifact(
        [
            {
                "source": source.source_id,
                "file": source.file_name,
                "status": source.status,
                "new posts": source.post_count,
                "set aside": source.reject_count,
            }
            for source in report.sources
        ],
        key=f"{key}-sources",
        description=f"What came in with run {report.run_id}",
    )
