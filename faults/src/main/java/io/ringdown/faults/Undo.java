package io.ringdown.faults;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How one step is undone, so that a process which knows nothing else can do it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "undo")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Undo.Kill.class, name = "kill"),
    @JsonSubTypes.Type(value = Undo.KillMarked.class, name = "kill-marked"),
    @JsonSubTypes.Type(value = Undo.Resume.class, name = "resume"),
    @JsonSubTypes.Type(value = Undo.RemoveGroup.class, name = "remove-group"),
    @JsonSubTypes.Type(value = Undo.RemoveRules.class, name = "remove-rules"),
    @JsonSubTypes.Type(value = Undo.RemoveShaping.class, name = "remove-shaping"),
    @JsonSubTypes.Type(value = Undo.HealHost.class, name = "heal-host"),
    @JsonSubTypes.Type(value = Undo.Undrain.class, name = "undrain"),
    @JsonSubTypes.Type(value = Undo.RemoveFile.class, name = "remove-file"),
    @JsonSubTypes.Type(value = Undo.SetClockRight.class, name = "set-clock-right"),
    @JsonSubTypes.Type(value = Undo.Unmount.class, name = "unmount"),
    @JsonSubTypes.Type(value = Undo.PowerOn.class, name = "power-on"),
    @JsonSubTypes.Type(value = Undo.RestoreContainer.class, name = "restore-container"),
})
public sealed interface Undo {
    /** Whose process it is about; or the machine whose quota, or power, it is. */
    String element();

    /**
     * Kill this process: a started element, or a fault that only death ends.
     *
     * @param mark of its {@link ProcessTree}, all of which is killed; null, and left out: it is one process
     * @param background where the tree's first process is; null, and left out: not in the background
     */
    record Kill(
            String element,
            ProcessIdentity process,
            @JsonInclude(JsonInclude.Include.NON_NULL) String mark,
            @JsonInclude(JsonInclude.Include.NON_NULL) Background background)
            implements Undo {
        /** Of an element that is one process. */
        public Kill(String element, ProcessIdentity process) {
            this(element, process, null, null);
        }
    }

    /**
     * Kill whatever was started with this mark in its environment: its pid was not known yet when this was written.
     *
     * @param mark a variable, {@code NAME=VALUE}, that no other process has
     * @param background where it may have gone; null, and left out: it stays in the foreground
     */
    record KillMarked(
            String element,
            String mark,
            @JsonInclude(JsonInclude.Include.NON_NULL) Background background) implements Undo {
        /** Of what stays in the foreground. */
        public KillMarked(String element, String mark) {
            this(element, mark, null);
        }
    }

    /**
     * Let this process run on.
     *
     * @param mark as of {@link Kill}
     * @param background as of {@link Kill}
     */
    record Resume(
            String element,
            ProcessIdentity process,
            @JsonInclude(JsonInclude.Include.NON_NULL) String mark,
            @JsonInclude(JsonInclude.Include.NON_NULL) Background background)
            implements Undo {
        /** Of an element that is one process. */
        public Resume(String element, ProcessIdentity process) {
            this(element, process, null, null);
        }
    }

    /**
     * Remove the control group of a machine. It is written before its processes are started, so that their ends come first.
     *
     * @param group its folder
     */
    record RemoveGroup(String element, String group) implements Undo {}

    /**
     * Remove a chain of iptables rules and the rule that leads to it, all of which are Ringdown's own.
     *
     * @param chain its name, which is also the comment of each of its rules
     */
    record RemoveRules(String element, String chain) implements Undo {}

    /**
     * Remove the queueing discipline at a device's root, if it is still the one of this handle.
     *
     * @param handle such as {@code 7a3b:}
     */
    record RemoveShaping(String element, String device, String handle) implements Undo {}

    /**
     * Heal another host by its own ledger: all that was done there.
     *
     * @param element the machine of the cluster, or the load host, that the host is
     * @param inventory the file that says how the host is reached; nothing secret is kept here
     * @param host its name there
     * @param folder where its ledger is
     */
    record HealHost(String element, String inventory, String host, String folder) implements Undo {}

    /**
     * Put a machine on again whose power was cut.
     *
     * @param topology the file that has the command for it; nothing secret is kept here
     * @param inventory the file that says how it is reached, which it must be before it counts as on; null, and left out: it is this machine
     */
    record PowerOn(
            String element,
            String topology,
            @JsonInclude(JsonInclude.Include.NON_NULL) String inventory) implements Undo {
        /** Of a machine that is this one. */
        public PowerOn(String element, String topology) {
            this(element, topology, null);
        }
    }

    /**
     * Put back into service what was drained.
     *
     * @param admins admin ports, {@code host:port}
     */
    record Undrain(String element, List<String> admins) implements Undo {
        public Undrain {
            admins = List.copyOf(admins);
        }
    }

    /**
     * Remove a file that fills a machine's own file system.
     *
     * @param file of Ringdown's own
     */
    record RemoveFile(String element, String file) implements Undo {}

    /**
     * Remove the file by which the wall clock of an element's process is off.
     *
     * @param file of Ringdown's own
     */
    record SetClockRight(String element, String file) implements Undo {}

    /**
     * Take away the file system of a machine, after what elements keep there was brought out. It is written before its processes are started,
     * so that their ends come first.
     *
     * @param folder where it is
     */
    record Unmount(String element, String folder) implements Undo {}

    /**
     * Give a container back as it was found, running: start it if it has ended. One that has been made anew under its name is another one.
     *
     * @param engine address of the Docker engine that has it
     * @param tls folder of certificates; null, and left out: no TLS. Nothing secret is kept here
     * @param container its id
     * @param process its first process; null, and left out: this machine does not see it
     * @param afresh whether what is found frozen has to end before, so that it forgets what it knew
     */
    record RestoreContainer(
            String element,
            String engine,
            @JsonInclude(JsonInclude.Include.NON_NULL) String tls,
            String container,
            @JsonInclude(JsonInclude.Include.NON_NULL) ProcessIdentity process,
            boolean afresh)
            implements Undo {}
}
