"""What a component makes of what it is given, such as an index of knowledge: on the disk beside what training made."""

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dialog_core.component import Context
from dialog_core.configuration.problems import shown_path
from dialog_core.errors import ArtefactError, TrainingError
from dialog_core.training.artefacts import Artefact, record_files
from dialog_core.training.component_directory import ComponentDirectory
from dialog_core.training.durable import sync_directory, sync_file, write_durably
from dialog_core.training.job import Progress
from dialog_core.training.manifest import MANIFEST, Manifest, as_json
from dialog_core.training.versions import versions


class BuiltFiles:
    """The directory of files of one kind that a component makes: `models/<bot>/<component>/<kind>/`.

    As with artefacts of training, what is made takes its place in one step once it is complete and on the disk, so that
    whoever reads meanwhile, or is killed, finds what was there before; and only one process makes it at a time.
    """

    def __init__(self, context: Context, kind: str, *, remedy: str = "") -> None:
        """Name the directory; nothing is created.

        Args:
            context: The component's.
            kind: What is made, in one word: `index`.
            remedy: What to do about files that cannot be used, for error messages.
        """
        self._component = context.name
        self._remedy = remedy
        self._directory = ComponentDirectory(ComponentDirectory(context.models, context.name).path, kind)

    @property
    def pointer(self) -> Path:
        """The file that says which of them are in use; it changes when others are."""
        return self._directory.pointer

    def current(self) -> Artefact | None:
        """Return the files in use, verified; None where none were made.

        Raises:
            ArtefactError: A file is missing or damaged.
        """
        try:
            place = self._directory.current()
        except ArtefactError as error:
            raise ArtefactError(error.reason, component=self._component, remedy=self._remedy) from error
        return None if place is None else Artefact.open(place, component=self._component, remedy=self._remedy)

    def make(
        self,
        fingerprint: str,
        build: Callable[[Path], Mapping[str, Any]],
        progress: Progress,
        *,
        use: str = "",
        already: Callable[[], Artefact | None] = lambda: None,
    ) -> Artefact:
        """Have files made, and use them from then on.

        Args:
            fingerprint: Of everything they are made from, in hexadecimal.
            build: Writes them into an empty directory, and returns details for the manifest.
            progress: Where to say how far it is.
            use: Which registered component they are for.
            already: Asked once the lock is held: what another process made meanwhile, if that will do.

        Raises:
            TrainingError: The disk is full, or cannot be written; what was in use stays in use.
        """
        try:
            return self._make(fingerprint, build, progress, use, already)
        except OSError as error:
            where = f"{shown_path(Path(str(error.filename)))}: " if error.filename else ""
            raise TrainingError(
                f"{self._component!r} could not be built: {where}{error.strerror or error}. "
                "What was in use stays in use. See to it, and run the same again."
            ) from error

    def _make(
        self,
        fingerprint: str,
        build: Callable[[Path], Mapping[str, Any]],
        progress: Progress,
        use: str,
        already: Callable[[], Artefact | None],
    ) -> Artefact:
        with self._directory.locked(lambda: progress.note("waiting for another process that makes the same")):
            if (made := already()) is not None:
                return made
            started = time.monotonic()
            workplace = self._directory.make_workplace()
            try:
                details = build(workplace)
                progress.stage("saving")
                files = record_files(workplace)
                for name in files:
                    sync_file(workplace / name)
                for folder in {workplace, *(path for path in workplace.rglob("*") if path.is_dir())}:
                    sync_directory(folder)
                manifest = Manifest(
                    component=self._component,
                    use=use,
                    fingerprint=fingerprint,
                    versions=versions(),
                    details=as_json(details),
                    created_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    seconds=round(time.monotonic() - started, 3),
                    files=files,
                )
                write_durably(workplace / MANIFEST, manifest.to_text())
                place = self._directory.publish(workplace, fingerprint)
            finally:
                shutil.rmtree(workplace, ignore_errors=True)  # it is gone already if all went well
            self._directory.use(place)
            self._directory.prune()
            return Artefact.open(place, component=self._component, remedy=self._remedy)
