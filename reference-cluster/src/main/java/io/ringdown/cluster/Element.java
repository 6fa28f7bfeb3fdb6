package io.ringdown.cluster;

import io.ringdown.cluster.admin.AdminPort;
import io.ringdown.cluster.admin.EventJournal;
import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One running element: its admin port, and its part in the cluster, which it forgets and takes up anew when the others may have gone on
 * without it.
 */
final class Element implements AutoCloseable {
    private final ClusterConfig config;
    private final ElementConfig self;
    private final EventJournal journal = new EventJournal();
    private final Object lifecycle = new Object();
    private volatile Part part;
    private volatile boolean drains;
    private AdminPort admin;

    Element(ClusterConfig config, ElementConfig self) {
        this.config = config;
        this.self = self;
    }

    /** Binds its sockets, joins the others and serves. */
    void start() throws Exception {
        part = newPart();
        var pages = new HashMap<String, Supplier<String>>();
        pages.put("/events", journal::lines);
        pages.put("/health", () -> health(part));
        pages.put("/metrics", () -> part.metrics());
        if (self.processes()) {
            pages.put("/cdrs", () -> part.records());
            pages.put("/owned", () -> part.owned());
        }
        if (self.stores()) {
            pages.put("/copies", () -> part.copies());
        }
        var deeds = new HashMap<String, Supplier<String>>();
        if (self.processes()) {
            deeds.put("/drain", this::drain);
            deeds.put("/undrain", this::undrain);
        }
        admin = new AdminPort(self.admin(), pages, deeds);
        synchronized (lifecycle) {
            part.start();
        }
    }

    /** Empty, or why not. */
    private String drain() {
        String problem = drains ? "" : part.indispensable();
        if (problem.isEmpty()) {
            drains = true;
            part.drain(true);
        }
        return problem;
    }

    private String undrain() {
        drains = false;
        if (!config.single()) {
            part.drain(false);
        }
        return "";
    }

    private Part newPart() throws IOException {
        var surroundings = new Part.Surroundings(config, self, journal::add, this::startAnew);
        return switch (self.role()) {
            case ENGINE -> new EnginePart(surroundings);
            case REPLICA -> new ReplicaPart(surroundings);
            case DISPATCHER, BALANCER -> new DispatcherPart(surroundings);
            case CONTAINER -> new ContainerPart(surroundings);
            case SERVER -> new ServerPart(surroundings);
            case PROXY -> new ProxyPart(surroundings);
            case SPRAYER -> new SprayerPart(surroundings);
        };
    }

    /** From any thread; each part calls it once. */
    private void startAnew(String why) {
        journal.add("cut-off", Map.of("why", why));
        System.err.println(self.name() + ": " + why + "; forgets everything and joins anew");
        new Thread(
                        () -> {
                            try {
                                beginAnew();
                            } catch (Exception e) {
                                // Half an element is worse than none.
                                System.err.println(self.name() + ": cannot join anew: " + e);
                                Runtime.getRuntime().halt(Main.FAILED);
                            }
                        },
                        "join anew")
                .start();
    }

    /** Waits until the part that is given up has ended its own start, whose sockets could not be closed before. */
    private void beginAnew() throws Exception {
        synchronized (lifecycle) {
            part.close();
            part = newPart();
            part.start();
            if (drains) {
                part.drain(true);
            }
        }
        journal.add("joined-anew", Map.of());
    }

    /** Who is alive, as far as this element knows. */
    Members members() {
        return part.members();
    }

    private String health(Part now) {
        Members members = now.members();
        return "{\"element\":\"" + self.name() + "\",\"role\":\""
                + self.role().name().toLowerCase(Locale.ROOT)
                + "\",\"state\":\"" + now.state() + "\",\"view\":" + members.epoch() + ",\"members\":["
                + members.alive().stream()
                        .map(member -> "\"" + member.name() + "\"")
                        .collect(Collectors.joining(","))
                + "]}\n";
    }

    @Override
    public void close() throws IOException {
        if (admin != null) {
            admin.close();
        }
        if (part != null) {
            part.close();
        }
    }
}
