package io.ringdown.faults;

import io.ringdown.faults.Armed.Seen;
import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The network of this machine: rules of iptables where packets are to be lost, a queueing discipline of tc where they are to be kept. */
public final class LinuxNetwork implements Network {
    private static final String RULES = "apt-get install iptables, and be root";
    private static final Map<Kind, String> REFUSALS = new ConcurrentHashMap<>();

    /** Some share of so many datagrams is told from none, and from all, beyond doubt. */
    private static final int PROBES = 200;

    @Override
    public String refusal(Kind kind) {
        return REFUSALS.computeIfAbsent(kind, LinuxNetwork::examine);
    }

    /** Tried in a network namespace of its own, which nobody else sees and which ends with the attempt. */
    private static String examine(Kind kind) {
        boolean rules = kind == Kind.ISOLATE || kind == Kind.LOSS;
        String program = rules ? "iptables-restore" : "tc";
        if (!Tool.has(program)) {
            return "no program " + program + ": " + (rules ? RULES : "apt-get install iproute2, and be root");
        }
        try {
            switch (kind) {
                case ISOLATE -> attemptRule();
                case LOSS -> attemptRule("-m", "statistic", "--mode", "random", "--probability", "0.5");
                case RATE -> {
                    attempt("htb");
                    attempt("tbf", "rate", "1mbit", "burst", "70000", "latency", "500ms");
                }
                default -> {
                    attempt("htb");
                    attempt("netem", "delay", "1ms");
                }
            }
            return "";
        } catch (IOException e) {
            String why = e.getMessage().replaceFirst("^.*: (?=[^:]*$)", "");
            return rules
                    ? "this kernel or user cannot: " + why + "; be root"
                    : "this kernel has no " + (kind == Kind.RATE ? "tbf and htb" : "netem and htb") + " (" + why
                            + "): modprobe sch_" + (kind == Kind.RATE ? "tbf" : "netem") + ", as root";
        }
    }

    private static void attemptRule(String... match) throws IOException {
        var rule = new ArrayList<>(List.of(match));
        rule.addAll(List.of("-m", "comment", "--comment", "x", "-j", "DROP"));
        try {
            Tool.run("unshare", "-n", "true");
        } catch (IOException e) {
            attemptAside(rule);
            return;
        }
        attempt(List.of("iptables", "-A", "INPUT"), rule.toArray(String[]::new));
    }

    /** In a container no namespace can be made: in a chain that no packet comes to. */
    private static void attemptAside(List<String> rule) throws IOException {
        String chain = RuleChain.name(UUID.randomUUID().toString().substring(0, 8));
        Tool.run("iptables", "-N", chain);
        try {
            var command = new ArrayList<>(List.of("iptables", "-A", chain));
            command.addAll(rule);
            Tool.run(command.toArray(String[]::new));
            Tool.run("iptables", "-F", chain);
        } finally {
            Tool.run("iptables", "-X", chain);
        }
    }

    private static void attempt(String... discipline) throws IOException {
        attempt(List.of("tc", "qdisc", "add", "dev", Shaping.DEVICE, "root"), discipline);
    }

    private static void attempt(List<String> begin, String... end) throws IOException {
        var command = new ArrayList<>(List.of("unshare", "-n"));
        command.addAll(begin);
        command.addAll(List.of(end));
        Tool.run(command.toArray(String[]::new));
    }

    @Override
    public Armed arm(Disturbance disturbance) throws IOException {
        String refusal = refusal(disturbance.kind());
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        String tag = UUID.randomUUID().toString().substring(0, 8);
        return disturbance.kind() == Kind.ISOLATE || disturbance.kind() == Kind.LOSS
                ? new ByRules(disturbance, RuleChain.name(tag))
                : new ByShaping(disturbance, Shaping.handle(tag));
    }

    /** What both ways have in common: messages of our own. */
    private abstract static class Prepared implements Armed {
        final Disturbance what;
        private final NetworkProbe probe;
        private final String link;

        Prepared(Disturbance what) throws IOException {
            this.what = what;
            link = what.inside().get(0) + " and " + what.witness();
            NetworkProbe made = null;
            try {
                made = what.witness().isEmpty()
                        ? null
                        : new NetworkProbe(what.inside().get(0), what.witness());
            } catch (java.net.BindException e) {
                // Another machine's address: then the rules' counters have to do.
            } catch (IOException e) {
                throw new IOException("no probe between " + link + ": " + e.getMessage(), e);
            }
            probe = made;
        }

        @Override
        public Optional<Seen> probe() throws IOException {
            if (probe == null) {
                return Optional.empty();
            }
            boolean holds = true;
            var evidence = new ArrayList<String>();
            for (Direction way : ways()) {
                if (what.kind() == Kind.ISOLATE) {
                    boolean datagram = probe.datagramArrives(way);
                    holds &= !datagram;
                    evidence.add(word(way) + ": a datagram " + arrives(datagram));
                    if (probe.connected()) {
                        boolean octet = probe.byteArrives(way);
                        holds &= !octet;
                        evidence.add("a byte on an established TCP connection " + arrives(octet));
                    }
                } else {
                    NetworkProbe.Fate fate = probe.send(way, PROBES, delay());
                    holds &= asWanted(fate);
                    evidence.add(word(way) + ": " + fate);
                }
            }
            probe.disconnect();
            return Optional.of(new Seen(holds, "probe between " + link + ", " + String.join("; ", evidence)));
        }

        /** By a connection of its own: on one that was cut, what is sent waits behind what was lost. */
        @Override
        public Optional<Seen> undisturbed() {
            if (probe == null) {
                return Optional.empty();
            }
            boolean holds = true;
            try (var fresh = new NetworkProbe(what.inside().get(0), what.witness())) {
                for (Direction way : List.of(Direction.OUT, Direction.IN)) {
                    holds &= fresh.datagramArrives(way) && fresh.byteArrives(way);
                }
            } catch (IOException e) {
                holds = false;
            }
            return Optional.of(new Seen(
                    holds,
                    "probe between " + link
                            + (holds ? " gets through, both ways" : " does not get through, though it should")));
        }

        private List<Direction> ways() {
            return what.direction() == Direction.BOTH
                    ? List.of(Direction.OUT, Direction.IN)
                    : List.of(what.direction());
        }

        private Duration delay() {
            return what.kind() == Kind.DELAY ? Duration.ofNanos(Math.round(what.amount() * 1e9)) : Duration.ZERO;
        }

        private static String arrives(boolean does) {
            return does ? "arrives" : "does not arrive";
        }

        private static String word(Direction way) {
            return way == Direction.OUT ? "out" : "in";
        }

        /** Beyond any doubt of chance: five standard deviations. */
        private boolean asWanted(NetworkProbe.Fate fate) {
            double amount = what.amount();
            double slack = 5 * Math.sqrt(amount * (1 - amount) / fate.sent) + 2.0 / fate.sent;
            return switch (what.kind()) {
                case LOSS -> Math.abs(fate.lost() - amount) <= slack;
                case DELAY -> fate.arrived > 0 && fate.seconds() >= amount * 0.9;
                case DUPLICATE -> fate.twice > 0;
                case REORDER -> fate.overtaken > 0;
                default -> fate.arrived > 0;
            };
        }

        @Override
        public void close() {
            if (probe != null) {
                probe.close();
            }
        }
    }

    private static final class ByRules extends Prepared {
        private final String chain;
        private final Tool restore;
        /** As they were first seen, and the most that they were seen to have counted. */
        private List<String> rules = List.of();

        private long mostIn;
        private long mostOut;

        ByRules(Disturbance what, String chain) throws IOException {
            super(what);
            this.chain = chain;
            restore = Tool.startFor(chain, "iptables-restore", "-w", "5", "-n");
        }

        @Override
        public List<Undo> undos() {
            return List.of(new Undo.RemoveRules(what.name(), chain));
        }

        @Override
        public void fire() throws IOException {
            restore.finish(RuleChain.script(chain, what));
        }

        @Override
        public Seen struck() throws IOException {
            String counted = RuleChain.counted();
            long out = what.direction() == Direction.IN ? 0 : RuleChain.dropped(counted, chain, "out");
            long in = what.direction() == Direction.OUT ? 0 : RuleChain.dropped(counted, chain, "in");
            Optional<String> lifted = lifted(counted, out, in);
            if (lifted.isPresent()) {
                return new Seen(false, lifted.get());
            }
            mostOut = out;
            mostIn = in;
            return new Seen(
                    (out > 0 || what.direction() == Direction.IN) && (in > 0 || what.direction() == Direction.OUT),
                    "rules of chain " + chain + " dropped " + in + " packets to " + what.name() + " and " + out
                            + " from it");
        }

        /** How somebody else has taken from the rules what they do; empty: nobody has. */
        private Optional<String> lifted(String counted, long out, long in) {
            if (out < 0 || in < 0) {
                return Optional.of("the rules of chain " + chain + " are not there");
            }
            if (!RuleChain.isReached(counted, chain, what)) {
                return Optional.of("no rule leads to chain " + chain + " any more");
            }
            List<String> seen = RuleChain.rules(counted, chain);
            rules = rules.isEmpty() ? seen : rules;
            if (!seen.equals(rules)) {
                return Optional.of("somebody has changed the rules of chain " + chain);
            }
            if (out < mostOut || in < mostIn) {
                return Optional.of("somebody has taken the rules of chain " + chain + " away and put them back");
            }
            return RuleChain.overtaking(counted, chain, what)
                    .map(rule -> "a rule before chain " + chain + " may let through what it drops: " + rule);
        }

        @Override
        public void close() {
            restore.dismiss();
            super.close();
        }
    }

    private static final class ByShaping extends Prepared {
        private final String handle;
        private final Tool control;
        /** Queues, classes and filters as they were first seen. */
        private String standing = "";
        /** Packets that it was last seen to have seen. */
        private long most;

        ByShaping(Disturbance what, String handle) throws IOException {
            super(what);
            this.handle = handle;
            Optional<String> occupied = Shaping.occupied();
            if (occupied.isPresent()) {
                super.close();
                throw new IOException(occupied.get());
            }
            // Started before its instant, which it would only widen, and ended by the undo: then it cannot come after
            // that.
            control = Tool.startFor(handle, "tc", "-batch", "-");
        }

        @Override
        public List<Undo> undos() {
            return List.of(new Undo.RemoveShaping(what.name(), Shaping.DEVICE, handle));
        }

        @Override
        public void fire() throws IOException {
            control.finish(Shaping.script(handle, what));
        }

        @Override
        public void close() {
            control.dismiss();
            super.close();
        }

        /** A rate that is never reached has no effect. */
        @Override
        public Seen struck() throws IOException {
            Optional<Shaping.Passed> passed = Shaping.passed(handle);
            String now = Shaping.standing();
            standing = standing.isEmpty() ? now : standing;
            if (passed.isPresent() && !now.equals(standing)) {
                return new Seen(false, "somebody has changed queueing discipline " + handle + " or its filters");
            }
            long packets = passed.map(seen -> seen.packets() + seen.dropped()).orElse(most);
            if (packets < most) {
                return new Seen(false, "somebody has taken queueing discipline " + handle + " away and put it back");
            }
            most = packets;
            return passed.map(seen -> new Seen(
                            what.kind() == Kind.RATE ? seen.overlimits() > 0 || seen.dropped() > 0 : seen.packets() > 0,
                            String.format(
                                    Locale.ROOT,
                                    "queueing discipline %s passed %d packets of %s, made wait %d times and dropped %d",
                                    handle,
                                    seen.packets(),
                                    what.name(),
                                    seen.overlimits(),
                                    seen.dropped())))
                    .orElseGet(() -> new Seen(false, "queueing discipline " + handle + " is not there"));
        }

        /** The kernel's own figures tell of a rate: to fill the pipe would be a disturbance more. */
        @Override
        public Optional<Seen> probe() throws IOException {
            return what.kind() == Kind.RATE ? Optional.empty() : super.probe();
        }
    }
}
