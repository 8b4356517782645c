"""The home folder, and where in it each thing lies."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from motbild.settings.bundle import bundle_root


def default_home() -> Path:
    """Return `warehouse/data` in a checkout and the platform's data folder elsewhere."""
    root = bundle_root()
    if (root / "pyproject.toml").is_file():
        return root / "warehouse" / "data"
    return user_data_path("motbild", appauthor=False)


class HomeSettings(BaseSettings):
    """Where everything that is written lies."""

    model_config = SettingsConfigDict(env_prefix="MOTBILD_", extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=default_home,
        description="Folder of everything that is written: stores, key, inbox, snapshots.",
    )

    @property
    def models_folder(self) -> Path:
        """Every version that was trained or promoted here, and the history of promotions."""
        return self.home / "models"

    @property
    def live_file(self) -> Path:
        """The live warehouse."""
        return self.home / "live.duckdb"

    @property
    def snapshot_link(self) -> Path:
        """The newest published snapshot."""
        return self.home / "analyst.duckdb"

    @property
    def tool_link(self) -> Path:
        """The same, for tools that could not tell a database called analyst from the schema."""
        return self.home / "motbild.duckdb"

    @property
    def parquet_link(self) -> Path:
        """The newest published snapshot as a folder of Parquet files, where they are asked for."""
        return self.home / "analyst-parquet"

    @property
    def key_file(self) -> Path:
        """Secret key of the pseudonyms."""
        return self.home / "secrets" / "pseudonym.key"

    @property
    def lasting_key_file(self) -> Path:
        """Secret key of what must stay the same: ids of posts, and what was erased."""
        return self.home / "secrets" / "post-id.key"

    @property
    def feed_token_file(self) -> Path:
        """What dashboards show; may be absent."""
        return self.home / "secrets" / "feed-token"

    @property
    def link_spool(self) -> Path:
        """Addresses that wait for the flags."""
        return self.home / "pending-links"

    @property
    def inbox(self) -> Path:
        """Folder whose files are taken in every night, each once."""
        return self.home / "inbox"

    @property
    def sources_file(self) -> Path:
        """Sources besides the inbox; may be absent."""
        return self.home / "sources.toml"

    @property
    def alert_log(self) -> Path:
        """What has been told to whom."""
        return self.home / "alert-log.jsonl"

    @property
    def alert_addresses_file(self) -> Path:
        """Addresses that alerts go to, where no setting names any; may be absent."""
        return self.home / "secrets" / "alert-addresses"

    @property
    def digest_addresses_file(self) -> Path:
        """Addresses that the digest goes to, where no setting names any; may be absent."""
        return self.home / "secrets" / "digest-addresses"

    @property
    def fetched_folder(self) -> Path:
        """Where files of remote inboxes lie while they are read."""
        return self.home / "fetched"

    @property
    def removal_mark(self) -> Path:
        """Stands while what was taken away may still lie in some file."""
        return self.home / "removal-due.json"

    @property
    def erasures_file(self) -> Path:
        """What was erased on request, by keyed digests."""
        return self.home / "erasures.jsonl"

    @property
    def demo_mark(self) -> Path:
        """Stands in the home of a demonstration, of which nobody is told."""
        return self.home / ".made-by-motbild-demo"

    @property
    def backups_file(self) -> Path:
        """Which backups this home has, wherever they lie; may be absent."""
        return self.home / "backups.json"

    @property
    def imported_seeds_folder(self) -> Path:
        """Seeds imported from source documents; may be absent."""
        return self.home / "imported-seeds"

    def imported_seeds_of(self, pack_folder: Path) -> Path:
        """Seeds imported from the source documents of a pack; may be absent."""
        return self.imported_seeds_folder / f"{pack_folder.name}.jsonl"
