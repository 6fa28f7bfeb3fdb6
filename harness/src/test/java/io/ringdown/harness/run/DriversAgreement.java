package io.ringdown.harness.run;

import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Outcome;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether two runs of the same cluster, fault and calls agree, whoever drove them: {@code docs/benchmarks/drivers} runs it. Latencies are taken
 * from the send (or the end of the hold) to the answer, in the second half of what comes before the fault, when the cluster's code has been run:
 * how late a driver sends is its own affair.
 */
public final class DriversAgreement {
    private static final double NORMAL_95 = 1.96;

    private DriversAgreement() {}

    /** Prints the comparison of two run folders. */
    public static void main(String[] arguments) throws IOException {
        var one = RunFolder.open(Path.of(arguments[0]));
        var other = RunFolder.open(Path.of(arguments[1]));
        Verdict first = VerdictJson.read(Files.readString(one.verdict()));
        Verdict second = VerdictJson.read(Files.readString(other.verdict()));
        System.out.printf("level     %s | %s%n", first.headline(), second.headline());
        for (PhaseResult result : first.phases()) {
            second.phases().stream()
                    .filter(each -> each.phase() == result.phase())
                    .findFirst()
                    .ifPresent(each -> loss(result.phase().name(), List.of(result), List.of(each)));
        }
        loss("all", first.phases(), second.phases());
        Map<Intent, List<Long>> latencies = latencies(one, first.strikeFrom());
        Map<Intent, List<Long>> others = latencies(other, second.strikeFrom());
        latencies.forEach((intent, sorted) -> {
            List<Long> against = others.getOrDefault(intent, List.of());
            if (!against.isEmpty()) {
                System.out.printf(
                        "%-9s n %d | %d%s%n", intent, sorted.size(), against.size(), percentiles(sorted, against));
            }
        });
    }

    private static void loss(String phase, List<PhaseResult> one, List<PhaseResult> other) {
        double[] first = interval(one);
        double[] second = interval(other);
        boolean agree =
                first[0] >= second[1] && first[0] <= second[2] && second[0] >= first[1] && second[0] <= first[2];
        System.out.printf(
                "%-4s lost %.3f [%.3f, %.3f] | %.3f [%.3f, %.3f]  %s%n",
                phase,
                first[0],
                first[1],
                first[2],
                second[0],
                second[1],
                second[2],
                agree ? "each within the other's interval" : "apart");
    }

    /** Share of calls lost, with Wilson's 95 % interval. */
    private static double[] interval(List<PhaseResult> results) {
        double n = Math.max(1, results.stream().mapToInt(PhaseResult::held).sum());
        double p = results.stream()
                        .flatMap(result ->
                                Stream.of(result.exposedFates(), result.boundaryFates(), result.controlFates()))
                        .mapToInt(FateCounts::lost)
                        .sum()
                / n;
        double z = NORMAL_95;
        double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
        double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
        // Of none lost exactly none, and not what is left of rounding.
        return new double[] {p, p == 0 ? 0 : middle - half, middle + half};
    }

    private static Map<Intent, List<Long>> latencies(RunFolder folder, long until) throws IOException {
        var plain = new ArrayList<Operation>();
        OperationLogReader.read(folder.operations(), new OperationLogReader.Visitor() {
            @Override
            public void call(Call call) {
                // its operations tell
            }

            @Override
            public void incident(Incident incident) {
                // told by the fates
            }

            @Override
            public void operation(Operation op) {
                boolean told = op.outcome() == Outcome.OK
                        && op.attempt() == AttemptKind.FIRST
                        && op.retransmissions() == 0
                        && op.holdFinal() == Operation.NONE
                        && op.end() < until;
                if (told) {
                    plain.add(op);
                }
            }
        });
        long first = plain.stream().mapToLong(Operation::sent).min().orElse(until);
        var byIntent = new EnumMap<Intent, List<Long>>(Intent.class);
        for (Operation op : plain) {
            if (op.sent() >= first + (until - first) / 2) {
                byIntent.computeIfAbsent(op.intent(), none -> new ArrayList<>()).add((op.end() - op.sent()) / 1_000);
            }
        }
        byIntent.values().forEach(list -> list.sort(Long::compare));
        return byIntent;
    }

    private static String percentiles(List<Long> one, List<Long> other) {
        var text = new StringBuilder();
        for (double share : new double[] {0.5, 0.9, 0.99}) {
            long first = at(one, share);
            long second = at(other, share);
            text.append(String.format(
                    "   p%.0f %d | %d us (%+.0f %%)", share * 100, first, second, 100.0 * (second - first) / first));
        }
        return text.toString();
    }

    private static long at(List<Long> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.round(share * sorted.size())));
    }
}
