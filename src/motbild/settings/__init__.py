"""Settings: where things lie and how a night is run, from the environment.

Each setting is read from `MOTBILD_<NAME>`; the command line overrides some.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator

from motbild.adapters.model_history import read_champion
from motbild.core.publishing import Publishing
from motbild.errors import InputError
from motbild.settings.bundle import bundle_root, enter_bundle
from motbild.settings.home import default_home
from motbild.settings.retention import RetentionSettings

__all__ = ["Settings", "bundle_root", "default_home", "enter_bundle"]


class Settings(RetentionSettings):
    """Everything that may differ between two installations."""

    packs: tuple[Path, ...] = Field(
        default=(), description="Narrative packs; by default those that come along."
    )
    model: Path | None = Field(
        default=None, description="Trained classifier; by default the one promoted in the home."
    )
    review_address: str | None = Field(
        default=None,
        description="SQLAlchemy address of the review store; by default a file in the home.",
    )
    kept_snapshot_count: int = Field(
        default=5, ge=1, description="Published snapshots that are kept."
    )
    parquet_copy: bool = Field(
        default=False,
        description="Whether each snapshot is published as a folder of Parquet files too.",
    )
    backup_days: int = Field(
        default=30, ge=0, description="Days that a backup is kept, but for the newest; 0 keeps it."
    )
    backup_hours: float | None = Field(
        default=None,
        gt=0,
        description="Hours after which `motbild doctor` says that a backup is due; by default 48, "
        "where one was ever made.",
    )
    batch_row_count: int = Field(
        default=4_000, ge=1, description="Rows of a source that are stored in one transaction."
    )
    runner: Literal["here", "processes", "dask"] = Field(
        default="processes",
        description="Where posts are masked, sketched, encoded and classified: in the night's own "
        "process; in worker processes of this machine, which are begun where there is enough to "
        "do; or by the workers of a Dask cluster.",
    )
    worker_count: int | None = Field(
        default=None,
        ge=1,
        description="Those worker processes; by default as many as there are cores, eight at "
        "most, and no more than gigabytes of memory.",
    )
    warehouse_megabytes: int = Field(
        default=1_000,
        ge=200,
        description="Memory in which a run holds rows of the warehouse; what is more waits on "
        "the disk, in the home.",
    )
    runner_address: str | None = Field(
        default=None,
        description="The scheduler of that cluster, such as tcp://host:8786; without one a "
        "cluster of this machine's cores is begun.",
    )
    most_file_rows: int = Field(
        default=20_000_000, ge=1, description="Rows of one file that are read at most."
    )
    proposal_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Posts proposed for review at most, for each flagged family that waits; "
        "0 proposes none.",
    )
    stale_hours: float = Field(
        default=6.0, gt=0, description="A scheduled night that starts later than this is skipped."
    )
    publisher: str | None = Field(
        default=None, min_length=1, description="The authority, as what it shares names it."
    )
    publisher_url: str | None = Field(
        default=None, description="Its address, such as https://myndighet.example."
    )
    smallest_count: int = Field(
        default=5,
        ge=1,
        description="Fewer posts than this are not told to others by themselves, nor in the "
        "analysts' views of counts.",
    )
    feed_token: SecretStr | None = Field(
        default=None,
        description="What dashboards show to read /api/feed.json; by default the file "
        "secrets/feed-token in the home, and without either there is no such page.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="OpenID Connect service to sign in with, such as "
        "https://login.example/realms/staff; by default there is none.",
    )
    oidc_client_id: str | None = Field(
        default=None,
        validate_default=True,
        description="What the review room is called by that service.",
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there; none for a public client."
    )
    oidc_role_claim: str | None = Field(
        default=None,
        description="Claim that tells roles, such as groups or realm_access.roles; by default "
        "administrators of the review room give them.",
    )
    oidc_roles: dict[str, Literal["reader", "reviewer", "approver", "administrator"]] = Field(
        default_factory=dict,
        description='Role by value of that claim, as JSON: {"motbild-granskare": "reviewer"}.',
    )

    alert_addresses: SecretStr | None = Field(
        default=None,
        description="Apprise addresses that alerts go to, parted by spaces, each with kinds and a "
        "colon before it if it is told these alone; by default those in secrets/alert-addresses.",
    )
    digest_addresses: SecretStr | None = Field(
        default=None,
        description="Apprise addresses that the morning digest goes to; by default those in "
        "secrets/digest-addresses.",
    )
    alert_text: bool = Field(
        default=False, description="Whether letters quote posts, masked; a subject never does."
    )
    quiet_hours: str = Field(
        default="", description="Hours in which alerts wait, such as 22-06, Europe/Stockholm."
    )
    quiet_except: str = Field(
        default="threats", description="Kinds of notices that do not wait, parted by commas."
    )
    digest_hour: str = Field(
        default="06:30",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="Time of day from which the digest is sent, Europe/Stockholm.",
    )
    review_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s\"'<>]+$",
        description="Address of the review room, for links in letters.",
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _check_issuer(cls, issuer: str | None) -> str | None:
        parts = urlsplit(issuer or "https://none.example")
        is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not parts.hostname or not (parts.scheme == "https" or is_local):
            raise ValueError("it must be an address that begins with https://")
        return issuer

    @field_validator("publisher_url")
    @classmethod
    def _check_publisher(cls, address: str | None) -> str | None:
        parts = urlsplit(address or "https://none.example")
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("it must be an address that begins with https://")
        return address

    @field_validator("oidc_client_id")
    @classmethod
    def _check_client(cls, client_id: str | None, told: ValidationInfo) -> str | None:
        if told.data.get("oidc_issuer") and not client_id:
            raise ValueError("it is needed where MOTBILD_OIDC_ISSUER is set")
        return client_id

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the settings, with those given that are not None on top.

        Raises:
            InputError: A setting has a value that it cannot have.
        """
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = "_".join(str(part) for part in first["loc"][:1]).upper()
            raise InputError(
                f"Setting MOTBILD_{name} is not usable ({first['msg']}); correct it and run again."
            ) from error

    @property
    def publishing(self) -> Publishing:
        """How snapshots are published here."""
        return Publishing(
            kept_count=self.kept_snapshot_count,
            smallest_count=self.smallest_count,
            has_parquet=self.parquet_copy,
        )

    @cached_property
    def pack_folders(self) -> tuple[Path, ...]:
        """Folders of the active packs."""
        if self.packs:
            return self.packs
        narratives = bundle_root() / "models" / "narratives"
        return tuple(sorted(path.parent for path in narratives.glob("*/pack.toml")))

    @property
    def model_folder(self) -> Path:
        """Folder of the classifier in use: set, or promoted here, or as it comes along.

        Raises:
            ModelError: The history of promotions cannot be read.
        """
        return self.model or self.kept_model(read_champion(self.models_folder))

    def kept_model(self, version: str | None) -> Path:
        """Return the folder of a version in the home; None is the one that comes along."""
        if version is None:
            return bundle_root() / "models" / "classifier"
        return self.models_folder / version

    @property
    def gold_file(self) -> Path:
        """Labelled posts that no model learns from and every challenger is measured on."""
        return bundle_root() / "models" / "gold" / "dev.jsonl"

    @property
    def encoders_file(self) -> Path:
        """Registry of encoders."""
        return bundle_root() / "models" / "encoders.toml"

    @property
    def migrations(self) -> Path:
        """Folder of the warehouse's migrations."""
        return bundle_root() / "warehouse" / "migrations"

    @property
    def views(self) -> Path:
        """Folder of the warehouse's views."""
        return bundle_root() / "warehouse" / "views"

    @property
    def queries(self) -> Path:
        """Folder of worked queries."""
        return bundle_root() / "warehouse" / "queries"

    @property
    def review_store(self) -> str | None:
        """Address of the review store; None while there is none."""
        path = self.home / "review.sqlite"
        if self.review_address is None and path.exists():
            return f"sqlite:///{path.resolve()}"
        return self.review_address

    @property
    def review_store_to_make(self) -> str:
        """Address of the review store, also where there is none yet."""
        return self.review_address or f"sqlite:///{(self.home / 'review.sqlite').resolve()}"
