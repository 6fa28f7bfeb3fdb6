package io.ringdown.faults;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Real processes of this machine, and its network, without anything that a host does besides. */
final class RealVictims implements Victims, AutoCloseable {
    private final Map<String, List<String>> commands = new HashMap<>();
    private final Map<String, ProcessIdentity> processes = new HashMap<>();

    void start(String element, List<String> command) throws IOException {
        commands.put(element, command);
        restart(element);
    }

    @Override
    public void restart(String element) throws IOException {
        Process process = new ProcessBuilder(commands.get(element))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.put(element, LinuxProcesses.identify(process.pid()).orElseThrow());
    }

    @Override
    public ProcessIdentity identity(String element) {
        return processes.get(element);
    }

    @Override
    public Observation observe(String element) {
        return LinuxProcesses.observe(element, identity(element));
    }

    @Override
    public Map<ProcessIdentity, Spent> spent(String element) {
        return LinuxProcesses.spent(identity(element));
    }

    @Override
    public Trigger armFreeze(List<String> elements) throws IOException {
        return LinuxProcesses.armFreeze(elements.stream().map(this::identity).toList());
    }

    @Override
    public void kill(List<String> elements) {
        elements.forEach(element -> LinuxProcesses.kill(identity(element)));
    }

    @Override
    public void terminate(List<String> elements) {
        elements.forEach(element -> LinuxProcesses.terminate(identity(element)));
    }

    @Override
    public void resume(List<String> elements) throws IOException {
        LinuxProcesses.resume(elements.stream().map(this::identity).toList());
    }

    @Override
    public Network network() {
        return new LinuxNetwork();
    }

    @Override
    public boolean setsClocks() {
        return true;
    }

    @Override
    public void close() {
        processes.values().forEach(LinuxProcesses::kill);
    }
}
