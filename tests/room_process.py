"""A review room in a process of its own, to be killed: `python -m tests.room_process HOME PORT`."""

import sys
from contextlib import closing
from pathlib import Path

import uvicorn

from motbild.adapters.review_store import open_review_store
from motbild.settings import Settings
from motbild.web.app import create_app
from motbild.web.room import Room
from tests.rooms import NOW

if __name__ == "__main__":
    settings = Settings.load(home=Path(sys.argv[1]))
    with closing(open_review_store(settings.review_store_to_make)) as store:
        app = create_app(Room(settings, store, clock=lambda: NOW))
        uvicorn.run(app, port=int(sys.argv[2]), log_level="error")
