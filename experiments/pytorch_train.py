"""The training recipe of this project in plain PyTorch: the baseline for its speed and accuracy.

    python experiments/pytorch_train.py cifar-10-batches-bin --model eca_resnet20 --epochs 10 --seed 1 \
        --threads 2 --out pytorch.csv

Reads the binary version of CIFAR-10 (data_batch_1..5.bin, test_batch.bin). SGD with Nesterov momentum 0.9,
one triangular cycle of the learning rate over all steps, weight decay on conv and linear weights only, label
smoothing 0.1, crops of the zero-padded image, horizontal flips, channels_last. Prints one line an epoch and
writes them as CSV.
"""

import argparse
import csv
import os
import resource
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "golden"))
from pytorch_models import build, count_parameters, weight_decay_groups  # noqa: E402

MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
RECORD = 1 + 3 * 32 * 32


def read_cifar10(folder, files):
    """uint8 images (N,3,32,32) and int64 labels (N)."""
    parts = []
    for name in files:
        path = os.path.join(folder, name)
        raw = np.fromfile(path, dtype=np.uint8)
        if raw.size == 0 or raw.size % RECORD:
            sys.exit(f"{path}: {raw.size} bytes, expected a multiple of {RECORD}")
        parts.append(raw.reshape(-1, RECORD))
    data = np.concatenate(parts)
    images = data[:, 1:].reshape(-1, 3, 32, 32).copy()
    return torch.from_numpy(images), torch.from_numpy(data[:, 0].astype(np.int64))


def normalise(images):
    mean = torch.tensor(MEAN).view(1, 3, 1, 1)
    std = torch.tensor(STD).view(1, 3, 1, 1)
    return (images.float() / 255 - mean) / std


def augment(images, generator, pad=4):
    """Normalise, pad with zeros, crop back at a random offset, flip half of the images; channels_last."""
    N, _, H, W = images.shape
    x = F.pad(normalise(images), (pad, pad, pad, pad))
    rows = torch.randint(0, 2 * pad + 1, (N, 1), generator=generator) + torch.arange(H)
    start = torch.randint(0, 2 * pad + 1, (N, 1), generator=generator)
    flip = torch.rand((N, 1), generator=generator) < 0.5
    columns = start + torch.where(flip, W - 1 - torch.arange(W), torch.arange(W))
    x = x[torch.arange(N).view(N, 1, 1), :, rows.view(N, H, 1), columns.view(N, 1, W)]   # (N,H,W,3)
    return x.permute(0, 3, 1, 2)


def learning_rate(step, steps, peak):
    s, warm = step + 0.5, 0.2 * steps
    return peak * s / warm if s < warm else peak * (steps - s) / (steps - warm)


@torch.no_grad()
def accuracy(model, images, labels, batch=500):
    model.eval()
    correct = 0
    for i in range(0, len(images), batch):
        x = normalise(images[i:i + batch]).contiguous(memory_format=torch.channels_last)
        correct += (model(x).argmax(dim=1) == labels[i:i + batch]).sum().item()
    model.train()
    return 100.0 * correct / len(images)


def parse_arguments():
    p = argparse.ArgumentParser(description="The training recipe in plain PyTorch, as a baseline.")
    p.add_argument("data", help="folder with data_batch_1..5.bin and test_batch.bin")
    p.add_argument("--model", default="eca_resnet20")
    p.add_argument("--attention", help="e.g. eca:k=5 or se:r=8,bias=true; default: from the model's name")
    p.add_argument("--shortcut", default="A", choices=("A", "B"))
    p.add_argument("--epochs", type=int, default=10)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--batch", type=int, default=128)
    p.add_argument("--lr", type=float, default=0.2, help="peak of the cycle")
    p.add_argument("--momentum", type=float, default=0.9)
    p.add_argument("--weight-decay", type=float, default=5e-4)
    p.add_argument("--label-smoothing", type=float, default=0.1)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--max-steps", type=int, help="stop every epoch after so many steps (to try things out)")
    p.add_argument("--out", help="CSV file, one row an epoch")
    return p.parse_args()


def main():
    args = parse_arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    shuffle = torch.Generator().manual_seed(1000 + args.seed)
    augmentation = torch.Generator().manual_seed(2000 + args.seed)

    images, labels = read_cifar10(args.data, [f"data_batch_{i}.bin" for i in range(1, 6)])
    test_images, test_labels = read_cifar10(args.data, ["test_batch.bin"])
    model = build(args.model, args.attention, args.shortcut).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(weight_decay_groups(model, args.weight_decay), lr=args.lr,
                                momentum=args.momentum, nesterov=args.momentum > 0)
    steps_per_epoch = min(len(images) // args.batch, args.max_steps or len(images))
    steps = steps_per_epoch * args.epochs
    print(f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, {args.threads} threads; "
          f"{args.model}, {count_parameters(model):,d} parameters; {len(images)} training and "
          f"{len(test_images)} test images; {args.epochs} epochs of {steps_per_epoch} steps, "
          f"batch {args.batch}, seed {args.seed}", flush=True)

    out = open(args.out, "w", newline="") if args.out else None
    writer = csv.writer(out, lineterminator="\n") if out else None
    if out:
        writer.writerow(["epoch", "train_loss", "train_acc", "test_acc", "img_per_s", "seconds"])

    step, train_seconds, begin, test_acc = 0, 0.0, time.perf_counter(), float("nan")
    for epoch in range(1, args.epochs + 1):
        epoch_begin = time.perf_counter()
        order = torch.randperm(len(images), generator=shuffle)
        loss_sum, correct = 0.0, 0
        for i in range(steps_per_epoch):
            index = order[i * args.batch:(i + 1) * args.batch]
            x, target = augment(images[index], augmentation), labels[index]
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, steps, args.lr)
            logits = model(x)
            loss = F.cross_entropy(logits, target, label_smoothing=args.label_smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            loss_sum += loss.item()
            correct += (logits.argmax(dim=1) == target).sum().item()
        seconds = time.perf_counter() - epoch_begin
        train_seconds += seconds
        seen = steps_per_epoch * args.batch
        train_loss, train_acc, speed = loss_sum / steps_per_epoch, 100.0 * correct / seen, seen / seconds
        if not np.isfinite(train_loss):
            sys.exit(f"epoch {epoch}: the training loss is {train_loss}")
        test_acc = accuracy(model, test_images, test_labels)
        total = time.perf_counter() - epoch_begin
        print(f"epoch {epoch:3d}  train loss {train_loss:.4f}  train acc {train_acc:.2f} %  "
              f"test acc {test_acc:.2f} %  {speed:.1f} img/s  {total:.1f} s", flush=True)
        if out:
            writer.writerow([epoch, f"{train_loss:.6f}", f"{train_acc:.4f}", f"{test_acc:.2f}",
                             f"{speed:.1f}", f"{total:.2f}"])
            out.flush()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"final test accuracy {test_acc:.2f} %, {time.perf_counter() - begin:.1f} s, training "
          f"{steps * args.batch / train_seconds:.1f} img/s, peak RSS {rss:.0f} MiB", flush=True)
    if out:
        out.close()


if __name__ == "__main__":
    main()
