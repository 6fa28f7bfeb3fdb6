"""The cluster that a benchmark beside this file starts, looks at, and stops."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HOME = pathlib.Path(__file__).resolve().parent.parent.parent


class Cluster:
    """One of a plan's scenarios, up as long as the block."""

    def __init__(self, plan, scenario):
        self.plan, self.scenario = plan, scenario
        self.kept = False
        self.events = {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ringdown-"))
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))

    def __enter__(self):
        plan = HOME / "docs" / "benchmarks" / self.plan
        try:
            self.command("up", str(plan), "--scenario", self.scenario, output=None)
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        topology = json.loads((self.folder / "cluster" / "topology.json").read_text())
        self.service = topology["serviceAddress"]
        self.machines = {m["name"]: m["elements"] for rack in topology["racks"] for m in rack["machines"]}
        self.elements = {e["name"]: e for elements in self.machines.values() for e in elements}
        return self

    def __exit__(self, *failure):
        self.command("down")
        if self.kept:
            print(f"what the elements told, and SIPp: {self.folder}")
        else:
            shutil.rmtree(self.folder)

    def command(self, *words, output=subprocess.DEVNULL):
        words = [str(HOME / "ringdown"), "cluster", *words, "--dir", str(self.folder / "cluster")]
        subprocess.run(words, check=True, stdout=output)

    def processes(self):
        """Pid and start time of every element, as last written to the ledger."""
        processes = {}
        for line in (self.folder / "cluster" / "ledger.jsonl").read_text().splitlines():
            intent = json.loads(line).get("intent", {})
            if intent.get("undo") == "kill":
                processes[intent["element"]] = (intent["process"]["pid"], intent["process"]["start"])
        return processes

    def kill(self, elements):
        """Kills them one right after the other; none whose start time is another's."""
        processes = self.processes()
        for element in elements:
            pid, start = processes[element]
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
            if int(stat.rpartition(")")[2].split()[19]) != start:
                sys.exit(f"{element} is not there to be killed")
            os.kill(pid, signal.SIGKILL)

    def figure(self, name, elements=None):
        """The sum of a metric over the elements that have it."""
        total = 0
        for element in elements or self.elements:
            try:
                page = urllib.request.urlopen(f"http://{self.elements[element]['admin']}/metrics", timeout=10)
            except OSError:
                continue
            for line in page.read().decode().splitlines():
                if line.startswith(name + " "):
                    total += float(line.split()[1])
        return int(total)

    def listen(self):
        """Writes down what the elements have told since the last time; what a killed one tells later is another's."""
        for name, element in self.elements.items():
            try:
                page = urllib.request.urlopen(f"http://{element['admin']}/events", timeout=10).read().decode()
            except OSError:
                continue
            told = self.events.setdefault(name, set())
            with open(self.folder / f"{name}.events", "a") as file:
                for line in page.splitlines():
                    if line not in told:
                        told.add(line)
                        file.write(line + "\n")

    def heap(self, element):
        """
        Bytes of heap in use after a collection: of the old generation, where it leaves all. What is in the young one came since.

        The serial collector lets a twentieth of the heap be dead objects that it does not move, but at every fourth collection
        (MarkSweepDeadRatio, MarkSweepAlwaysCompactCount): one of four leaves only what is alive. They are no more than a moment's
        standstill each, and apart, since an element that stands still for long is given up.
        """
        pid = str(self.processes()[element][0])
        for _ in range(4):
            subprocess.run(["jcmd", pid, "GC.run"], check=True, stdout=subprocess.DEVNULL)
            time.sleep(1)
        info = subprocess.run(["jcmd", pid, "GC.heap_info"], check=True, capture_output=True, text=True).stdout
        _, old = re.findall(r"generation +total \d+K, used (\d+)K", info)
        return int(old) * 1024

    def sipp(self, *options):
        """SIPp's own caller in front of the cluster, in a folder of its own; *_errors.log has what it had not expected."""
        host = self.service.split(":")[0].rsplit(".", 2)[0] + ".9.1"
        words = ["sipp", self.service, "-sn", "uac", "-i", host, "-ci", host, "-cp", "8888", "-nostdin"]
        words += ["-buff_size", "4000000", "-deadcall_wait", "0", "-trace_stat", "-stf", "stat.csv", "-trace_counts", "-trace_err", "-fd", "5", *options]
        with open(self.folder / "sipp.log", "w") as log:
            return subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log)

    def told(self, files="stat.csv"):
        """What SIPp last said of all of its calls; with files="*_counts.csv" of each message."""
        told = {}
        for file in self.folder.glob(files):
            lines = file.read_text().splitlines()
            told.update(zip(lines[0].split(";"), lines[-1].split(";")) if len(lines) > 1 else ())
        return told
