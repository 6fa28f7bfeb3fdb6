package io.ringdown.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/** The example of a cluster of other makers, at addresses of its own, each machine of it a host. */
final class ExampleElsewhere {
    static final List<String> HOSTS = List.of("127.153.1.1", "127.153.1.2", "127.153.1.3", "127.153.2.1");
    static final String STORE = "127.151.2.1:6379";

    private static final Path EXAMPLE =
            Path.of(System.getProperty("ringdown.home", "..")).resolve("docs/examples/kamailio-redis");
    private static final List<String> MACHINES = List.of("m1", "m2", "d", "m3");

    private ExampleElsewhere() {}

    /**
     * Copies it.
     *
     * @param more lines about each machine, by its place among {@link #HOSTS}
     */
    static void copy(Path folder, IntFunction<List<String>> more) throws IOException {
        for (String name : List.of("shared.yaml", "plan.yaml", "proxies.list", "proxy.cfg", "dispatcher.cfg")) {
            String text = Files.readString(EXAMPLE.resolve(name)).replace("127.12", "127.15");
            Files.writeString(folder.resolve(name), text);
        }
        String topology = Files.readString(folder.resolve("shared.yaml"));
        for (int i = 0; i < HOSTS.size(); i++) {
            var lines = new StringBuilder("- name: " + MACHINES.get(i) + "\n        host: " + HOSTS.get(i)
                    + "\n        folder: " + folder + "\n");
            more.apply(i).forEach(line -> lines.append("        ").append(line).append('\n'));
            topology = topology.replace("- name: " + MACHINES.get(i) + "\n", lines);
        }
        Files.writeString(folder.resolve("shared.yaml"), topology);
    }

    /** A topology whose store tells where it works when the run ends. */
    static String withLogs(String topology) {
        return topology.replace("role: replica\n", "role: replica\n            logs: [echo, \"{name} in {work}\"]\n");
    }
}
