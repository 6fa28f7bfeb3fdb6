package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What faults could leave on this machine: processes, rules, queues, addresses, mounts, control groups, files of clocks, a disk's room. A line each. */
public final class HostState {
    private static final String FREE = "free: ";

    private HostState() {}

    /**
     * As it is now.
     *
     * @param folder processes that work below it or are told of it count, and mounts below it; where it is a file system of its own, its room
     */
    public static List<String> of(Path folder) throws Exception {
        var state = new ArrayList<String>();
        ProcessHandle.allProcesses()
                .filter(process -> worksIn(process, folder))
                .forEach(process -> state.add("process: " + process.pid() + " "
                        + process.info().commandLine().orElse("?")));
        said("iptables-save", "-t", "filter")
                .lines()
                .filter(line -> line.startsWith("-A ") || line.matches(":\\S+ - .*"))
                .forEach(line -> state.add("rule: " + line));
        said("tc", "qdisc", "show").lines().forEach(line -> state.add("queue: " + line.strip()));
        // For how long an address is lent is no part of what is there.
        said("ip", "-o", "address", "show")
                .lines()
                .forEach(line -> state.add("address: " + line.replaceFirst("valid_lft.*", "")));
        Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(folder.toString()))
                .forEach(line -> state.add("mount: " + line));
        groups().forEach(group -> state.add("group: " + group));
        clocks(folder).forEach(file -> state.add("clock: " + file));
        if (!Files.getFileStore(folder).equals(Files.getFileStore(folder.getParent()))) {
            state.add(FREE + Files.getFileStore(folder).getUsableSpace());
        }
        return state;
    }

    /** The same but for the room on the disk, of which logs take some. */
    public static List<String> withoutRoom(List<String> state) {
        return state.stream().filter(line -> !line.startsWith(FREE)).toList();
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        try {
            if (Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .startsWith(folder)) {
                return true;
            }
        } catch (IOException e) {
            return false;
        }
        return process.info().commandLine().orElse("").contains(folder.toString());
    }

    /** Those of machines that are held to a share, and those of containers. */
    private static List<String> groups() throws IOException {
        try (Stream<Path> all = Files.find(
                Path.of("/sys/fs/cgroup"),
                4,
                (path, about) -> about.isDirectory()
                        && path.getFileName().toString().matches("ringdown-.*|[0-9a-f]{64}|docker-[0-9a-f]{64}.*"))) {
            return all.map(Path::toString).sorted().toList();
        }
    }

    /** What clocks that were set go by, and memory that the library by which they are leaves to who takes its name away. */
    private static List<String> clocks(Path folder) throws IOException {
        var found = new ArrayList<String>();
        try (Stream<Path> shared = Files.list(Path.of("/dev/shm"))) {
            shared.map(Path::toString).filter(name -> name.contains("faketime")).forEach(found::add);
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
                if (file.getFileName().toString().contains(".clock")) {
                    found.add(file.toString());
                }
                return FileVisitResult.CONTINUE;
            }

            /** It is gone meanwhile. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException trouble) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException trouble) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream().sorted().toList();
    }

    /** What a program prints; nothing where there is none. */
    public static String said(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
