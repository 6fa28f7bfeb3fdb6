package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig.Buddies;
import io.ringdown.cluster.config.ClusterConfig.Buddies.Order;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Servers.Server;
import io.ringdown.cluster.session.Fields;
import io.ringdown.cluster.session.StoredSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Long random histories of calls, deaths and returns: whatever a server told anybody is found again, so long as no more servers die between
 * two moments of quiet than a session has buddies; and once all is quiet each session that was touched has one owner and all its copies.
 */
class BuddyHistoryTest {
    private static final List<ElementConfig> ALL =
            List.of(server(0, "a"), server(1, "b"), server(2, "a"), server(3, "b"), server(4, ""));
    private static final int CALLS = 12;

    private final Map<String, Long> told = new HashMap<>();
    /** What engines remember. */
    private final Map<ElementConfig, Map<String, Held>> held = new HashMap<>();

    private final Set<String> fetching = new HashSet<>();
    private Servers servers;
    private Random random;

    private record Held(long value, long version) {}

    @ParameterizedTest
    @CsvSource({"1, NEXT_IN_LINE, false", "1, MUTUAL, true", "2, NEXT_IN_LINE, true", "2, MUTUAL, false"})
    void whatWasToldIsFoundAgain(int buddies, Order order, boolean fields) {
        for (int seed = 0; seed < 60; seed++) {
            random = new Random(seed);
            told.clear();
            held.clear();
            fetching.clear();
            servers = new Servers(Elements.cluster(ALL, new Buddies(buddies, order, false, fields), Mutant.NONE));
            servers.start(ALL.toArray(ElementConfig[]::new));
            servers.deliver();
            for (int round = 0; round < 8; round++) {
                // A session has no more copies than there are servers.
                live(1 + random.nextInt(Math.min(buddies, servers.all().size() - 1)));
                checkQuiet(buddies, "seed " + seed + ", round " + round);
            }
        }
    }

    /** Calls, deliveries in any order, and some deaths or returns in the midst of them, each told to one server after the other. */
    private void live(int deaths) {
        int died = 0;
        for (int step = 0; step < 120; step++) {
            int choice = random.nextInt(100);
            if (choice < 40) {
                touch("call-" + random.nextInt(CALLS));
            } else if (choice < 96) {
                servers.deliverAny(random.nextInt(1_000));
            } else if (choice < 98 && died < deaths && servers.all().size() > 2) {
                ElementConfig victim = any();
                held.remove(victim);
                fetching.removeIf(each -> each.startsWith(victim.name()));
                servers.crash(victim);
                servers.lose(victim, way -> random.nextInt(way));
                tell(servers.next());
                died++;
            } else if (servers.all().size() < ALL.size() && died == 0) {
                ALL.stream().filter(one -> servers.of(one) == null).findFirst().ifPresent(servers::start);
                drop();
            }
        }
        servers.deliver();
        drop();
    }

    private ElementConfig any() {
        return new ArrayList<>(servers.all()).get(random.nextInt(servers.all().size())).self;
    }

    /** Each learns of it at another moment. */
    private void tell(Members now) {
        var left = new ArrayList<>(servers.all());
        while (!left.isEmpty()) {
            if (random.nextBoolean() || !servers.deliverAny(random.nextInt(1_000))) {
                left.remove(random.nextInt(left.size())).view(now);
            }
        }
        drop();
    }

    /** An engine forgets what is not its own any more. */
    private void drop() {
        held.forEach((one, calls) -> calls.keySet()
                .removeIf(callId -> servers.of(one) == null
                        || !servers.of(one).replicator.owns(callId)
                        || servers.of(one).fenced.contains(callId)));
        servers.all().forEach(server -> server.fenced.clear());
    }

    /**
     * A request comes to whom some dispatcher takes for the owner: that one counts one more, and tells the count once it is stored.
     */
    private void touch(String callId) {
        Server owner = servers.of(servers.of(any()).members().ownerOf(callId));
        if (owner == null || !owner.replicator.owns(callId)) {
            return;
        }
        drop();
        Held here = held.computeIfAbsent(owner.self, none -> new HashMap<>()).get(callId);
        if (here != null) {
            count(owner, callId, here);
        } else if (fetching.add(owner.self.name() + callId)) {
            owner.replicator.get(callId, found -> {
                fetching.remove(owner.self.name() + callId);
                if (owner.replicator.owns(callId) && servers.of(owner.self) == owner) {
                    count(owner, callId, found.map(BuddyHistoryTest::held).orElse(new Held(0, 0)));
                }
            });
            owner.replicator.flush();
        }
    }

    private void count(Server owner, String callId, Held before) {
        long value = before.value() + 1;
        long version = Math.max(before.version() + 1, owner.replicator.epoch() << 32);
        held.get(owner.self).put(callId, new Held(value, version));
        byte[] state = Fields.joined(
                List.of(new byte[50], ByteBuffer.allocate(8).putLong(value).array()));
        owner.replicator.put(
                new StoredSession(callId, version, owner.self.name(), false, state),
                () -> told.merge(callId, value, Math::max));
        owner.replicator.flush();
    }

    private static Held held(StoredSession session) {
        return new Held(value(session), session.version());
    }

    private static long value(StoredSession session) {
        return ByteBuffer.wrap(Fields.of(session.state()).get(1)).getLong();
    }

    private void checkQuiet(int buddies, String when) {
        int copies = Math.min(buddies + 1, servers.all().size());
        told.forEach((callId, value) -> {
            Server owner = servers.of(servers.members().ownerOf(callId));
            List<Optional<StoredSession>> found = owner.get(callId);
            servers.deliver();
            assertThat(found).as("%s: %s", when, callId).hasSize(1);
            assertThat(found.get(0)).as("%s: %s, told %d", when, callId, value).isPresent();
            assertThat(value(found.get(0).get())).as("%s: %s", when, callId).isGreaterThanOrEqualTo(value);
            assertThat(servers.holders(callId)).as("%s: %s", when, callId).hasSize(copies);
            assertThat(servers.all().stream().filter(server -> server.store.ownVersion(callId) >= 0))
                    .as("%s: owners of %s", when, callId)
                    .containsExactly(owner);
        });
    }
}
