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
from threadpoolctl import threadpool_limits

# Two threads of ours are enough on a two-core laptop; pools of OpenCV and of numpy's algebra only take the cores
# from them: a system of a hundred equations took a hundred times as long while another program was busy.
cv2.setNumThreads(1)
threadpool_limits(limits=1, user_api="blas")

__all__ = ["cv2"]
