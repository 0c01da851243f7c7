"""Writes events.tfevents: a few events as TensorBoard's own writer writes them.

    python tests/golden/make_events.py       # needs tensorboard (2.21.0)

tests/experiments/tensorboard/event_file_test.cpp writes the same events and compares the bytes.
"""

import math
import os

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.record_writer import RecordWriter

FOLDER = os.path.dirname(os.path.abspath(__file__))


def scalar(tag, value):
    return Summary.Value(tag=tag, simple_value=value)


EVENTS = [
    Event(wall_time=1700000000.5, file_version="brain.Event:2"),
    Event(wall_time=1700000001.25, step=301, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1700000002, step=312, summary=Summary(value=[
        scalar("epoch/train_loss", 1.25), scalar("step/learning_rate", 0.1), scalar("zero", 0)])),
    Event(wall_time=1700000003, step=70000, summary=Summary(value=[Summary.Value(
        tag="gates/layer1.0.eca",
        histo=HistogramProto(min=0.25, max=0.75, num=4, sum=2, sum_squares=1.125,
                             bucket_limit=[0.5, math.nextafter(0.75, 1)], bucket=[1, 3]))])),
]

with open(os.path.join(FOLDER, "events.tfevents"), "wb") as file:
    writer = RecordWriter(file)
    for event in EVENTS:
        writer.write(event.SerializeToString())
    writer.flush()
