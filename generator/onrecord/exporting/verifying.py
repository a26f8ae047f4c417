"""An export read back: imported into an empty repository, and compared with what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord.exporting.comparing import Loss, Names, losses
from onrecord.exporting.made import Made
from onrecord.files import Unreadable
from onrecord.importing.systems import Asked, read
from onrecord.importing.writing import prepared
from onrecord.loading import load
from onrecord.model import Dataset
from onrecord.settings import MAX_FILE_BYTES


class _Held:
    """A tree of files that are only held, since nobody will look at them again."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def paths(self, prefix: str) -> Iterable[str]:
        """Every file below a folder, in order."""
        return sorted(path for path in self._files if path.startswith(f"{prefix}/"))

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file; those of an import are never too many.

        Raises:
            Unreadable: there is no such file.
        """
        if path not in self._files:
            raise Unreadable("there is no such file")
        return self._files[path][: limit + 1]

    def exists(self, path: str) -> bool:
        return path in self._files


def read_back(system: str, made: Made, ours: Dataset, now: datetime) -> list[Loss]:
    """Every fact that an import of these files would not bring back, once each, in the order of the records."""
    with TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True) as work:
        there, nothing = Path(work) / "there", Path(work) / "nothing"
        for name, data in made.files.items():
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            (there / name).write_bytes(data)
        harvest = read(system, there, Asked(now=now))
        _, files = prepared(harvest, nothing, now)
    theirs = load(_Held(files), now=now).dataset
    origin = {incident.id: incident.head.source.id for incident in theirs.incidents if incident.head.source}
    names = Names(
        records={id: made.records.get(key, id) for id, key in origin.items()},
        components={id: made.components.get(key, id) for key, id in harvest.names.items()},
    )
    found = losses(ours, theirs, names)
    return list(dict.fromkeys(Loss(made.left_out.get(loss.about, loss.text) if loss.text == "the whole record" else loss.text, loss.about) for loss in found))
