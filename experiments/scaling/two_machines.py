#!/usr/bin/env python3
"""Runs the program as processes on two "machines" of this one, with a network between them of a given rate and delay.

    sudo experiments/scaling/two_machines.py --rate 1gbit --delay-ms 1 --ranks 2 build/eca train ... --threads 1

Each machine is a network namespace; what one sends reaches the other through a virtual cable, whose rate `tc` limits, or, where
there is a delay, through two TUN devices between which this program carries packets and holds each back for so long. Needs root,
iproute2 and OpenMPI. The exit code is the program's.
"""

import argparse
import collections
import ctypes
import fcntl
import os
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

SPACES = ("eca1", "eca2")
ADDRESSES = ("10.99.0.1", "10.99.0.2")


def run(*words):
    subprocess.run(words, check=True)


def inside(space, *words):
    run("ip", "netns", "exec", space, *words)


def open_tun(space, name):
    """The file of a new TUN device in a namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{space}", os.O_RDONLY)
    if libc.setns(there, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))  # TUNSETIFF: IFF_TUN | IFF_NO_PI
    libc.setns(home, 0)
    os.close(there)
    os.close(home)
    return tun


def carry(tuns, delay, stop):
    """Carries packets between two TUN devices, each `delay` seconds after it was sent."""
    waiting = [collections.deque(), collections.deque()]  # of (time to write, packet), for the other side
    while not stop.is_set():
        nearest = min((queue[0][0] for queue in waiting if queue), default=time.monotonic() + 0.1)
        readable, _, _ = select.select(tuns, [], [], max(0, nearest - time.monotonic()))
        for side in (0, 1):
            if tuns[side] in readable:
                for _ in range(64):
                    try:
                        packet = os.read(tuns[side], 65536)
                    except BlockingIOError:
                        break
                    waiting[side].append((time.monotonic() + delay, packet))
            while waiting[side] and waiting[side][0][0] <= time.monotonic():
                os.write(tuns[1 - side], waiting[side].popleft()[1])


def connect(delay):
    """Two namespaces with a device each; the TUN files where there is a delay."""
    for space in SPACES:
        run("ip", "netns", "add", space)
        inside(space, "ip", "link", "set", "lo", "up")
    tuns = None
    if delay > 0:
        tuns = [open_tun(space, "cable") for space in SPACES]
    else:
        run("ip", "link", "add", "link1", "type", "veth", "peer", "name", "link2")
        for space, name in zip(SPACES, ("link1", "link2")):
            run("ip", "link", "set", name, "netns", space)
            inside(space, "ip", "link", "set", name, "name", "cable")
    for space, address in zip(SPACES, ADDRESSES):
        inside(space, "ip", "addr", "add", f"{address}/24", "dev", "cable")
        inside(space, "ip", "link", "set", "cable", "up")
    return tuns


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rate", default="", help="of each direction, as tc has it: 1gbit (default: as fast as it goes)")
    parser.add_argument("--delay-ms", type=float, default=0, help="from one machine to the other")
    parser.add_argument("--ranks", type=int, default=2, help="processes, half of them on each machine")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the program and its arguments")
    asked = parser.parse_args()
    if not asked.command:
        parser.error("no program given")
    if os.geteuid() != 0:
        parser.error("needs root, to make network namespaces")
    for program in ("ip", "tc", "mpirun"):
        if shutil.which(program, path=os.environ["PATH"] + ":/sbin:/usr/sbin") is None:
            parser.error(f"{program}: not found; expected iproute2 and OpenMPI")
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    stop = threading.Event()
    carrier = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            tuns = connect(asked.delay_ms / 1000)
            if asked.rate:
                for space in SPACES:
                    inside(space, "tc", "qdisc", "add", "dev", "cable", "root", "tbf", "rate", asked.rate, "burst",
                           "256kb", "latency", "100ms")
            if tuns:
                carrier = threading.Thread(target=carry, args=(tuns, asked.delay_ms / 1000, stop))
                carrier.start()
            shell = os.path.join(folder, "shell")  # what mpirun takes for ssh
            with open(shell, "w") as file:
                cases = "".join(f"{a}) space={s} ;; " for a, s in zip(ADDRESSES, SPACES))
                file.write(f'#!/bin/sh\ncase $1 in {cases}esac\nshift\nexec ip netns exec $space sh -c "$*"\n')
            os.chmod(shell, 0o755)
            each = asked.ranks // 2
            net = "10.99.0.0/24"
            ended = subprocess.run(
                ["ip", "netns", "exec", SPACES[0], "mpirun", "-q", "--allow-run-as-root", "--oversubscribe", "--bind-to",
                 "none", "--mca", "plm_rsh_agent", shell, "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", net,
                 "--mca", "oob_tcp_if_include", net, "--host", ",".join(f"{a}:{each}" for a in ADDRESSES), "-n",
                 str(asked.ranks), *asked.command], check=False)
        finally:
            stop.set()
            if carrier:
                carrier.join()
            for space in SPACES:
                subprocess.run(["ip", "netns", "del", space], check=False)
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
