"""An export read back: imported into an empty repository, and compared with what it was made from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord.exporting.comparing import Loss, Names, losses
from onrecord.exporting.made import Made
from onrecord.files import WorkTree, write_atomically
from onrecord.importing.systems import Asked, read
from onrecord.importing.writing import bring_in
from onrecord.loading import load
from onrecord.model import Dataset


def read_back(system: str, made: Made, ours: Dataset, now: datetime) -> list[Loss]:
    """Every fact that an import of these files would not bring back, once each, in the order of the records."""
    with TemporaryDirectory(prefix="onrecord-") as work:
        there, here = Path(work) / "there", Path(work) / "here"
        here.mkdir()
        for name, data in made.files.items():
            write_atomically(there / name, data)
        harvest = read(system, there, Asked(now=now))
        bring_in(harvest, here, now)
        theirs = load(WorkTree(here), now=now).dataset
    origin = {incident.id: incident.head.source.id for incident in theirs.incidents if incident.head.source}
    names = Names(
        records={id: made.records.get(key, id) for id, key in origin.items()},
        components={id: made.components.get(key, id) for key, id in harvest.names.items()},
    )
    found = losses(ours, theirs, names)
    return list(dict.fromkeys(Loss(made.left_out.get(loss.about, loss.text) if loss.text == "the whole record" else loss.text, loss.about) for loss in found))
