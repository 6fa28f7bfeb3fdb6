package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Mutant;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.UUID;

/** Membership, failure detection and messages between elements, on JGroups. */
public final class Membership implements AutoCloseable {
    private static final long FIRST_MEMBER_PATIENCE_MILLIS = 5_000;

    /** What a member takes to leave by itself, on a machine that is not idle. */
    private static final long LEAVE_PATIENCE_MILLIS = 200;

    /** What an element does about its membership. Called on JGroups' threads. */
    public interface Listener {
        /** The set of live members changed. */
        void membersChanged(Members before, Members now);

        /** A member is gone by what its connection says; a change of members will tell what the others make of it. */
        void gone(ElementConfig element);

        /** A message came, in order for each sender. */
        void message(ElementConfig sender, byte[] content);

        /**
         * The others went on without this one, and now that they meet again their knowledge counts, not this one's. Nothing more is
         * called: it must join anew.
         */
        void cutOff();
    }

    private final ClusterConfig config;
    private final ElementConfig self;
    private final Distrusted distrusted;

    private volatile boolean cutOff;
    private final List<ElementConfig> engines;
    private final Drains drains;
    private volatile Known known;
    private View view;
    private Listener listener;
    private JChannel channel;

    /**
     * What the latest view says, replaced as one: a sender must never meet half of a change.
     *
     * @param addresses by rank, longest-serving first
     */
    private record Known(Members members, Map<Integer, Address> addresses) {}

    public Membership(ClusterConfig config, ElementConfig self) {
        this.config = config;
        this.self = self;
        engines = config.processors();
        drains = new Drains(this::transmit);
        known = new Known(members(0, List.of(), List.of()), Map.of());
        distrusted = new Distrusted(this::soon, this::exclude);
    }

    /** Joins the others and begins to call the listener. */
    public void join(Listener listener) throws Exception {
        boolean founds = !awaitAnother();
        channel = MemberStack.channel(config, self, founds);
        channel.setReceiver(new Receiver() {
            @Override
            public void viewAccepted(View view) {
                accept(view, channel.getAddress(), listener);
            }

            @Override
            public void receive(Message message) {
                byte[] content = message.getObject();
                if (cutOff || distrusted.contains(message.getSrc())) {
                    return;
                }
                if (Drains.isOne(content)) {
                    drains(message.getSrc(), content);
                } else {
                    listener.message(config.elements().get(rank(message.getSrc())), content);
                }
            }
        });
        ClosedConnections connections = channel.getProtocolStack().findProtocol(ClosedConnections.class);
        connections.whenGone(address -> {
            ElementConfig element = config.elements().get(rank(address));
            if (!cutOff && address.equals(known.addresses().get(element.rank()))) {
                listener.gone(element);
            }
        });
        channel.connect("ringdown");
    }

    /** Who is alive now. */
    public Members members() {
        return known.members();
    }

    /** Sends to one element, if it is alive. From any thread. */
    public void send(ElementConfig to, byte[] content) {
        Address address = known.addresses().get(to.rank());
        if (address != null) {
            transmit(address, content);
        }
    }

    /** Sends to all elements, this one too. From any thread. */
    public void sendToAll(byte[] content) {
        transmit(null, content);
    }

    private void transmit(Address to, byte[] content) {
        try {
            var message = new BytesMessage(to, content);
            channel.send(message);
        } catch (Exception e) {
            // The receiver is gone; the next view says so and settles what was owed to it.
            System.err.println("message not sent: " + e);
        }
    }

    /**
     * Takes this element out of service, or puts it back: it stays a member, keeps what it stores, and is no app processor that calls are
     * sent to. May be repeated. From any thread.
     */
    public synchronized void drain(boolean out) {
        if (drains.wish(out)) {
            publish();
        }
    }

    private synchronized void drains(Address from, byte[] content) {
        if (!cutOff && drains.received(from, content)) {
            publish();
        }
    }

    /** A view came. */
    synchronized void accept(View view, Address address, Listener listener) {
        if (cutOff) {
            return;
        }
        if (view instanceof MergeView merge) {
            List<Address> winners = winners(merge.getSubgroups());
            if (!winners.contains(address)) {
                cutOff = true;
                listener.cutOff();
                return;
            }
            distrusted.add(view.getMembers().stream()
                    .filter(member -> !winners.contains(member))
                    .toList());
        }
        distrusted.retainAll(view.getMembers());
        this.view = view;
        this.listener = listener;
        List<Address> trusted = view.getMembers().stream()
                .filter(member -> !distrusted.contains(member))
                .toList();
        if (drains.viewChanged(view.getViewId().getId(), trusted, address)) {
            publish();
        }
    }

    private void soon(Runnable task) {
        channel.getProtocolStack()
                .getTransport()
                .getTimer()
                .schedule(task, LEAVE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void exclude(List<Address> members) {
        GMS views = channel.getProtocolStack().findProtocol(GMS.class);
        views.up(new Event(Event.SUSPECT, members));
    }

    private void publish() {
        var now = new LinkedHashMap<Integer, Address>();
        for (Address member : view.getMembers()) {
            if (!distrusted.contains(member)) {
                // One that returned may stand beside what it was before: the later counts, in the place of the later.
                now.remove(rank(member));
                now.put(rank(member), member);
            }
        }
        long epoch = 2 * ((view.getViewId().getId() + 1) * (Drains.MOST + 1) + drains.number());
        var unbroken = new LinkedHashMap<>(now);
        unbroken.entrySet().removeIf(each -> {
            Address before = known.addresses().get(each.getKey());
            return before != null && !before.equals(each.getValue());
        });
        if (unbroken.size() < now.size()) {
            // It left and came back within one view, and has forgotten everything: two changes, not none.
            change(epoch - 1, unbroken);
        }
        change(epoch, now);
    }

    private void change(long epoch, Map<Integer, Address> addresses) {
        List<ElementConfig> alive =
                addresses.keySet().stream().map(config.elements()::get).toList();
        List<ElementConfig> out = drains.out().stream()
                .filter(addresses::containsValue)
                .map(member -> config.elements().get(rank(member)))
                .toList();
        Members before = known.members();
        Members now = members(epoch, alive, out);
        known = new Known(now, Collections.unmodifiableMap(new LinkedHashMap<>(addresses)));
        listener.membersChanged(before, now);
    }

    /**
     * Whose knowledge counts after a separation: the larger side's; of two alike, that of the one with the lowest rank. All members
     * choose alike.
     */
    private static List<Address> winners(List<View> sides) {
        return sides.stream()
                .max(Comparator.comparingInt(View::size)
                        .thenComparing(side -> -side.getMembers().stream()
                                .mapToInt(Membership::rank)
                                .min()
                                .orElse(0)))
                .orElseThrow()
                .getMembers();
    }

    private Members members(long epoch, List<ElementConfig> alive, List<ElementConfig> out) {
        List<ElementConfig> serving = config.mutant() == Mutant.NO_FAILOVER
                ? engines
                : engines.stream()
                        .filter(engine -> alive.contains(engine))
                        .filter(engine -> !out.contains(engine) || !othersServe(engine, alive, out))
                        .toList();
        return new Members(epoch, alive, serving, config.dispatch().grouped() ? engines : serving);
    }

    /** Who is out of service serves all the same while nobody else can. */
    private boolean othersServe(ElementConfig drained, List<ElementConfig> alive, List<ElementConfig> out) {
        return engines.stream()
                .anyMatch(other -> other.domain() == drained.domain() && alive.contains(other) && !out.contains(other));
    }

    private static int rank(Address address) {
        return (int) ((UUID) address).getLeastSignificantBits();
    }

    /**
     * Members that start together must not found a group each: all wait for the first, which founds it unless it finds the others
     * there already. False if there was nobody to wait for.
     */
    private boolean awaitAnother() throws InterruptedException {
        long end = System.nanoTime() + FIRST_MEMBER_PATIENCE_MILLIS * 1_000_000;
        boolean first = self.rank() == 0;
        for (int round = 1; System.nanoTime() < end; round++) {
            // Where the first one is dead, any other will do; asked rarely, since at a common start all are as young.
            List<Answer> answers = first || round % 20 == 0
                    ? others().map(Membership::ask).toList()
                    : List.of(ask(config.elements().get(0)));
            if (answers.contains(Answer.SERVES)) {
                return true;
            }
            if (first && !answers.contains(Answer.SILENT)) {
                return false;
            }
            Thread.sleep(20);
        }
        return false;
    }

    private Stream<ElementConfig> others() {
        return config.elements().stream().filter(other -> other.rank() != self.rank());
    }

    /** What an element makes of being asked whether it serves. */
    private enum Answer {
        SERVES,
        /** It has not joined yet, or is not there. */
        NOT_YET,
        /** It is there and busy. */
        SILENT
    }

    private static Answer ask(ElementConfig other) {
        try {
            var page = URI.create("http://" + other.admin().getAddress().getHostAddress() + ":"
                            + other.admin().getPort() + "/health")
                    .toURL()
                    .openConnection();
            page.setConnectTimeout(200);
            page.setReadTimeout(500);
            try (var body = page.getInputStream()) {
                String health = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                return health.contains("\"starting\"") ? Answer.NOT_YET : Answer.SERVES;
            }
        } catch (SocketTimeoutException e) {
            return Answer.SILENT;
        } catch (IOException e) {
            return Answer.NOT_YET;
        }
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close();
        }
    }
}
