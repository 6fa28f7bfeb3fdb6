package io.ringdown.harness.cli;

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

    /** All run folders below a directory. */
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
