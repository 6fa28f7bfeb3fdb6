package io.ringdown.harness.plan;

import io.ringdown.record.ResolvedPlan.Callee;
import java.time.Duration;
import java.util.List;

/** Reads what the callee of a cluster that relays is to do, from a plan's workload. */
final class CalleeReader {
    private CalleeReader() {}

    /**
     * The callee that a cluster calls.
     *
     * @return null if the cluster answers by itself
     */
    static Callee of(PlannedCluster cluster) {
        return cluster.callee() == null ? null : new Callee(cluster.callee(), 0, null);
    }

    /**
     * The same, as the workload wants it.
     *
     * @throws InvalidPlanException with one line that says what is wrong and where
     */
    static Callee read(YamlSection workload, PlannedCluster cluster) {
        Callee plain = of(cluster);
        if (!workload.has("callee")) {
            return plain;
        }
        if (plain == null) {
            throw workload.wrong(
                    "callee",
                    "a cluster of service answer calls nobody; cluster.service expected to be b2bua or proxy");
        }
        YamlSection section = workload.section("callee").orElseThrow();
        boolean sipp = drivenBySipp(section);
        if (sipp) {
            refuseWhatSippCannot(section, workload);
        }
        double operates = section.share("operates").orElse(0.0);
        Duration registers = section.duration("registers", Duration.ofSeconds(2), Duration.ofHours(24))
                .orElse(null);
        if (registers != null && registers.getNano() != 0) {
            throw section.wrong("registers", "expected whole seconds");
        }
        section.refuseOthers();
        if (operates > 0 && drivenBySipp(workload)) {
            throw section.wrong(
                    "operates", "sipp answers no request of a callee's; for this, the workload's driver: generator");
        }
        return new Callee(plain.address(), operates, registers, sipp);
    }

    private static void refuseWhatSippCannot(YamlSection callee, YamlSection workload) {
        for (String key : List.of("operates", "registers")) {
            if (callee.has(key)) {
                throw callee.wrong(key, "SIPp only answers, and sends nothing of its own; for this, driver: generator");
            }
        }
        boolean failsOver = workload.word("fail-over", List.of("on", "off"))
                .filter("on"::equals)
                .isPresent();
        if (failsOver) {
            throw callee.wrong(
                    "driver",
                    "sipp takes a request that comes by another address for the one before, and answers that; for"
                            + " fail-over, driver: generator");
        }
    }

    private static boolean drivenBySipp(YamlSection at) {
        return at.word("driver", List.of("generator", "sipp"))
                .filter("sipp"::equals)
                .isPresent();
    }
}
