package io.ringdown.harness.plan;

import io.ringdown.record.ResolvedPlan.Callee;
import java.time.Duration;

/** Reads what the callee of a cluster that relays is to do, from a plan's workload. */
final class CalleeReader {
    private CalleeReader() {}

    /**
     * The callee that a cluster calls.
     *
     * @return null if the cluster answers by itself
     */
    static Callee of(ClusterSettings cluster) {
        return cluster.callee() == null ? null : new Callee(cluster.callee(), 0, null);
    }

    /**
     * The same, as the workload wants it.
     *
     * @throws InvalidPlanException with one line that says what is wrong and where
     */
    static Callee read(YamlSection workload, ClusterSettings cluster) {
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
        double operates = section.share("operates").orElse(0.0);
        Duration registers = section.duration("registers", Duration.ofSeconds(2), Duration.ofHours(24))
                .orElse(null);
        if (registers != null && registers.getNano() != 0) {
            throw section.wrong("registers", "expected whole seconds");
        }
        section.refuseOthers();
        return new Callee(plain.address(), operates, registers);
    }
}
