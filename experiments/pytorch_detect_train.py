"""The recipe of `eca detect train` with torchvision's detectors: the baseline for its average precision and speed.

    eca detect make-scenes scenes
    eca detect train --data coco:scenes --model small_retinanet:eca_resnet18 --out runs/retinanet
    python experiments/pytorch_detect_train.py runs/retinanet --out reference --threads 2

The recipe is the run's: its config.txt (data, epochs, batch size, optimiser, schedule, augmentation, seed,
threads) and its detector.json (backbone, anchors, heads, samplers, thresholds, normalisation, and the rules by
which weights begin). What torchvision cannot do as those say is refused. Random numbers are its own. --init
carries weights over, from a weight file or a run directory; with --evaluate they are measured and not trained.

Reads a folder of `eca detect make-scenes`, coco:DIR: PNG, boxes, masks as run lengths. AP is that of `eca detect
eval-results` (--eca). Writes into --out metrics.csv with the columns of `eca detect train`, found.json (what was
found on the test images, COCO's results), last.pt (checkpoint, once an epoch: --resume goes on with it) and
environment.txt. Needs torch, torchvision, numpy and Pillow.
"""

import argparse
import json
import math
import os
import re
import resource
import subprocess
import sys
import time

import numpy as np
import torch
import torchvision
from torchvision.models.detection.roi_heads import paste_masks_in_image

from pytorch_detect_data import Batches, CocoSplit, counts_of, parse_augment, refuse, split_named, text_of_counts

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "golden"))
from pytorch_detectors import build, initialise, weight_decay_groups  # noqa: E402
from safetensors_io import load as load_safetensors  # noqa: E402

EVALUATION_BATCH = 16  # as in experiments/detection/evaluate_detector.cpp
SAMPLE = 3             # stream of random numbers, beside those of pytorch_detect_data.py


# ---- the recipe: config.txt ------------------------------------------------------------------------------


def read_config(path):
    config = {}
    try:
        with open(path) as file:
            for line in file:
                key, equals, value = line.partition("=")
                if equals:
                    config[key.strip()] = value.strip()
    except OSError as error:
        refuse(f"{path}: {error.strerror}; expected the directory of a run of `eca detect train`")
    return config


class Schedule:
    """The learning rate of a step: core/optim/schedule.hpp."""

    def __init__(self, text, peak, steps, epoch_steps):
        self.kind, _, options = text.partition(":")
        options = dict(option.split("=") for option in options.split(",")) if options else {}
        if self.kind not in ("constant", "step", "exponential", "cosine", "triangular"):
            refuse(f"schedule: {text}, expected constant, step, exponential, cosine or triangular")
        self.warmup = float(options.get("warmup", 0.2 if self.kind == "triangular" else 0))
        self.milestones = [float(m) for m in options.get("at", "0.5/0.75").split("/")]
        usual = 0.98 if self.kind == "exponential" else 0.1
        self.factor = float(options.get("factor", options.get("gamma", usual)))
        self.peak, self.steps, self.epoch_steps = peak, steps, epoch_steps

    def lr(self, step):
        s, T, W = step + 0.5, self.steps, self.warmup * self.steps
        if s < W:
            return self.peak * s / W
        if self.kind == "step":
            return self.peak * self.factor ** sum(s >= (m * T if m < 1 else m * self.epoch_steps) for m in self.milestones)
        if self.kind == "exponential":
            return self.peak * self.factor ** (s // self.epoch_steps)
        if self.kind == "cosine":
            return self.peak * 0.5 * (1 + math.cos(math.pi * (s - W) / (T - W)))
        return self.peak * (T - s) / (T - W) if self.kind == "triangular" else self.peak


def make_optimizer(config, model, settings):
    groups = weight_decay_groups(model, settings, float(config["weight-decay"]))
    kind, lr = config["optimizer"], float(config["lr"])
    if kind == "sgd":
        momentum = float(config["momentum"])
        return torch.optim.SGD(groups, lr=lr, momentum=momentum, nesterov=config["nesterov"] == "true")
    if kind in ("adam", "adamw"):
        return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind](groups, lr=lr)
    refuse(f"optimizer: {kind}, expected sgd, adam or adamw")


def load_weights(model, path):
    """Those of ecagrad, by their names; what an optimiser remembers is passed over."""
    if os.path.isdir(path):
        path = os.path.join(path, "weights.safetensors")
    try:
        tensors, _ = load_safetensors(path)
    except (OSError, ValueError) as error:
        refuse(f"--init: {error}")
    state = model.state_dict()
    missing = [name for name in state if name not in tensors and not name.endswith("num_batches_tracked")]
    if missing:
        refuse(f"--init: {path} has no {missing[0]}, and {len(missing)} missing in all: another detector's weights")
    for name, value in state.items():
        if name in tensors:
            if tensors[name].shape != tuple(value.shape):
                refuse(f"--init: {path}: {name} is {tensors[name].shape}, expected {tuple(value.shape)}")
            value.copy_(torch.from_numpy(tensors[name]))


# ---- evaluation ------------------------------------------------------------------------------------------


@torch.no_grad()
def find_all(model, batches, path):
    """Writes what is found on the test images, as COCO's results."""
    model.eval()
    data, results = batches.data, []
    for first in range(0, len(data), EVALUATION_BATCH):
        placed = [batches.placed(0, i) for i in range(first, min(first + EVALUATION_BATCH, len(data)))]
        for n, found in enumerate(model([image for image, _ in placed])):
            placement, entry = placed[n][1], data.entries[first + n]
            corners = placement.to_image(found["boxes"])
            masks = [None] * len(corners)
            if "masks" in found and len(corners):
                masks = (paste_masks_in_image(found["masks"], corners.float(), placement.image)[:, 0] > 0.5).numpy()
            for box, label, score, mask in zip(corners.tolist(), found["labels"].tolist(), found["scores"].tolist(), masks):
                result = {"image_id": entry["id"], "category_id": data.category_ids[label - batches.first_label],
                          "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]], "score": score}
                if mask is not None:
                    result["segmentation"] = {"size": list(placement.image), "counts": text_of_counts(counts_of(mask))}
                results.append(result)
    with open(path, "w") as file:
        json.dump(results, file)


def average_precision(eca, annotations, results, masks):
    """AP, AP50 and AP75; nan where there is no object."""
    command = [eca, "detect", "eval-results", annotations, results] + (["--masks"] if masks else [])
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        refuse(f"{' '.join(command)}: {done.stderr.strip()}")
    numbers = dict(re.findall(r"^(AP\d*) +([\d.]+|-) ", done.stdout, flags=re.MULTILINE))
    return [float("nan") if numbers[name] == "-" else float(numbers[name]) for name in ("AP", "AP50", "AP75")]


# ---- training --------------------------------------------------------------------------------------------


class Training:
    def __init__(self, args, config, settings, train, test):
        self.args, self.config, self.settings = args, config, settings
        self.seed = int(config["seed"])
        self.batches = Batches(train, settings, parse_augment(config["augment"]), self.seed)
        self.test = Batches(test, settings, None, self.seed)
        self.batch_size = int(config["batch-size"])
        self.epoch_steps = max(1, len(train) // self.batch_size)
        self.steps = int(config["steps"]) or int(config["epochs"]) * self.epoch_steps
        self.schedule = Schedule(config["schedule"], float(config["lr"]), self.steps, self.epoch_steps)
        self.model = build(settings)
        initialise(self.model, settings, torch.Generator().manual_seed(self.seed))
        if args.init:
            with torch.no_grad():
                load_weights(self.model, args.init)
        if args.layout == "channels_last":
            self.model = self.model.to(memory_format=torch.channels_last)
        self.optimizer = make_optimizer(config, self.model, settings)
        self.done_epochs, self.step, self.rows, self.seconds = 0, 0, [], 0.0

    def file(self, name):
        return os.path.join(self.args.out, name)

    def recipe(self):
        """All that decides the numbers."""
        config = {key: value for key, value in self.config.items()
                  if key not in ("out", "threads", "evaluate-every", "checkpoint-every")}
        return json.dumps([config, self.settings, self.args.init, self.args.layout], sort_keys=True)

    def save(self):
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "epochs": self.done_epochs,
                 "step": self.step, "rows": self.rows, "seconds": self.seconds, "recipe": self.recipe()}
        torch.save(state, self.file("last.pt.tmp"))
        os.replace(self.file("last.pt.tmp"), self.file("last.pt"))

    def resume(self):
        state = torch.load(self.file("last.pt"), weights_only=True)
        if state["recipe"] != self.recipe():
            refuse(f"{self.file('last.pt')}: is of another recipe; expected the same run and options as when it was begun")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done_epochs, self.step, self.rows, self.seconds = state["epochs"], state["step"], state["rows"], state["seconds"]
        print(f"resuming after step {self.step} of {self.steps}", flush=True)

    def train_step(self, images, targets):
        """The losses by part."""
        self.model.train()
        if self.settings["backbone"]["frozen_batch_norm"]:
            self.model.backbone.body.eval()
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.lr(self.step)
        self.optimizer.zero_grad(set_to_none=True)
        losses = self.model(images, targets)
        loss = sum(losses.values())
        if not torch.isfinite(loss):
            refuse(f"step {self.step + 1}: the loss is {loss.item()}")
        loss.backward()
        self.optimizer.step()
        self.step += 1
        return {name: value.item() for name, value in losses.items()}

    def train_epoch(self):
        """Mean losses by part, and images a second of the training steps alone."""
        epoch, sums, step_seconds, images_seen = self.done_epochs, {}, 0.0, 0
        torch.manual_seed(int(np.random.SeedSequence([self.seed, SAMPLE, epoch]).generate_state(1)[0]))
        for images, targets in self.batches.epoch(epoch, self.batch_size):
            begin = time.perf_counter()
            for name, value in self.train_step(images, targets).items():
                sums[name] = sums.get(name, 0) + value * len(images)
            step_seconds += time.perf_counter() - begin
            images_seen += len(images)
            if self.step == self.steps:
                break
        self.done_epochs += 1
        return {name: value / images_seen for name, value in sums.items()}, images_seen / step_seconds

    def evaluate(self):
        """Three numbers of boxes and, where there are some, three of masks."""
        found = self.file("found.json")
        find_all(self.model, self.test, found)
        annotations, masks = self.test.data.path, self.settings["kind"] == "mask_rcnn"
        scores = average_precision(self.args.eca, annotations, found, masks=False)
        return scores + (average_precision(self.args.eca, annotations, found, masks=True) if masks else [])

    def score_names(self):
        return [f"{what}_{ap}" for what in (["box", "mask"] if self.settings["kind"] == "mask_rcnn" else ["box"])
                for ap in ("ap", "ap50", "ap75")]

    def end_epoch(self, losses, speed, begin):
        done, names = self.step == self.steps, self.score_names()
        evaluated = done or self.done_epochs % int(self.config["evaluate-every"]) == 0
        scores = self.evaluate() if evaluated else [float("nan")] * len(names)
        self.seconds += time.perf_counter() - begin
        total = sum(losses.values())
        if not self.rows:
            self.rows.append(",".join(["epoch", "step", "lr", "train_loss", *losses, *names, "images_per_second", "seconds"]))
        numbers = [self.schedule.lr(self.step - 1), total, *losses.values(), *scores]
        self.rows.append(f"{self.done_epochs},{self.step}," + ",".join(f"{x:.9g}" for x in numbers)
                         + f",{speed:.1f},{self.seconds:.1f}")
        with open(self.file("metrics.csv"), "w") as file:
            file.write("\n".join(self.rows) + "\n")
        print(f"epoch {self.done_epochs:3d}  train loss {total:.4f}   " + (scores_text(names, scores) if evaluated else "")
              + f"{speed:.1f} img/s  {self.seconds:.0f} s", flush=True)
        self.save()

    def run(self):
        while self.step < self.steps:
            begin = time.perf_counter()
            losses, speed = self.train_epoch()
            self.end_epoch(losses, speed, begin)


def scores_text(names, scores):
    """"box AP 0.5012  AP50 0.8011   ", without AP75."""
    text = ""
    for name, score in zip(names, scores):
        what, _, ap = name.partition("_")
        if ap != "ap75":
            text += (f"{what} AP " if ap == "ap" else "  AP50 ") + f"{score:.4f}" + ("   " if ap == "ap50" else "")
    return text


def parse_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("run", help="directory of a run of `eca detect train`, with config.txt and detector.json")
    p.add_argument("--out", required=True, help="folder for what is written")
    p.add_argument("--data", help="coco:DIR [the run's]")
    p.add_argument("--init", help="weights to begin with: a file or run directory [random numbers]")
    p.add_argument("--evaluate", action="store_true", help="measure the weights of --init, without training")
    p.add_argument("--resume", action="store_true", help="go on with the training in --out, if there is one")
    for key in ("epochs", "steps", "seed", "threads"):
        p.add_argument("--" + key, type=int, help="[the run's]")
    p.add_argument("--layout", choices=("nchw", "channels_last"), default="nchw")
    p.add_argument("--eca", default=os.path.join(HERE, "..", "build", "eca"), help="the program, for AP [build/eca]")
    args = p.parse_args()
    if not os.access(args.eca, os.X_OK):
        p.error(f"--eca: {args.eca} is no program; `make` builds it")
    if args.evaluate and not args.init:
        p.error("--evaluate: expected only with --init")
    return args


def read_run(args):
    """config.txt with the options over it, detector.json, and the data, training and test."""
    config = read_config(os.path.join(args.run, "config.txt"))
    for key in ("epochs", "steps", "seed", "threads", "data"):
        if getattr(args, key) is not None:
            config[key] = str(getattr(args, key))
    path = os.path.join(args.run, "detector.json")
    try:
        with open(path) as file:
            settings = json.load(file)
    except (OSError, ValueError) as error:
        refuse(f"{path}: {error}; `eca detect train --resume --out {args.run}` writes it")
    if not config["data"].startswith("coco:"):
        refuse(f"the run is on {config['data']}; write the same scenes with `eca detect make-scenes DIR` and give "
               "--data coco:DIR")
    if (config["init"] or config["backbone-weights"]) and not args.init:
        refuse("the run begins with weights; give them with --init")
    folder, *splits = config["data"][len("coco:"):].split(",")
    splits = dict(split.split("=") for split in splits)          # train=..., test=...
    train = split_named(folder, splits.get("train", "train"))
    test = split_named(folder, *([splits["test"]] if "test" in splits else ["val", "test"]))
    return config, settings, CocoSplit(folder, train), CocoSplit(folder, test)


def main():
    args = parse_arguments()
    config, settings, train, test = read_run(args)
    threads = int(config["threads"]) or os.cpu_count()
    torch.set_num_threads(threads)
    for data in (train, test):
        if data.classes != settings["classes"]:
            refuse(f"{data.path}: the classes {', '.join(data.classes)}, expected {', '.join(settings['classes'])}")
    os.makedirs(args.out, exist_ok=True)
    if os.path.exists(os.path.join(args.out, "last.pt")) and not args.resume and not args.evaluate:
        refuse(f"{args.out}: holds a training already; --resume goes on with it")
    training = Training(args, config, settings, train, test)
    parameters = sum(p.numel() for p in training.model.parameters())
    about = (f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, {torch.backends.cpu.get_cpu_capability()}, "
             f"{threads} threads, {args.layout}")
    print(f"{about}\n{config['model']}, {parameters:,d} parameters; {len(train)} training and {len(test)} test images; "
          f"{training.steps} steps of {training.batch_size} images, seed {training.seed}", flush=True)
    with open(training.file("environment.txt"), "w") as file:
        file.write(f"{about}\nrun: {config['model']}, seed {training.seed}\n")
    if args.evaluate:
        print(scores_text(training.score_names(), training.evaluate()).rstrip())
        return
    if args.resume and os.path.exists(training.file("last.pt")):
        training.resume()
    training.run()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024   # Linux counts in KiB
    print(f"{training.seconds:.1f} s, peak RSS {rss:.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
