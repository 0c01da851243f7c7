#!/usr/bin/env python3
"""Runs the program as processes on two "machines" of this one, with a network between them of a given rate and delay.

    sudo experiments/scaling/two_machines.py --rate 1gbit --delay-ms 1 --ranks 2 build/eca train ... --threads 1

Each machine is a network namespace with a host name of its own (by it OpenMPI tells machines apart; two of one name wait for each
other for ever); what one sends reaches the other through a virtual cable, whose rate `tc` limits, or, where
there is a delay, through two TUN devices between which this program carries packets and holds each back for so long. Needs root,
iproute2 and OpenMPI. The exit code is the program's.

The namespaces bear this process's number, so that several may run at the same time, and are taken away again at the end, also by
Ctrl-C or `kill`. Only after `kill -9` they stay: `ip netns list` shows them, `ip netns del NAME` removes them.
"""

import argparse
import collections
import ctypes
import fcntl
import os
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

SPACES = (f"eca{os.getpid()}a", f"eca{os.getpid()}b")
ADDRESSES = ("10.99.0.1", "10.99.0.2")
HOSTS = ("machine1", "machine2")
PATIENCE = 10  # seconds for the program to end once it is told to


class Failure(Exception):
    """What cannot be done, for the user to read."""


def run(*words):
    done = subprocess.run(words, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{' '.join(words)}: {done.stderr.strip() or f'exit code {done.returncode}'}")


def inside(space, *words):
    run("ip", "netns", "exec", space, *words)


def on(side, command):
    """The words that run a line of shell on one of the machines."""
    return ["ip", "netns", "exec", SPACES[side], "unshare", "--uts", "sh", "-c", f"hostname {HOSTS[side]} && {command}", "sh"]


def open_tun(space, name):
    """The file of a new TUN device in a namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{space}", os.O_RDONLY)
    try:
        if libc.setns(there, 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))  # TUNSETIFF: IFF_TUN | IFF_NO_PI
        return tun
    finally:
        libc.setns(home, 0)
        os.close(there)
        os.close(home)


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


def connect(delay, made):
    """Two namespaces with a device each, whose names are added to `made`; the TUN files where there is a delay."""
    for space in SPACES:
        if os.path.exists(f"/var/run/netns/{space}"):
            raise Failure(f"the network namespace {space} is there already, from a run that was killed; ip netns del {space}")
    for space in SPACES:
        made.append(space)
        run("ip", "netns", "add", space)
        inside(space, "ip", "link", "set", "lo", "up")
    tuns = None
    if delay > 0:
        tuns = [open_tun(space, "cable") for space in SPACES]
    else:
        run("ip", "link", "add", "cable", "netns", SPACES[0], "type", "veth", "peer", "name", "cable", "netns", SPACES[1])
    for space, address in zip(SPACES, ADDRESSES):
        inside(space, "ip", "addr", "add", f"{address}/24", "dev", "cable")
        inside(space, "ip", "link", "set", "cable", "up")
    return tuns


def mpirun(command, ranks, folder):
    """The program as processes on both machines; `folder` is for files."""
    shell = os.path.join(folder, "shell")  # what mpirun takes for ssh
    with open(shell, "w") as file:
        file.write("#!/bin/sh\nmachine=$1\nshift\ncase $machine in\n")
        for side, address in enumerate(ADDRESSES):
            there = shlex.join(on(side, 'eval "$*"'))
            file.write(f'{address}) exec {there} "$@" ;;\n')
        file.write("esac\n")
    os.chmod(shell, 0o755)
    net = "10.99.0.0/24"
    return subprocess.Popen(
        [*on(0, 'exec "$@"'), "mpirun", "-q", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none",
         "--mca", "plm_rsh_agent", shell, "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", net,
         "--mca", "oob_tcp_if_include", net, "--host", ",".join(f"{a}:{ranks // 2}" for a in ADDRESSES), "-n",
         str(ranks), *command])


def end(process):
    """Ends mpirun, which ends the processes that it has started."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def remove(space):
    """Takes a namespace away, and what still runs in it."""
    if not os.path.exists(f"/var/run/netns/{space}"):
        return
    pids = subprocess.run(["ip", "netns", "pids", space], capture_output=True, text=True, check=False).stdout.split()
    for pid in pids:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    subprocess.run(["ip", "netns", "del", space], check=False)


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def on_signal(number, _):
    sys.exit(128 + number)


def run_on_two_machines(asked):
    """The exit code of the program. Whatever ends it, nothing stays behind."""
    made, process, carrier, stop = [], None, None, threading.Event()
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, on_signal)
    with tempfile.TemporaryDirectory() as folder:
        try:
            tuns = connect(asked.delay_ms / 1000, made)
            if asked.rate:
                for space in SPACES:
                    inside(space, "tc", "qdisc", "add", "dev", "cable", "root", "tbf", "rate", asked.rate, "burst",
                           "256kb", "latency", "100ms")
            if tuns:
                carrier = threading.Thread(target=carry, args=(tuns, asked.delay_ms / 1000, stop))
                carrier.start()
            process = mpirun(asked.command, asked.ranks, folder)
            return process.wait()
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)  # no second one interrupts this
            if process:
                end(process)
            stop.set()
            if carrier:
                carrier.join()
            for space in made:
                remove(space)


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
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    for program, package in (("ip", "iproute2"), ("tc", "iproute2"), ("mpirun", "OpenMPI"), ("unshare", "util-linux"),
                             ("hostname", "hostname")):
        if shutil.which(program) is None:
            parser.error(f"{program}: not found; expected {package}")
    try:
        sys.exit(run_on_two_machines(asked))
    except (Failure, OSError) as error:
        sys.exit(f"two_machines: {error}")


if __name__ == "__main__":
    main()
