package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A host of an inventory where a process of Ringdown's own works that is none of the cluster's. An {@link Agent} there sees to it that nothing of it is left,
 * however the harness or the way to the host ends.
 */
public final class Outpost {
    /** Arguments: a file for what the command prints to standard error, and the command. The script never changes; nothing is pasted into it. */
    private static final String TELLING_A_FILE = "exec \"$@\" 2>>\"$0\"";

    private final RemoteMachine machine;
    private final Target target;
    private final Undo.HealHost undo;
    private final Path own;
    private String jar;
    private Reach way;
    private volatile List<ProcessIdentity> here = List.of();
    private volatile boolean left;

    /**
     * One that is not begun.
     *
     * @param name unique in the run
     * @param own folder here, for what is written there
     */
    Outpost(String name, Inventory inventory, Target target, Path own) {
        String run = UUID.randomUUID().toString().substring(0, 8);
        this.target = target;
        this.own = own;
        machine = new RemoteMachine(name, inventory, target, inventory.folder() + "/runs/" + run + "-" + name);
        undo = machine.undo();
    }

    /** The host's name in its inventory. */
    public String host() {
        return target.name();
    }

    /** What a ledger here has to say about it, before anything is done there. */
    Undo.HealHost undo() {
        return undo;
    }

    void begin(Path agentJar) throws IOException {
        machine.begin(agentJar, null, List.of());
        machine.open(null, List.of());
        jar = Deployment.place(agentJar, machine.inventory().folder(), Deployment.AGENT);
    }

    /** Puts a file into its folder. */
    public void put(Path file) throws IOException {
        machine.ask(new Ask.Put(file.getFileName().toString(), Files.readAllBytes(file)));
    }

    /**
     * Starts a process to talk to, which dies with the way to it, and with the agent.
     *
     * @param name its name
     * @param options of its JVM
     * @param main its class, whose only argument is the folder of the outpost
     */
    public Talk talk(String name, List<String> options, Class<?> main) throws IOException {
        String mark = machine.ask(new Ask.Expect(name));
        way = target.reach(RemoteMachine.PATIENCE);
        var command =
                new ArrayList<>(List.of("sh", "-c", TELLING_A_FILE, undo.folder() + "/" + name + ".log", "env", mark));
        command.add(target.java());
        command.addAll(options);
        command.addAll(List.of("-cp", jar, main.getName(), undo.folder()));
        return way.talk(command);
    }

    /** Learns which process it is that was started, as it calls itself, where that runs on this machine's kernel. */
    public void isHere(ProcessIdentity itself) {
        here = Stream.concat(Stream.of(itself), machine.processes().stream())
                .flatMap(each -> LinuxProcesses.seenFromHere(each).stream())
                .toList();
    }

    /** What of it takes this machine's processors. */
    List<ProcessIdentity> here() {
        return here;
    }

    /** Brings here what has been written there so far, but for what is here already. */
    public void fetch() throws IOException {
        machine.fetch(own);
    }

    /**
     * Has the host heal, brings here what was written there, and takes the folder away; a second time does nothing.
     *
     * @return what was done, one line
     * @throws IOException if it cannot be reached, or not everything was done; one line
     */
    public synchronized String leave() throws IOException {
        if (left) {
            return "host " + target.name() + ": healed already";
        }
        String how;
        try {
            how = machine.heal(own);
        } catch (IOException e) {
            if (machine.ending().isEmpty()) {
                throw e;
            }
            how = RemoteHealing.heal(undo, machine.inventory(), own);
        }
        left = true;
        return how;
    }

    void close() {
        if (way != null) {
            way.close();
        }
        machine.close();
    }
}
