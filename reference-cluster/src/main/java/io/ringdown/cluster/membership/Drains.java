package io.ringdown.cluster.membership;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jgroups.Address;
import org.jgroups.util.UUID;

/**
 * Which members are taken out of service though they live, in one order for all: each wishes for itself, and the first member of a view
 * orders. Orders are numbered within their view; number 0 stands for nobody. Thus a view and a number mean the same to all members, which is
 * what fencing needs. A view that follows on an order that is still in force is not published before its own first member has repeated that
 * order; who waits for that tells it what it knows, since the order may have died with its giver. For one thread at a time.
 */
final class Drains {
    /** Of orders in a view. */
    static final int MOST = 1_000;

    /** No message between session replicators and stores begins so. */
    private static final byte MARK = 127;

    private static final byte WISH = 1;
    private static final byte ORDER = 2;
    private static final byte OFFER = 3;

    private static final Order NONE = new Order(-1, 0, List.of());

    private final BiConsumer<Address, byte[]> sender;
    private Address self;
    private boolean wish;
    private long view = -1;
    private List<Address> members = List.of();
    /** In force in this view; while {@link #holding}, in the one before. */
    private Order order = NONE;
    /** What was in force in the view before. */
    private Order former = NONE;

    private boolean holding;
    private Order early = NONE;
    /** What came for a view that is not there yet, or for its first member, which this one may be soon. */
    private final Map<Address, Boolean> wishes = new LinkedHashMap<>();

    private final List<Offer> offers = new ArrayList<>();

    /** Who is out of service from now on. */
    private record Order(long view, int number, List<Address> out) {
        boolean after(Order other) {
            return view != other.view ? view > other.view : number > other.number;
        }
    }

    /** What a member knows that waits for the order of a view. */
    private record Offer(long view, Order known) {}

    /** {@code sender}: sends to a member, in order for each. */
    Drains(BiConsumer<Address, byte[]> sender) {
        this.sender = sender;
    }

    /** Number of the order that is in force in this view. */
    int number() {
        return order.number();
    }

    /** Members that are out of service. */
    List<Address> out() {
        return order.out();
    }

    /**
     * A view came.
     *
     * @param self this member's address
     * @param members in the order of their service
     * @return whether it is to be published now
     */
    boolean viewChanged(long view, List<Address> members, Address self) {
        this.view = view;
        this.members = List.copyOf(members);
        this.self = self;
        if (!holding) {
            former = order;
        }
        holding = false;
        boolean needed = !former.out().isEmpty();
        order = new Order(view, 0, List.of());
        if (first()) {
            List<Offer> timely =
                    offers.stream().filter(offer -> offer.view() == view).toList();
            offers.clear();
            timely.forEach(offer -> learn(offer.known()));
            if (needed || !timely.isEmpty()) {
                give(former.out());
            }
            Map.copyOf(wishes).forEach(this::grant);
            wishes.clear();
        } else if (early.view() == view) {
            order = early;
        } else if (needed) {
            holding = true;
            order = former;
            sender.accept(members.get(0), bytes(OFFER, view, former));
        }
        askAgain();
        return !holding;
    }

    private boolean first() {
        return !members.isEmpty() && members.get(0).equals(self);
    }

    private void learn(Order known) {
        if (known.after(former)) {
            former = known;
        }
    }

    private void give(List<Address> out) {
        order = new Order(
                view, order.number() + 1, out.stream().filter(members::contains).toList());
        // To each by itself: such a message may come before the view does, and is not lost then.
        byte[] told = bytes(ORDER, view, order);
        members.stream().filter(member -> !member.equals(self)).forEach(member -> sender.accept(member, told));
    }

    /** Whether that changes anything. */
    private boolean grant(Address member, boolean out) {
        if (!members.contains(member) || order.out().contains(member) == out || order.number() == MOST) {
            return false;
        }
        var changed = new ArrayList<>(order.out());
        if (out) {
            changed.add(member);
            changed.sort(Comparator.naturalOrder());
        } else {
            changed.remove(member);
        }
        give(changed);
        return true;
    }

    /**
     * This member wishes to be out of service, or in it again.
     *
     * @return whether there is something to publish
     */
    boolean wish(boolean out) {
        wish = out;
        return askAgain();
    }

    private boolean askAgain() {
        if (holding || members.isEmpty() || order.out().contains(self) == wish) {
            return false;
        }
        if (first()) {
            return grant(self, wish);
        }
        sender.accept(members.get(0), bytes(WISH, wish ? 1 : 0, NONE));
        return false;
    }

    /** Whether a message is one of these. */
    static boolean isOne(byte[] content) {
        return content.length > 1 && content[0] == MARK;
    }

    /**
     * Such a message came.
     *
     * @return whether there is something to publish
     */
    boolean received(Address from, byte[] content) {
        if (from.equals(self)) {
            return false;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(content, 1, content.length - 1))) {
            byte kind = in.readByte();
            long number = in.readLong();
            Order told = order(in);
            return switch (kind) {
                case WISH -> wished(from, number == 1);
                case ORDER -> ordered(told);
                case OFFER -> offered(new Offer(number, told));
                default -> throw new IOException("unknown kind " + kind);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean wished(Address from, boolean out) {
        if (first()) {
            return grant(from, out);
        }
        wishes.put(from, out);
        return false;
    }

    private boolean ordered(Order told) {
        if (told.view() > view) {
            early = told.after(early) ? told : early;
            return false;
        }
        if (told.view() < view || !holding && told.number() <= order.number()) {
            return false;
        }
        order = told;
        holding = false;
        askAgain();
        return true;
    }

    private boolean offered(Offer offer) {
        if (offer.view() > view) {
            offers.add(offer);
            return false;
        }
        // With a number, it is on its way already.
        if (offer.view() < view || !first() || order.number() > 0) {
            return false;
        }
        learn(offer.known());
        give(former.out());
        return true;
    }

    private static byte[] bytes(byte kind, long number, Order order) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(MARK);
            out.writeByte(kind);
            out.writeLong(number);
            out.writeLong(order.view());
            out.writeInt(order.number());
            out.writeInt(order.out().size());
            for (Address address : order.out()) {
                out.writeLong(((UUID) address).getMostSignificantBits());
                out.writeLong(((UUID) address).getLeastSignificantBits());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Order order(DataInputStream in) throws IOException {
        long view = in.readLong();
        int number = in.readInt();
        int size = in.readInt();
        var out = new ArrayList<Address>(size);
        for (int i = 0; i < size; i++) {
            out.add(new UUID(in.readLong(), in.readLong()));
        }
        return new Order(view, number, out);
    }
}
