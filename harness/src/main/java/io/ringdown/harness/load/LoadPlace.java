package io.ringdown.harness.load;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.harness.hosts.Talk;
import io.ringdown.harness.hosts.remote.Outpost;
import io.ringdown.record.RunFolder;
import io.ringdown.record.WorkOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a load host works. It is the same process wherever that is, and is talked to alike. */
public sealed interface LoadPlace {
    /** The heap is touched before the calls, and the code compiled once: both would make some of them leave late. */
    List<String> OPTIONS =
            List.of("-XX:+UseParallelGC", "-XX:TieredStopAtLevel=1", "-Xms128m", "-Xmx1g", "-XX:+AlwaysPreTouch");

    /** Of its folder; also what the load host is called. */
    String name();

    /** The host's name in an inventory; empty: this machine. */
    String host();

    /**
     * Starts the process, in a folder of its own with its order in it.
     *
     * @throws IOException if it cannot be; one line
     */
    Talk start(WorkOrder order) throws IOException;

    /**
     * Learns which process it is.
     *
     * @param boot of its kernel
     */
    void started(ProcessIdentity process, String boot) throws IOException;

    /** What is known of one that says nothing any more, in words. */
    String gone();

    /**
     * Brings what it has recorded so far into the run's folder, and lets it go on.
     *
     * @throws IOException if that cannot be had; one line
     */
    void fetch() throws IOException;

    /**
     * Brings what it has recorded into the run's folder; whatever is left of it there ends.
     *
     * @throws IOException if that cannot be had; one line
     */
    void collect() throws IOException;

    /**
     * On this machine, as a process that dies with the harness.
     *
     * @param own its folder in the run's
     */
    record Here(String name, RunFolder own, Talk.Starter starter) implements LoadPlace {
        @Override
        public String host() {
            return "";
        }

        @Override
        public Talk start(WorkOrder order) throws IOException {
            Files.createDirectories(own.path());
            order.write(own.order());
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(OPTIONS);
            command.addAll(List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    LoadWorker.class.getName(),
                    own.path().toAbsolutePath().toString()));
            return starter.start(name, command);
        }

        @Override
        public void started(ProcessIdentity process, String boot) {
            // it was started here, and is known
        }

        @Override
        public String gone() {
            return "its process ended";
        }

        @Override
        public void fetch() {
            // it is here
        }

        @Override
        public void collect() {
            // it is here
        }
    }

    /**
     * On a host of an inventory.
     *
     * @param own where what it has recorded is brought
     */
    record There(String name, RunFolder own, Outpost outpost) implements LoadPlace {
        @Override
        public String host() {
            return outpost.host();
        }

        @Override
        public Talk start(WorkOrder order) throws IOException {
            order.write(own.order());
            outpost.put(own.order());
            return outpost.talk(name, OPTIONS, LoadWorker.class);
        }

        @Override
        public void started(ProcessIdentity process, String boot) throws IOException {
            if (boot.equals(LinuxProcesses.boot())) {
                outpost.isHere(process);
            }
        }

        @Override
        public String gone() {
            return "its process ended, or the way to it";
        }

        @Override
        public void fetch() throws IOException {
            outpost.fetch();
        }

        @Override
        public void collect() throws IOException {
            outpost.leave();
        }
    }
}
