package io.ringdown.faults;

import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chain of iptables rules that drop packets where they arrive: dropped where they leave, their senders would be told (EPERM). A machine that is another
 * host sees what it sends arrive nowhere, so that it is lost there in a way that nobody is told of. All protocols, established connections included, since the rules stand first and know no state. One transaction puts it there, and another one
 * takes it away; nobody else's rule is touched.
 */
final class RuleChain {
    /** What the names of all chains begin with. */
    private static final String PREFIX = "RINGDOWN-";

    private static final String OUT = "-out";
    /** Of a queue that nobody takes anything from: what is put there is lost, and its sender is not told. */
    private static final String LOST = "NFQUEUE --queue-num 65535";

    private static final Pattern COUNTED =
            Pattern.compile("\\[(\\d+):\\d+\\] .*--comment \"?([A-Za-z0-9-]+)\"? .*-j (DROP|NFQUEUE).*");

    private static final Pattern JUMP = Pattern.compile(" -([jg]) (\\S+)");
    private static final Pattern QUOTED = Pattern.compile("\"(\\\\.|[^\"\\\\])*\"");

    /** Targets by which nothing gets through that the rules after them would drop. */
    private static final Set<String> HARMLESS = Set.of("DROP", "LOG", "NFLOG");

    private RuleChain() {}

    /** A chain's name that no other has. */
    static String name(String tag) {
        return PREFIX + tag;
    }

    /** What {@code iptables-restore} is told. */
    static String script(String chain, Disturbance what) {
        var text = new StringBuilder("*filter\n:" + chain + " - [0:0]\n");
        String end = comment(chain) + " -j RETURN\n";
        if (what.outside().isEmpty()) {
            what.inside()
                    .forEach(one -> what.inside()
                            .forEach(other -> text.append(line(chain))
                                    .append(pair(one, other))
                                    .append(end)));
        }
        for (String open : what.open()) {
            String[] parts = open.split(":");
            text.append(line(chain))
                    .append(" -p tcp -d ")
                    .append(parts[0])
                    .append(" --dport ")
                    .append(parts[1])
                    .append(end);
            text.append(line(chain))
                    .append(" -p tcp -s ")
                    .append(parts[0])
                    .append(" --sport ")
                    .append(parts[1])
                    .append(end);
        }
        for (String inside : what.inside()) {
            if (what.direction() != Direction.IN) {
                drop(text, chain, OUT, " -s " + inside, " -d ", what);
            }
            if (what.direction() != Direction.OUT) {
                drop(text, chain, "-in", " -d " + inside, " -s ", what);
            }
        }
        for (String hook : hooks(what)) {
            text.append("-I " + hook + " 1" + comment(chain) + " -j " + chain + "\n");
        }
        return text.append("COMMIT\n").toString();
    }

    private static void drop(
            StringBuilder text, String chain, String way, String here, String there, Disturbance what) {
        String share = what.kind() == Kind.LOSS
                ? String.format(Locale.ROOT, " -m statistic --mode random --probability %.6f", what.amount())
                : "";
        boolean leaves = what.ownNetwork() && way.equals(OUT);
        String end = share + comment(chain + way) + " -j " + (leaves ? LOST : "DROP") + "\n";
        if (what.outside().isEmpty()) {
            text.append(line(chain)).append(here).append(end);
        }
        what.outside()
                .forEach(other -> text.append(line(chain))
                        .append(here)
                        .append(there)
                        .append(other)
                        .append(end));
    }

    private static String line(String chain) {
        return "-A " + chain;
    }

    private static String pair(String from, String to) {
        return " -s " + from + " -d " + to;
    }

    private static String comment(String text) {
        return " -m comment --comment " + text;
    }

    /** All rules that there are, with what they have counted. */
    static String counted() throws IOException {
        return Tool.run("iptables-save", "-c", "-t", "filter");
    }

    /** Whether packets still come to a chain: its rules keep what they have counted when nothing leads to them any more. */
    static boolean isReached(String counted, String chain, Disturbance what) {
        return hooks(what).stream().allMatch(hook -> rules(counted, hook).contains(hook(hook, chain)));
    }

    /**
     * A rule that stands before the one which leads to a chain, and may let through what the chain would drop; empty: none. Other chains of
     * Ringdown's, of faults that struck later, let through nothing that is not left to the chains after them.
     */
    static Optional<String> overtaking(String counted, String chain, Disturbance what) {
        return hooks(what).stream()
                .flatMap(hook -> rules(counted, hook).stream().takeWhile(rule -> !rule.equals(hook(hook, chain))))
                .filter(rule -> mayLetThrough(counted, rule))
                .findFirst();
    }

    /** What a chain has, a rule a line, without what it has counted. */
    static List<String> rules(String counted, String chain) {
        String begin = "-A " + chain + " ";
        return counted.lines()
                .map(line -> line.replaceFirst("^\\[\\d+:\\d+] ", "").replace("\"" + chain + "\"", chain))
                .filter(line -> line.startsWith(begin))
                .toList();
    }

    private static String hook(String hook, String chain) {
        return "-A " + hook + comment(chain) + " -j " + chain;
    }

    /** Where its target cannot be told it may: so may any that is another program's. */
    private static boolean mayLetThrough(String counted, String rule) {
        Matcher jump = JUMP.matcher(QUOTED.matcher(rule).replaceAll("x"));
        if (!jump.find()) {
            return false;
        }
        String target = jump.group(2);
        if (target.startsWith(PREFIX) || HARMLESS.contains(target)) {
            return false;
        }
        boolean returns = jump.group(1).equals("j") && counted.contains("\n:" + target + " ");
        return !returns
                || rules(counted, target).stream()
                        .anyMatch(inner -> !inner.endsWith(" -j RETURN") && mayLetThrough(counted, inner));
    }

    private static List<String> hooks(Disturbance what) {
        return what.ownNetwork() ? List.of("INPUT", "OUTPUT") : List.of("INPUT");
    }

    /** How many packets the rules of one direction, {@code in} or {@code out}, have dropped; -1: there is no such rule. */
    static long dropped(String counted, String chain, String way) {
        long sum = -1;
        for (String line : counted.split("\n")) {
            Matcher rule = COUNTED.matcher(line);
            if (rule.matches() && rule.group(2).equals(chain + "-" + way)) {
                sum = Math.max(0, sum) + Long.parseLong(rule.group(1));
            }
        }
        return sum;
    }

    /**
     * Takes a chain away; one that is not there is as good.
     *
     * @return what was found, one line
     */
    static String remove(Undo.RemoveRules undo) throws IOException {
        String chain = undo.chain();
        if (!chain.matches(PREFIX + "[A-Za-z0-9]+")) {
            throw new IOException(chain + ": not a chain of Ringdown's");
        }
        Tool.end(chain);
        String rules = Tool.run("iptables-save", "-t", "filter");
        if (!rules.contains(chain)) {
            return undo.element() + ": no rules of chain " + chain;
        }
        var script = new StringBuilder("*filter\n");
        rules.lines()
                .filter(line -> line.startsWith("-A ") && line.endsWith(" -j " + chain))
                .forEach(line -> script.append(line.replaceFirst("^-A", "-D")).append('\n'));
        Tool.start("iptables-restore", "-w", "5", "-n")
                .finish(script.append("-F " + chain + "\n-X " + chain + "\nCOMMIT\n")
                        .toString());
        if (Tool.run("iptables-save", "-t", "filter").contains(chain)) {
            throw new IOException("rules of chain " + chain + " are still there");
        }
        return undo.element() + ": rules of chain " + chain + " removed";
    }
}
