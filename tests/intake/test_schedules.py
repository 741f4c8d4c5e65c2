"""Schedule files: what Primavera and Microsoft Project export, and what is refused of it."""

from types import SimpleNamespace

from pmo_analytics import intake
from pmo_analytics.intake import Settings
from pmo_analytics.intake.sheet import Received

# Files that are no sheets -------------------------------------------------------------------------


def test_a_sender_claims_a_file_by_its_ending_and_its_first_bytes(tmp_path, monkeypatch):
    def read(files, **_):
        return [Received(path=path, source="tape", rows_read={}, landed=[]) for path in files]

    tape = SimpleNamespace(
        ENDINGS=(".tape",),
        opens=lambda path, start: path.suffix == ".tape" and start.startswith(b"TAPE"),
        read=read,
    )
    for registry in ("SENDERS", "OPENERS"):
        monkeypatch.setitem(getattr(intake, registry), "tape", tape)
    monkeypatch.setattr(intake, "OPENED", (".tape",))
    (tmp_path / "a.tape").write_bytes(b"TAPE\0\1\2")
    (tmp_path / "b.tape").write_bytes(b"\0\1\2 no such thing")

    received, failed = intake.receive(intake.find_files([tmp_path]), Settings(), links=[])

    assert [each.source for each in received.values()] == ["tape"]
    assert ["b.tape is of no kind that can be read" in said for said in failed.values()] == [True]
