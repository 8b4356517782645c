"""How long each kind of thing is kept, and the decision that this rests on."""

from pydantic import Field

from motbild.settings.home import HomeSettings


class RetentionSettings(HomeSettings):
    """How long things are kept, in days; 0 keeps them."""

    unflagged_text_days: int = Field(
        default=90,
        ge=0,
        description="Days that the text of a post is kept that nobody has to look at; 0 keeps it.",
    )
    flagged_text_days: int = Field(
        default=365,
        ge=0,
        description="Days that the text of a flagged or decided post is kept, after the last "
        "decision on it or, where there is none, after it came in; 0 keeps it.",
    )
    question_text_days: int | None = Field(
        default=None,
        ge=0,
        description="The same for posts that ask; by default as for flagged ones.",
    )
    threat_text_days: int | None = Field(
        default=None,
        ge=0,
        description="The same for posts that may threaten; by default as for flagged ones.",
    )
    inbox_days: int = Field(
        default=30,
        ge=0,
        description="Days that a file stays in the inbox after it was read to its end, or, where "
        "it never could be, after it was last changed; 0 keeps it as long as its texts.",
    )
    # Whether a source's rows have changed is judged over four hundred days.
    reject_days: int = Field(
        default=400, ge=0, description="Days that it is kept which rows were set aside, and why."
    )
    notice_days: int = Field(
        default=365,
        ge=0,
        description="Days that a notice that is over is kept, and the log of who was told.",
    )
    run_detail_days: int = Field(
        default=365,
        ge=0,
        description="Days that a run's timings and failures are kept; its counts stay.",
    )
    pseudonym_key_days: int = Field(
        default=90,
        ge=0,
        description="Days after which the key of the pseudonyms is replaced and the old one "
        "destroyed, so that no author can be followed for longer; 0 keeps it.",
    )
    retention_decision: str | None = Field(
        default=None,
        min_length=1,
        description="The decision that these limits rest on, such as 'RA-MS 2026:12, dnr "
        "123/2026'; stands in the protocol of what was taken away.",
    )
