"""Speed of a network of tests/golden/pytorch_models.py on a GPU, as one line of JSON: what tests/cuda/on_gpu.sh compares with.

    python tests/cuda/torch_bench.py --model eca_resnet20 --batch-size 128 --image-size 32 --setting compile

The same as `eca bench` measures: a training step (forward, cross-entropy, backward, a step of SGD with Nesterov momentum and
weight decay) and inference, on random images that lie in the GPU's memory. float32 without TF32, channels_last, cuDNN choosing
its algorithms by trial. Steps are measured ten at a time, waited for at the end only.

    eager             as it is
    compile           torch.compile
    reduce-overhead   torch.compile(mode="reduce-overhead"): replays a CUDA graph
"""

import argparse
import json
import os
import statistics
import sys
import time

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "golden"))
sys.path.insert(0, os.path.join(HERE, "..", "..", "experiments"))
from compare_pytorch import training_step  # noqa: E402
from pytorch_models import build  # noqa: E402

TOGETHER = 10


def measure(step, seconds, steps, wait):
    """Seconds of the median step."""
    together = min(TOGETHER, steps) if steps else TOGETHER
    for _ in range(3):
        step()
    wait()
    each, begin = [], time.perf_counter()
    while True:
        start = time.perf_counter()
        for _ in range(together):
            result = step()
        wait()
        each.append((time.perf_counter() - start) / together)
        if len(each) * together >= steps if steps else time.perf_counter() - begin >= seconds and len(each) >= 3:
            break
    if not torch.isfinite(result).all():
        sys.exit("torch_bench: the result is not finite")
    return statistics.median(each)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", default="eca_resnet20")
    p.add_argument("--batch-size", type=int, default=128)
    p.add_argument("--image-size", type=int, default=32)
    p.add_argument("--setting", default="eager", choices=("eager", "compile", "reduce-overhead"))
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--steps", type=int, default=0)
    args = p.parse_args()

    on_gpu = torch.cuda.is_available()
    device = torch.device("cuda" if on_gpu else "cpu")
    wait = torch.cuda.synchronize if on_gpu else lambda: None
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)

    model = build(args.model).to(device, memory_format=torch.channels_last)
    x = torch.rand(args.batch_size, 3, args.image_size, args.image_size, device=device)
    x = x.contiguous(memory_format=torch.channels_last)
    labels = (torch.arange(args.batch_size) % 10).to(device)
    run = model
    if args.setting != "eager":
        run = torch.compile(model, mode=None if args.setting == "compile" else args.setting)

    model.train()
    one_step = training_step(torch, model, x, labels)
    training = measure(lambda: one_step(run), args.seconds, args.steps, wait)
    model.eval()
    with torch.no_grad():
        inference = measure(lambda: run(x), args.seconds, args.steps, wait)
    print(json.dumps({
        "program": "PyTorch " + torch.__version__, "model": args.model, "setting": args.setting,
        "device": torch.cuda.get_device_name() if on_gpu else "cpu", "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if on_gpu else None,
        "batch_size": args.batch_size, "image_size": args.image_size,
        "training": {"images_per_second": args.batch_size / training, "step_ms": 1e3 * training},
        "inference": {"images_per_second": args.batch_size / inference, "step_ms": 1e3 * inference},
        "peak_memory_mib": torch.cuda.max_memory_allocated() / 2**20 if on_gpu else None,
    }))


if __name__ == "__main__":
    main()
