package io.ringdown.harness.cli;

import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Run folders as the user names them. */
final class RunFolders {
    private RunFolders() {}

    static RunFolder open(String path) {
        try {
            return RunFolder.open(Path.of(path));
        } catch (IOException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /**
     * Whether a folder is that of a cluster which {@code cluster up} started, and not of a run.
     *
     * @throws IOException if that cannot be told; one line
     */
    static boolean isCluster(RunFolder folder) throws IOException {
        if (!Files.exists(folder.provenance())) {
            return false;
        }
        List<String> command = RecordedRun.provenance(folder).command();
        return command.size() >= 2 && command.subList(0, 2).equals(List.of("cluster", "up"));
    }

    /** All folders below a directory that have something started noted in them, runs and clusters. */
    static List<RunFolder> below(Path runs) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (var paths = Files.walk(runs, 3)) {
            return paths.filter(path -> Files.isRegularFile(path.resolve("ledger.jsonl")))
                    .sorted()
                    .map(RunFolder::new)
                    .toList();
        }
    }
}
