package io.ringdown.judge;

import io.ringdown.record.Caller;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RecordedRun;
import java.util.ArrayList;

/** Whether the load hosts were there together, from the beginning to the end. */
final class LoadHostChecks {
    private final RecordedRun run;
    private final Limits limits;
    private final RunChecks checks;

    LoadHostChecks(RecordedRun run, Limits limits, RunChecks checks) {
        this.run = run;
        this.limits = limits;
        this.checks = checks;
    }

    /**
     * What a load host that died did not see is missing; what it or any other saw is not.
     *
     * @param margin by how many nanoseconds their clocks may have been off
     */
    void check(long margin) {
        Caller caller = run.plan().workload().caller();
        if (caller.alone()) {
            return;
        }
        int asked = caller.loadHosts();
        var wrong = new ArrayList<String>();
        if (run.loadHosts().size() < asked) {
            wrong.add("only " + run.loadHosts().size() + " of " + asked + " load hosts' records were taken over");
        }
        for (LoadHost host : run.loadHosts()) {
            String name = host.host().isEmpty() ? host.name() : host.name() + " on " + host.host();
            if (!host.ending().isEmpty()) {
                wrong.add(name + " was not there to the end: " + host.ending());
            } else if (!host.whole()) {
                wrong.add("the operations log of " + name + " ends in the middle");
            }
            if (host.late() < 0) {
                wrong.add(name + " never began");
            } else if (host.late() > limits.lateness()) {
                wrong.add(name + " began " + Figures.millis(host.late()) + " late");
            }
        }
        if (margin > RunChecks.TOGETHER) {
            wrong.add("their clocks are known within " + Figures.millis(margin) + " only");
        }
        if (wrong.isEmpty()) {
            checks.confirmed(
                    "load-hosts",
                    "load hosts together",
                    asked + " load hosts began together, their clocks known within " + Figures.millis(margin));
        } else {
            checks.trouble("load-hosts", "load hosts together", String.join("; ", wrong));
        }
    }
}
