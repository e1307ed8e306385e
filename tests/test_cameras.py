"""Cameras by what they are: the written form, telling alike ones apart, the kernel's and other systems' lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.scanner.opencv import cv2
from station.scanner.sources import cameras
from station.scanner.sources.cameras import AVFOUNDATION, DSHOW, MSMF, V4L2, Way, devices, joined, ranked, raw
from station.scanner.sources.identity import Identity, found, made, read
from station.scanner.sources.opening import open_source
from station.trouble import Trouble


def plug(
    tmp_path: Path,
    number: int,
    name: str,
    port: str = "",
    usb: str = "",
    serial: str = "",
    interface: str = "",
    index: int = 0,
) -> Path:
    """A camera in a made-up sysfs, laid out as the kernel does; ``port`` as in 1-4:1.0, "" for a virtual one."""
    sysfs = tmp_path / "class"
    home = tmp_path / "devices" / "virtual"
    if port:
        housing = tmp_path / "devices" / "pci0000:00" / "usb1" / port.partition(":")[0]
        home = housing / port
        home.mkdir(parents=True, exist_ok=True)
        if usb:
            (housing / "idVendor").write_text(usb[:4] + "\n")
            (housing / "idProduct").write_text(usb[5:] + "\n")
        if serial:
            (housing / "serial").write_text(serial + "\n")
        if interface:
            (home / "interface").write_text(interface + "\n")
    node = home / "video4linux" / f"video{number}"
    node.mkdir(parents=True)
    (node / "name").write_text(name + "\n")
    (node / "index").write_text(f"{index}\n")
    if port:
        (node / "device").symlink_to(home)
    sysfs.mkdir(exist_ok=True)
    (sysfs / node.name).symlink_to(node)
    return sysfs


# --- the written form ---


def test_an_identity_is_readable_and_has_no_spaces() -> None:
    identity = made("HD Webcam C270: kamera Žąsis", "046D:0825", "A1 B2", "1-4:1.0")
    assert str(identity) == "camera:id:hd-webcam-c270-kamera-zasis+usb=046d:0825+serial=A1-B2+port=1-4-1.0"


@given(st.text(max_size=60), st.text(max_size=12), st.text(max_size=80), st.text(max_size=120))
def test_whatever_a_system_tells_is_written_and_read_back(name: str, usb: str, serial: str, port: str) -> None:
    identity = made(name, usb, serial, port)
    assert " " not in str(identity)
    assert read(str(identity)) == identity


@pytest.mark.parametrize(
    "spec",
    [
        "camera:id:",
        "camera:id:Webcam",
        "camera:id:my cam",
        "camera:id:cam+",
        "camera:id:cam+usb=46d:825",
        "camera:id:cam+port=1+usb=046d:0825",
        "camera:id:cam+colour=red",
        "camera:id:-cam",
        "camera:id:cam+serial=",
        "camera:id:cam\n",
        "camera:ID:cam",
        "camera:٣",
    ],
)
def test_nonsense_is_refused(spec: str) -> None:
    assert read(spec) is None
    with pytest.raises(Trouble, match="source_unclear"):
        open_source(spec)


def test_a_camera_alone_of_its_kind_is_found_in_any_port() -> None:
    wanted = Identity("cam", "046d:0825", "", "1-4")
    assert found(wanted, [Identity("other"), Identity("cam", "046d:0825", "", "2-1")]) == 1
    assert found(Identity("cam"), [Identity("cam", "046d:0825", "S", "2-1")]) == 0
    assert found(wanted, [Identity("cam", "046d:0826", "", "1-4")]) is None
    assert found(wanted, []) is None


def test_two_alike_are_told_apart_by_port_and_never_guessed() -> None:
    left, right = Identity("cam", "1:1", "", "1-1"), Identity("cam", "1:1", "", "1-2")
    assert found(right, [left, right]) == 1
    assert found(Identity("cam", "1:1", "", "1-3"), [left, right]) is None
    assert found(Identity("cam"), [left, right]) is None


def test_a_serial_number_is_never_another_cameras() -> None:
    mine, other = Identity("cam", "1:1", "A", "1-1"), Identity("cam", "1:1", "B", "1-1")
    assert found(mine, [other]) is None
    assert found(mine, [other, Identity("cam", "1:1", "A", "3-3")]) == 1
    # A cheap one's number that all of its kind share.
    twins = [Identity("cam", "1:1", "0001", "1-1"), Identity("cam", "1:1", "0001", "1-2")]
    assert found(twins[1], twins) == 1


# --- Linux ---


def test_the_kernels_list_real_cameras_first(tmp_path: Path) -> None:
    plug(tmp_path, 0, "OBS Virtual Camera")
    plug(tmp_path, 1, "Integrated Camera: Integrated I", "1-8:1.2", "13d3:56bb", interface="Integrated IR Camera")
    plug(tmp_path, 2, "Integrated Camera: Integrated C", "1-8:1.0", "13d3:56bb", interface="Integrated RGB Camera")
    plug(tmp_path, 3, "Integrated Camera: Integrated C", "1-8:1.0", "13d3:56bb", index=1)
    sysfs = plug(tmp_path, 10, "HD Webcam C270", "1-4:1.0", "046d:0825", "A1B2")
    here = devices("linux", sysfs)
    assert here is not None
    assert [device.ways for device in here] == [(Way(n, V4L2),) for n in (2, 10, 0, 1)]
    assert [(device.virtual, device.unseeing) for device in here] == [
        (False, False),
        (False, False),
        (True, False),
        (False, True),
    ]
    assert str(here[1].identity) == "camera:id:hd-webcam-c270+usb=046d:0825+serial=A1B2+port=1-4-1.0"
    assert len({str(device.identity) for device in here}) == 4
    assert here[1].node == "/dev/video10"


def test_a_list_that_changes_while_it_is_read(tmp_path: Path) -> None:
    plug(tmp_path, 0, "Cam", "1-1:1.0", "1111:2222")
    sysfs = plug(tmp_path, 1, "Gone", "1-2:1.0")
    (sysfs / "video1").unlink()
    (sysfs / "video1").symlink_to(tmp_path / "nowhere")
    (sysfs / "video-x").mkdir()
    here = devices("linux", sysfs)
    assert here is not None
    assert [device.name for device in here] == ["Cam"]
    assert devices("linux", tmp_path / "none") is None


def test_names_that_are_alike_are_numbered_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug(tmp_path, 0, "Cam", "1-1:1.0", "1111:2222")
    sysfs = plug(tmp_path, 1, "Cam", "1-2:1.0", "1111:2222")
    monkeypatch.setattr(cameras, "devices", lambda: devices("linux", sysfs))
    assert cameras.cameras() == [
        ("camera:id:cam+usb=1111:2222+port=1-1-1.0", "Cam (1)"),
        ("camera:id:cam+usb=1111:2222+port=1-2-1.0", "Cam (2)"),
    ]
    monkeypatch.setattr(cameras, "devices", lambda: None)
    assert cameras.cameras()[0][0] == "camera:0"


# --- Windows and macOS ---


@dataclass
class Row:
    index: int
    name: str
    path: str | None = None
    vid: int | None = None
    pid: int | None = None


USB = r"\\?\usb#vid_046d&pid_0825&mi_00#7&1f2e3d&0&0000#{%s}\global"


def test_the_lists_of_two_backends_are_one() -> None:
    lists = {
        DSHOW: [
            Row(0, "OBS Virtual Camera"),
            Row(1, "HD Webcam", USB % "65e8773d", 0x46D, 0x825),
            Row(2, "Windows Hello Face", r"\\?\usb#vid_1&pid_2#9#{65e8773d}\global", 1, 2),
        ],
        MSMF: [Row(0, "HD Webcam", (USB % "e5323777").upper(), 0x46D, 0x825)],
    }
    here = ranked(joined(lists))
    assert [device.name for device in here] == ["HD Webcam", "OBS Virtual Camera", "Windows Hello Face"]
    assert here[0].ways == (Way(1, DSHOW), Way(0, MSMF))
    assert str(here[0].identity) == "camera:id:hd-webcam+usb=046d:0825+port=7-1f2e3d-0-0000"
    assert here[1].ways == (Way(0, DSHOW),)


def test_macos_has_one_list_with_ids_that_stay() -> None:
    here = joined({AVFOUNDATION: [Row(0, "FaceTime HD Camera", "47B4B64B-7067-4B9C-AD2B-AE273A71F4B5")]})
    assert str(here[0].identity) == "camera:id:facetime-hd-camera+port=47b4b64b-7067-4b9c-ad2b-ae273a71f4b5"


def test_no_backend_is_left_to_chance() -> None:
    assert raw(3, "win32") == (Way(3, DSHOW), Way(3, MSMF))
    assert raw(3, "darwin") == (Way(3, AVFOUNDATION),)
    assert raw(3, "linux") == (Way(3, V4L2),)
    assert (V4L2, DSHOW, MSMF, AVFOUNDATION) == (cv2.CAP_V4L2, cv2.CAP_DSHOW, cv2.CAP_MSMF, cv2.CAP_AVFOUNDATION)
