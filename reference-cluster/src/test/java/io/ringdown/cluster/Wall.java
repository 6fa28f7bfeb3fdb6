package io.ringdown.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Nothing passes between one loopback address and all others but what goes to, or comes from, one port of it. By iptables, as root. */
final class Wall implements AutoCloseable {
    private static final List<String> MARK = List.of("-m", "comment", "--comment", "ringdown-wall");

    private final List<List<String>> rules;

    Wall(String address, int open) throws IOException {
        String port = String.valueOf(open);
        rules = List.of(
                List.of("-d", address, "!", "-s", address, "-j", "DROP"),
                List.of("-s", address, "!", "-d", address, "-j", "DROP"),
                // Inserted last, these come first.
                List.of("-d", address, "-p", "tcp", "--dport", port, "-j", "ACCEPT"),
                List.of("-s", address, "-p", "tcp", "--sport", port, "-j", "ACCEPT"));
        for (List<String> rule : rules) {
            iptables("-I", rule);
        }
    }

    boolean stands() throws IOException {
        for (List<String> rule : rules) {
            if (iptables("-C", rule) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int iptables(String what, List<String> rule) throws IOException {
        var command = new ArrayList<>(List.of("iptables", "-w", what, "INPUT"));
        command.addAll(rule.subList(0, rule.size() - 2));
        command.addAll(MARK);
        command.addAll(rule.subList(rule.size() - 2, rule.size()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
    }

    @Override
    public void close() throws IOException {
        for (List<String> rule : rules) {
            iptables("-D", rule);
        }
    }
}
