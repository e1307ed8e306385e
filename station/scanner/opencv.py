"""The one place that imports OpenCV, with its own chatter on stderr turned off before it is loaded."""

from __future__ import annotations

import os

# Read when the libraries load, so they must stand before the import. A user gets our sentence, not FFmpeg's.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# With hardware transforms on, Windows' Media Foundation takes up to 20 s to open a camera.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
# Seconds that Linux waits for a frame of a camera that sends none; without it ten.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

import cv2

# Two threads of ours are enough on a two-core laptop; OpenCV's own pool only takes the cores from them.
cv2.setNumThreads(1)

__all__ = ["cv2"]
