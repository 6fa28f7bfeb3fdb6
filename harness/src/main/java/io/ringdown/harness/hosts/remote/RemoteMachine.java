package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.SettableClock;
import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.remote.Ask.Open.Opened;
import io.ringdown.harness.hosts.remote.Ask.Remains.Found;
import io.ringdown.record.ClockOffset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A machine of a cluster on its host: the agent there, and what was agreed with it. */
final class RemoteMachine implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Stopping takes up to 10 s, undoing each further step up to 5 s. */
    private static final Duration HEALING = Duration.ofSeconds(60);

    private static final Duration ARCHIVE = Duration.ofSeconds(90);
    private static final Duration STILL_THERE = Duration.ofSeconds(2);
    private static final long AGAIN_NANOS = 200_000_000;

    private final String name;
    private final Inventory inventory;
    private final Target target;
    private final String folder;
    private volatile Correspondence agent;
    /** Why an agent that may have been started did not answer; empty: it did, or none was started. */
    private volatile String unanswered = "";

    /** Of the agent that there was last. */
    private volatile String incarnation = "";

    private volatile Opened opened;
    private volatile List<String> withoutAll = List.of();
    private volatile boolean left;
    /** From just before its power is cut until it is reached again: that nothing is heard of it is no loss of a host. */
    private volatile boolean cut;

    private volatile Hindsight hindsight;

    /**
     * What was found of a machine when it was reached again.
     *
     * @param wasOff whether what its agent had started cannot have outlived the power
     * @param evidence one line
     */
    record Hindsight(boolean wasOff, String evidence) {
        static Hindsight ofAgentAlive(String machine) {
            return new Hindsight(false, machine + " was not off: its agent has lived on");
        }
    }

    /** @param folder of the run on the host */
    RemoteMachine(String name, Inventory inventory, Target target, String folder) {
        this.name = name;
        this.inventory = inventory;
        this.target = target;
        this.folder = folder;
    }

    String name() {
        return name;
    }

    Inventory inventory() {
        return inventory;
    }

    Target target() {
        return target;
    }

    /** What a ledger here has to say about it, before anything is done there. */
    Undo.HealHost undo() {
        return new Undo.HealHost(name, inventory.file().toAbsolutePath().toString(), target.name(), folder);
    }

    /**
     * Makes the host, if it is one that is made, and starts its agent.
     *
     * @param cluster the reference cluster's jar; null: elements are of other makers, whose hosts are there
     */
    void begin(Path agentJar, Path cluster, List<String> options) throws IOException {
        if (cluster == null) {
            reach(agentJar, AgentLink.Mode.BEGIN);
            return;
        }
        String agentThere = Deployment.place(agentJar, inventory.folder(), Deployment.AGENT);
        String clusterThere = Deployment.place(cluster, inventory.folder(), Deployment.CLUSTER);
        target.make(
                Map.of(agentThere, agentJar, clusterThere, cluster),
                Deployment.archive(target, agentThere, clusterThere, options));
        reach(agentJar, AgentLink.Mode.BEGIN);
    }

    /** Finds the agent that is there, or starts one that heals what another has left. */
    void beginToHeal(Path agentJar) throws IOException {
        reach(agentJar, AgentLink.Mode.HEAL);
    }

    private void reach(Path agentJar, AgentLink.Mode mode) throws IOException {
        Reach reach = target.reach(PATIENCE);
        boolean tried = false;
        try {
            if (mode == AgentLink.Mode.BEGIN) {
                requireRoot(reach);
            }
            String jar = Deployment.deploy(reach, agentJar, inventory.folder(), Deployment.AGENT);
            var begun = new Correspondence(
                    reach, Deployment.link(target, jar, folder, inventory.lease()), inventory.lease());
            tried = true;
            begun.begin(mode);
            agent = begun;
        } catch (IOException | RuntimeException e) {
            unanswered = tried ? String.valueOf(e.getMessage()) : "";
            reach.close();
            throw e;
        }
    }

    /** Where the inventory says what its host denies, nothing else that it says is built upon. */
    private void requireRoot(Reach reach) throws IOException {
        Optional<Finding> root = HostsDoctor.root(target, reach, PATIENCE);
        if (root.isPresent() && !root.get().good()) {
            throw new IOException(
                    target + ": " + root.get().seen() + "; " + root.get().remedy());
        }
    }

    /** Makes ready for elements. */
    void open(Path cluster, List<String> options) throws IOException {
        if (cluster == null) {
            opened = agent.ask(new Ask.Open(null, options), PATIENCE);
            return;
        }
        try (Reach reach = target.reach(PATIENCE)) {
            String jar = Deployment.deploy(reach, cluster, inventory.folder(), Deployment.CLUSTER);
            opened = agent.ask(new Ask.Open(jar, options), ARCHIVE);
        }
    }

    Opened opened() {
        return opened;
    }

    /** @throws IOException if there is none; one line */
    String clockLibrary() throws IOException {
        String library = ask(new Ask.ClockLibrary());
        if (library.isEmpty()) {
            throw new IOException(target + ": no " + SettableClock.LIBRARY
                    + ", by which wall clocks are set (kind clock); " + target.installing(SettableClock.REMEDY));
        }
        return library;
    }

    <R> R ask(Ask<R> ask) throws IOException {
        return ask(ask, PATIENCE);
    }

    <R> R ask(Ask<R> ask, Duration patience) throws IOException {
        Correspondence its = agent;
        if (its == null) {
            throw new IOException(target + ": there is no agent, since its power was cut");
        }
        return its.ask(ask, patience);
    }

    /** From now on it may fall silent. */
    void expectSilence() {
        hindsight = null;
        cut = true;
    }

    /** Whether its power is, or may be, cut. */
    boolean isCut() {
        return cut;
    }

    /** What was found when it was reached again after its power was cut last; null: it was not, or its power never was. */
    Hindsight hindsight() {
        return hindsight;
    }

    boolean answers(Duration patience) {
        try {
            ask(new Ask.Observe(), patience);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether anything can be run there. */
    boolean isReached(Duration patience) {
        try (Reach reach = target.reach(patience)) {
            reach.run(List.of("true"), patience);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reaches a machine that was put on, and looks at what its agent of before has left, before anything of that is undone. Then there is an agent that heals;
     * where the one of before has lived on, it is that one.
     *
     * @param over whether nobody wants it any more
     * @throws IOException if it is not reached in time; one line
     */
    synchronized void comeBack(Path agentJar, Duration patience, BooleanSupplier over) throws IOException {
        if (!cut) {
            return;
        }
        // One that is not heard any more while another way to it is sought would heal by itself.
        if (answers(STILL_THERE)) {
            hindsight = Hindsight.ofAgentAlive(name);
            cut = false;
            return;
        }
        String before = letGo();
        long giveUp = System.nanoTime() + patience.toNanos();
        while (agent == null) {
            try {
                if (over.getAsBoolean()) {
                    throw new IOException(target + ": all is being healed");
                }
                reach(agentJar, AgentLink.Mode.HEAL);
            } catch (IOException e) {
                if (over.getAsBoolean() || System.nanoTime() > giveUp) {
                    throw RemoteHealing.notReached(patience, e);
                }
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
        hindsight = agent.incarnation().equals(before)
                ? Hindsight.ofAgentAlive(name)
                : hindsight(name, opened.boot(), agent.ask(new Ask.Remains(), PATIENCE));
        cut = false;
    }

    /** The agent of before, who is not spoken with any more. */
    private String letGo() {
        Correspondence its = agent;
        if (its != null) {
            incarnation = its.incarnation();
            its.close();
            agent = null;
        }
        return incarnation;
    }

    /** Only what was not told to end and is gone all the same was ended by the loss of power. */
    static Hindsight hindsight(String machine, String boot, Found found) {
        if (!found.boot().equals(boot)) {
            return new Hindsight(true, machine + " was off: its kernel has begun anew");
        }
        if (!found.living().isEmpty()) {
            return new Hindsight(
                    false,
                    machine + " was not off: what its agent had started lives: "
                            + found.living().get(0));
        }
        return found.unhealed()
                ? new Hindsight(
                        true,
                        machine + " was off: its agent and all that it had started were gone, by no order of theirs")
                : new Hindsight(false, machine + " was not off: its agent, or its keeper, has healed it by itself");
    }

    /**
     * Undoes what the agent of before has left of a machine that was off, and makes it ready for elements again.
     *
     * @throws IOException if not everything is undone; one line
     */
    synchronized void beginAnew(BlastRadius radius) throws IOException {
        HealResult healed = agent.ask(new Ask.Heal(), HEALING);
        if (!healed.complete()) {
            throw new IOException(target + ": " + String.join("; ", healed.failed()));
        }
        agent.ask(new Ask.Anew(), PATIENCE);
        open(null, List.of());
        agent.ask(new Ask.Confine(radius), PATIENCE);
    }

    /** How far the agent's clock is ahead of {@link System#nanoTime}. */
    ClockOffset offset() {
        return agent.offset();
    }

    void lookAtClock(int times) throws IOException {
        agent.lookAtClock(times);
    }

    long wallMicros() {
        return agent.wallMicros();
    }

    /** Why the agent cannot be relied on any more, one line; empty: it can, or has been sent away. */
    String ending() {
        if (left) {
            return "";
        }
        Correspondence its = agent;
        return cut ? "" : its == null ? unanswered : its.ending();
    }

    /** The agent, and what it has started. */
    List<ProcessIdentity> processes() {
        Correspondence its = agent;
        return its == null
                ? List.of()
                : Stream.concat(Stream.of(its.agent()), its.processes().stream())
                        .toList();
    }

    /** Brings what was written there here. A part of a file that is here already is not asked for again. */
    void fetch(Path logs) throws IOException {
        for (String file : agent.ask(new Ask.Files(), PATIENCE)) {
            boolean elements = !file.equals(Site.LOG) && !file.equals("keeper.log");
            Path here = logs.resolve(elements ? file : name + "-" + file);
            if (!Files.exists(here)) {
                Files.createFile(here);
            }
            long from = Files.size(here);
            for (byte[] part; (part = agent.ask(new Ask.Read(file, from), PATIENCE)).length > 0; from += part.length) {
                Files.write(here, part, StandardOpenOption.APPEND);
            }
        }
    }

    /**
     * Has the host heal, fetches what was written there, and takes the agent and its folder away.
     *
     * @return what was undone, one line
     * @throws IOException if not everything was, or the host cannot be asked; one line
     */
    synchronized String heal(Path logs) throws IOException {
        if (cut) {
            throw new IOException(target + ": its power was cut, and it was not reached since");
        }
        if (agent == null) {
            target.remove();
            if (!unanswered.isEmpty() && hasFolder()) {
                throw new IOException(target + ": an agent was started and has not answered: " + unanswered);
            }
            return "host " + target.name() + ": no agent was started";
        }
        if (left) {
            target.remove();
            return "host " + target.name() + ": healed already";
        }
        HealResult healed = agent.ask(new Ask.Heal(), HEALING);
        withoutAll = List.of(agent.ask(new Ask.KeepLogs(), PATIENCE));
        fetch(logs);
        if (!healed.complete()) {
            throw new IOException(target + ": " + String.join("; ", healed.failed()));
        }
        agent.ask(new Ask.Leave(), PATIENCE);
        left = true;
        target.remove();
        var said = new ArrayList<>(healed.done());
        if (said.isEmpty()) {
            said.add("nothing was left there");
        }
        return "host " + target.name() + ": " + String.join("; ", said);
    }

    /** Whoever starts an agent makes its folder before. */
    private boolean hasFolder() throws IOException {
        if (!target.exists()) {
            return false;
        }
        try (Reach reach = target.reach(PATIENCE)) {
            return reach.run(List.of("test", "-e", folder), PATIENCE).status() == 0;
        }
    }

    /** A line for each element whose command for its logs did not give all, once it is healed. */
    List<String> withoutAllLogs() {
        return withoutAll;
    }

    /** With the names of files there as they are called once they have been brought here. */
    String said(String line, Path logs) {
        return opened == null ? line : line.replace(opened.premises().folder().toString() + "/", logs + "/");
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
    }
}
