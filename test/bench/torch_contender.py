"""What every contender in PyTorch does: says how long its first step took, and makes as many more as a line asks for."""
import json
import math
import resource
import sys
import time


def serve(step, began):
    """step() makes one and returns its loss; began: time.perf_counter() before anything was prepared."""
    step()
    say({"firstStepMs": 1000 * (time.perf_counter() - began)})
    for line in sys.stdin:
        milliseconds, loss, cpu = [], math.nan, time.process_time()
        for _ in range(json.loads(line)["steps"]):
            begin = time.perf_counter()
            loss = step()
            milliseconds.append(1000 * (time.perf_counter() - begin))
        cpu_ms = 1000 * (time.process_time() - cpu)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        say({"milliseconds": milliseconds, "cpuMs": cpu_ms, "loss": loss, "peakBytes": peak})


def say(line):
    print(json.dumps(line), flush=True)
