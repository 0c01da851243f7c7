"""Speed and memory of `eca bench` against PyTorch, in turn on the same networks, batches and threads.

    python experiments/compare_pytorch.py
    python experiments/compare_pytorch.py --networks eca_resnet20 --threads 1 --rounds 5 --json compare.json

Both sides measure the same two things on random images that lie in memory: a training step (forward,
cross-entropy, backward, a step of SGD with Nesterov momentum and weight decay) and inference (forward in
evaluation mode, no gradients). The networks of PyTorch are those of tests/golden/pytorch_models.py.

PyTorch gets its best setting, found for each network, for training and for inference apart, by the quickest
step of a short trial of each:

    training    eager or torch.compile, each in NCHW and in channels_last
    inference   eager under no_grad or inference_mode; torch.compile with its freezing, which folds batch
                norms into convolutions; torch.jit.optimize_for_inference, which does so too; each in NCHW
                and in channels_last

A setting that fails or exceeds --trial-timeout is named with its reason and is out. Every measurement is a
process of its own, but for ecagrad's two, which share one: inference comes first. The rounds go PyTorch,
ecagrad, PyTorch, ecagrad, ...; what is compared are medians over rounds of the median step. Memory is the
largest resident set of the process (ru_maxrss), whole, and above what it held before it built a network:
for PyTorch after `import torch`, for ecagrad at its start.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "golden"))

TRAINING = ["eager", "compile"]
INFERENCE = ["no_grad", "inference_mode", "compile", "optimize_for_inference"]
LAYOUTS = ["nchw", "channels_last"]
WARM_UP = 3
LEAST_STEPS = 5


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024   # Linux counts in KiB


# ---- one measurement of PyTorch, in a process of its own ------------------------------------------------


def training_step(torch, model, x, labels):
    """A function that makes one step."""
    from pytorch_models import weight_decay_groups
    optimizer = torch.optim.SGD(weight_decay_groups(model, 5e-4), lr=0.01, momentum=0.9, nesterov=True)

    def step(run):
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(run(x), labels)
        loss.backward()
        optimizer.step()
        return loss
    return step


def measure_here(args):
    import torch
    memory_before = peak_mib()
    from pytorch_models import build
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    layout = torch.channels_last if args.layout == "channels_last" else torch.contiguous_format
    model = build(args.measure).to(memory_format=layout)
    x = torch.rand(args.batch_size, 3, args.image_size, args.image_size).contiguous(memory_format=layout)
    labels = torch.arange(args.batch_size) % 10

    if args.kind == "training":
        model.train()
        run = torch.compile(model) if args.setting == "compile" else model
        one_step = training_step(torch, model, x, labels)
        step = lambda: one_step(run)  # noqa: E731
    else:
        model.eval()
        guard = torch.inference_mode if args.setting == "inference_mode" else torch.no_grad
        run = model
        if args.setting == "compile":
            import torch._inductor.config
            torch._inductor.config.freezing = True
            run = torch.compile(model)
        elif args.setting == "optimize_for_inference":
            with torch.no_grad():
                run = torch.jit.optimize_for_inference(torch.jit.trace(model, x))

        def step():
            with guard():
                return run(x)

    for _ in range(WARM_UP):
        step()
    seconds = []
    least = args.steps or LEAST_STEPS
    while len(seconds) < least or (not args.steps and sum(seconds) < args.seconds):
        start = time.perf_counter()
        result = step()
        seconds.append(time.perf_counter() - start)
    if not torch.isfinite(result).all():
        raise RuntimeError("the result is not finite")
    print(json.dumps({
        "program": "PyTorch " + torch.__version__, "setting": args.setting, "layout": args.layout,
        "images_per_second": args.batch_size / statistics.median(seconds), "steps": len(seconds),
        "step_ms": [1e3 * s for s in seconds], "peak_memory_mib": peak_mib(),
        "memory_before_mib": memory_before,
    }))


# ---- running both sides ---------------------------------------------------------------------------------


def last_line(command, threads, timeout=None):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"not done after {timeout:.0f} s") from None
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["said nothing"])[-1]
        raise RuntimeError(f"exit code {done.returncode}: {said[:160]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def length(args, network, share=1.0):
    """--steps or --seconds. Wide networks take few steps: one of ResNet-18 is ten of ResNet-20."""
    if args.steps:
        return ["--steps", str(max(3, round(args.steps * share)))]
    if "resnet18" in network or "resnet34" in network:
        return ["--steps", str(max(3, round(8 * share)))]
    return ["--seconds", str(args.seconds * share)]


def shapes(args):
    return ["--batch-size", str(args.batch_size), "--image-size", str(args.image_size), "--threads",
            str(args.threads)]


def run_pytorch(args, network, kind, setting, layout, share=1.0, timeout=None):
    measure = ["--measure", network, "--kind", kind, "--setting", setting, "--layout", layout]
    return last_line([sys.executable, os.path.abspath(__file__), *measure, *shapes(args),
                      *length(args, network, share)], args.threads, timeout)


def run_eca(args, network):
    return last_line([args.eca, "bench", "--json", "--model", network, *shapes(args), *length(args, network)],
                     args.threads)


def best_setting(args, network, kind, settings):
    """Tries each; (setting, layout) of the fastest, and what was tried. By their quickest steps, in which
    other work on the machine shows least."""
    tried = []
    for setting in settings:
        for layout in LAYOUTS:
            trial = {"setting": setting, "layout": layout}
            try:
                found = run_pytorch(args, network, kind, setting, layout, args.trial_share,
                                    args.trial_timeout)
                trial["images_per_second"] = 1e3 * args.batch_size / min(found["step_ms"])
                said = f"{trial['images_per_second']:8.0f} img/s"
            except RuntimeError as error:
                trial["failed"] = str(error)
                said = f"out: {error}"
            tried.append(trial)
            print(f"  PyTorch {kind:9s} {setting:22s} {layout:13s} {said}", flush=True)
    working = [trial for trial in tried if "failed" not in trial]
    if not working:
        sys.exit(f"{network}: no setting of PyTorch works for {kind}")
    best = max(working, key=lambda trial: trial["images_per_second"])
    return (best["setting"], best["layout"]), tried


def spread(values):
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def speed(side, kind):
    return side[kind]["images_per_second"]


def memory(side, kind):
    return side[kind]["peak_memory_mib"]


def memory_above_start(side, kind):
    before = side["memory_before_mib"] if "memory_before_mib" in side else side[kind]["memory_before_mib"]
    return memory(side, kind) - before


ROWS = [("training, img/s", "training", speed), ("inference, img/s", "inference", speed),
        ("training, peak MiB", "training", memory), ("  above start", "training", memory_above_start),
        ("inference, peak MiB", "inference", memory), ("  above start", "inference", memory_above_start)]


def compare(args, network):
    print(f"{network}, batch {args.batch_size}, {args.image_size}x{args.image_size}, threads: {args.threads}",
          flush=True)
    training, tried_training = best_setting(args, network, "training", TRAINING)
    inference, tried_inference = best_setting(args, network, "inference", INFERENCE)
    rounds = []
    for number in range(1, args.rounds + 1):
        theirs = {"training": run_pytorch(args, network, "training", *training),
                  "inference": run_pytorch(args, network, "inference", *inference)}
        ours = run_eca(args, network)
        rounds.append({"pytorch": theirs, "ecagrad": ours})
        print(f"  round {number}, ecagrad and PyTorch:"
              f" training {speed(ours, 'training'):.0f} and {speed(theirs, 'training'):.0f} img/s,"
              f" inference {speed(ours, 'inference'):.0f} and {speed(theirs, 'inference'):.0f} img/s",
              flush=True)

    names = {"training": " ".join(training), "inference": " ".join(inference)}
    print(f"  PyTorch at its best: training {names['training']}, inference {names['inference']}")
    print(f"  {'median (range)':20s} {'ecagrad':>24s} {'PyTorch':>24s} {'ratio':>7s}")
    ratios = {}
    for name, kind, value in ROWS:
        ours = [value(one["ecagrad"], kind) for one in rounds]
        theirs = [value(one["pytorch"], kind) for one in rounds]
        ratio = statistics.median(ours) / statistics.median(theirs)
        ratios[f"{kind} {value.__name__}"] = ratio
        print(f"  {name:20s} {spread(ours):>24s} {spread(theirs):>24s} {ratio:7.2f}")
    print(flush=True)
    return {"network": network, "threads": args.threads, "batch_size": args.batch_size,
            "image_size": args.image_size, "pytorch_best": names, "tried": {"training": tried_training,
            "inference": tried_inference}, "rounds": rounds, "ratios": ratios}


def parse_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--networks", nargs="+", default=["eca_resnet20", "eca_resnet56", "eca_resnet18_cifar"])
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--batch-size", type=int, default=128)
    p.add_argument("--image-size", type=int, default=32)
    p.add_argument("--seconds", type=float, default=5, help="to measure each kind in each round [5]")
    p.add_argument("--steps", type=int, default=0, help="measure so many steps instead")
    p.add_argument("--trial-share", type=float, default=0.3, help="length of a trial beside a round [0.3]")
    p.add_argument("--trial-timeout", type=float, default=300,
                   help="seconds for one trial, compiling included [300]")
    p.add_argument("--eca", default=os.path.join(HERE, "..", "build", "eca"), help="the program [build/eca]")
    p.add_argument("--json", help="file for all numbers")
    for internal in ("--measure", "--kind", "--setting", "--layout"):   # one measurement: see run_pytorch
        p.add_argument(internal, help=argparse.SUPPRESS)
    args = p.parse_args()
    for name in ("threads", "rounds", "batch_size", "image_size"):
        if getattr(args, name) < 1:
            p.error(f"--{name.replace('_', '-')}: {getattr(args, name)}, expected at least 1")
    if args.measure is None and not os.access(args.eca, os.X_OK):
        p.error(f"--eca: {args.eca} is no program; `make` builds it")
    return args


def main():
    args = parse_arguments()
    if args.measure is not None:
        measure_here(args)
        return
    results = []
    for network in args.networks:
        results.append(compare(args, network))
        if args.json:
            with open(args.json, "w") as file:
                json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
