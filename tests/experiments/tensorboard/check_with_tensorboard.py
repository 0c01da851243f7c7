"""Trains with --tensorboard, kills and resumes, and reads the event files with TensorBoard's own reader.

    python tests/experiments/tensorboard/check_with_tensorboard.py build/release/eca     # needs tensorboard (2.21.0), Pillow

Not part of `make test`, which needs no Python: event_file_test.cpp and tensorboard_log_test.cpp hold the writer to bytes that
TensorBoard wrote and to a reader of their own.
"""

import csv
import glob
import io
import json
import logging
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

PROGRAM = os.path.abspath(sys.argv[1])
SETTINGS = ["--data", "synthetic:n=256,test=64,size=16,classes=8", "--batch-size", "8", "--epochs", "6",
            "--checkpoint-every", "0.2", "--threads", "1", "--tensorboard"]
ALL = {"scalars": 0, "histograms": 0, "images": 0, "compressedHistograms": 0, "tensors": 0}  # 0: no sample is left out


def train(folder, *more):
    return subprocess.Popen([PROGRAM, "train", *SETTINGS, *more, "--out", folder], stdout=subprocess.PIPE, text=True)


def finished(process):
    output = process.communicate()[0]
    assert process.returncode == 0, output
    return output.rsplit("weights sha256 ", 1)[1].strip()


def read(folder):
    events = EventAccumulator(folder, size_guidance=ALL)
    events.Reload()
    return events


def scalars(events, tag):
    values = {}
    for event in events.Scalars(tag):
        assert event.step not in values, f"{tag} has two values at step {event.step}"
        values[event.step] = event.value
    return values


def near(a, b):
    return abs(a - b) <= 1e-6 * max(1, abs(a), abs(b))  # single precision


def compare_with_metrics(events, folder):
    rows = list(csv.DictReader(open(os.path.join(folder, "metrics.csv"))))
    compared = 0
    for tag, column in [("train_loss",) * 2, ("train_accuracy",) * 2, ("test_loss",) * 2, ("test_accuracy",) * 2,
                        ("test_top5",) * 2]:
        found = scalars(events, "epoch/" + tag)
        assert sorted(found) == [int(row["step"]) for row in rows], (tag, sorted(found))
        for row in rows:
            assert near(found[int(row["step"])], float(row[column])), (tag, row)
            compared += 1
    rates = scalars(events, "step/learning_rate")
    for row in rows:
        assert near(rates[int(row["step"])], float(row["lr"]))
        compared += 1
    return compared


class Server:
    """TensorBoard itself, whose data server reads files by other code than EventAccumulator."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--host", "127.0.0.1", "--port", "0",
             "--load_fast", "true", "--samples_per_plugin", "scalars=100000,images=1000"], stderr=subprocess.PIPE, text=True)
        self.lines = []
        for line in self.process.stderr:
            self.lines.append(line)
            if "http://127.0.0.1:" in line:
                self.address = "http://127.0.0.1:" + line.split("http://127.0.0.1:")[1].split("/")[0]
                return
        raise RuntimeError("TensorBoard did not start: " + "".join(self.lines))

    def get(self, path, **query):
        more = "?" + urllib.parse.urlencode(query) if query else ""
        with urllib.request.urlopen(f"{self.address}/data/{path}{more}") as answer:
            return answer.read()

    def wait_for(self, run, tag, count):
        for _ in range(100):
            if tag in json.loads(self.get("plugin/scalars/tags")).get(run, {}):
                points = json.loads(self.get("plugin/scalars/scalars", run=run, tag=tag))
                if len(points) >= count:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"TensorBoard does not show {tag} of {run}")

    def scalars(self, run, tag):
        points = json.loads(self.get("plugin/scalars/scalars", run=run, tag=tag))
        values = {step: value for _, step, value in points}
        assert len(values) == len(points), f"{tag} has two values at one step"
        return values

    def stop(self):
        self.process.terminate()
        self.process.wait()


def image_steps(events):
    """Of the pictures of a run: one at the beginning of each sitting, but for those of sittings that were gone over again."""
    return [image.step for image in events.Images("batch/images")]


def compare_with_server(folder, events_of, tags):
    """`events_of` each run, as EventAccumulator reads them; the scalars of all are those of the whole one."""
    events = events_of["whole"]
    server = Server(folder)
    try:
        for run in events_of:
            server.wait_for(run, "epoch/test_loss", 6)
            server.wait_for(run, "step/loss", 192)
            for tag in tags["scalars"]:
                if tag != "epoch/images_per_second":
                    assert server.scalars(run, tag) == scalars(events, tag), (run, tag)
            histograms = json.loads(server.get("plugin/histograms/histograms", run=run, tag=tags["histograms"][0]))
            assert [step for _, step, _ in histograms] == [32 * i for i in range(1, 7)]
            images = json.loads(server.get("plugin/images/images", run=run, tag="batch/images", sample=0))
            assert images and [image["step"] for image in images] == image_steps(events_of[run]), (run, images)
            for image in images:
                png = server.get("plugin/images/individualImage?" + image["query"])[:8]
                assert png == b"\x89PNG\r\n\x1a\n", image
        print("TensorBoard's page gets the same numbers, histograms and pictures of both runs")
    finally:
        server.stop()


def main():
    logging.disable(logging.WARNING)  # that expired events are purged
    work = tempfile.mkdtemp()
    plain = os.path.join(work, "plain")
    whole, run = os.path.join(work, "whole"), os.path.join(work, "run")
    unlogged = subprocess.run([PROGRAM, "train", *SETTINGS[:-1], "--out", plain], capture_output=True, text=True)
    sha = unlogged.stdout.rsplit("weights sha256 ", 1)[1].strip()
    assert finished(train(whole)) == sha, "logging changes the weights"
    events = read(whole)
    numbers = compare_with_metrics(events, whole)
    assert sorted(scalars(events, "step/loss")) == list(range(1, 193))
    tags = events.Tags()
    print(f"one sitting: {len(tags['scalars'])} scalars, {len(tags['histograms'])} histograms, "
          f"{len(tags['images'])} image; {numbers} numbers are those of metrics.csv")

    for tag in tags["histograms"]:
        module = tag.split("/", 1)[1]
        means = scalars(events, "gates_mean/" + module)
        for event in events.Histograms(tag):
            h = event.histogram_value
            assert h.num == sum(h.bucket) and near(h.sum / h.num, means[event.step]), tag
            assert math.isclose(h.min, scalars(events, "gates_min/" + module)[event.step], rel_tol=1e-6)
    image = events.Images("batch/images")[0]
    picture = Image.open(io.BytesIO(image.encoded_image_string))
    picture.load()
    assert picture.size == (image.width, image.height) and image_steps(events) == [1]
    print(f"the batch is a {picture.format} of {picture.size[0]}x{picture.size[1]} pixels, at step {image.step}")

    kills = 0
    while True:
        process = train(run, "--resume")
        time.sleep(0.5 + 0.13 * kills)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            if glob.glob(run + "/events.out.tfevents.*"):
                read(run)
        else:
            assert finished(process) == sha
            break
    files = sorted(glob.glob(run + "/events.out.tfevents.*"))
    resumed = read(run)
    numbers = compare_with_metrics(resumed, run)
    for tag in tags["scalars"]:
        if tag != "epoch/images_per_second":
            assert scalars(resumed, tag) == scalars(events, tag), tag
    print(f"killed {kills} times: {len(files)} files, every scalar at every step once and as in one sitting; "
          f"{numbers} numbers are those of metrics.csv")

    compare_with_server(work, {"whole": events, "run": resumed}, tags)

    cut = os.path.join(work, "cut")
    os.mkdir(cut)
    name = glob.glob(whole + "/events.out.tfevents.*")[0]
    size, counts = os.path.getsize(name), set()
    for less in range(0, 20000, 37):
        shutil.copy(name, cut)
        os.truncate(os.path.join(cut, os.path.basename(name)), size - less)
        part = read(cut)
        counts.add(len(part.Scalars("step/loss")))
        assert sorted(scalars(part, "step/loss")) == list(range(1, len(part.Scalars("step/loss")) + 1))
    print(f"cut at {len(range(0, 20000, 37))} places before its end, the file has {min(counts)} to {max(counts)} steps of 192")
    shutil.rmtree(work)
    print("TensorBoard's reader reads all of it")


main()
