"""The licences in the wheel."""

from importlib.metadata import files, metadata
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_the_wheel_carries_the_licences_of_its_parts() -> None:
    names = metadata("repvit-spark").get_all("License-File")
    assert names == ["LICENSE", "NOTICE", "THIRD-PARTY.txt"]
    installed = {path.name: path.read_text("utf-8") for path in files("repvit-spark") or [] if path.name in names}
    assert installed == {
        "LICENSE": (ROOT / "LICENSE").read_text("utf-8"),
        "NOTICE": (ROOT / "NOTICE").read_text("utf-8"),
        "THIRD-PARTY.txt": (ROOT / "src/main/licenses/THIRD-PARTY.txt").read_text("utf-8"),
    }
