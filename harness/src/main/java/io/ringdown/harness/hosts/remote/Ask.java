package io.ringdown.harness.hosts.remote;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.SettableClock;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.Premises;
import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.hosts.Quotas.Reading;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import java.io.IOException;
import java.util.List;

/**
 * What an agent can be asked for. Instants are nanos of the agent's own clock.
 *
 * @param <R> what it answers
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ask")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Ask.Pulse.class, name = "pulse"),
    @JsonSubTypes.Type(value = Ask.Open.class, name = "open"),
    @JsonSubTypes.Type(value = Ask.Start.class, name = "start"),
    @JsonSubTypes.Type(value = Ask.StartTree.class, name = "start-tree"),
    @JsonSubTypes.Type(value = Ask.Expect.class, name = "expect"),
    @JsonSubTypes.Type(value = Ask.Terminate.class, name = "terminate"),
    @JsonSubTypes.Type(value = Ask.Element.class, name = "element"),
    @JsonSubTypes.Type(value = Ask.KeepLogs.class, name = "keep-logs"),
    @JsonSubTypes.Type(value = Ask.Observe.class, name = "observe"),
    @JsonSubTypes.Type(value = Ask.Taken.class, name = "taken"),
    @JsonSubTypes.Type(value = Ask.QuotaRefusal.class, name = "quota-refusal"),
    @JsonSubTypes.Type(value = Ask.Limit.class, name = "limit"),
    @JsonSubTypes.Type(value = Ask.ReadQuotas.class, name = "read-quotas"),
    @JsonSubTypes.Type(value = Ask.ClockLibrary.class, name = "clock-library"),
    @JsonSubTypes.Type(value = Ask.Confine.class, name = "confine"),
    @JsonSubTypes.Type(value = Ask.Inject.class, name = "inject"),
    @JsonSubTypes.Type(value = Ask.Confirm.class, name = "confirm"),
    @JsonSubTypes.Type(value = Ask.Repair.class, name = "repair"),
    @JsonSubTypes.Type(value = Ask.Put.class, name = "put"),
    @JsonSubTypes.Type(value = Ask.Files.class, name = "files"),
    @JsonSubTypes.Type(value = Ask.Read.class, name = "read"),
    @JsonSubTypes.Type(value = Ask.Stop.class, name = "stop"),
    @JsonSubTypes.Type(value = Ask.Remains.class, name = "remains"),
    @JsonSubTypes.Type(value = Ask.Heal.class, name = "heal"),
    @JsonSubTypes.Type(value = Ask.Anew.class, name = "anew"),
    @JsonSubTypes.Type(value = Ask.Leave.class, name = "leave"),
})
sealed interface Ask<R> {
    /** Does it. */
    R on(Site site) throws IOException, InterruptedException;

    /** What is answered. */
    Class<R> type();

    /**
     * What the clocks show, and what runs. Everything asked renews the lease; this is asked all the while.
     *
     * @param settled all questions of this session with lower numbers have been answered
     */
    record Pulse(long settled) implements Ask<Pulse.Shown> {
        record Shown(long nanos, long epochMicros, List<ProcessIdentity> processes) {}

        @Override
        public Shown on(Site site) {
            return site.shown();
        }

        @Override
        public Class<Shown> type() {
            return Shown.class;
        }
    }

    /**
     * Makes ready for elements.
     *
     * @param jar the reference cluster's, as the user's own folder sees it; null: elements are of other makers
     * @param options of its JVMs
     */
    record Open(String jar, List<String> options) implements Ask<Open.Opened> {
        /** @param boot of the kernel; machines of one boot share their processors */
        record Opened(Premises premises, int processors, String boot) {}

        @Override
        public Opened on(Site site) throws IOException {
            return site.open(jar, options);
        }

        @Override
        public Class<Opened> type() {
            return Opened.class;
        }
    }

    record Start(String element, List<String> command) implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.host().start(element, command);
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    /** Of what may become several processes, and go into the background. */
    record StartTree(String element, TreeStart how) implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.host().startTree(element, how);
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    /** Lets the one who asks start a process here by another way; what has to stand in its environment. */
    record Expect(String process) implements Ask<String> {
        @Override
        public String on(Site site) throws IOException {
            return site.host().expect(process);
        }

        @Override
        public Class<String> type() {
            return String.class;
        }
    }

    /** Asks elements to stop, and waits for nothing. */
    record Terminate(List<String> elements) implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.host().terminate(elements);
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    /** What its owner's command tells of an element; null: it does not. */
    record Element(ElementQuestion question) implements Ask<String> {
        @Override
        public String on(Site site) throws IOException, InterruptedException {
            return site.host().ask(question).orElse(null);
        }

        @Override
        public Class<String> type() {
            return String.class;
        }
    }

    /** Has commands print the logs of elements that have ended, into files; a line for each that did not give all. */
    record KeepLogs() implements Ask<String[]> {
        @Override
        public String[] on(Site site) throws InterruptedException {
            return site.keepLogs();
        }

        @Override
        public Class<String[]> type() {
            return String[].class;
        }
    }

    /** Of all elements that were started. */
    record Observe() implements Ask<Observation[]> {
        @Override
        public Observation[] on(Site site) throws IOException {
            return site.observations();
        }

        @Override
        public Class<Observation[]> type() {
            return Observation[].class;
        }
    }

    record Taken(List<Wanted> addresses) implements Ask<String[]> {
        @Override
        public String[] on(Site site) throws IOException {
            return site.host().taken(addresses).toArray(String[]::new);
        }

        @Override
        public Class<String[]> type() {
            return String[].class;
        }
    }

    record QuotaRefusal() implements Ask<String> {
        @Override
        public String on(Site site) throws IOException {
            return site.host().quotas().refusal();
        }

        @Override
        public Class<String> type() {
            return String.class;
        }
    }

    /** By which library wall clocks of processes can be set; empty: by none. */
    record ClockLibrary() implements Ask<String> {
        @Override
        public String on(Site site) {
            return SettableClock.library().orElse("");
        }

        @Override
        public Class<String> type() {
            return String.class;
        }
    }

    record Limit(String machine, List<String> elements, Quotas.Share share) implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.host().quotas().limit(machine, elements, share);
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    record ReadQuotas() implements Ask<Reading[]> {
        @Override
        public Reading[] on(Site site) throws IOException {
            return site.host().quotas().read().toArray(Reading[]::new);
        }

        @Override
        public Class<Reading[]> type() {
            return Reading[].class;
        }
    }

    /** Says how much of the cluster faults may take down, before the first one. */
    record Confine(BlastRadius radius) implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.confine(radius);
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    /** Strikes those of the order's elements that run here. */
    record Inject(int index, FaultOrder order, long at) implements Ask<InjectedFault> {
        @Override
        public InjectedFault on(Site site) throws IOException, InterruptedException {
            return site.injecting().inject(index, order, at);
        }

        @Override
        public Class<InjectedFault> type() {
            return InjectedFault.class;
        }
    }

    record Confirm(InjectedFault fault) implements Ask<InjectedFault> {
        @Override
        public InjectedFault on(Site site) throws IOException {
            return site.injecting().confirmStill(fault);
        }

        @Override
        public Class<InjectedFault> type() {
            return InjectedFault.class;
        }
    }

    record Repair(InjectedFault fault) implements Ask<InjectedFault> {
        @Override
        public InjectedFault on(Site site) throws IOException {
            return site.injecting().repair(fault);
        }

        @Override
        public Class<InjectedFault> type() {
            return InjectedFault.class;
        }
    }

    /** Puts a file into the folder of the elements. */
    record Put(String name, byte[] content) implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.put(name, content);
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    /** Which files the elements have written, and whatever looks after them. */
    record Files() implements Ask<String[]> {
        @Override
        public String[] on(Site site) throws IOException {
            return site.files();
        }

        @Override
        public Class<String[]> type() {
            return String[].class;
        }
    }

    /** A part of such a file; empty: there is no more. */
    record Read(String name, long from) implements Ask<byte[]> {
        @Override
        public byte[] on(Site site) throws IOException {
            return site.read(name, from);
        }

        @Override
        public Class<byte[]> type() {
            return byte[].class;
        }
    }

    record Stop() implements Ask<HealResult> {
        @Override
        public HealResult on(Site site) throws IOException {
            return site.host().stopAll();
        }

        @Override
        public Class<HealResult> type() {
            return HealResult.class;
        }
    }

    /** What another agent has left here, before anything of it is undone. */
    record Remains() implements Ask<Remains.Found> {
        /**
         * What is found.
         *
         * @param boot of the kernel
         * @param unhealed whether it had begun something, and not undone all
         * @param living a line for each of its elements that is there
         */
        record Found(String boot, boolean unhealed, List<String> living) {}

        @Override
        public Found on(Site site) throws IOException {
            return site.remains();
        }

        @Override
        public Class<Found> type() {
            return Found.class;
        }
    }

    /** Undoes all that was done here; nothing but {@link Anew} can be done afterwards. */
    record Heal() implements Ask<HealResult> {
        @Override
        public HealResult on(Site site) throws IOException {
            return site.heal();
        }

        @Override
        public Class<HealResult> type() {
            return HealResult.class;
        }
    }

    /** Makes an agent that has healed what another one has left into one that elements can be started by, in the same folder. */
    record Anew() implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.beginAnew();
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }

    /** Removes the folder, once all is healed, and ends. */
    record Leave() implements Ask<Void> {
        @Override
        public Void on(Site site) throws IOException {
            site.leave();
            return null;
        }

        @Override
        public Class<Void> type() {
            return Void.class;
        }
    }
}
