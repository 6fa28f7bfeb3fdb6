package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.HealResult;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.remote.Ask.Open.Opened;
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
import java.util.stream.Stream;

/** A machine of a cluster on its host: the agent there, and what was agreed with it. */
final class RemoteMachine implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Stopping takes up to 10 s, undoing each further step up to 5 s. */
    private static final Duration HEALING = Duration.ofSeconds(60);

    private static final Duration ARCHIVE = Duration.ofSeconds(90);

    private final String name;
    private final Inventory inventory;
    private final Target target;
    private final String folder;
    private Correspondence agent;
    /** Why an agent that may have been started did not answer; empty: it did, or none was started. */
    private volatile String unanswered = "";

    private Opened opened;
    private volatile List<String> withoutAll = List.of();
    private volatile boolean left;

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
            agent = new Correspondence(
                    reach, Deployment.link(target, jar, folder, inventory.lease()), inventory.lease());
            tried = true;
            agent.begin(mode);
        } catch (IOException | RuntimeException e) {
            unanswered = tried ? String.valueOf(e.getMessage()) : "";
            agent = null;
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

    <R> R ask(Ask<R> ask) throws IOException {
        return agent.ask(ask, PATIENCE);
    }

    <R> R ask(Ask<R> ask, Duration patience) throws IOException {
        return agent.ask(ask, patience);
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
        return agent == null ? unanswered : agent.ending();
    }

    /** The agent, and what it has started. */
    List<ProcessIdentity> processes() {
        return agent == null
                ? List.of()
                : Stream.concat(Stream.of(agent.agent()), agent.processes().stream())
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
